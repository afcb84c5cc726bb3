//! Formats items as one line of text, independently of how rustc prints them.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::visit_mut::{self, VisitMut};
use syn::{FnArg, Generics, Pat, Path, Signature};

/// Formats a function.
pub(super) fn function(signature: &Signature) -> String {
    let mut signature = signature.clone();
    for argument in &mut signature.inputs {
        match argument {
            FnArg::Receiver(receiver) => receiver.mutability = None,
            FnArg::Typed(argument) => {
                argument.attrs.clear();
                if let Pat::Ident(name) = &mut *argument.pat {
                    name.mutability = None;
                }
            }
        }
    }
    item(quote!(#signature {})).trim_end_matches("{}").trim_end_matches([' ', ',']).to_owned()
}

/// Formats a part of an item, such as a type or a bound.
pub(super) fn part(tokens: &impl ToTokens) -> String {
    let text = item(quote!(type T = #tokens;));
    text.trim_start_matches("type T = ").trim_end_matches(';').to_owned()
}

/// Formats the head of an impl: `impl<T: Clone> From<T> for Name<T> where …`.
pub(super) fn implementation(generics: &Generics, of: &Path, target: &syn::Type) -> String {
    let (parameters, _, condition) = generics.split_for_impl();
    let text = item(quote!(impl #parameters #of for #target #condition {}));
    text.trim_end_matches("{}").trim_end_matches([' ', ',']).to_owned()
}

/// Formats the name of a type with its parameters: `Name<T: Clone>`.
pub(super) fn head(name: &str, generics: &Generics) -> String {
    let name = syn::Ident::new(name, proc_macro2::Span::call_site());
    let condition = &generics.where_clause;
    let text = item(quote!(struct #name #generics #condition {}));
    let text = text.trim_start_matches("struct ").trim_end_matches("{}");
    text.trim_end_matches([' ', ',']).to_owned()
}

/// Prints one item on one line.
fn item(tokens: TokenStream) -> String {
    let Ok(mut file) = syn::parse2::<syn::File>(tokens.clone()) else {
        return tokens.to_string();
    };
    Shorten.visit_file_mut(&mut file);
    let printed = prettyplease::unparse(&file);
    let line = printed.split_whitespace().collect::<Vec<_>>().join(" ");
    let tidy = [("( ", "("), (" )", ")"), (",)", ")"), ("< ", "<"), (", >", ">"), (",>", ">")];
    tidy.iter().fold(line, |line, (from, to)| line.replace(from, to))
}

/// Shortens paths. Derives expand to full paths, which differ between releases of rustc and from hand-written paths.
struct Shorten;

impl VisitMut for Shorten {
    fn visit_path_mut(&mut self, path: &mut Path) {
        visit_mut::visit_path_mut(self, path);
        let is_std = |name: &str| {
            matches!(name, "core" | "std" | "alloc" | "fmt" | "crate" | "super" | "self")
        };
        let first = path.segments.first().map(|segment| segment.ident.to_string());
        if path.segments.len() > 1 && first.is_some_and(|first| is_std(&first)) {
            path.leading_colon = None;
            let last = path.segments.pop();
            path.segments = last.into_iter().collect();
        }
    }
}
