//! Removes function bodies from expanded source. Function bodies make up most of the source, are not part of the
//! listing, and may contain syntax that only rustc can parse.

use std::iter::Peekable;

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// Empties the body of every function, at any depth.
pub(super) fn without(tokens: TokenStream) -> TokenStream {
    let mut tokens = tokens.into_iter().peekable();
    let mut kept = TokenStream::new();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Ident(word) if word == "fn" => {
                kept.extend([TokenTree::Ident(word)]);
                // A function has a name, unlike a pointer type (`fn(u8) -> u8`).
                if matches!(tokens.peek(), Some(TokenTree::Ident(_))) {
                    function(&mut tokens, &mut kept);
                }
            }
            TokenTree::Group(group) => kept.extend([inside(&group)]),
            token => kept.extend([token]),
        }
    }
    kept
}

/// Copies a signature, followed by an empty body if the function has a body.
fn function(tokens: &mut Peekable<impl Iterator<Item = TokenTree>>, kept: &mut TokenStream) {
    for token in tokens {
        match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                kept.extend([TokenTree::Group(Group::new(Delimiter::Brace, TokenStream::new()))]);
                return;
            }
            TokenTree::Punct(end) if end.as_char() == ';' => {
                kept.extend([TokenTree::Punct(end)]);
                return;
            }
            token => kept.extend([token]),
        }
    }
}

fn inside(group: &Group) -> TokenTree {
    TokenTree::Group(Group::new(group.delimiter(), without(group.stream())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_emptied_and_the_rest_stays() {
        for (source, expected) in [
            ("fn a() -> B { super let c = 1; }", "fn a() -> B {}"),
            (
                "mod m { impl A { fn a(&self) where B: C { d } } }",
                "mod m { impl A { fn a(&self) where B: C {} } }",
            ),
            ("trait A { fn a(); fn b() { c } }", "trait A { fn a(); fn b() {} }"),
            (
                "type F = fn(u8) -> [u8; 2]; struct S { f: fn() }",
                "type F = fn(u8) -> [u8; 2]; struct S { f: fn() }",
            ),
        ] {
            let parse = |text: &str| text.parse::<TokenStream>().expect("tokens");
            assert_eq!(without(parse(source)).to_string(), parse(expected).to_string());
        }
    }
}
