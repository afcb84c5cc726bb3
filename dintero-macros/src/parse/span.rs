//! Locations of tokens in the merchant's source. A fragment of a `macro_rules!` is a group without delimiters. The span
//! of the group points into the macro, but the spans of the tokens inside the group point to the caller's code.

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};

/// Returns the spans of the first and the last token.
pub(crate) fn ends(tokens: TokenStream) -> Option<(Span, Span)> {
    let mut ends = None;
    for token in tokens {
        let Some((first, last)) = of_tree(token) else { continue };
        ends = Some((ends.map_or(first, |(first, _)| first), last));
    }
    ends
}

fn of_tree(token: TokenTree) -> Option<(Span, Span)> {
    match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::None => ends(group.stream()),
        token => Some((token.span(), token.span())),
    }
}

/// Returns the contents of the group, if the tokens are a single group with this delimiter.
pub(crate) fn sole_group(tokens: &TokenStream, delimiter: Delimiter) -> Option<TokenStream> {
    let mut trees = tokens.clone().into_iter();
    match (trees.next(), trees.next()) {
        (Some(TokenTree::Group(group)), None) if group.delimiter() == delimiter => {
            Some(group.stream())
        }
        _ => None,
    }
}
