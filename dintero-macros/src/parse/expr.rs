//! The values in attributes: expressions, stored as the tokens that the merchant wrote. Only a few forms of expressions
//! are recognized here; rustc parses all others in the expansion.

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Result};
use syn::{ExprPath, Ident, Lit};

use super::reader::Reader;
use super::span;

/// An expression.
pub(crate) struct Expr {
    pub(super) tokens: TokenStream,
    pub(crate) form: Form,
}

/// The forms of expressions that the derives distinguish.
pub(crate) enum Form {
    /// `25`, `-1`, `"NOK"`, `true`
    Literal(Lit),
    /// `physical`, `shop::price`, `str::parse::<u32>`
    Path(ExprPath),
    Closure(Closure),
    /// Any other expression that is enclosed in `(...)` or is an expression fragment of a `macro_rules!`.
    Enclosed,
    Other,
}

/// `move |self, amount| -> T { body }`
pub(crate) struct Closure {
    /// `move`, or empty.
    before: TokenStream,
    /// `self, amount`
    parameters: TokenStream,
    /// `-> T { body }`
    behind: TokenStream,
}

/// A constant that can be a value of an open enum or a currency.
pub(crate) enum Word {
    /// `Physical`
    Variant(String),
    /// `"physical"`
    Text(String),
    /// `physical` or `NOK`, but also `line_type` or `LINE_TYPE`: a word that is neither an enum value nor a currency
    /// code is a name in the merchant's code.
    Bare(String),
}

impl Word {
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Variant(text) | Self::Text(text) | Self::Bare(text) => text,
        }
    }
}

impl Expr {
    /// Returns the span of the first token.
    pub(crate) fn span(&self) -> Span {
        span::ends(self.tokens.clone()).map_or_else(Span::call_site, |(first, _)| first)
    }

    /// Returns whether the expression is exactly `word`.
    pub(crate) fn is(&self, word: &str) -> bool {
        self.ident().is_some_and(|own| own.unraw() == word)
    }

    /// Returns the identifier, if the expression is a single identifier.
    pub(crate) fn ident(&self) -> Option<&Ident> {
        match &self.form {
            Form::Path(path) => path.path.get_ident(),
            _ => None,
        }
    }

    /// Returns the word, if the expression is a string or a single identifier. `r#physical` is read as `physical`.
    pub(crate) fn word(&self) -> Option<Word> {
        if let Form::Literal(Lit::Str(text)) = &self.form {
            return Some(Word::Text(text.value()));
        }
        let name = self.ident()?.unraw().to_string();
        let camel_case = name.starts_with(char::is_uppercase) && name.contains(char::is_lowercase);
        Some(if camel_case { Word::Variant(name) } else { Word::Bare(name) })
    }

    /// Returns the integer, if the expression is an integer literal that fits in `u32`.
    pub(crate) fn integer(&self) -> Option<u32> {
        match &self.form {
            Form::Literal(Lit::Int(number)) => number.base10_parse().ok(),
            _ => None,
        }
    }
}

/// Yields the tokens as the merchant wrote them, so that errors can point to them.
impl ToTokens for Expr {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(self.tokens.clone());
    }
}

impl Expr {
    /// Returns the expression for use in the expansion.
    pub(crate) fn guarded(&self) -> TokenStream {
        match &self.form {
            Form::Literal(_) | Form::Path(_) => self.tokens.clone(),
            _ => guarded(&self.tokens, &quote!(__dintero)),
        }
    }
}

/// Wraps the merchant's tokens so that the expansion always parses. The derive finds the end of an expression but does
/// not parse the expression, so the expansion passes the expression to a macro of `dintero-api`. Otherwise, a syntax
/// error in the expression would make rustc discard the whole impl.
pub(crate) fn guarded(expression: &TokenStream, engine: &TokenStream) -> TokenStream {
    quote!(#engine::expression!(#expression))
}

impl Parse for Expr {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let mut reader = Reader::new(input);
        reader.expression()?;
        Ok(Self::of(reader.tokens))
    }
}

impl Expr {
    /// Removes the parentheses and macro fragments that enclose a whole literal, path or closure: a closure in
    /// parentheses, for example, is still a closure.
    fn of(tokens: TokenStream) -> Self {
        if let Some(fragment) = span::sole_group(&tokens, Delimiter::None) {
            return match Self::of(fragment) {
                Self { form: Form::Other, .. } => Self { tokens, form: Form::Enclosed },
                known => known,
            };
        }
        if let Some(inner) = span::sole_group(&tokens, Delimiter::Parenthesis) {
            return match Self::of(inner) {
                Self { form: Form::Enclosed | Form::Other, .. } => {
                    Self { tokens, form: Form::Enclosed }
                }
                known => known,
            };
        }
        Self { form: Form::of(&tokens), tokens }
    }
}

