//! Assigns the names that depend on the whole model: the names of inline types, and names that would collide.
//! Components, and types that the overlay names, come first. Names are never numbered: a name that is taken gets more
//! context, and a warning says how to choose a better name.

mod groups;
mod inline;

use std::collections::{HashMap, HashSet};

use crate::model::ident::{self, OTHER};
use crate::model::{Def, Draft, Hint, Model, Targets, TypeDef, TypeId, TypeName};
use crate::pointer::Pointer;
use crate::report::{Report, Reports};

/// The maximum length of a type name that reads well in a signature.
const LONGEST: usize = 40;

/// Names that generated code uses for other items. `tests/clashes.rs` checks that the list contains every name that a
/// generated file imports.
const RESERVED: &[&str] = &[
    "BTreeMap",
    "Blank",
    "Box",
    "BoxFuture",
    "Bytes",
    "Call",
    "ClearReadOnly",
    "Client",
    "Clone",
    "Country",
    "Currency",
    "Date",
    "DateOrTime",
    "Debug",
    "Decimal",
    "Decode",
    "DecodeError",
    "Decoded",
    "Default",
    "Deserialize",
    "Endpoint",
    "Err",
    "Error",
    "From",
    "FromJson",
    "Into",
    "IntoFuture",
    "IntoIterator",
    "Iterator",
    "Method",
    "MinorUnits",
    "Model",
    "None",
    "ObjectReader",
    "ObjectWriter",
    "Ok",
    "Option",
    "Percent",
    "Quantity",
    "QueryRule",
    "RawResponse",
    "Response",
    "Result",
    "Scheme",
    "Secret",
    "Self_",
    "Send",
    "Some",
    "String",
    "StringEnum",
    "StringOrNumber",
    "Timestamp",
    "ToJson",
    "UnknownValue",
    "UnknownVariant",
    "Value",
    "ValueError",
    "Vec",
    "Written",
];

/// Names a model.
pub(crate) fn assign(draft: Draft, reports: &mut Reports) -> Model {
    let Draft { types, mut aliases, mut groups } = draft;
    let mut naming = Naming {
        names: types.iter().map(|_| None).collect(),
        types: &types,
        order: Vec::new(),
        visited: vec![false; types.len()],
        taken: HashMap::new(),
        reports,
    };
    for id in (0..types.len()).map(TypeId) {
        naming.certain(id);
    }
    for alias in &mut aliases {
        alias.name = naming.take(&alias.name, &alias.name, &alias.at);
    }
    naming.groups(&mut groups);
    naming.inline(&aliases, &groups);
    for def in &types {
        naming.members(def);
    }
    let Naming { names, order, .. } = naming;
    let types = types.into_iter().zip(names).map(|(def, name)| finished(def, name)).collect();
    Model { types, order, aliases, groups, targets: Targets::default() }
}

/// Combines a type with its name. A type that no other type or operation uses is never emitted, and is named only for
/// reports.
fn finished(def: TypeDef<Hint>, name: Option<TypeName>) -> TypeDef {
    let name = name.unwrap_or_else(|| TypeName {
        ident: ident::type_name(&def.at.tokens().last().unwrap_or_default()),
        module: ident::module(None),
        owner: None,
    });
    let TypeDef { name: _, def, docs, deprecated, at, direction, derive } = def;
    TypeDef { name, def, docs, deprecated, at, direction, derive }
}

struct Naming<'a> {
    types: &'a [TypeDef<Hint>],
    /// The names assigned so far, by the index of the type.
    names: Vec<Option<TypeName>>,
    order: Vec<TypeId>,
    visited: Vec<bool>,
    /// The names that are taken, and the location of the item that has each name.
    taken: HashMap<String, Pointer>,
    reports: &'a mut Reports,
}

impl<'a> Naming<'a> {
    /// Names the type if it is a component, or if the overlay names it. Such types are named first, so that inline
    /// types avoid their names.
    fn certain(&mut self, id: TypeId) {
        let def = &self.types[id.0];
        let Some(certain) = &def.name.certain else { return };
        let ident = self.take(&ident::type_name(certain), certain, &def.at);
        let lives_alone = def.name.component || def.name.module.is_some();
        let module =
            if lives_alone { ident::module(def.name.module.as_deref()) } else { String::new() };
        self.names[id.0] = Some(TypeName { ident, module, owner: None });
    }

