//! The table that the derives check a merchant's struct against, and the lists of fields in their documentation:
//! both are made of the model that the types are made of, so that they cannot say anything else.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use quote::quote;

use super::{Emit, docs};
use crate::model::{Def, Derive, Field, TypeId, ValueType};
use crate::name::static_name;
use crate::print::{self, HEADER, Item};
use crate::target::{self, Takes};

/// `target.rs`: one static for each struct that can be filled.
pub(crate) fn table(emit: &Emit<'_>) -> Result<String, syn::Error> {
    let docs = docs::inner_comment("What the derives fill, by the names of `dintero_api::types`.");
    let imports = quote!(
        use crate::table::{Family, Field, Kind, Target};
    );
    let targets = emit.model.targets.structs.iter();
    print::file(&docs, imports, targets.map(|id| Item::Text(target(emit, *id))).collect())
}

fn target(emit: &Emit<'_>, id: TypeId) -> String {
    let (def, names) = (emit.model.get(id), emit.names.of(id));
    let name = &names.name;
    let mut item =
        format!("pub(crate) static {}: Target = Target {{\n    ty: {name:?},\n", static_name(name));
    let _ = match def.derive.and_then(family) {
        Some(family) => writeln!(item, "    family: Some(Family::{family}),"),
        None => writeln!(item, "    family: None,"),
    };
    item.push_str("    fields: &[");
    for (index, field, takes) in target::fields(emit.model, id) {
        item.push_str(if item.ends_with('[') { "\n" } else { "" });
        entry(emit, field, &names.members[index], takes, &mut item);
    }
    item.push_str(if item.ends_with('[') { "],\n" } else { "    ],\n" });
    let fields = def.as_struct().into_iter().flat_map(|object| &object.fields).zip(&names.members);
    let read_only =
        fields.filter(|(field, _)| field.read_only).map(|(_, name)| format!("{name:?}"));
    item.push_str(&list("    read_only: ", &read_only.collect::<Vec<_>>(), "    "));
    item.push_str("};\n");
    item
}

/// The variant of `Family`, which is no derive's for a session.
fn family(derive: Derive) -> Option<&'static str> {
    match derive {
        Derive::Session => None,
        part => part.name().strip_prefix("Dintero"),
    }
}

fn entry(emit: &Emit<'_>, field: &Field, name: &str, takes: Takes, item: &mut String) {
    let _ = write!(
        item,
        "        Field {{\n            name: {name:?},\n            wire: {:?},\n",
        field.wire
    );
    kind(emit, field, takes, item);
    let _ = write!(item, "            required: {},\n        }},\n", field.is_asked_for());
}

fn kind(emit: &Emit<'_>, field: &Field, takes: Takes, item: &mut String) {
    let kind = match takes {
        Takes::Text => "Text".to_owned(),
        Takes::Phone => "Phone".to_owned(),
        Takes::Code(code) => format!("Code({:?})", code.rust_name()),
        Takes::Amount => "Amount".to_owned(),
        Takes::Quantity => "Quantity".to_owned(),
        Takes::Percent => "Percent".to_owned(),
        Takes::Enum(id) => return variants(emit, id, item),
        Takes::One(id) => format!("One(&{})", static_name(emit.name(id))),
        Takes::Many(id) => format!("Many(&{})", static_name(emit.name(id))),
        Takes::Value => format!("Value({:?})", emit.type_text(&field.ty)),
    };
    let _ = writeln!(item, "            kind: Kind::{kind},");
}

fn variants(emit: &Emit<'_>, id: TypeId, item: &mut String) {
    let names = emit.names.of(id);
    let Def::Enum(values) = &emit.model.get(id).def else { return };
    let entries = values.iter().zip(&names.members);
    let entries: Vec<String> =
        entries.map(|(value, member)| format!("({member:?}, {value:?})")).collect();
    let name = &names.name;
    item.push_str(&print::first_that_fits([
        &|| format!("            kind: Kind::Enum({name:?}, &[{}]),\n", entries.join(", ")),
        &|| {
            let entries = list("                ", &entries, "                ");
            format!("            kind: Kind::Enum(\n                {name:?},\n{entries}            ),\n")
        },
    ]));
}

/// A slice after its `start`, on one line or with each entry on its own.
fn list(start: &str, entries: &[String], indent: &str) -> String {
    print::first_that_fits([&|| format!("{start}&[{}],\n", entries.join(", ")), &|| {
        let between = format!(",\n{indent}    ");
        format!("{start}&[\n{indent}    {},\n{indent}],\n", entries.join(&between))
    }])
}

