//! Values of attributes: expressions of the merchant, kept as the tokens they were written in. What is found here is
//! where one ends, and the little that the derives look at; rustc parses it where it is put.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt, quote};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Result};
use syn::{
    BinOp, BoundLifetimes, Error, ExprPath, Ident, Lifetime, Lit, Token, Type, bracketed,
    parenthesized, token,
};

use super::span;

/// An expression.
pub(crate) struct Expr {
    pub(super) tokens: TokenStream,
    pub(crate) form: Form,
}

/// What an expression is, as far as it matters.
pub(crate) enum Form {
    /// `25`, `-1`, `"NOK"`, `true`
    Literal(Lit),
    /// `physical`, `shop::price`, `str::parse::<u32>`
    Path(ExprPath),
    Closure(Closure),
    /// `(...)`, or what a `macro_rules!` took as an expression: it may be anything.
    Enclosed,
    Other,
}

/// `move |self, amount| -> T { body }`
pub(crate) struct Closure {
    /// `move`, or nothing.
    before: TokenStream,
    /// `self, amount`
    parameters: TokenStream,
    /// `-> T { body }`
    behind: TokenStream,
}

/// A constant that can be a value of an open enum, or a currency.
pub(crate) enum Word {
    /// `Physical`
    Variant(String),
    /// `"physical"`
    Text(String),
    /// `physical`, `NOK`; where it is neither value nor code, `line_type` and `LINE_TYPE` are the merchant's own.
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
    /// Returns where it begins.
    pub(crate) fn span(&self) -> Span {
        span::ends(self.tokens.clone()).map_or_else(Span::call_site, |(first, _)| first)
    }

    /// Returns whether it is this one word.
    pub(crate) fn is(&self, word: &str) -> bool {
        self.ident().is_some_and(|own| own.unraw() == word)
    }

    /// Returns the name that it is, if it is one.
    pub(crate) fn ident(&self) -> Option<&Ident> {
        match &self.form {
            Form::Path(path) => path.path.get_ident(),
            _ => None,
        }
    }

    /// Returns the word that it is, if it is one: `r#physical` is `physical`.
    pub(crate) fn word(&self) -> Option<Word> {
        if let Form::Literal(Lit::Str(text)) = &self.form {
            return Some(Word::Text(text.value()));
        }
        let name = self.ident()?.unraw().to_string();
        let camel_case = name.starts_with(char::is_uppercase) && name.contains(char::is_lowercase);
        Some(if camel_case { Word::Variant(name) } else { Word::Bare(name) })
    }

    /// Returns the number that it is, if it is one that fits.
    pub(crate) fn integer(&self) -> Option<u32> {
        match &self.form {
            Form::Literal(Lit::Int(number)) => number.base10_parse().ok(),
            _ => None,
        }
    }
}

/// As it was written: for errors under it.
impl ToTokens for Expr {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(self.tokens.clone());
    }
}

impl Expr {
    /// Returns it as a part of the expansion.
    pub(crate) fn guarded(&self) -> TokenStream {
        match &self.form {
            Form::Literal(_) | Form::Path(_) => self.tokens.clone(),
            _ => guarded(&self.tokens, &quote!(__dintero)),
        }
    }
}

