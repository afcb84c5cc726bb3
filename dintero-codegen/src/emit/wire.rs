//! How the types become JSON and come back: one macro call of the runtime for each type, with its JSON keys. They are in
//! files of their own so that the types stay pleasant to read.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexSet;
use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::types::constant;
use super::{Emit, Imports, docs, ident};
use crate::model::name::TypeNames;
use crate::model::{Def, Field, Presence, Struct, TypeId, Union};
use crate::print::{self, Item};

const DOCS: &str = "How these types become JSON and come back.";

/// The calls for one module of types.
pub(crate) fn file(emit: &Emit<'_>, ids: &[TypeId]) -> Result<String, syn::Error> {
    let mut imports = Imports::default();
    let mut items: Vec<Item> = Vec::new();
    for id in ids {
        imports.named(emit, *id);
        items.push(call(emit, *id, &mut imports).into());
    }
    items.extend(from_string(emit, ids).map(Item::from));
    let imports = imports.tokens(&quote!(crate::types), &BTreeSet::new());
    print::file(&docs::inner_comment(DOCS), quote!(#imports use crate::wire;), items)
}

/// `wire/mod.rs`.
pub(crate) fn index(
    emit: &Emit<'_>,
    modules: &BTreeMap<String, Vec<TypeId>>,
) -> Result<String, syn::Error> {
    let items = modules.iter().filter(|(_, ids)| !ids.is_empty()).map(|(module, _)| {
        let (condition, name) = (emit.condition(module), ident(module));
        quote!(#condition mod #name;)
    });
    let items = vec![quote!(#(#items)*).into()];
    print::file(&docs::inner_comment(DOCS), TokenStream::new(), items)
}

fn call(emit: &Emit<'_>, id: TypeId, imports: &mut Imports) -> TokenStream {
    let names = emit.names.of(id);
    match &emit.model.get(id).def {
        Def::Struct(object) => model(emit, object, names, imports),
        Def::Enum(values) => open_enum(values, names),
        Def::Union(tagged) => union(tagged, names),
    }
}

/// The enums that a merchant's text becomes.
fn from_string(emit: &Emit<'_>, ids: &[TypeId]) -> Option<TokenStream> {
    let ids = ids.iter().filter(|id| emit.model.targets.enums.contains(*id));
    let names: Vec<Ident> = ids.map(|id| ident(emit.name(*id))).collect();
    (!names.is_empty()).then(|| quote!(wire::from_string! { #(#names),* }))
}

/// A struct: its rows, and the facts about some of them.
fn model(
    emit: &Emit<'_>,
    object: &Struct,
    names: &TypeNames,
    imports: &mut Imports,
) -> TokenStream {
    let name = ident(&names.name);
    let fields = || object.fields.iter().zip(&names.members);
    let mut required = Vec::new();
    let mut rows = Vec::new();
    let mut presets = Vec::new();
    for (field, member) in fields() {
        let (member, key) = (ident(member), &field.wire);
        let position = (field.presence != Presence::Optional).then(|| {
            required.push(key);
            let position = Literal::usize_unsuffixed(required.len() - 1);
            quote!([#position])
        });
        rows.push(quote!(#member #position = #key));
        if let Some(preset) = &field.preset {
            let value = constant(emit, &field.ty, preset, imports);
            let value: TokenStream = value.parse().unwrap_or_default();
            presets.push(quote!(#member = #value));
        }
    }
    let keys = |has: fn(&Field) -> bool| -> Vec<&String> {
        object.fields.iter().filter(|field| has(field)).map(|field| &field.wire).collect()
    };
    let constants: Vec<_> =
        object.constants.iter().map(|(tag, value)| quote!(#tag = #value)).collect();
    let required = fact("required", &required);
    let constants = fact("constants", &constants);
    let hidden = fact("hidden", &keys(|field| field.redact));
    let read_only = fact("read_only", &keys(|field| field.read_only));
    let presets = fact("preset", &presets);
    quote! {
        wire::model! {
            #name { #(#rows),* } #required #constants #hidden #read_only #presets
        }
    }
}

/// A list behind the rows, left out if it is empty.
fn fact(name: &str, entries: &[impl quote::ToTokens]) -> Option<TokenStream> {
    let name = ident(name);
    (!entries.is_empty()).then(|| quote!(#name: #(#entries),*;))
}

fn open_enum(values: &IndexSet<String>, names: &TypeNames) -> TokenStream {
    let name = ident(&names.name);
    let members = names.members.iter().map(|member| ident(member));
    let values = values.iter();
    quote!(wire::open_enum! { #name { #(#members = #values),* } })
}

fn union(union: &Union, names: &TypeNames) -> TokenStream {
    let (name, tag) = (ident(&names.name), &union.tag);
    let members = names.members.iter().map(|member| ident(member));
    let values = union.variants.iter().map(|variant| &variant.value);
    quote!(wire::union! { #name by #tag { #(#values = #members),* } })
}
