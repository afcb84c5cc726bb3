//! Finds the end of an expression without needing a full expression grammar: syn's grammar would double syn's compile
//! time.

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt};
use syn::parse::{ParseStream, Result};
use syn::{
    BinOp, BoundLifetimes, Error, ExprPath, Ident, Lifetime, Lit, Token, Type, bracketed,
    parenthesized, token,
};

/// Consumes the tokens of an expression.
///
/// The reader has no grammar, but tracks whether an operand or an operator is next. The reader can therefore
/// distinguish the comma that ends an expression from the commas within the expression. Before an operand, `<` opens
/// generics (`<A<B, C>>::d`) and `|` opens parameters (`|a, b|`); after an operand, both are binary operators. The
/// contents of braces and macros are not examined.
pub(super) struct Reader<'a> {
    input: ParseStream<'a>,
    pub(super) tokens: TokenStream,
}

impl<'a> Reader<'a> {
    pub(super) fn new(input: ParseStream<'a>) -> Self {
        Self { input, tokens: TokenStream::new() }
    }

    pub(super) fn expression(&mut self) -> Result<()> {
        self.operand()?;
        while self.operator()? {
            self.operand()?;
        }
        Ok(())
    }

    /// Consumes an operand with its prefixes.
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

    /// Consumes the operators that follow an operand, and returns whether another operand is next.
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
            // The path begins with a type fragment of a `macro_rules!`.
            self.trees(2)?;
        } else if let Ok(operator) = input.parse::<BinOp>() {
            operator.to_tokens(&mut self.tokens);
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    /// Consumes `move |a, b|`, the beginning of a closure, if it is next. Returns the tokens before the parameters, and
    /// the parameters.
    pub(super) fn parameters(&mut self) -> Result<Option<(TokenStream, TokenStream)>> {
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

    /// Consumes `-> T`, if it is next.
    pub(super) fn returned(&mut self) -> Result<()> {
        if self.input.peek(Token![->]) {
            self.trees(2)?;
            self.ty()?;
        }
        Ok(())
    }

    /// Consumes `(...)` or `[...]`, and checks the expressions inside.
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

    /// Consumes `..` or `..=`, and returns whether an operand follows.
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

    /// Returns whether the next token is a prefix of an operand.
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

/// Keywords that are followed by an operand, which may be a block.
const PREFIXES: [&str; 9] =
    ["const", "if", "let", "loop", "match", "mut", "ref", "unsafe", "while"];

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads the expression at the beginning of `text`. Returns the expression and the remaining tokens.
    fn read(text: &str) -> Result<(String, String)> {
        let parser = |input: ParseStream<'_>| {
            let mut reader = Reader::new(input);
            reader.expression()?;
            Ok((reader.tokens.to_string(), input.parse::<TokenStream>()?.to_string()))
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
            assert_eq!(expr.replace(' ', ""), written.replace(' ', ""));
            assert_eq!(rest, ", c > d", "{written}");
        }
    }

    #[test]
    fn a_token_that_cannot_continue_ends_an_expression() {
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
}
