//! Arguments of generated functions: the type of an argument, and the code that converts the argument to a field's
//! value.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::Emit;
use super::imports::Imports;
use crate::model::value::Given;
use crate::model::{Type, ValueType};

/// An argument of a constructor, setter or call.
pub(crate) struct Input {
    pub(crate) ty: TokenStream,
    convert: Convert,
}

/// How an argument is converted.
enum Convert {
    Nothing,
    Into,
    Collect,
    CollectInto,
    CollectPairs,
    CollectPairsInto,
}

impl Input {
    pub(crate) fn of<'a>(emit: &Emit<'a>, ty: &Type, imports: &mut Imports<'a>) -> Self {
        if converts(emit, ty) {
            let exact = imports.ty(emit.model, ty);
            return Self { ty: quote!(impl Into<#exact>), convert: Convert::Into };
        }
        match ty {
            Type::List(inner) => {
                let item = imports.ty(emit.model, inner);
                if converts(emit, inner) {
                    let ty = quote!(impl IntoIterator<Item = impl Into<#item>>);
                    Self { ty, convert: Convert::CollectInto }
                } else {
                    Self { ty: quote!(impl IntoIterator<Item = #item>), convert: Convert::Collect }
                }
            }
            Type::Map(inner) => {
                let item = imports.ty(emit.model, inner);
                if converts(emit, inner) {
                    let ty =
                        quote!(impl IntoIterator<Item = (impl Into<String>, impl Into<#item>)>);
                    Self { ty, convert: Convert::CollectPairsInto }
                } else {
                    let ty = quote!(impl IntoIterator<Item = (impl Into<String>, #item)>);
                    Self { ty, convert: Convert::CollectPairs }
                }
            }
            Type::Boxed(_) | Type::Nullable(_) | Type::Value(_) | Type::Named(_) => {
                Self { ty: imports.ty(emit.model, ty), convert: Convert::Nothing }
            }
        }
    }

    /// Returns whether a function with this argument has a type parameter.
    pub(crate) fn is_generic(&self) -> bool {
        !matches!(self.convert, Convert::Nothing)
    }

    /// Returns the expression that converts the argument to the field's value.
    pub(crate) fn value(&self, argument: &Ident) -> TokenStream {
        match self.convert {
            Convert::Nothing => quote!(#argument),
            Convert::Into => quote!(#argument.into()),
            Convert::Collect => quote!(#argument.into_iter().collect()),
            Convert::CollectInto => quote!(#argument.into_iter().map(Into::into).collect()),
            Convert::CollectPairs => {
                quote!(#argument.into_iter().map(|(key, value)| (key.into(), value)).collect())
            }
            Convert::CollectPairsInto => {
                quote!(#argument.into_iter().map(|(key, value)| (key.into(), value.into())).collect())
            }
        }
    }
}

/// Returns whether merchants can pass a value of another type, which is converted: `&str`, an integer, a variant of a
/// union, or a value without its box.
pub(crate) fn converts(emit: &Emit<'_>, ty: &Type) -> bool {
    match ty {
        Type::Value(value) => value.given() == Given::Into,
        Type::Boxed(_) => true,
        ty => emit.is_union(ty),
    }
}

/// Returns whether an argument is a string; calls take strings as `&str`.
pub(crate) fn is_text(ty: &Type) -> bool {
    matches!(ty, Type::Value(ValueType::Text))
}
