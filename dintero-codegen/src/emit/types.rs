//! The types themselves: structs with constructors and setters, open enums, and unions told apart by a tag.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use indexmap::IndexSet;
use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::{Emit, Imports, docs, ident};
use crate::model::name::{OTHER, TypeNames};
use crate::model::{
    Answer, Def, Field, Payload, Presence, Struct, Type, TypeDef, TypeId, Union, ValueType,
};
use crate::print::{self, Item, WIDTH};

/// One module of types.
pub(crate) fn file(
    emit: &Emit<'_>,
    module: &str,
    ids: &[TypeId],
    aliases: &[usize],
) -> Result<String, syn::Error> {
    let mut imports = Imports::default();
    let mut items = Vec::new();
    for id in ids {
        items.extend(type_items(emit, *id, &mut imports).into_iter().map(Item::Text));
    }
    for index in aliases {
        let (alias, names) = (&emit.model.aliases[*index], &emit.names.aliases[*index]);
        let mut item = String::new();
        docs::comment(&described(alias.docs.description.as_deref(), &names.name), "", &mut item);
        let _ = writeln!(item, "pub type {} = {};", names.name, imports.ty(emit, &alias.ty));
        items.push(Item::Text(item));
    }
    let own: BTreeSet<String> = ids.iter().map(|id| emit.name(*id).to_owned()).collect();
    let head = docs::inner_comment(&format!("The types of `{module}`."));
    print::file(&head, imports.tokens(&quote!(super), &own), items)
}

