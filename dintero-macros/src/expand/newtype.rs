//! `DinteroValue`: implements the value traits of the inner type for a newtype.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Data, DeriveInput, Field, Member};

use super::impls;
use super::lints::{expanded, expanded_bounds, lints};
use crate::ctxt::Ctxt;
use crate::message;
use crate::parse::newtype as parse;

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
    let krate = parse::krate(&ctxt, &input.attrs);
    let field = only_field(&ctxt, input);
    match (ctxt.finish(), field) {
        (Ok(()), Some((member, field))) => {
            let forward = |Forwarded { trait_, method, argument, .. }: &Forwarded| {
                // For a type without parameters, `for<'__dintero>` makes rustc check the bound only where the impl is
                // used.
                let ty = expanded(&field.ty);
                let argument = argument.as_ref().map(|(name, _)| quote!(, #name));
                (
                    quote!(for<'__dintero> #ty: #trait_),
                    quote!(#trait_::#method(&self.#member #argument)),
                )
            };
            implementations(input, &krate, forward)
        }
        (mistakes, _) => {
            let errors = mistakes.err().map(|mistakes| mistakes.errors).unwrap_or_default();
            let stand_in = stand_in(input, &krate);
            quote!(#errors #stand_in)
        }
    }
}

/// Returns stand-in impls for a type with mistakes, so that code that uses the traits causes no further errors.
pub(crate) fn stand_in(input: &DeriveInput, krate: &TokenStream) -> TokenStream {
    implementations(input, krate, |_| (TokenStream::new(), quote!(::core::unreachable!())))
}

/// Returns an impl for each trait. `parts` returns the bound and the body of the impl.
fn implementations(
    input: &DeriveInput,
    krate: &TokenStream,
    parts: impl Fn(&Forwarded) -> (TokenStream, TokenStream),
) -> TokenStream {
    let (lints, ident) = (lints(&input.attrs), impls::own_name(input));
    let generics = expanded_bounds(&input.generics);
    let (impl_generics, ty_generics, _) = generics.split_for_impl();
    let write = |forwarded: Forwarded| {
        let (bound, body) = parts(&forwarded);
        let Forwarded { trait_, method, argument, output } = forwarded;
        let parameter = argument.map(|(name, ty)| quote!(, #name: #ty));
        let output = output.map(|output| quote!(-> #output));
        let where_clause = impls::where_clause(&input.generics, &bound);
        quote! {
            #lints
            #[automatically_derived]
            impl #impl_generics #trait_ for #ident #ty_generics #where_clause {
                fn #method(&self #parameter) #output { #body }
            }
        }
    };
    forwarded(krate).into_iter().map(write).collect()
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
        parse::is_skipped(ctxt, &field.attrs)
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