/// A list of fields for the documentation of each derive, by the name of its file.
pub(crate) fn docs(emit: &Emit<'_>) -> impl Iterator<Item = (&'static str, String)> {
    emit.model.targets.roots.iter().map(|(derive, id)| {
        let (name, prefix) = match derive {
            Derive::Order => ("order", ""),
            Derive::OrderItem => ("order_item", ""),
            Derive::ShippingOption => ("shipping_option", ""),
            Derive::Address => ("address", ""),
            Derive::Discount => ("discount", ""),
            Derive::Session => ("session", "session."),
        };
        let mut rows = Rows { emit, open: Vec::new(), text: String::new() };
        rows.target(*id, prefix, &BTreeSet::new());
        let text = format!(
            "<!-- {HEADER} -->\n\n| field | takes | required | what it is |\n| --- | --- | --- | --- |\n{}",
            rows.text
        );
        (name, text)
    })
}

/// The rows of a list of fields.
struct Rows<'a> {
    emit: &'a Emit<'a>,
    /// The structs that the path leads through. One that holds itself is listed once, and a list ends where no path
    /// that is in the table for its own sake goes on: targets that refer to each other would make endless ones.
    open: Vec<TypeId>,
    text: String,
}

impl Rows<'_> {
    fn target(&mut self, id: TypeId, prefix: &str, known: &BTreeSet<&str>) {
        if self.open.contains(&id) || self.open.len() > target::DEEPEST + 1 {
            return;
        }
        self.open.push(id);
        let (emit, names) = (self.emit, self.emit.names.of(id));
        for (index, field, takes) in target::fields(emit.model, id) {
            let name = names.members[index].as_str();
            if !known.contains(name) {
                self.field(field, &format!("{prefix}{name}"), takes);
            }
        }
        self.open.pop();
    }

    fn field(&mut self, field: &Field, path: &str, takes: Takes) {
        let emit = self.emit;
        let required = match path.rsplit_once('.') {
            _ if !field.is_asked_for() => String::new(),
            Some((around, _)) => format!("in `{around}`"),
            None => "yes".to_owned(),
        };
        let about = docs::member_summary(emit, &field.docs, &field.ty, &field.wire);
        let _ = writeln!(
            self.text,
            "| `{path}` | {} | {required} | {} |",
            words(emit, field, takes),
            about.replace('|', "\\|")
        );
        if let Takes::One(id) = takes {
            // What its derive lists is not repeated here, only what this one of the family has beside it.
            let roots = &emit.model.targets.roots;
            let derive = emit.model.get(id).derive;
            let root = roots.iter().find(|(root, _)| Some(*root) == derive);
            let known = root.iter().flat_map(|(_, root)| &emit.names.of(*root).members);
            self.target(id, &format!("{path}."), &known.map(String::as_str).collect());
        }
    }
}

/// What a field takes, in the words of the API.
fn words(emit: &Emit<'_>, field: &Field, takes: Takes) -> String {
    let made = |id: TypeId| emit.model.get(id).derive;
    match takes {
        Takes::Text => "text".to_owned(),
        Takes::Phone => "a phone number".to_owned(),
        Takes::Code(ValueType::Country) => "a country code".to_owned(),
        Takes::Code(_) => "a currency code".to_owned(),
        Takes::Amount => "an amount".to_owned(),
        Takes::Quantity => "a quantity".to_owned(),
        Takes::Percent => "a percentage".to_owned(),
        Takes::Enum(id) => one_of(emit, id),
        Takes::One(id) => match made(id).and_then(one_and_many) {
            Some((one, _)) => one.to_owned(),
            None => format!("`{}`, or its fields", emit.name(id)),
        },
        Takes::Many(id) => match made(id).and_then(one_and_many) {
            Some((_, many)) => many.to_owned(),
            None => format!("`{}`", emit.type_text(&field.ty)),
        },
        Takes::Value => format!("`{}`", emit.type_text(&field.ty)),
    }
}

/// What a derive makes: one, and many.
fn one_and_many(derive: Derive) -> Option<(&'static str, &'static str)> {
    match derive {
        Derive::Order => Some(("an order", "orders")),
        Derive::OrderItem => Some(("an order item", "order items")),
        Derive::ShippingOption => Some(("a shipping option", "shipping options")),
        Derive::Address => Some(("an address", "addresses")),
        Derive::Discount => Some(("a discount", "discounts")),
        Derive::Session => None,
    }
}

fn one_of(emit: &Emit<'_>, id: TypeId) -> String {
    let Def::Enum(values) = &emit.model.get(id).def else { return String::new() };
    let values: Vec<String> = values.iter().map(|value| format!("`{value}`")).collect();
    match values.as_slice() {
        [one] => one.clone(),
        values => format!("one of {}", values.join(", ")),
    }
}