/// `types/mod.rs`: the modules, and all their types under one roof.
pub(crate) fn index(
    emit: &Emit<'_>,
    modules: &BTreeMap<String, Vec<TypeId>>,
) -> Result<String, syn::Error> {
    let head = docs::inner_comment(
        "Every type of the document, by subject.\n\n\
         All of them can be used from here as well: `dintero_api::types::OrderItem`.",
    );
    let names: Vec<Ident> = modules.keys().map(|module| ident(module)).collect();
    let conditions: Vec<_> = modules.keys().map(|module| emit.condition(module)).collect();
    let modules = quote!(#(#conditions pub mod #names;)*);
    let exports = quote!(#(#conditions #[doc(no_inline)] pub use self::#names::*;)*);
    print::file(&head, TokenStream::new(), vec![modules.into(), exports.into()])
}

fn type_items(emit: &Emit<'_>, id: TypeId, imports: &mut Imports) -> Vec<String> {
    let (def, names) = (emit.model.get(id), emit.names.of(id));
    let mut docs = String::new();
    let text = match (&def.docs.description, &names.owner) {
        (None, Some((_, field))) if field == "request" => "The body of a request.".to_owned(),
        (None, Some((_, field))) if field == "response" => "The body of an answer.".to_owned(),
        (None, Some((_, field))) if field == "error" => "The body of an error answer.".to_owned(),
        (None, Some((owner, field))) => format!("What stands in `{field}` of `{owner}`."),
        (description, _) => described(description.as_deref(), &names.name),
    };
    docs::comment(&text, "", &mut docs);
    uses(emit, id, &mut docs);
    match &def.def {
        Def::Struct(object) => struct_items(emit, def, object, names, docs, imports),
        Def::Enum(values) => vec![enum_item(def, values, names, docs, imports)],
        Def::Union(union) => union_items(emit, def, union, names, docs, imports),
    }
}

fn described(description: Option<&str>, name: &str) -> String {
    description.map_or_else(
        || format!("`{name}`, which the document does not describe."),
        docs::description,
    )
}

/// The operations that take or return the type itself. Without the client there is nothing to link to.
fn uses(emit: &Emit<'_>, id: TypeId, docs: &mut String) {
    let is = |ty: &Type| ty.named() == Some(id);
    let mut lines = Vec::new();
    for (group, names) in emit.model.groups.iter().zip(&emit.names.groups) {
        let operations = group.operations.iter().zip(&names.operations);
        for (operation, operation_names) in operations.filter(|(operation, _)| !operation.callback)
        {
            let sent = operation.body.as_ref().is_some_and(|body| is(&body.ty));
            let returned = |answer: &Answer| matches!(&answer.payload, Payload::Json(ty) if is(ty));
            let returned = operation.answers.iter().any(returned);
            for verb in
                [sent.then_some("Sent"), returned.then_some("Returned")].into_iter().flatten()
            {
                let (accessor, handle, method) =
                    (&names.accessor, &names.handle, &operation_names.method);
                lines.push(format!(
                    " - {verb} by [`{accessor}().{method}`](crate::operations::{handle}::{method})."
                ));
            }
        }
    }
    if !lines.is_empty() {
        docs.push_str("///\n");
    }
    for line in lines {
        let one = format!("#[cfg_attr(feature = \"client\", doc = {line:?})]\n");
        if one.len() - 1 <= WIDTH {
            docs.push_str(&one);
        } else {
            let _ =
                write!(docs, "#[cfg_attr(\n    feature = \"client\",\n    doc = {line:?}\n)]\n");
        }
    }
}

fn deprecated(is: bool, indent: &str, out: &mut String) {
    if is {
        let _ = writeln!(out, "{indent}#[deprecated]");
    }
}

fn struct_items(
    emit: &Emit<'_>,
    def: &TypeDef,
    object: &Struct,
    names: &TypeNames,
    docs: String,
    imports: &mut Imports,
) -> Vec<String> {
    let all_optional = object.fields.iter().all(|field| field.presence != Presence::Required);
    let mut items = vec![struct_item(emit, def, object, names, docs, all_optional, imports)];
    if object.query {
        imports.runtime("ReadError");
        items.push(from_query(object, names));
    }
    if def.direction.sent {
        let mut item = format!("impl {} {{\n", names.name);
        constructor(emit, object, names, all_optional, imports, &mut item);
        setters(emit, object, names, imports, &mut item);
        items.push(item + "}\n");
        if !all_optional && required(object).next().is_none() {
            let name = &names.name;
            items.push(format!(
                "impl Default for {name} {{\n    fn default() -> Self {{\n        Self::new()\n    }}\n}}\n"
            ));
        }
    }
    items
}

/// Settings that Dintero echoes are numbers and booleans; a parameter that may be repeated is a list.
fn from_query(object: &Struct, names: &TypeNames) -> String {
    let wires = |is: fn(&Field) -> bool| {
        let wires =
            object.fields.iter().filter(|field| is(field)).map(|field| format!("{:?}", field.wire));
        wires.collect::<Vec<_>>().join(", ")
    };
    let settings = wires(|field| {
        let scalar = matches!(
            field.ty,
            Type::Value(ValueType::Boolean | ValueType::Integer | ValueType::Float)
        );
        scalar && field.presence == Presence::Optional
    });
    let lists = wires(|field| matches!(field.ty, Type::List(_)));
    let mut item = format!("impl {} {{\n", names.name);
    let docs = "Reads the query of the URL that Dintero called, without its question mark.\n\n# Errors\n\n\
                A parameter that must be there is missing, or is not of its type.";
    docs::comment(docs, "    ", &mut item);
    item.push_str(
        "    #[inline]\n    pub fn from_query(query: &str) -> Result<Self, ReadError> {\n",
    );
    item.push_str(&print::first_that_fits([
        &|| format!("        crate::wire::from_query(query, &[{settings}], &[{lists}])\n"),
        &|| {
            format!(
                "        crate::wire::from_query(\n            query,\n            &[{settings}],\n            \
                 &[{lists}],\n        )\n"
            )
        },
    ]));
    item.push_str("    }\n}\n");
    item
}

fn struct_item(
    emit: &Emit<'_>,
    def: &TypeDef,
    object: &Struct,
    names: &TypeNames,
    docs: String,
    all_optional: bool,
    imports: &mut Imports,
) -> String {
    let mut item = docs;
    let default = if all_optional && def.direction.sent { ", Default" } else { "" };
    let _ = writeln!(item, "#[derive(Clone{default})]\n#[non_exhaustive]");
    deprecated(def.deprecated, "", &mut item);
    let _ = write!(item, "pub struct {} {{", names.name);
    for (field, member) in object.fields.iter().zip(&names.members) {
        item.push_str(if item.ends_with('{') { "\n" } else { "" });
        let text = docs::member(emit, &field.docs, &field.ty, &field.wire, member, field.read_only);
        docs::comment(&text, "    ", &mut item);
        deprecated(field.deprecated, "    ", &mut item);
        let ty = imports.ty(emit, &field.ty);
        let _ = match field.presence {
            Presence::Required => writeln!(item, "    pub {member}: {ty},"),
            Presence::Optional | Presence::Nullable => {
                writeln!(item, "    pub {member}: Option<{ty}>,")
            }
        };
    }
    item.push_str("}\n");
    item
}

/// The fields that a constructor asks for, with their index.
pub(crate) fn required(object: &Struct) -> impl Iterator<Item = (usize, &Field)> {
    let fields = object.fields.iter().enumerate();
    fields.filter(|(_, field)| field.is_asked_for())
}

fn constructor(
    emit: &Emit<'_>,
    object: &Struct,
    names: &TypeNames,
    all_optional: bool,
    imports: &mut Imports,
    item: &mut String,
) {
    let name = &names.name;
    if all_optional {
        let docs = format!("Makes an empty `{name}`: all of its fields may be left out.");
        docs::comment(&docs, "    ", item);
        item.push_str(
            "    #[inline]\n    #[must_use]\n    pub fn new() -> Self {\n        Self::default()\n    }\n",
        );
        return;
    }
    docs::comment(&format!("Makes a `{name}` of what it cannot do without."), "    ", item);
    let arguments: Vec<String> = required(object)
        .map(|(index, field)| {
            format!("{}: {}", names.members[index], input(emit, &field.ty, imports).ty)
        })
        .collect();
    if arguments.len() > 7 {
        item.push_str("    #[allow(clippy::too_many_arguments)]\n");
    }
    item.push_str("    #[inline]\n    #[must_use]\n");
    item.push_str(&signature("new", &arguments));
    let values: Vec<String> = object
        .fields
        .iter()
        .zip(&names.members)
        .map(|(field, member)| value(emit, field, member, imports))
        .collect();
    item.push_str(&literal("        ", "Self", &values));
    item.push_str("\n    }\n");
}

/// The first line of a method that returns `Self`, its arguments under each other where they are too many.
fn signature(name: &str, arguments: &[String]) -> String {
    print::first_that_fits([
        &|| format!("    pub fn {name}({}) -> Self {{\n", arguments.join(", ")),
        &|| {
            format!(
                "    pub fn {name}(\n        {},\n    ) -> Self {{\n",
                arguments.join(",\n        ")
            )
        },
    ])
}

/// The field of a constructor's struct literal.
fn value(emit: &Emit<'_>, field: &Field, member: &str, imports: &mut Imports) -> String {
    match (&field.preset, field.presence) {
        (Some(preset), _) => format!("{member}: {}", constant(emit, &field.ty, preset, imports)),
        (None, Presence::Required) => match input(emit, &field.ty, imports).convert {
            "" => member.to_owned(),
            convert => format!("{member}: {member}{convert}"),
        },
        (None, Presence::Optional | Presence::Nullable) => format!("{member}: None"),
    }
}

/// A struct literal, on one line where prettyplease puts it on one.
pub(crate) fn literal(indent: &str, name: &str, fields: &[String]) -> String {
    let inline = format!("{name} {{ {} }}", fields.join(", "));
    if fields.is_empty() {
        format!("{indent}{name} {{}}")
    } else if inline.len() <= 35 {
        format!("{indent}{inline}")
    } else {
        format!(
            "{indent}{name} {{\n{indent}    {},\n{indent}}}",
            fields.join(&format!(",\n{indent}    "))
        )
    }
}

/// The only value of a field that has but one.
pub(crate) fn constant(emit: &Emit<'_>, ty: &Type, preset: &str, imports: &mut Imports) -> String {
    format!("{}::{}", imports.ty(emit, ty), preset_variant(emit, ty, preset))
}

fn preset_variant<'a>(emit: &'a Emit<'_>, ty: &Type, value: &str) -> &'a str {
    let Some(id) = ty.named() else { return OTHER };
    let Def::Enum(values) = &emit.model.get(id).def else { return OTHER };
    values.get_index_of(value).map_or(OTHER, |index| &emit.names.of(id).members[index])
}

fn setters(
    emit: &Emit<'_>,
    object: &Struct,
    names: &TypeNames,
    imports: &mut Imports,
    item: &mut String,
) {
    for (field, member) in object.fields.iter().zip(&names.members) {
        if field.presence == Presence::Required || field.read_only {
            continue;
        }
        item.push('\n');
        docs::comment(&format!("Sets [`{member}`](#structfield.{member})."), "    ", item);
        deprecated(field.deprecated, "    ", item);
        let Input { ty, convert } = input(emit, &field.ty, imports);
        // Without a type parameter the setter would be compiled into this crate, for merchants who never call it.
        item.push_str(if ty.starts_with("impl ") {
            "    #[must_use]\n"
        } else {
            "    #[inline]\n    #[must_use]\n"
        });
        item.push_str(&signature(member, &["mut self".to_owned(), format!("{member}: {ty}")]));
        item.push_str(&print::first_that_fits([
            &|| format!("        self.{member} = Some({member}{convert});\n"),
            &|| {
                format!(
                    "        self.{member} = Some(\n            {member}{convert},\n        );\n"
                )
            },
        ]));
        item.push_str("        self\n    }\n");
    }
}

/// How a value comes in: the argument's type, and what makes the field's value of the argument.
pub(crate) struct Input {
    pub(crate) ty: String,
    pub(crate) convert: &'static str,
}

pub(crate) fn input(emit: &Emit<'_>, ty: &Type, imports: &mut Imports) -> Input {
    let exact = imports.ty(emit, ty);
    match ty {
        ty if converts(emit, ty) => Input { ty: format!("impl Into<{exact}>"), convert: ".into()" },
        Type::List(inner) => {
            let item = imports.ty(emit, inner);
            if converts(emit, inner) {
                let ty = format!("impl IntoIterator<Item = impl Into<{item}>>");
                Input { ty, convert: ".into_iter().map(Into::into).collect()" }
            } else {
                let ty = format!("impl IntoIterator<Item = {item}>");
                Input { ty, convert: ".into_iter().collect()" }
            }
        }
        Type::Map(inner) => {
            let item = imports.ty(emit, inner);
            if converts(emit, inner) {
                let ty =
                    format!("impl IntoIterator<Item = (impl Into<String>, impl Into<{item}>)>");
                Input {
                    ty,
                    convert: ".into_iter().map(|(key, value)| (key.into(), value.into())).collect()",
                }
            } else {
                let ty = format!("impl IntoIterator<Item = (impl Into<String>, {item})>");
                Input {
                    ty,
                    convert: ".into_iter().map(|(key, value)| (key.into(), value)).collect()",
                }
            }
        }
        Type::Boxed(_) | Type::Nullable(_) | Type::Value(_) | Type::Named(_) => {
            Input { ty: exact, convert: "" }
        }
    }
}

/// Whether merchants hold something else that becomes the value: `&str`, an integer, a variant of a union.
fn converts(emit: &Emit<'_>, ty: &Type) -> bool {
    match ty {
        Type::Value(value) => !matches!(
            value,
            ValueType::Boolean
                | ValueType::Integer
                | ValueType::Float
                | ValueType::Timestamp
                | ValueType::Date
                | ValueType::Currency
                | ValueType::Country
        ),
        Type::Boxed(_) => true,
        ty => emit.is_union(ty),
    }
}

fn enum_item(
    def: &TypeDef,
    values: &IndexSet<String>,
    names: &TypeNames,
    docs: String,
    imports: &mut Imports,
) -> String {
    imports.runtime("UnknownValue");
    let mut item = docs;
    item.push_str("#[derive(Debug, Clone)]\n#[non_exhaustive]\n");
    deprecated(def.deprecated, "", &mut item);
    let _ = writeln!(item, "pub enum {} {{", names.name);
    for (value, member) in values.iter().zip(&names.members) {
        let text =
            if value.is_empty() { "The empty text.".to_owned() } else { format!("`{value}`") };
        docs::comment(&text, "    ", &mut item);
        let _ = writeln!(item, "    {member},");
    }
    docs::comment("A value that this version does not know, kept as it is.", "    ", &mut item);
    let _ = writeln!(item, "    {OTHER}(UnknownValue),\n}}");
    item
}

fn union_items(
    emit: &Emit<'_>,
    def: &TypeDef,
    union: &Union,
    names: &TypeNames,
    docs: String,
    imports: &mut Imports,
) -> Vec<String> {
    imports.runtime("UnknownVariant");
    let name = &names.name;
    let mut item = docs;
    item.push_str("#[derive(Clone)]\n#[non_exhaustive]\n");
    deprecated(def.deprecated, "", &mut item);
    let _ = writeln!(item, "pub enum {name} {{");
    let mut conversions = Vec::new();
    let mut seen = BTreeSet::new();
    for (variant, member) in union.variants.iter().zip(&names.members) {
        let ty = imports.ty(emit, &Type::Named(variant.ty));
        docs::comment(&format!("`{}` is `{}`.", union.tag, variant.value), "    ", &mut item);
        let _ = writeln!(item, "    {member}({ty}),");
        if seen.insert(variant.ty) {
            conversions.push(format!(
                "impl From<{ty}> for {name} {{\n    #[inline]\n    fn from(value: {ty}) -> Self {{\n        \
                 Self::{member}(value)\n    }}\n}}\n"
            ));
        }
    }
    docs::comment("A variant that this version does not know, kept as it is.", "    ", &mut item);
    let _ = writeln!(item, "    {OTHER}(UnknownVariant),\n}}");
    conversions.insert(0, item);
    conversions
}
