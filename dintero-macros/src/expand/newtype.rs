//! `DinteroValue`: implements the value traits of the inner type for a newtype.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Data, DeriveInput, Field, Member};

use super::impls;
use crate::ctxt::Ctxt;
use crate::message;
use crate::parse::Key;
use crate::parse::attr::{Container, FieldAttr};
use crate::table::Family;

/// A trait to implement by forwarding: its method, the method's second parameter with its type, and the return type.
struct Forwarded {
    trait_: TokenStream,
    method: TokenStream,
    argument: Option<(TokenStream, TokenStream)>,
    output: Option<TokenStream>,
}

fn forwarded(krate: &TokenStream) -> [Forwarded; 6] {
    let money = |ty: &str| {
        let ty = format_ident!("{ty}");
        Some(quote!(::core::result::Result<#krate::#ty, #krate::money::MoneyError>))
    };
    [
        Forwarded {
            trait_: quote!(#krate::ToText),
            method: quote!(to_text),
            argument: None,
            output: Some(quote!(#krate::__private::Cow<'_, ::core::primitive::str>)),
        },
        Forwarded {
            trait_: quote!(#krate::ToPrice),
            method: quote!(to_price),
            argument: Some((quote!(__dintero_currency), quote!(#krate::Currency))),
            output: Some(
                quote!(::core::result::Result<#krate::money::Price, #krate::money::MoneyError>),
            ),
        },
        Forwarded {
            trait_: quote!(#krate::ToQuantity),
            method: quote!(to_quantity),
            argument: None,
            output: money("Quantity"),
        },
        Forwarded {
            trait_: quote!(#krate::ToPercent),
            method: quote!(to_percent),
            argument: None,
            output: money("Percent"),
        },
        Forwarded {
            trait_: quote!(#krate::order::ToNumber),
            method: quote!(to_number),
            argument: None,
            output: money("Decimal"),
        },
        Forwarded {
            trait_: quote!(#krate::ToDiscount),
            method: quote!(map_discount),
            argument: Some((quote!(__dintero_to), quote!(&mut #krate::order::DiscountMapping<'_>))),
            output: None,
        },
    ]
}

/// Returns the impls of a newtype, or stand-in impls after an error.
pub(crate) fn expand(input: &DeriveInput) -> TokenStream {
    let ctxt = Ctxt::new();
    // A newtype has no targets. The family of `DinteroAddress`, which has no keys of its own, accepts only the keys
    // that all derives share.
    let container = Container::of_type(&ctxt, Family::Address, &input.attrs);
    container.keys().iter().filter(|key| key.word().as_deref() != Some("crate")).for_each(|key| {
        ctxt.error_under(key, message::not_on_newtype(&key.text()));
    });
    let field = only_field(&ctxt, input);
    let krate = container.krate();
    let (errors, value) = match (ctxt.finish(), field) {
        (Ok(()), Some((member, field))) => (TokenStream::new(), Some((member, field))),
        (mistakes, _) => (mistakes.err().map(|mistakes| mistakes.errors).unwrap_or_default(), None),
    };
    let ident = impls::own_name(input);
    let (impl_generics, ty_generics, _) = input.generics.split_for_impl();
    let impls =
        forwarded(&krate).into_iter().map(|Forwarded { trait_, method, argument, output }| {
            let (parameter, argument) = match argument {
                Some((name, ty)) => (quote!(, #name: #ty), quote!(, #name)),
                None => Default::default(),
            };
            let output = output.map(|output| quote!(-> #output));
            let (bound, body) = match &value {
                // For a type without parameters, `for<'__dintero>` makes rustc check the bound only where the impl is
                // used.
                Some((member, field)) => {
                    let ty = &field.ty;
                    let bound = quote!(for<'__dintero> #ty: #trait_);
                    (bound, quote!(#trait_::#method(&self.#member #argument)))
                }
                None => (TokenStream::new(), quote!(::core::unreachable!())),
            };
            let where_clause = impls::where_clause(&input.generics, &bound);
            quote! {
                #[automatically_derived]
                impl #impl_generics #trait_ for #ident #ty_generics #where_clause {
                    fn #method(&self #parameter) #output { #body }
                }
            }
        });
    quote!(#errors #(#impls)*)
}

/// Returns the only field that is not skipped.
fn only_field<'a>(ctxt: &Ctxt, input: &'a DeriveInput) -> Option<(Member, &'a Field)> {
    let data = match &input.data {
        Data::Struct(data) => data,
        Data::Enum(data) => {
            ctxt.error(data.enum_token.span, message::no_newtype());
            return None;
        }
        Data::Union(data) => {
            ctxt.error(data.union_token.span, message::no_union("DinteroValue"));
            return None;
        }
    };
    let skipped = |field: &&Field| {
        ctxt.enter(ctxt.position() + 1);
        let attrs = FieldAttr::all(ctxt, Family::Address, &field.attrs);
        for (key, span) in
            attrs.iter().flat_map(FieldAttr::keys).filter(|(key, _)| *key != Key::Skip)
        {
            ctxt.error(*span, message::not_on_newtype(key.word()));
        }
        attrs.iter().any(|attr| attr.skip.is_some())
    };
    let members = data.fields.members().zip(&data.fields);
    let kept: Vec<_> = members.filter(|(_, field)| !skipped(field)).collect();
    match <[_; 1]>::try_from(kept) {
        Ok([only]) => Some(only),
        Err(_) => {
            ctxt.error(input.ident.span(), message::no_newtype());
            None
        }
    }
}