    /// Reserves the Rust name for `text`, a name in the document or the overlay, and returns the reserved name. A name
    /// that has another meaning in generated files gets the suffix `Schema`. If the name is taken, its symbols are
    /// spelled out.
    fn take(&mut self, name: &str, text: &str, at: &Pointer) -> String {
        let mut name = name.to_owned();
        if is_reserved(&name) {
            let given = name.trim_end_matches('_').to_owned();
            name = format!("{given}Schema");
            let message = format!(
                "`{given}` has another meaning in Rust or in the runtime; it becomes `{name}`"
            );
            self.warn(
                at,
                message,
                "give the type another `x-rust-name` or `x-rust-type` in the overlay",
            );
        }
        if name.len() > LONGEST {
            let message = format!("the name `{name}` has more than {LONGEST} characters");
            self.warn(
                at,
                message,
                "give the type a shorter `x-rust-name` or `x-rust-type` in the overlay",
            );
        }
        if let Some(other) = self.taken.get(&name).cloned() {
            let help = "give one of them another `x-rust-name` or `x-rust-type` in the overlay";
            let spelt = ident::type_name(&ident::spelt_out(text));
            let message = format!("two types are named `{name}`; the other is at {other}");
            if self.is_free(&spelt) {
                self.warn(at, format!("{message}; this one becomes `{spelt}`"), help);
                name = spelt;
            } else {
                self.reports.push(Report::error("name", at, message).help(help));
            }
        }
        self.taken.insert(name.clone(), at.clone());
        name
    }

    fn is_free(&self, name: &str) -> bool {
        !self.taken.contains_key(name) && !is_reserved(name)
    }

    fn warn(&mut self, at: &Pointer, message: String, help: &str) {
        self.reports.push(Report::warning("name", at, message).help(help));
    }

    fn same(&mut self, at: &Pointer, message: String, extension: &str) {
        let help = format!("give one of them another `{extension}` in the overlay");
        self.reports.push(Report::error("name", at, message).help(help));
    }

    /// Reports members whose symbols had to be spelled out, and members whose names are still equal.
    fn members(&mut self, def: &TypeDef<Hint>) {
        match &def.def {
            Def::Struct(object) => {
                let fields = object.fields.iter();
                let words = fields.map(|field| (field.wire.as_str(), field.name.as_str()));
                self.spelt(words, ident::member_name, &def.at, "`x-rust-name` at the property");
                self.unique(object.fields.iter().map(|field| field.name.as_str()), &def.at);
            }
            Def::Enum(values) => {
                let words =
                    values.values.iter().map(|(value, name)| (value.as_str(), name.as_str()));
                self.spelt(words, ident::variant_name, &def.at, "`x-rust-values` at the enum");
                self.unique(values.values.values().map(String::as_str), &def.at);
            }
            Def::Union(union) => {
                let names = union.variants.iter().map(|variant| variant.name.as_str());
                self.variants(names.collect(), &def.at);
            }
            Def::Untagged(untagged) => {
                let names = untagged.variants.iter().map(|variant| variant.name.as_str());
                self.variants(names.collect(), &def.at);
            }
        }
    }

    fn variants(&mut self, names: Vec<&str>, at: &Pointer) {
        if names.contains(&OTHER) {
            let message =
                format!("a variant is named `{OTHER}`, like the variant for unknown values");
            self.same(at, message, "x-rust-name");
        }
        self.unique(names.into_iter(), at);
    }

    fn spelt<'b>(
        &mut self,
        words: impl Iterator<Item = (&'b str, &'b str)>,
        name_of: fn(&str) -> String,
        at: &Pointer,
        extension: &str,
    ) {
        let spelt = words.filter(|(text, name)| {
            name_of(text) != *name && name_of(&ident::spelt_out(text)) == *name
        });
        let spelt: Vec<String> =
            spelt.map(|(text, name)| format!("`{text}` becomes `{name}`")).collect();
        if !spelt.is_empty() {
            let message =
                format!("some members would have the same name in Rust: {}", spelt.join(", "));
            self.warn(at, message, &format!("choose better names with {extension} in the overlay"));
        }
    }

    fn unique<'b>(&mut self, members: impl Iterator<Item = &'b str>, at: &Pointer) {
        let mut known = HashSet::new();
        for name in members {
            if !known.insert(name) {
                let message = format!("two members are named `{name}` in Rust");
                let help = "name one of them with `x-rust-name` at the property or component, or with `x-rust-values` at the \
                            enum, in the overlay";
                self.reports.push(Report::error("name", at, message).help(help));
            }
        }
    }
}

fn is_reserved(name: &str) -> bool {
    RESERVED.contains(&name)
}
