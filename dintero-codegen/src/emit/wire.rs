//! How the types become JSON and come back: small impls over the runtime's helpers, in files of their own so
//! that the types stay pleasant to read. Field names stand here literally as they stand in JSON.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use indexmap::IndexSet;
use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::types::{constant, literal, required};
use super::{Emit, Imports, docs, ident};
use crate::model::name::{OTHER, TypeNames};
use crate::model::{Def, Field, Model, Presence, Struct, Type, TypeDef, TypeId, Union, ValueType};
use crate::print::{self, Item, WIDTH};

/// The impls for one module of types.
pub(crate) fn file(emit: &Emit<'_>, ids: &[TypeId]) -> Result<String, syn::Error> {
    let mut imports = Imports::default();
    let mut needs = BTreeSet::new();
    let mut items: Vec<Item> = Vec::new();
    for id in ids {
        imports.named(emit, *id);
        let impls = impls(emit, *id, &mut needs, &mut imports);
        items.extend(impls.into_iter().map(Item::Text));
    }
    items.extend(alike(emit, ids));
    let needs: Vec<Ident> = needs.into_iter().map(ident).collect();
    let imports = imports.tokens(&quote!(crate::types), &BTreeSet::new());
    let docs = docs::inner_comment("How these types become JSON and come back.");
    print::file(&docs, quote!(#imports use crate::wire::{self, #(#needs),*};), items)
}

/// The impls of one type, which need something of the runtime.
fn impls(
    emit: &Emit<'_>,
    id: TypeId,
    needs: &mut BTreeSet<&'static str>,
    imports: &mut Imports,
) -> Vec<String> {
    let (def, names) = (emit.model.get(id), emit.names.of(id));
    let mut items = match &def.def {
        Def::Struct(object) => {
            needs.extend(["Model", "ObjectReader", "ObjectWriter", "ReadError"]);
            vec![model(object, names)]
        }
        Def::Enum(values) => {
            needs.insert("StringEnum");
            vec![known(values, names)]
        }
        Def::Union(union) => {
            needs.extend(["FromJson", "ReadError", "ToJson", "Value", "Written"]);
            imports.runtime("UnknownVariant");
            vec![read_union(union, names), write_union(names)]
        }
    };
    if def.direction.read_only_inside {
        needs.insert("ClearReadOnly");
        items.extend(match &def.def {
            Def::Union(union) => Some(clear_union(emit, union, names)),
            Def::Struct(object) => Some(clear(emit, object, names)),
            Def::Enum(_) => None,
        });
    }
    if emit.model.targets.blank.contains(&id) && !is_blank_when_new(def) {
        needs.insert("Blank");
        items.push(blank(emit, def, names, imports));
    }
    items
}

/// The types that stand in a box somewhere: they hold themselves.
fn boxed(model: &Model) -> BTreeSet<TypeId> {
    let fields =
        model.types.iter().filter_map(TypeDef::as_struct).flat_map(|object| &object.fields);
    fields
        .filter(|field| matches!(field.ty, Type::Boxed(_)))
        .filter_map(|field| field.ty.named())
        .collect()
}

/// What types have alike comes from macros of the runtime.
fn alike(emit: &Emit<'_>, ids: &[TypeId]) -> impl Iterator<Item = Item> {
    let all = |is: &dyn Fn(TypeId, &TypeDef) -> bool| -> Vec<Ident> {
        let ids = ids.iter().filter(|id| is(**id, emit.model.get(**id)));
        ids.map(|id| ident(emit.name(*id))).collect()
    };
    let targets = &emit.model.targets;
    let boxed = boxed(emit.model);
    let lists = [
        ("string_enum", all(&|_, def| matches!(def.def, Def::Enum(_)))),
        ("from_string", all(&|id, _| targets.enums.contains(&id))),
        ("model", all(&|_, def| matches!(def.def, Def::Struct(_)))),
        ("union", all(&|_, def| matches!(def.def, Def::Union(_)))),
        ("boxed", all(&|id, _| boxed.contains(&id))),
        ("blank", all(&|id, def| targets.blank.contains(&id) && is_blank_when_new(def))),
    ];
    lists.into_iter().filter(|(_, types)| !types.is_empty()).map(|(name, types)| {
        let name = ident(name);
        quote!(wire::#name! { #(#types),* }).into()
    })
}

/// `wire/mod.rs`.
pub(crate) fn index(
    emit: &Emit<'_>,
    modules: &BTreeMap<String, Vec<TypeId>>,
) -> Result<String, syn::Error> {
    let docs = docs::inner_comment("How the types become JSON and come back.");
    let items = modules.iter().filter(|(_, ids)| !ids.is_empty()).map(|(module, _)| {
        let (condition, name) = (emit.condition(module), ident(module));
        quote!(#condition mod #name;)
    });
    print::file(&docs, TokenStream::new(), vec![quote!(#(#items)*).into()])
}

fn members<'a>(
    object: &'a Struct,
    names: &'a TypeNames,
) -> impl Iterator<Item = (&'a Field, &'a str)> {
    object.fields.iter().zip(names.members.iter().map(String::as_str))
}

/// How a struct is read and written: one impl, because each costs time to check.
fn model(object: &Struct, names: &TypeNames) -> String {
    let hidden = hidden(object).map(|hidden| format!("{hidden}\n\n")).unwrap_or_default();
    let (read, write) = (read(object, names), write(object, names));
    format!("impl Model for {} {{\n{hidden}{read}\n{write}}}\n", names.name)
}

fn read(object: &Struct, names: &TypeNames) -> String {
    let mut item = String::from(
        "    #[inline]\n    fn read(object: &mut ObjectReader) -> Result<Self, ReadError> {\n",
    );
    constants(object, &mut item);
    let last = object.fields.len().saturating_sub(1);
    let fields: Vec<String> = members(object, names)
        .enumerate()
        .map(|(index, (field, member))| {
            // prettyplease gives the comma behind the last field no width.
            let comma = if index == last { "" } else { "," };
            let (method, wire) = (method(field), &field.wire);
            // There is no blank value of every type, so what cannot be read ends it.
            let or_fail = if method == "required" { "?" } else { "" };
            print::first_that_fits([
                // With the indentation of its line.
                &|| format!("            {member}: object.{method}({wire:?}){or_fail}{comma}"),
                &|| format!("            {member}: object\n                .{method}({wire:?}){or_fail}{comma}"),
            ])
            .trim()
            .trim_end_matches(',')
            .to_owned()
        })
        .collect();
    let literal = literal("        ", "Self", &fields);
    let _ = write!(item, "        Ok({})\n    }}\n", literal.trim_start());
    item
}

/// The runtime's method for a field. Most fields hold one of a few value types: these have methods without a type
/// parameter, which halves the time to check the impls.
fn method(field: &Field) -> String {
    match (field.presence, &field.ty) {
        (Presence::Required, Type::Value(value)) => format!("required_{}", value_method(*value)),
        (Presence::Required, _) => "required".to_owned(),
        (Presence::Nullable, _) => "nullable".to_owned(),
        (Presence::Optional, Type::Value(value)) => value_method(*value).to_owned(),
        (Presence::Optional, _) => "optional".to_owned(),
    }
}

fn value_method(value: ValueType) -> &'static str {
    match value {
        ValueType::Boolean => "boolean",
        ValueType::Currency => "currency",
        ValueType::Country => "country",
        ValueType::Date => "date",
        ValueType::Decimal => "decimal",
        ValueType::Float => "float",
        ValueType::Integer => "integer",
        ValueType::Json => "json",
        ValueType::MinorUnits => "minor_units",
        ValueType::Percent => "percent",
        ValueType::Quantity => "quantity",
        ValueType::Secret => "secret",
        ValueType::StringOrNumber => "string_or_number",
        ValueType::Text => "string",
        ValueType::Timestamp => "timestamp",
    }
}

fn constants(object: &Struct, item: &mut String) {
    for (tag, value) in &object.constants {
        let _ = writeln!(item, "        object.constant({tag:?}, {value:?});");
    }
}

fn write(object: &Struct, names: &TypeNames) -> String {
    let mut item = String::from(
        "    #[inline]\n    fn write<'a>(&'a self, object: &mut ObjectWriter<'a>) {\n",
    );
    constants(object, &mut item);
    for (field, member) in members(object, names) {
        let (method, wire) = (method(field), &field.wire);
        item.push_str(&print::first_that_fits([
            &|| format!("        object.{method}({wire:?}, &self.{member});\n"),
            &|| format!("        object\n            .{method}({wire:?}, &self.{member});\n"),
            &|| format!("        object\n            .{method}(\n                {wire:?},\n                &self.{member},\n            );\n"),
        ]));
    }
    item.push_str("    }\n");
    item
}

/// What `Debug` must not show.
fn hidden(object: &Struct) -> Option<String> {
    let hidden = object.fields.iter().filter(|field| field.redact);
    let hidden: Vec<String> = hidden.map(|field| format!("{:?}", field.wire)).collect();
    let start = "    const HIDDEN: &'static [&'static str] = &[";
    (!hidden.is_empty()).then(|| table(start, &hidden))
}

/// A constant list, which `start` opens.
fn table(start: &str, entries: &[String]) -> String {
    let inline = format!("{start}{}];", entries.join(", "));
    if inline.len() <= WIDTH {
        inline
    } else {
        format!("{start}\n        {},\n    ];", entries.join(",\n        "))
    }
}

fn clear(emit: &Emit<'_>, object: &Struct, names: &TypeNames) -> String {
    let mut item = format!(
        "impl ClearReadOnly for {} {{\n    #[inline]\n    fn clear_read_only(&mut self) {{\n",
        names.name
    );
    for (field, member) in members(object, names) {
        let inside = |id| emit.model.get(id).direction.read_only_inside;
        if field.read_only {
            let _ = writeln!(item, "        self.{member} = None;");
        } else if field.ty.named().is_some_and(inside) {
            let _ = writeln!(item, "        self.{member}.clear_read_only();");
        }
    }
    item.push_str("    }\n}\n");
    item
}

/// Whether the constructor asks for nothing, and makes what a derive begins with.
fn is_blank_when_new(def: &TypeDef) -> bool {
    let nothing = |object: &Struct| required(object).next().is_none();
    def.direction.sent && def.as_struct().is_some_and(nothing)
}

/// The value with nothing set, which a derive begins with.
fn blank(emit: &Emit<'_>, def: &TypeDef, names: &TypeNames, imports: &mut Imports) -> String {
    let value = match &def.def {
        Def::Struct(object) => {
            let fields = members(object, names).map(|(field, member)| {
                let value = match (&field.preset, field.presence) {
                    (Some(preset), _) => constant(emit, &field.ty, preset, imports),
                    (None, Presence::Required) => "Blank::blank()".to_owned(),
                    (None, Presence::Optional | Presence::Nullable) => "None".to_owned(),
                };
                format!("{member}: {value}")
            });
            literal("        ", "Self", &fields.collect::<Vec<_>>())
        }
        Def::Enum(_) => "        Self::from(\"\")".to_owned(),
        Def::Union(union) => {
            format!("        Self::{OTHER}(UnknownVariant::new({:?}, Value::Null))", union.tag)
        }
    };
    let name = &names.name;
    format!("impl Blank for {name} {{\n    fn blank() -> Self {{\n{value}\n    }}\n}}\n")
}

/// The table of an open enum; the runtime does the rest.
fn known(values: &IndexSet<String>, names: &TypeNames) -> String {
    let entries: Vec<String> = values
        .iter()
        .zip(&names.members)
        .map(|(value, member)| format!("(Self::{member}, {value:?})"))
        .collect();
    let start = "    const KNOWN: &'static [(Self, &'static str)] = &[";
    let table = table(start, &entries);
    format!("impl StringEnum for {} {{\n{table}\n}}\n", names.name)
}

fn read_union(union: &Union, names: &TypeNames) -> String {
    let (name, tag) = (&names.name, &union.tag);
    let mut item = format!(
        "impl FromJson for {name} {{\n    #[inline]\n    fn from_json(value: Value) -> Result<Self, ReadError> {{\n        \
         match wire::tag(&value, {tag:?})? {{\n"
    );
    for (variant, member) in union.variants.iter().zip(&names.members) {
        let value = &variant.value;
        let read = format!("FromJson::from_json(value).map(Self::{member})");
        let inline = format!("            {value:?} => {read},\n");
        // Without the line's end and the comma, which prettyplease gives no width.
        if inline.len() - 2 <= WIDTH {
            item.push_str(&inline);
        } else {
            let _ = write!(
                item,
                "            {value:?} => {{\n                {read}\n            }}\n"
            );
        }
    }
    let _ = write!(
        item,
        "            _ => Ok(Self::{OTHER}(UnknownVariant::new({tag:?}, value))),\n        }}\n    }}\n}}\n"
    );
    item
}

fn write_union(names: &TypeNames) -> String {
    let mut item = format!(
        "impl ToJson for {} {{\n    #[inline]\n    fn to_json(&self) -> Written<'_> {{\n        match self {{\n",
        names.name
    );
    for member in names.members.iter().map(String::as_str).chain([OTHER]) {
        let _ = writeln!(item, "            Self::{member}(value) => value.to_json(),");
    }
    item.push_str("        }\n    }\n}\n");
    item
}

fn clear_union(emit: &Emit<'_>, union: &Union, names: &TypeNames) -> String {
    let mut item = format!(
        "impl ClearReadOnly for {} {{\n    #[inline]\n    fn clear_read_only(&mut self) {{\n        match self {{\n",
        names.name
    );
    for (variant, member) in union.variants.iter().zip(&names.members) {
        if emit.model.get(variant.ty).direction.read_only_inside {
            let _ = writeln!(item, "            Self::{member}(value) => value.clear_read_only(),");
        }
    }
    item.push_str("            _ => {}\n        }\n    }\n}\n");
    item
}
