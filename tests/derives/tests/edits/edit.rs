//! Creates edits of one token: each token removed, doubled, or swapped with the next token, and each group cut off
//! before each of its tokens.

use std::collections::BTreeSet;

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// An edited type.
pub(crate) struct Edit {
    /// The whole type.
    pub(crate) text: String,
    /// A readable description: how the token was edited, and the group after the edit.
    pub(crate) description: String,
}

/// An edited part of a type.
struct Edited {
    tokens: TokenStream,
    description: String,
}

/// Returns every edit whose result is still a struct or an enum. Other results never reach a derive.
pub(crate) fn all(text: &str) -> Vec<Edit> {
    let tokens: TokenStream = text.parse().expect("tokens");
    let mut seen = BTreeSet::from([tokens.to_string()]);
    let edits = edits_of(&tokens).into_iter();
    let edits =
        edits.map(|Edited { tokens, description }| Edit { text: tokens.to_string(), description });
    edits
        .filter(|edit| syn::parse_str::<syn::DeriveInput>(&edit.text).is_ok())
        .filter(|edit| seen.insert(edit.text.clone()))
        .collect()
}

fn edits_of(tokens: &TokenStream) -> Vec<Edited> {
    let trees: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let mut edits = Vec::new();
    for at in 0..trees.len() {
        edits.extend(of_token(&trees, at).into_iter().map(|(kind, edited)| {
            let tokens: TokenStream = edited.into_iter().collect();
            Edited { description: format!("{kind} {}: {tokens}", name(&trees[at])), tokens }
        }));
        if let TokenTree::Group(group) = &trees[at] {
            edits.extend(within(&trees, at, group));
        }
    }
    edits
}

/// Returns the edits of one token. Each edit is an edited copy of `trees`.
fn of_token(trees: &[TokenTree], at: usize) -> Vec<(&'static str, Vec<TokenTree>)> {
    let mut dropped = trees.to_vec();
    let token = dropped.remove(at);
    let mut doubled = trees.to_vec();
    doubled.insert(at, token);
    let cut = trees[..at].to_vec();
    let mut edits = vec![("without", dropped), ("twice", doubled), ("cut off before", cut)];
    if at + 1 < trees.len() {
        let mut swapped = trees.to_vec();
        swapped.swap(at, at + 1);
        edits.push(("swapped behind", swapped));
    }
    edits
}

fn name(token: &TokenTree) -> String {
    match token {
        TokenTree::Group(group) => match group.delimiter() {
            Delimiter::Parenthesis => "(…)".to_owned(),
            Delimiter::Bracket => "[…]".to_owned(),
            Delimiter::Brace | Delimiter::None => "{…}".to_owned(),
        },
        token => format!("`{token}`"),
    }
}

/// Returns the edits inside a group. Each edit is a copy of `trees` with the edited group.
fn within<'t>(
    trees: &'t [TokenTree],
    at: usize,
    group: &'t Group,
) -> impl Iterator<Item = Edited> + 't {
    edits_of(&group.stream()).into_iter().map(move |Edited { tokens, description }| {
        let mut whole = trees.to_vec();
        whole[at] = TokenTree::Group(Group::new(group.delimiter(), tokens));
        Edited { tokens: whole.into_iter().collect(), description }
    })
}
