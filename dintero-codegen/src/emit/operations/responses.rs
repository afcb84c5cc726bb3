//! Emits the enum of an operation whose success responses have headers or different bodies, with one variant per
//! status.

use proc_macro2::TokenStream;
use quote::quote;

use super::{File, docs, ident};
use crate::model::ident::value_name;
use crate::model::{Operation, Payload, Statuses, SuccessResponse, Type};

impl File<'_> {
    /// Returns the enum and its `Decode` impl.
    pub(super) fn responses(&mut self, operation: &Operation, name: &str) -> [TokenStream; 2] {
        self.uses.decodes = true;
        let name = ident(name);
        let docs = docs::outer(
            "The success responses of the operation, with one variant for each status.",
        );
        let read: Vec<Variant> =
            operation.responses.iter().map(|response| self.variant(response)).collect();
        let variants = read.iter().map(|variant| &variant.item);
        let arms = decoded(&read);
        [
            quote! {
                #docs
                #[derive(Debug, Clone, PartialEq)]
                #[non_exhaustive]
                #[allow(clippy::large_enum_variant)]
                pub enum #name { #(#variants,)* }
            },
            quote! {
                impl Decode for #name {
                    #[inline]
                    fn decode(response: &RawResponse) -> Result<Decoded<Self>, DecodeError> {
                        match response.status().as_u16() { #(#arms),* }
                    }
                }
            },
        ]
    }

    fn variant(&mut self, response: &SuccessResponse) -> Variant {
        let (status, name) = (response.status, ident(&response.variant));
        let told = match status {
            Statuses::One(status) => format!("Status {status}."),
            Statuses::Range => "Any other success status (2XX).".to_owned(),
            Statuses::Default => "Any success status.".to_owned(),
        };
        let docs = docs::outer(&match docs::said(Some(&response.description)) {
            Some(text) => format!("{told} {}", docs::description(text)),
            None => told,
        });
        let ty = self.payload(&response.payload);
        let body = quote!(<#ty as Decode>::decode(response)?);
        if response.headers.is_empty() {
            return Variant {
                status,
                item: quote!(#docs #name(#ty)),
                value: quote!(Ok(#body.map(Self::#name))),
            };
        }
        let field = ident(&self.body_name(response));
        let field_docs = docs::outer("The body.");
        let headers = &response.headers;
        let names: Vec<_> = headers.iter().map(|header| ident(&header.name)).collect();
        let header_docs = headers.iter().map(|header| {
            docs::outer(&docs::said(header.description.as_deref()).map_or_else(
                || format!("The header {}.", docs::code(&header.wire)),
                docs::description,
            ))
        });
        let wires = headers.iter().map(|header| &header.wire);
        Variant {
            status,
            item: quote! {
                #docs
                #[non_exhaustive]
                #name { #(#header_docs #names: Option<String>,)* #field_docs #field: #ty }
            },
            value: quote! {
                Ok(#body.map(|#field| Self::#name { #(#names: response.header(#wires),)* #field }))
            },
        }
    }

    /// Returns the name of the variant's field for the body. The field is named after the body's type; if that type has
    /// no name, or a header already has this name, the field gets a general name such as `body`.
    fn body_name(&self, response: &SuccessResponse) -> String {
        let of_type = match &response.payload {
            Payload::Json(Type::Named(id)) => Some(value_name(self.emit.model.name(*id))),
            Payload::Json(_) | Payload::Bytes | Payload::Empty => None,
        };
        let is_free = |name: &String| response.headers.iter().all(|header| header.name != *name);
        let mut names = of_type.into_iter().chain(["body", "content"].map(str::to_owned));
        names.find(is_free).unwrap_or_else(|| "response_body".to_owned())
    }
}

/// A variant of the enum, and the expression that decodes it.
struct Variant {
    status: Statuses,
    item: TokenStream,
    value: TokenStream,
}

/// Returns the arms that decode a response by its status: the exact statuses first, and then all others. A range or
/// `default` covers the others. If the operation declares neither, an undeclared success is decoded like the lowest
/// declared status, whatever the order in the document is.
fn decoded(variants: &[Variant]) -> Vec<TokenStream> {
    let is_exact = |variant: &&Variant| matches!(variant.status, Statuses::One(_));
    let general = variants.iter().find(|variant| !is_exact(variant));
    let lowest = variants.iter().min_by_key(|variant| variant.status);
    let Some(fallback) = general.or(lowest) else { return Vec::new() };
    let exact = variants.iter().filter(is_exact).filter(|one| one.status != fallback.status);
    let exact = exact.filter_map(|Variant { status, value, .. }| match status {
        Statuses::One(status) => Some(quote!(#status => #value)),
        Statuses::Range | Statuses::Default => None,
    });
    let value = &fallback.value;
    exact.chain([quote!(_ => #value)]).collect()
}
