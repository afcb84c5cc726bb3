//! Tests the derives as functions from tokens to tokens.

mod diagnostics;
mod expansion;
mod inputs;
mod random;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::visit::Visit;
use syn::{DeriveInput, File, Item, LitStr, Macro, Meta};

use crate::table::Derive;

/// Expands the derive named in the type's own `#[derive(...)]`.
fn expand(input: &DeriveInput) -> TokenStream {
    let derives = input.attrs.iter().find(|attr| attr.path().is_ident("derive")).expect("a derive");
    let Meta::List(list) = &derives.meta else { panic!("a list of derives") };
    let name = list.tokens.to_string();
    let derive = Derive::ALL.iter().find(|derive| derive.name() == name);
    crate::expand(*derive.expect("one of our derives"), input)
}

/// Returns the types of a file, each as the compiler passes it to a derive.
fn types(text: &str) -> Vec<DeriveInput> {
    let file: File = syn::parse_str(text).expect("Rust");
    file.items.iter().map(|item| syn::parse2(item.to_token_stream()).expect("a type")).collect()
}

/// Parses an expansion.
fn parsed(tokens: TokenStream) -> File {
    syn::parse2(tokens.clone()).unwrap_or_else(|error| panic!("{error}: {tokens}"))
}

/// Returns the error messages in an expansion, both outside and inside its impls.
fn errors(expansion: &File) -> Vec<String> {
    let mut messages = Messages::default();
    messages.visit_file(expansion);
    messages.0
}

#[derive(Default)]
struct Messages(Vec<String>);

impl<'ast> Visit<'ast> for Messages {
    fn visit_macro(&mut self, mac: &'ast Macro) {
        if mac.path.segments.last().is_some_and(|last| last.ident == "compile_error") {
            self.0.push(mac.parse_body::<LitStr>().expect("a text").value());
        }
    }
}

/// Returns the number of impls in an expansion.
fn impls(expansion: &File) -> usize {
    expansion.items.iter().filter(|item| matches!(item, Item::Impl(_))).count()
}

/// Returns the error messages for a type, and checks that the expansion contains a stand-in impl.
fn messages(text: &str) -> Vec<String> {
    let input = types(text).remove(0);
    let expansion = parsed(expand(&input));
    assert!(impls(&expansion) > 0, "there is no stand-in impl for {text}");
    errors(&expansion)
}

/// Returns the first line of each message, without the advice on the second line.
fn mistakes(text: &str) -> Vec<String> {
    messages(text)
        .iter()
        .map(|message| message.lines().next().unwrap_or_default().to_owned())
        .collect()
}
