//! Edits of one token: every prefix of a group, and every token removed, doubled or swapped with the next one.

use std::collections::BTreeSet;

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// A type with an edit in it.
pub(crate) struct Edit {
    /// The whole type.
    pub(crate) text: String,
    /// A description of the edit for readers: its kind, and the group after it.
    pub(crate) told: String,
}

/// A part of a type with an edit in it.
struct Edited {
    tokens: TokenStream,
    told: String,
}

/// Returns every edit that still gives a struct or an enum: others never reach a derive.
pub(crate) fn all(text: &str) -> Vec<Edit> {
    let tokens: TokenStream = text.parse().expect("tokens");
    let mut seen = BTreeSet::from([tokens.to_string()]);
    let edits = edits_of(&tokens).into_iter();
    let edits = edits.map(|Edited { tokens, told }| Edit { text: tokens.to_string(), told });
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
            Edited { told: format!("{kind} {}: {tokens}", name(&trees[at])), tokens }
        }));
        if let TokenTree::Group(group) = &trees[at] {
            edits.extend(within(&trees, at, group));
        }
    }
    edits
}

/// Returns the edits of one token among its neighbours.
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

/// Returns the edits in a group, each as the whole group.
fn within<'t>(
    trees: &'t [TokenTree],
    at: usize,
    group: &'t Group,
) -> impl Iterator<Item = Edited> + 't {
    edits_of(&group.stream()).into_iter().map(move |Edited { tokens, told }| {
        let mut whole = trees.to_vec();
        whole[at] = TokenTree::Group(Group::new(group.delimiter(), tokens));
        Edited { tokens: whole.into_iter().collect(), told }
    })
}
