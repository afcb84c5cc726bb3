//! Emits the serialization of the types: for each type, one call of a runtime macro with the JSON keys of the type.
//! The calls are in separate files so that the types stay easy to read.

use std::collections::{BTreeSet, HashSet};

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{ToTokens, quote};

use super::imports::Imports;
use super::types::preset_variant;
use super::{Emit, Module, docs, ident};
use crate::model::reach::reach;
use crate::model::{
    Def, Enum, Field, Model, Presence, Sign, Struct, Type, TypeId, Union, Untagged, ValueType,
};
use crate::print;

const DOCS: &str = "Serialization and deserialization of the generated types.";

/// Emits the macro calls for one module of types.
pub(crate) fn file(emit: &Emit<'_>, module: &Module<'_>) -> Result<String, syn::Error> {
    let mut imports = Imports::default();
    let mut items = Vec::new();
    for id in &module.ids {
        imports.named(emit.model, *id);
        items.push(call(emit, *id, &mut imports));
    }
    items.extend(common(emit, &module.ids));
    items.extend(from_string(emit, &module.ids));
    items.extend(hash(emit, &module.ids));
    let imports = imports.uses(&quote!(crate::types), &BTreeSet::new());
    let uses = quote!(#imports use crate::wire;);
    print::file(print::File { head: docs::inner(DOCS), uses, items })
}

/// Emits `wire/mod.rs`.
pub(crate) fn index(emit: &Emit<'_>, modules: &[Module<'_>]) -> Result<String, syn::Error> {
    let modules = modules.iter().filter(|module| !module.ids.is_empty()).map(|module| {
        let (condition, name) = (emit.condition(module.name), ident(module.name));
        quote!(#condition mod #name;)
    });
    let uses = quote!(#(#modules)*);
    print::file(print::File { head: docs::inner(DOCS), uses, items: Vec::new() })
}

fn call<'a>(emit: &'a Emit<'a>, id: TypeId, imports: &mut Imports<'a>) -> TokenStream {
    let def = emit.model.get(id);
    let name = ident(&def.name.ident);
    match &def.def {
        Def::Struct(object) => model(emit, &name, object, imports),
        Def::Enum(values) => open_enum(&name, values),
        Def::Union(tagged) => union(&name, tagged),
        Def::Untagged(alternatives) => untagged(&name, alternatives),
    }
}

/// Emits the code that all enums of a module share, and the code that all other types share. Each of these two parts
/// is a single macro call, because every call adds compile time.
fn common(emit: &Emit<'_>, ids: &[TypeId]) -> Vec<TokenStream> {
    let (enums, others): (Vec<&TypeId>, Vec<&TypeId>) =
        ids.iter().partition(|id| emit.model.get(**id).as_enum().is_some());
    let names = |ids: &[&TypeId]| -> Vec<Ident> {
        ids.iter().map(|id| ident(emit.model.name(**id))).collect()
    };
    let (enums, others) = (names(&enums), names(&others));
    let compared = (!others.is_empty()).then(|| quote!(wire::compared! { #(#others),* }));
    let texts = (!enums.is_empty()).then(|| quote!(wire::texts! { #(#enums),* }));
    compared.into_iter().chain(texts).collect()
}

/// Emits the macro call for the enums that are parsed from a merchant's strings.
fn from_string(emit: &Emit<'_>, ids: &[TypeId]) -> Option<TokenStream> {
    let ids = ids.iter().filter(|id| emit.model.targets.enums.contains(*id));
    let names: Vec<Ident> = ids.map(|id| ident(emit.model.name(*id))).collect();
    (!names.is_empty()).then(|| quote!(wire::from_string! { #(#names),* }))
}

/// Emits the macro call for the structs and unions that the derives fill, at any depth, and that contain no float:
/// without floats, every value equals itself.
fn hash(emit: &Emit<'_>, ids: &[TypeId]) -> Option<TokenStream> {
    let targets = &emit.model.targets.structs;
    let mut built: HashSet<TypeId> = HashSet::new();
    for id in targets {
        reach(emit.model, &Type::Named(*id), &mut built);
    }
    let ids = ids.iter().filter(|id| {
        built.contains(*id) && emit.model.get(**id).as_enum().is_none() && {
            let mut parts = HashSet::new();
            reach(emit.model, &Type::Named(**id), &mut parts);
            !parts.iter().any(|id| holds_float(emit.model, *id))
        }
    });
    let names: Vec<Ident> = ids.map(|id| ident(emit.model.name(*id))).collect();
    (!names.is_empty()).then(|| quote!(wire::hash! { #(#names),* }))
}

fn holds_float(model: &Model, id: TypeId) -> bool {
    model.get(id).parts().into_iter().any(|mut ty| {
        while let Type::List(inner)
        | Type::Map(inner)
        | Type::Nullable(inner)
        | Type::Boxed(inner) = ty
        {
            ty = inner;
        }
        matches!(ty, Type::Value(ValueType::Float))
    })
}

/// Emits a struct: its fields with their JSON keys, and facts about some of the fields.
fn model<'a>(
    emit: &'a Emit<'a>,
    name: &Ident,
    object: &'a Struct,
    imports: &mut Imports<'a>,
) -> TokenStream {
    let is_others = |field: &&Field| field.presence == Presence::Others;
    let (others, fields): (Vec<&Field>, Vec<&Field>) = object.fields.iter().partition(is_others);
    let rows = fields.iter().map(|field| {
        let (member, key, mark) = (ident(&field.name), &field.wire, mark(field));
        let blank = match (&field.preset, field.presence) {
            (Some(preset), _) => {
                let variant = ident(preset_variant(emit, &field.ty, preset));
                let ty = imports.ty(emit.model, &field.ty);
                quote!(#ty::#variant)
            }
            (None, Presence::Optional) => quote!(None),
            (None, _) => quote!(wire::blank()),
        };
        let kind = ident(kind(emit.model, field));
        quote!(#member: #kind(#blank) = #key #mark)
    });
    let rows: Vec<TokenStream> = rows.collect();
    let constants: Vec<_> =
        object.constants.iter().map(|(tag, value)| quote!(#tag = #value)).collect();
    let others: Vec<Ident> = others.iter().map(|field| ident(&field.name)).collect();
    let rules = constants.iter().map(|_| b'c').chain(fields.iter().map(|field| rule(field)));
    let rules = Literal::byte_string(&rules.collect::<Vec<u8>>());
    let facts = [fact("constants", &constants), fact("others", &others)];
    let facts = facts.iter().flatten();
    quote!(wire::model! { #name { #(#rows),* } rules: #rules; #(#facts)* })
}

/// Returns the method of the runtime's `FieldWriter` that marks a field, or nothing if the field has no mark.
fn mark(field: &Field) -> Option<Ident> {
    let mark = match (field.redact, field.read_only) {
        (true, true) => "hidden_read_only",
        (true, false) => "hidden",
        (false, true) => "read_only",
        (false, false) => return None,
    };
    Some(ident(mark))
}

/// Returns the letter of the runtime's `Rule` for a field.
fn rule(field: &Field) -> u8 {
    match (field.is_required_in_responses(), field.lenient) {
        (false, true) => b'O',
        (false, false) => b'o',
        (true, _) if field.may_be_empty => b'E',
        // A required property cannot become `None`, even if it is lenient: the lenient property around its object does.
        // `tolerance` reports a response in which there is none.
        (true, _) => b'r',
    }
}

/// Returns the variant of the runtime's `Slot`, and the method of its `FieldWriter`, for a field.
fn kind(model: &Model, field: &Field) -> &'static str {
    let is_scalar = |id: TypeId| model.get(id).as_enum().is_some();
    match (&field.ty, field.presence) {
        (_, Presence::Nullable) => "Nullable",
        (Type::Value(ValueType::Text), Presence::Required) => "Text",
        (Type::Value(ValueType::Text), _) => "OptionalText",
        (Type::Value(ValueType::MinorUnits), Presence::Required) => "Amount",
        (Type::Value(ValueType::MinorUnits), _) => "OptionalAmount",
        (Type::Value(ValueType::Json), _) => "Place",
        (Type::Value(_), _) => "Scalar",
        (Type::Named(id), _) if is_scalar(*id) => "Scalar",
        _ => "Place",
    }
}

/// Emits a list after the rows, or nothing if the list is empty.
fn fact(name: &str, entries: &[impl ToTokens]) -> Option<TokenStream> {
    let name = ident(name);
    (!entries.is_empty()).then(|| quote!(#name: #(#entries),*;))
}

fn open_enum(name: &Ident, values: &Enum) -> TokenStream {
    let rows = values.values.iter().map(|(value, member)| {
        let member = ident(member);
        quote!(#member = #value)
    });
    quote!(wire::open_enum! { #name { #(#rows),* } })
}

fn union(name: &Ident, union: &Union) -> TokenStream {
    let tag = &union.tag;
    let rows = union.variants.iter().map(|variant| {
        let (value, member) = (&variant.value, ident(&variant.name));
        quote!(#value = #member)
    });
    quote!(wire::union! { #name by #tag { #(#rows),* } })
}

fn untagged(name: &Ident, untagged: &Untagged) -> TokenStream {
    let rows = untagged.variants.iter().map(|variant| {
        let member = ident(&variant.name);
        let sign = match &variant.sign {
            Sign::Text => quote!(Text),
            Sign::Number => quote!(Number),
            Sign::Boolean => quote!(Boolean),
            Sign::List => quote!(List),
            Sign::Object => quote!(Object),
            Sign::With(key) => quote!(With(#key)),
        };
        quote!(#member = #sign)
    });
    quote!(wire::untagged! { #name { #(#rows),* } })
}