impl Form {
    /// Returns the form of tokens that are not enclosed.
    fn of(tokens: &TokenStream) -> Self {
        if let Ok(literal) = syn::parse2(tokens.clone()) {
            return Self::Literal(literal);
        }
        if let Ok(path) = syn::parse2(tokens.clone()) {
            return Self::Path(path);
        }
        if let Ok(closure) = syn::parse2(tokens.clone()) {
            return Self::Closure(closure);
        }
        Self::Other
    }
}

impl Closure {
    /// Returns the parameters after `self`, if `self` is the first parameter.
    pub(crate) fn parameters_after_self(&self) -> Option<TokenStream> {
        let mut parameters = self.parameters.clone().into_iter();
        match (parameters.next(), parameters.next()) {
            (Some(TokenTree::Ident(first)), None) if first == "self" => Some(TokenStream::new()),
            (Some(TokenTree::Ident(first)), Some(TokenTree::Punct(comma)))
                if first == "self" && comma.as_char() == ',' =>
            {
                Some(parameters.collect())
            }
            _ => None,
        }
    }

    /// Returns the closure with its parameters replaced.
    pub(crate) fn with_parameters(&self, parameters: &TokenStream) -> TokenStream {
        let (before, behind) = (&self.before, &self.behind);
        quote!(#before |#parameters| #behind)
    }

    /// Returns the span of the first token after the parameters, in the return type or the body.
    pub(crate) fn span(&self) -> Span {
        span::ends(self.behind.clone()).map_or_else(Span::call_site, |(first, _)| first)
    }
}

impl Parse for Closure {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let mut reader = Reader::new(input);
        let Some((before, parameters)) = reader.parameters()? else {
            return Err(input.error("expected a closure"));
        };
        reader.tokens = TokenStream::new();
        reader.returned()?;
        reader.expression()?;
        Ok(Self { before, parameters, behind: reader.tokens })
    }
}

#[cfg(test)]
mod tests {
    use proc_macro2::Group;

    use super::*;

    fn read(text: &str) -> Expr {
        syn::parse_str(text).expect(text)
    }

    #[test]
    fn only_parameters_after_self_are_returned() {
        let parameters_after_self = |written| match read(written).form {
            Form::Closure(closure) => {
                closure.parameters_after_self().map(|behind| behind.to_string())
            }
            _ => panic!("{written} is not a closure"),
        };
        assert_eq!(parameters_after_self("|self| a").as_deref(), Some(""));
        assert_eq!(parameters_after_self("move |self, amount| a").as_deref(), Some("amount"));
        for other in ["|| a", "|a, self| a", "|&self| a", "|self: T| a"] {
            assert_eq!(parameters_after_self(other), None, "{other}");
        }
    }

    #[test]
    fn a_closure_keeps_all_but_its_parameters() {
        let Form::Closure(closure) = read("move |self| -> u8 { self.0 }").form else {
            panic!("no closure")
        };
        let other = closure.with_parameters(&quote!(_));
        assert_eq!(other.to_string(), quote!(move |_| -> u8 { self.0 }).to_string());
    }

    #[test]
    fn enclosing_groups_are_ignored() {
        let fragment =
            |tokens| TokenStream::from(TokenTree::from(Group::new(Delimiter::None, tokens)));
        let form = |tokens: TokenStream| {
            let expr: Expr = syn::parse2(tokens).expect("an expression");
            let form = match &expr.form {
                Form::Literal(_) => "literal",
                Form::Path(_) => "path",
                Form::Closure(_) => "closure",
                Form::Enclosed => "enclosed",
                Form::Other => "other",
            };
            (form, expr.tokens.to_string())
        };
        for (written, expected) in
            [(quote!(25), "literal"), (quote!(physical), "path"), (quote!(|sku| sku), "closure")]
        {
            let plain = (expected, written.to_string());
            assert_eq!(form(written.clone()), plain);
            assert_eq!(form(fragment(written.clone())), plain);
            assert_eq!(form(fragment(fragment(written.clone()))), plain);
            assert_eq!(form(quote!((#written))), plain);
            assert_eq!(form(fragment(quote!((#written)))), plain);
        }
        assert_eq!(form(quote!(a + b)).0, "other");
        assert_eq!(form(fragment(quote!(a + b))).0, "enclosed");
        assert_eq!(form(quote!((a + b))), ("enclosed", "(a + b)".to_owned()));
    }
}
