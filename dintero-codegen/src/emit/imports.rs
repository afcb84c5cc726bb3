//! Collects the names that a file imports, while the file's items are emitted.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;

use super::ident;
use crate::model::value::Home;
use crate::model::{Model, Type, TypeId, ValueType};

/// The imports of a file.
#[derive(Default)]
pub(crate) struct Imports<'a> {
    /// Types from the document.
    types: BTreeSet<&'a str>,
    /// Value types from the runtime.
    runtime: BTreeSet<&'static str>,
    map: bool,
    json: bool,
}

impl<'a> Imports<'a> {
    /// Returns the tokens of a type, and adds the imports that the type needs.
    pub(crate) fn ty(&mut self, model: &'a Model, ty: &Type) -> TokenStream {
        match ty {
            Type::Value(value) => self.value(*value),
            Type::List(inner) => {
                let inner = self.ty(model, inner);
                quote!(Vec<#inner>)
            }
            Type::Map(inner) => {
                self.map = true;
                let inner = self.ty(model, inner);
                quote!(BTreeMap<String, #inner>)
            }
            Type::Nullable(inner) => {
                let inner = self.ty(model, inner);
                quote!(Option<#inner>)
            }
            Type::Boxed(inner) => {
                let inner = self.ty(model, inner);
                quote!(Box<#inner>)
            }
            Type::Named(id) => self.named(model, *id),
        }
    }

    pub(crate) fn named(&mut self, model: &'a Model, id: TypeId) -> TokenStream {
        let name = model.name(id);
        self.types.insert(name);
        let name = ident(name);
        quote!(#name)
    }

    fn value(&mut self, value: ValueType) -> TokenStream {
        let name = value.rust_name();
        match value.home() {
            Home::Prelude => {}
            Home::Runtime => drop(self.runtime.insert(name)),
            Home::Json => self.json = true,
        }
        let name = ident(name);
        quote!(#name)
    }

    /// Imports a name of the runtime that is not a value type.
    pub(crate) fn runtime(&mut self, name: &'static str) {
        self.runtime.insert(name);
    }

    /// Returns the lines that import the names in a merchant's file, together with `more`.
    pub(crate) fn of_a_merchant(&self, more: Option<&str>) -> Vec<String> {
        let map = self.map.then_some("std::collections::BTreeMap".to_owned());
        let json = self.json.then_some("serde_json::Value".to_owned());
        let types = self.types.iter().map(|name| format!("types::{name}"));
        let runtime = self.runtime.iter().map(|name| (*name).to_owned());
        let ours = more.map(str::to_owned).into_iter().chain(json).chain(runtime).chain(types);
        let ours = ours.map(|path| format!("dintero_api::{path}"));
        map.into_iter().chain(ours).map(|path| format!("use {path};")).collect()
    }

    /// Returns the `use` items, except for types that the file itself defines.
    pub(crate) fn uses(&self, types_from: &TokenStream, own: &BTreeSet<&str>) -> TokenStream {
        let map = self.map.then(|| {
            quote!(
                use std::collections::BTreeMap;
            )
        });
        let json = self.json.then(|| {
            quote!(
                use serde_json::Value;
            )
        });
        let runtime = list(self.runtime.iter().copied()).map(|names| quote!(use crate::#names;));
        let types = list(self.types.iter().copied().filter(|name| !own.contains(*name)));
        let types = types.map(|names| quote!(use #types_from::#names;));
        quote!(#map #json #types #runtime)
    }
}

/// Returns `{A, B}`, `A` for a single name, or `None` if there are no names.
pub(crate) fn list<'a>(names: impl Iterator<Item = &'a str>) -> Option<TokenStream> {
    let names: Vec<_> = names.map(ident).collect();
    match names.as_slice() {
        [] => None,
        [name] => Some(quote!(#name)),
        names => Some(quote!({#(#names),*})),
    }
}
