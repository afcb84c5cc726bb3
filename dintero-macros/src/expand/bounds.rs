//! The bounds on type parameters in a generated impl. If a field's type mentions a type parameter, the field's type
//! must implement the trait that the target requires.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote};
use syn::Type;

use super::lints::expanded;
use crate::cart::model::{Cart, Entry, FieldSource, Mapping, Source};
use crate::parse::ty;
use crate::table::Kind;
use crate::table::engine::{Bound, Function};

/// Returns the bounds on type parameters: those in `bound(...)`, or inferred bounds if the type does not have that key.
pub(crate) fn bounds(cart: &Cart<'_>, krate: &TokenStream) -> TokenStream {
    if let Some(bounds) = &cart.container.bound {
        return quote!(#bounds);
    }
    let parameters: Vec<&Ident> =
        cart.input.generics.type_params().map(|parameter| &parameter.ident).collect();
    if parameters.is_empty() {
        return TokenStream::new();
    }
    // rustc cannot resolve a bound that mentions the type itself, such as a bound on `Vec<Line<T>>` in the impl for
    // `Line<T>`.
    let itself = [&cart.input.ident];
    let generic = |ty: &Type| ty::mentions(ty, &parameters) && !ty::mentions(ty, &itself);
    cart.bodies()
        .into_iter()
        .flat_map(|body| &body.entries)
        .filter_map(|entry| match entry {
            Entry::Flatten(access) => {
                let trait_ = format_ident!("{}", cart.family.facts().implements.trait_);
                let ty = expanded(access.value_type());
                Some((access, quote!(#ty: #krate::#trait_,)))
            }
            Entry::Map(mapping) | Entry::Inherited(mapping) => match &mapping.source {
                Source::Field(field) if field.with.is_none() => {
                    Some((&field.access, predicate(mapping, field, krate)))
                }
                _ => None,
            },
        })
        .filter(|(access, _)| generic(access.ty))
        .map(|(_, predicate)| predicate)
        .collect()
}

/// Returns the bound that a field needs for its target.
fn predicate(mapping: &Mapping<'_>, field: &FieldSource<'_>, krate: &TokenStream) -> TokenStream {
    let ty = expanded(field.access.value_type());
    let function = mapping.place.function();
    let function = if function.is_splits() { Function::Value } else { function };
    let bound = function.bound();
    let name = match bound {
        _ if field.exponent.is_some() => return quote!(#ty: #krate::order::ToNumber,),
        Bound::Value => {
            let target = target_type(&mapping.place.leaf().kind, krate);
            return quote!(#target: #krate::__private::FromValue<#ty>,);
        }
        Bound::Flag => return quote!(#ty: #krate::order::ToFlag,),
        Bound::Text => "ToText",
        Bound::Price => "ToPrice",
        Bound::Quantity => "ToQuantity",
        Bound::Percent => "ToPercent",
        Bound::Items => "ToOrderItems",
        Bound::Address => "ToAddress",
        Bound::ShippingOption => "ToShippingOption",
        Bound::ShippingOptions => "ToShippingOptions",
        Bound::Discount => "ToDiscount",
    };
    let name = format_ident!("{name}");
    quote!(#ty: #krate::#name,)
}

/// Returns the type of a target, for use in the bound of a generic field.
fn target_type(kind: &Kind, krate: &TokenStream) -> TokenStream {
    let text = match kind {
        Kind::Enum(ty, _) | Kind::Value(ty) => ty,
        Kind::One(target) => target.ty,
        Kind::Many(target) => {
            let element = qualified(target.ty.parse().unwrap_or_default(), krate);
            return quote!(#krate::__private::Vec<#element>);
        }
        _ => "String",
    };
    qualified(text.parse().unwrap_or_default(), krate)
}

/// Returns a type from the generated table with full paths instead of bare names.
fn qualified(tokens: TokenStream, krate: &TokenStream) -> TokenStream {
    let path = |ident: Ident| match ident.to_string().as_str() {
        "String" | "Vec" | "BTreeMap" => quote!(#krate::__private::#ident),
        "Value" => quote!(#krate::serde_json::Value),
        "bool" | "i64" | "u64" | "f64" => quote!(::core::primitive::#ident),
        "Country" | "Currency" | "Date" | "DateOrTime" | "Decimal" | "MinorUnits" | "Percent"
        | "Quantity" | "Secret" | "StringOrNumber" | "Timestamp" => quote!(#krate::#ident),
        _ => quote!(#krate::types::#ident),
    };
    let qualify = |token| match token {
        TokenTree::Ident(ident) => path(ident),
        token => token.to_token_stream(),
    };
    tokens.into_iter().map(qualify).collect()
}
