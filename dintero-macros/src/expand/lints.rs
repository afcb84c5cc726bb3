//! Keeps a generated impl free of warnings that rustc already reports at the type itself, or that the merchant has
//! allowed there.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Attribute, Generics, Meta};

/// Returns the lint levels among the attributes of a type, a variant or a field, for the code that is generated from it:
/// the code contains the merchant's own expressions.
///
/// `expect` becomes `allow`, because the lint need not occur in the generated code.
pub(super) fn lints(attrs: &[Attribute]) -> TokenStream {
    let level = |attr: &Attribute| {
        let Meta::List(list) = &attr.meta else { return None };
        let level =
            list.path.get_ident().filter(|level| LEVELS.iter().any(|known| level == known))?;
        let level = match level == "expect" {
            true => Ident::new("allow", level.span()),
            false => level.clone(),
        };
        let lints = &list.tokens;
        Some(quote!(#[#level(#lints)]))
    };
    attrs.iter().filter_map(level).collect()
}

const LEVELS: [&str; 5] = ["allow", "deny", "expect", "forbid", "warn"];

/// Returns the merchant's tokens with the macro's hygiene. rustc then reports a deprecated type, for example, only where
/// the merchant wrote the type and not again in the generated impl.
pub(super) fn expanded(tokens: impl ToTokens) -> TokenStream {
    let expand = |mut token: TokenTree| {
        match &mut token {
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), expanded(group.stream()));
                inner.set_span(group.span());
                *group = inner;
            }
            // The hygiene of `$crate` says which crate it is.
            TokenTree::Ident(ident) if ident != "$crate" => {
                ident.set_span(ident.span().resolved_at(Span::call_site()));
            }
            _ => {}
        }
        token
    };
    tokens.into_token_stream().into_iter().map(expand).collect()
}

/// Returns generics in which only the bounds have the macro's hygiene: rustc suggests further bounds at the merchant's own
/// parameters.
pub(super) fn expanded_bounds(generics: &Generics) -> Generics {
    // syn without its feature `clone-impls` cannot clone them. Parsing tokens that syn has printed does not fail.
    let mut generics: Generics = syn::parse2(generics.to_token_stream()).unwrap_or_default();
    for parameter in generics.type_params_mut() {
        let bounds = expanded(&parameter.bounds);
        if let Ok(bounds) = Parser::parse2(Punctuated::parse_terminated, bounds) {
            parameter.bounds = bounds;
        }
    }
    generics
}
