//! Tests of the derives as functions from tokens to tokens.

mod diagnostics;
mod expansion;
mod random;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{DeriveInput, File, Item, Meta};

use crate::target::Family;
use crate::{derive, value};

/// Expands what a type's own `#[derive(...)]` names.
fn expand(input: &DeriveInput) -> TokenStream {
    let derives = input.attrs.iter().find(|attr| attr.path().is_ident("derive")).expect("a derive");
    let Meta::List(list) = &derives.meta else { panic!("a list of derives") };
    match list.tokens.to_string().as_str() {
        "DinteroValue" => value::expand(input),
        name => {
            let family = Family::ALL
                .into_iter()
                .find(|family| family.derive() == name)
                .expect("one of our derives");
            derive(family, input)
        }
    }
}

/// Returns the types of a file, each as the compiler hands it to a derive.
fn types(text: &str) -> Vec<DeriveInput> {
    let file: File = syn::parse_str(text).expect("Rust");
    file.items.iter().map(|item| syn::parse2(item.to_token_stream()).expect("a type")).collect()
}

/// Parses an expansion.
fn parsed(tokens: TokenStream) -> File {
    syn::parse2(tokens.clone()).unwrap_or_else(|error| panic!("{error}: {tokens}"))
}

/// Returns the messages of an expansion.
fn errors(expansion: &File) -> Vec<String> {
    let message = |item: &Item| match item {
        Item::Macro(mac)
            if mac.mac.path.segments.last().is_some_and(|last| last.ident == "compile_error") =>
        {
            Some(mac.mac.parse_body::<syn::LitStr>().expect("a text").value())
        }
        _ => None,
    };
    expansion.items.iter().filter_map(message).collect()
}

/// Returns how many impls stand in an expansion.
fn impls(expansion: &File) -> usize {
    expansion.items.iter().filter(|item| matches!(item, Item::Impl(_))).count()
}