/// Returns tokens that parse whatever the merchant wrote. An expression is only counted here, not understood, so it goes
/// through a macro of `dintero-api`: or rustc would throw the whole impl away for a mistake in it.
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
    /// Looks through what encloses the whole: a fragment of a `macro_rules!` is what the caller wrote, and a closure
    /// in parentheses is a closure.
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
    /// The form of what nothing encloses.
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
    /// Returns the parameters behind `self`, if that is the first one.
    pub(crate) fn behind_self(&self) -> Option<TokenStream> {
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

    /// Returns the closure with other parameters.
    pub(crate) fn with_parameters(&self, parameters: &TokenStream) -> TokenStream {
        let (before, behind) = (&self.before, &self.behind);
        quote!(#before |#parameters| #behind)
    }

    /// Returns where its body begins, or the type that it returns.
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

/// Takes the tokens of an expression.
///
/// It has no grammar, but knows whether an operand or an operator is next. That tells the comma that ends an
/// expression from those within it: `<` and `|` open generics (`<A<B, C>>::d`) and parameters (`|a, b|`) where an
/// operand is next, and compare and combine behind one. What braces and macros hold is not looked at.
struct Reader<'a> {
    input: ParseStream<'a>,
    tokens: TokenStream,
}

impl<'a> Reader<'a> {
    fn new(input: ParseStream<'a>) -> Self {
        Self { input, tokens: TokenStream::new() }
    }

    fn expression(&mut self) -> Result<()> {
        self.operand()?;
        while self.operator()? {
            self.operand()?;
        }
        Ok(())
    }

    /// Takes an operand, with what stands before it.
    fn operand(&mut self) -> Result<()> {
        let input = self.input;
        if input.peek(token::Group) {
            return self.trees(1);
        }
        if input.peek(Token![..]) {
            return if self.range()? { self.operand() } else { Ok(()) };
        }
        if self.parameters()?.is_some() {
            self.returned()?;
            return self.expression();
        }
        if input.peek(Lifetime) {
            // A label: `'rows: loop { ... }`.
            input.parse::<Lifetime>()?.to_tokens(&mut self.tokens);
            input.parse::<Token![:]>()?.to_tokens(&mut self.tokens);
            return self.operand();
        }
        if input.peek(Token![return]) {
            self.trees(1)?;
            return if self.is_at_end() { Ok(()) } else { self.expression() };
        }
        if self.is_prefix() {
            self.trees(1)?;
            return self.operand();
        }
        if input.peek(Lit) || input.peek(Token![_]) || input.peek(token::Brace) {
            return self.trees(1);
        }
        if input.peek(token::Paren) || input.peek(token::Bracket) {
            return self.list();
        }
        if !self.is_path() {
            return Err(input.error("expected an expression"));
        }
        input.parse::<ExprPath>()?.to_tokens(&mut self.tokens);
        if input.peek(Token![!]) && !input.peek(Token![!=]) {
            self.trees(1)?;
            input.parse::<Group>()?.to_tokens(&mut self.tokens);
        }
        Ok(())
    }

    /// Takes what stands behind an operand, and returns whether another one follows.
    fn operator(&mut self) -> Result<bool> {
        let input = self.input;
        loop {
            if input.peek(token::Paren) || input.peek(token::Bracket) {
                self.list()?;
            } else if input.peek(token::Brace) || input.peek(Token![?]) {
                self.trees(1)?;
            } else if input.peek(Token![.]) && input.peek2(Token![await]) {
                self.trees(2)?;
            } else if input.peek(Token![as]) {
                self.trees(1)?;
                self.ty()?;
            } else {
                break;
            }
        }
        if input.peek(Token![..]) {
            return self.range();
        }
        let assigns = input.peek(Token![=]) && !input.peek(Token![==]) && !input.peek(Token![=>]);
        if input.peek(Token![.]) {
            self.trees(1)?;
            if !input.peek(Ident) && !input.peek(Lit) {
                return Err(input.error("expected identifier or integer"));
            }
        } else if assigns || input.peek(Token![else]) {
            self.trees(1)?;
        } else if input.peek(Token![::]) {
            // Behind a type that a `macro_rules!` took.
            self.trees(2)?;
        } else if let Ok(operator) = input.parse::<BinOp>() {
            operator.to_tokens(&mut self.tokens);
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    /// Takes `move |a, b|`, which opens a closure, and returns what is before the parameters, and them.
    fn parameters(&mut self) -> Result<Option<(TokenStream, TokenStream)>> {
        let input = self.input;
        if input.peek(token::Group) {
            return Ok(None);
        }
        let mut before = TokenStream::new();
        if input.peek(Token![for]) && input.peek2(Token![<]) {
            input.parse::<BoundLifetimes>()?.to_tokens(&mut before);
        }
        while input.peek(Token![async]) || input.peek(Token![move]) {
            before.append(input.parse::<TokenTree>()?);
        }
        self.tokens.extend(before.clone());
        if !input.peek(Token![|]) {
            return Ok(None);
        }
        self.trees(1)?;
        let mut parameters = TokenStream::new();
        while !input.is_empty() && !input.peek(Token![|]) {
            parameters.append(input.parse::<TokenTree>()?);
        }
        self.tokens.extend(parameters.clone());
        input.parse::<Token![|]>()?.to_tokens(&mut self.tokens);
        Ok(Some((before, parameters)))
    }

    /// Takes `-> T`, if it is there.
    fn returned(&mut self) -> Result<()> {
        if self.input.peek(Token![->]) {
            self.trees(2)?;
            self.ty()?;
        }
        Ok(())
    }

    /// Takes `(...)` or `[...]`, which hold expressions too.
    fn list(&mut self) -> Result<()> {
        let ahead = self.input.fork();
        let within;
        if ahead.peek(token::Paren) {
            parenthesized!(within in ahead);
        } else {
            bracketed!(within in ahead);
        }
        while !within.is_empty() {
            Reader::new(&within).expression()?;
            if within.peek(Token![;]) {
                within.parse::<Token![;]>()?;
                Reader::new(&within).expression()?;
            }
            if !within.is_empty() {
                within.parse::<Token![,]>()?;
            }
        }
        self.trees(1)
    }

    /// Takes `..` or `..=`, and returns whether something stands behind it.
    fn range(&mut self) -> Result<bool> {
        let closed = self.input.peek(Token![..=]);
        self.trees(if closed { 3 } else { 2 })?;
        Ok(closed || !self.is_at_end())
    }

    /// Returns whether the expression may end here.
    fn is_at_end(&self) -> bool {
        self.input.is_empty() || self.input.peek(Token![,])
    }

    fn ty(&mut self) -> Result<()> {
        let ty = Type::without_plus(self.input);
        ty.map_err(|error| Error::new(error.span(), "expected a type"))?
            .to_tokens(&mut self.tokens);
        Ok(())
    }

    fn trees(&mut self, count: usize) -> Result<()> {
        for _ in 0..count {
            self.tokens.append(self.input.parse::<TokenTree>()?);
        }
        Ok(())
    }

    fn is_path(&self) -> bool {
        let input = self.input;
        input.peek(Ident)
            || input.peek(Token![::])
            || input.peek(Token![<])
            || input.peek(Token![self])
            || input.peek(Token![Self])
            || input.peek(Token![super])
            || input.peek(Token![crate])
    }

    /// Returns whether a sign or a word is next that an operand stands behind.
    fn is_prefix(&self) -> bool {
        let input = self.input;
        let word = input.cursor().ident();
        let is_word = |(word, _): &(Ident, _)| PREFIXES.iter().any(|prefix| word == prefix);
        input.peek(Token![&])
            || input.peek(Token![*])
            || input.peek(Token![-])
            || input.peek(Token![!])
            || word.as_ref().is_some_and(is_word)
            // `&raw const place`
            || word.is_some_and(|(word, _)| word == "raw")
                && (input.peek2(Token![const]) || input.peek2(Token![mut]))
    }
}

/// Words that an operand follows; blocks are operands.
const PREFIXES: [&str; 9] =
    ["const", "if", "let", "loop", "match", "mut", "ref", "unsafe", "while"];

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads a value as it stands in an attribute, and returns it with what is left.
    fn read(text: &str) -> Result<(Expr, String)> {
        let parser = |input: ParseStream<'_>| {
            let expr = input.parse()?;
            Ok((expr, input.parse::<TokenStream>()?.to_string()))
        };
        syn::parse::Parser::parse_str(parser, text)
    }

    #[test]
    fn the_first_comma_outside_ends_an_expression() {
        for written in [
            "25",
            "-1.5",
            "a::b::<C, D>(e)",
            "<A as B<C, D>>::e",
            "a.b::<C, D>().e[0]?.0.1",
            "|a, b| a + b",
            "move |_: &Map<A, B>, (c, d)| -> Map<A, B> { c }",
            "f(|a, b| c, || d, [e; 2], (g, h))",
            "a || b | c",
            "a < b",
            "a as Map<B, C>",
            "a as fn(B, C) -> D",
            "if let Some(A | B) = c && d < e { f } else if g { h } else { i }",
            "match a { b => c, d => e } + 1",
            "unsafe { a() }.b",
            "S::<A, B> { c: d, ..e }",
            "&mut *a",
            "!a!(b, c => d)",
            "a::b!{}.c",
            "a..=b",
            "(.., a.., ..b, ..)",
            "..",
            "a..",
            "{ a; b }",
            "'a: loop { break 'a b }",
            "&raw const a.b",
            "|a| return",
            "|a| return a",
            "for<'a> |b: &'a str| -> &'a str { b }",
            "a().await",
            "while a < b { c }",
            "|a| |b| a + b",
        ] {
            syn::parse_str::<syn::Expr>(written).expect(written);
            let (expr, rest) = read(&format!("{written}, c > d")).expect(written);
            assert_eq!(expr.tokens.to_string().replace(' ', ""), written.replace(' ', ""));
            assert_eq!(rest, ", c > d", "{written}");
        }
    }

    #[test]
    fn what_cannot_go_on_ends_an_expression() {
        for (written, rest) in [("a b", "b"), ("1 2", "2"), ("a => b", "=> b"), ("a : b", ": b")] {
            assert_eq!(read(written).expect(written).1, rest);
        }
    }

    #[test]
    fn mistakes_outside_of_braces_are_seen() {
        for (written, message) in [
            ("a +, b", "expected an expression"),
            ("", "unexpected end of input, expected an expression"),
            ("f(1 +)", "unexpected end of input, expected an expression"),
            ("[a, +]", "expected an expression"),
            ("(a b)", "expected `,`"),
            ("|a, b", "expected `|`"),
            ("a.+", "expected identifier or integer"),
            ("a..=", "unexpected end of input, expected an expression"),
        ] {
            let Err(error) = read(written) else { panic!("{written} is accepted") };
            assert_eq!(error.to_string(), message, "{written}");
        }
    }

    #[test]
    fn only_the_own_self_is_behind_self() {
        let behind_self = |written| match read(written).expect(written).0.form {
            Form::Closure(closure) => closure.behind_self().map(|behind| behind.to_string()),
            _ => panic!("{written} is no closure"),
        };
        assert_eq!(behind_self("|self| a").as_deref(), Some(""));
        assert_eq!(behind_self("move |self, amount| a").as_deref(), Some("amount"));
        for other in ["|| a", "|a, self| a", "|&self| a", "|self: T| a"] {
            assert_eq!(behind_self(other), None, "{other}");
        }
    }

    #[test]
    fn a_closure_keeps_all_but_its_parameters() {
        let Form::Closure(closure) =
            read("move |self| -> u8 { self.0 }").expect("a closure").0.form
        else {
            panic!("no closure")
        };
        let other = closure.with_parameters(&quote!(_));
        assert_eq!(other.to_string(), quote!(move |_| -> u8 { self.0 }).to_string());
    }

    #[test]
    fn what_encloses_the_whole_is_looked_through() {
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
