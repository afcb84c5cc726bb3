//! Values of attributes: expressions of the merchant, kept as the tokens they were written in. What is found here is
//! where one ends, and the little that the derives look at; rustc parses it where it is put.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt};
use syn::parse::{Parse, ParseStream, Result};
use syn::{BinOp, ExprPath, Ident, Lit, Token, Type, bracketed, parenthesized, token};

/// An expression.
pub(crate) struct Expr {
    tokens: TokenStream,
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

/// `|self, amount| body`
pub(crate) struct Closure {
    /// What stands behind `self`, if that is the first parameter: `amount`, or nothing.
    pub(crate) behind_self: Option<TokenStream>,
    pub(crate) body: Box<Expr>,
}

impl Expr {
    /// Returns where it begins.
    pub(crate) fn span(&self) -> Span {
        self.tokens.clone().into_iter().next().map_or_else(Span::call_site, |token| token.span())
    }

    /// Returns whether it is this one word.
    pub(crate) fn is(&self, word: &str) -> bool {
        self.word().is_some_and(|own| own == word)
    }

    /// Returns the word that it is, if it is one.
    pub(crate) fn word(&self) -> Option<&Ident> {
        match &self.form {
            Form::Path(path) => path.path.get_ident(),
            _ => None,
        }
    }

    /// Returns the number that it is, if it is one that fits.
    pub(crate) fn integer(&self) -> Option<u32> {
        match &self.form {
            Form::Literal(Lit::Int(number)) => number.base10_parse().ok(),
            _ => None,
        }
    }
}

impl ToTokens for Expr {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(self.tokens.clone());
    }
}

impl Parse for Expr {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let mut reader = Reader::new(input);
        if let Some(parameters) = reader.parameters()? {
            let body: Box<Self> = input.parse()?;
            body.to_tokens(&mut reader.tokens);
            let form = Form::Closure(Closure { behind_self: behind_self(parameters), body });
            return Ok(Self { tokens: reader.tokens, form });
        }
        reader.expression()?;
        let form = Form::of(&reader.tokens);
        Ok(Self { tokens: reader.tokens, form })
    }
}

impl Form {
    /// The form of what is no closure.
    fn of(tokens: &TokenStream) -> Self {
        if let Ok(literal) = syn::parse2(tokens.clone()) {
            return Self::Literal(literal);
        }
        if let Ok(path) = syn::parse2(tokens.clone()) {
            return Self::Path(path);
        }
        let mut trees = tokens.clone().into_iter();
        match (trees.next(), trees.next()) {
            (Some(TokenTree::Group(group)), None)
                if matches!(group.delimiter(), Delimiter::Parenthesis | Delimiter::None) =>
            {
                Self::Enclosed
            }
            _ => Self::Other,
        }
    }
}

fn behind_self(parameters: TokenStream) -> Option<TokenStream> {
    let mut parameters = parameters.into_iter();
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
            return self.operand();
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

    /// Takes `move |a, b| -> T`, which stands before the body of a closure, and returns `a, b`.
    fn parameters(&mut self) -> Result<Option<TokenStream>> {
        let input = self.input;
        if input.peek(token::Group) {
            return Ok(None);
        }
        while input.peek(Token![async]) || input.peek(Token![move]) {
            self.trees(1)?;
        }
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
        if input.peek(Token![->]) {
            self.trees(2)?;
            self.ty()?;
        }
        Ok(Some(parameters))
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
        Ok(closed || !self.input.is_empty() && !self.input.peek(Token![,]))
    }

    fn ty(&mut self) -> Result<()> {
        Type::without_plus(self.input)?.to_tokens(&mut self.tokens);
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
    }
}

/// Words that an operand stands behind; blocks are operands.
const PREFIXES: [&str; 9] =
    ["const", "if", "let", "loop", "match", "mut", "ref", "return", "unsafe"];

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
            Form::Closure(closure) => closure.behind_self.map(|behind| behind.to_string()),
            _ => panic!("{written} is no closure"),
        };
        assert_eq!(behind_self("|self| a").as_deref(), Some(""));
        assert_eq!(behind_self("move |self, amount| a").as_deref(), Some("amount"));
        for other in ["|| a", "|a, self| a", "|&self| a", "|self: T| a"] {
            assert_eq!(behind_self(other), None, "{other}");
        }
    }
}
