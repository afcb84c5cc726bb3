//! The enum of an operation whose success responses differ: one variant for each status.

use proc_macro2::TokenStream;
use quote::quote;

use super::{File, docs, ident};
use crate::model::ident::value_name;
use crate::model::{Answer, Operation, Payload, Type};

impl File<'_> {
    /// The enum, and how it is read.
    pub(super) fn answers(&mut self, operation: &Operation, name: &str) -> [TokenStream; 2] {
        self.uses.decodes = true;
        let name = ident(name);
        let docs = docs::outer("The response, by its status.");
        let read: Vec<Variant> =
            operation.answers.iter().map(|answer| self.variant(answer)).collect();
        let variants = read.iter().map(|variant| &variant.item);
        let arms =
            read.iter().skip(1).map(|Variant { status, value, .. }| quote!(#status => #value));
        // The first status also stands for one that the document does not name.
        let fallback = read.first().map(|Variant { value, .. }| quote!(_ => #value));
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
                        match response.status().as_u16() { #(#arms,)* #fallback }
                    }
                }
            },
        ]
    }

    fn variant(&mut self, answer: &Answer) -> Variant {
        let (status, name) = (answer.status, ident(&answer.variant));
        let docs = docs::outer(&match docs::said(Some(&answer.description)) {
            Some(text) => format!("Status {status}. {}", docs::description(text)),
            None => format!("Status {status}."),
        });
        let ty = self.payload(&answer.payload);
        let body = quote!(<#ty as Decode>::decode(response)?);
        if answer.headers.is_empty() {
            return Variant {
                status,
                item: quote!(#docs #name(#ty)),
                value: quote!(Ok(#body.map(Self::#name))),
            };
        }
        let field = ident(&self.body_name(answer));
        let field_docs = docs::outer("The body.");
        let headers = &answer.headers;
        let names: Vec<_> = headers.iter().map(|header| ident(&header.name)).collect();
        let header_docs = headers.iter().map(|header| {
            docs::outer(
                &docs::said(header.description.as_deref())
                    .map_or_else(|| format!("The header `{}`.", header.wire), docs::description),
            )
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

    /// The field of the body beside the headers: its type's name, unless a header has it.
    fn body_name(&self, answer: &Answer) -> String {
        let of_type = match &answer.payload {
            Payload::Json(Type::Named(id)) => Some(value_name(self.emit.model.name(*id))),
            Payload::Json(_) | Payload::Bytes | Payload::Empty => None,
        };
        let is_free = |name: &String| answer.headers.iter().all(|header| header.name != *name);
        let mut names = of_type.into_iter().chain(["body", "content"].map(str::to_owned));
        names.find(is_free).unwrap_or_else(|| "response_body".to_owned())
    }
}

/// A variant, and the result of reading it.
struct Variant {
    status: u16,
    item: TokenStream,
    value: TokenStream,
}
