//! Reads the merchant's attributes, and recognizes expressions and types by their tokens.

pub(crate) mod attr;
pub(crate) mod expr;
mod item;
mod keys;
pub(crate) mod newtype;
mod reader;
pub(crate) mod span;
pub(crate) mod ty;
mod value;

use proc_macro2::{TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Result};
use syn::{
    Attribute, Data, DataStruct, DeriveInput, Fields, Generics, Ident, Token, Visibility, token,
};

#[cfg(test)]
pub(crate) use keys::every_key;

/// Parses the attributes, the name and the generics of a type, and skips the fields or variants.
pub(crate) fn header(input: ParseStream<'_>) -> Result<DeriveInput> {
    let attrs = input.call(Attribute::parse_outer)?;
    let vis: Visibility = input.parse()?;
    let keyword = input.call(Ident::parse_any)?;
    let (ident, mut generics) = (input.parse()?, input.parse::<Generics>()?);
    // The `where` clause of a tuple struct follows its fields.
    if input.peek(token::Paren) {
        input.parse::<TokenTree>()?;
    }
    generics.where_clause = input.parse()?;
    input.parse::<TokenStream>()?;
    let data = DataStruct {
        struct_token: Token![struct](keyword.span()),
        fields: Fields::Unit,
        semi_token: None,
    };
    Ok(DeriveInput { attrs, vis, ident, generics, data: Data::Struct(data) })
}
