//! Emits the table against which the derives check a merchant's struct, and the lists of fields in the derives'
//! documentation. The table and the lists come from the same model as the types, so they always agree with the types.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use proc_macro2::TokenStream;
use quote::quote;

use super::{Emit, docs, ident};
use crate::extensions::Derive;
use crate::model::ident::static_name;
use crate::model::target::{self, Takes};
use crate::model::{Field, TypeId, ValueType};
use crate::print::{self, HEADER};

/// Prints `target.rs`: one static for each struct that a derive can fill.
pub(crate) fn table(emit: &Emit<'_>) -> Result<String, syn::Error> {
    let head =
        docs::inner("The types that the derives fill, by their names in `dintero_api::types`.");
    let uses = quote!(
        use crate::table::{Family, Field, Kind, Target};
    );
    let targets = emit.model.targets.structs.iter();
    let items = targets.map(|id| target(emit, *id)).collect();
    print::file(print::File { head, uses, items })
}

fn target(emit: &Emit<'_>, id: TypeId) -> TokenStream {
    let def = emit.model.get(id);
    let ty = &def.name.ident;
    let name = ident(&static_name(ty));
    let family = match def.derive.and_then(family) {
        Some(family) => {
            let family = ident(family);
            quote!(Some(Family::#family))
        }
        None => quote!(None),
    };
    let fields = target::fields(emit.model, id).map(|(field, takes)| entry(emit, field, takes));
    let all = def.as_struct().into_iter().flat_map(|object| &object.fields);
    let read_only = all.filter(|field| field.read_only).map(|field| &field.name);
    quote! {
        pub(crate) static #name: Target = Target {
            ty: #ty,
            family: #family,
            fields: &[#(#fields),*],
            read_only: &[#(#read_only),*],
        };
    }
}

/// Returns the variant of `Family` for a derive, or `None` for a session, which no derive builds.
fn family(derive: Derive) -> Option<&'static str> {
    match derive {
        Derive::Session => None,
        part => part.name().strip_prefix("Dintero"),
    }
}

fn entry(emit: &Emit<'_>, field: &Field, takes: Takes) -> TokenStream {
    let Field { name, wire, .. } = field;
    let (kind, required) = (kind(emit, field, takes), field.is_asked_for());
    quote!(Field { name: #name, wire: #wire, kind: Kind::#kind, required: #required })
}

fn kind(emit: &Emit<'_>, field: &Field, takes: Takes) -> TokenStream {
    let of = |id: TypeId| ident(&static_name(emit.model.name(id)));
    match takes {
        Takes::Text => quote!(Text),
        Takes::Phone => quote!(Phone),
        Takes::Code(code) => {
            let code = code.rust_name();
            quote!(Code(#code))
        }
        Takes::Amount => quote!(Amount),
        Takes::Quantity => quote!(Quantity),
        Takes::Percent => quote!(Percent),
        Takes::Enum(id) => variants(emit, id),
        Takes::One(id) => {
            let part = of(id);
            quote!(One(&#part))
        }
        Takes::Many(id) => {
            let part = of(id);
            quote!(Many(&#part))
        }
        Takes::Value => {
            let ty = emit.model.type_text(&field.ty);
            quote!(Value(#ty))
        }
    }
}

fn variants(emit: &Emit<'_>, id: TypeId) -> TokenStream {
    let def = emit.model.get(id);
    let name = &def.name.ident;
    let values = def.as_enum().into_iter().flat_map(|values| &values.values);
    let entries = values.map(|(value, variant)| quote!((#variant, #value)));
    quote!(Enum(#name, &[#(#entries),*]))
}

/// Returns a list of fields for the documentation of each derive, by file name.
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
            "<!-- {HEADER} -->\n\n| field | takes | required | description |\n| --- | --- | --- | --- |\n{}",
            rows.text
        );
        (name, text)
    })
}

/// The rows of a list of fields.
struct Rows<'a> {
    emit: &'a Emit<'a>,
    /// The structs on the current path. The fields of a struct that contains itself are not listed again inside it, and
    /// paths are no longer than in the table.
    open: Vec<TypeId>,
    text: String,
}

impl Rows<'_> {
    fn target(&mut self, id: TypeId, prefix: &str, known: &BTreeSet<&str>) {
        if self.open.contains(&id) || self.open.len() > target::DEEPEST + 1 {
            return;
        }
        self.open.push(id);
        for (field, takes) in target::fields(self.emit.model, id) {
            let name = field.name.as_str();
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
        let about = docs::field_summary(emit, field);
        let _ = writeln!(
            self.text,
            "| `{path}` | {} | {required} | {} |",
            words(emit, field, takes),
            about.replace('|', "\\|")
        );
        if let Takes::One(id) = takes {
            // Fields in the derive's own list are not repeated here; only the additional fields of this type are
            // listed.
            let roots = &emit.model.targets.roots;
            let derive = emit.model.get(id).derive;
            let root = roots.iter().find(|(root, _)| Some(*root) == derive);
            let root = root.and_then(|(_, root)| emit.model.get(*root).as_struct());
            let known = root.into_iter().flat_map(|object| &object.fields);
            let known = known.map(|field| field.name.as_str()).collect();
            self.target(id, &format!("{path}."), &known);
        }
    }
}

/// Returns the text that describes the values of a field in the list of fields.
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
            None => format!("`{}`, or its fields", emit.model.name(id)),
        },
        Takes::Many(id) => match made(id).and_then(one_and_many) {
            Some((_, many)) => many.to_owned(),
            None => format!("`{}`", emit.model.type_text(&field.ty)),
        },
        Takes::Value => format!("`{}`", emit.model.type_text(&field.ty)),
    }
}

/// Returns the noun for the type that a derive builds, in the singular and the plural.
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
    let values = emit.model.get(id).as_enum().into_iter().flat_map(|values| values.values.keys());
    let values: Vec<String> = values.map(|value| format!("`{value}`")).collect();
    match values.as_slice() {
        [one] => one.clone(),
        values => format!("one of {}", values.join(", ")),
    }
}
