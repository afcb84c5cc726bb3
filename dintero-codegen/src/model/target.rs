//! Finds the types that the derives of `dintero-macros` fill. These are the types that the overlay marks with
//! `x-rust-derive`, and the structs inside them that paths such as `store.id` or `session.customer.email` lead into.

use std::collections::{HashMap, VecDeque};

use indexmap::IndexSet;

use crate::extensions::Derive;
use crate::model::ident;
use crate::model::{Def, Field, Model, Presence, Targets, Type, TypeId, ValueType};
use crate::pointer::Pointer;
use crate::report::{Report, Reports};

/// The maximum number of unmarked structs that a path from a marked type may lead through, as in
/// `session.express.discount_codes`. Deeper structs can only be set as one value; otherwise the table would include
/// every setting of every payment method.
pub(crate) const DEEPEST: usize = 2;

/// The kind of value that fills a field of a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Takes {
    Text,
    Phone,
    /// A currency or a country.
    Code(ValueType),
    Amount,
    Quantity,
    Percent,
    Enum(TypeId),
    /// A struct, set as one value or field by field.
    One(TypeId),
    /// A list of values that a derive builds.
    Many(TypeId),
    /// A value of the field's own type.
    Value,
}

/// Finds the types that the derives fill. Does nothing if no schema is marked.
pub(crate) fn find(model: &mut Model, reports: &mut Reports) {
    if model.types.iter().all(|def| def.derive.is_none()) {
        return;
    }
    let roots = roots(model, reports);
    let structs = structs(model, &roots);
    model.targets = Targets { roots, structs, ..Targets::default() };
    model.targets.blank = blank(model);
    model.targets.enums = enums(model);
    statics(model, reports);
}

/// Reports types with different names whose statics in the derives' field table would have the same name.
fn statics(model: &Model, reports: &mut Reports) {
    let mut known: HashMap<String, &str> = HashMap::new();
    for id in &model.targets.structs {
        let name = model.name(*id);
        if let Some(other) = known.insert(ident::static_name(name), name) {
            let message =
                format!("`{other}` and `{name}` have the same name in the derives' field table");
            let help = "give one of them another `x-rust-name` in the overlay";
            reports.push(Report::error("name", &model.get(*id).at, message).help(help));
        }
    }
}

/// Returns the fields of a target that a derive can fill. The required fields of a session (the order, the URLs, the
/// profile) are excluded, because they do not come from the cart.
pub(crate) fn fields(model: &Model, id: TypeId) -> impl Iterator<Item = (&Field, Takes)> {
    let def = model.get(id);
    let is_session = def.derive == Some(Derive::Session);
    let set_elsewhere = move |field: &Field| {
        field.read_only || is_session && field.is_asked_for() || field.presence == Presence::Others
    };
    let all = def.as_struct().into_iter().flat_map(|object| &object.fields);
    all.filter(move |field| !set_elsewhere(field)).map(|field| {
        let takes = match takes(model, field) {
            Takes::One(id) if !model.targets.structs.contains(&id) => Takes::Value,
            takes => takes,
        };
        (field, takes)
    })
}

fn takes(model: &Model, field: &Field) -> Takes {
    match &field.ty {
        Type::Value(ValueType::Text) => {
            // A phone number is recognized by the name of its field, because only some phone numbers in the document
            // have a pattern.
            if field.wire == "phone_number" { Takes::Phone } else { Takes::Text }
        }
        Type::Value(code @ (ValueType::Currency | ValueType::Country)) => Takes::Code(*code),
        Type::Value(ValueType::MinorUnits) => Takes::Amount,
        Type::Value(ValueType::Quantity) => Takes::Quantity,
        Type::Value(ValueType::Percent) => Takes::Percent,
        Type::Named(id) => match &model.get(*id).def {
            Def::Enum(_) => Takes::Enum(*id),
            Def::Struct(_) => Takes::One(*id),
            Def::Union(_) | Def::Untagged(_) => Takes::Value,
        },
        Type::List(item) => match **item {
            Type::Named(id) if is_made(model, id) => Takes::Many(id),
            _ => Takes::Value,
        },
        Type::Value(_) | Type::Map(_) | Type::Nullable(_) | Type::Boxed(_) => Takes::Value,
    }
}

/// Returns whether a derive builds values of the type.
fn is_made(model: &Model, id: TypeId) -> bool {
    let def = model.get(id);
    def.as_struct().is_some() && def.derive.is_some_and(|derive| derive != Derive::Session)
}

/// Returns the type that each derive builds. If several types are marked with the same derive, such as the shipping
/// options of a session and of an order, the derive builds the type that an order contains.
fn roots(model: &Model, reports: &mut Reports) -> Vec<(Derive, TypeId)> {
    for def in model.types.iter().filter(|def| def.as_struct().is_none()) {
        if let Some(derive) = def.derive {
            let message =
                format!("`x-rust-derive: {}` marks a schema that is not a struct", derive.name());
            let report = Report::error("rust-derive", &def.at, message);
            reports.push(report.help("only an object with `properties` can be filled"));
        }
    }
    let order = only(model, Derive::Order, reports);
    let session = only(model, Derive::Session, reports);
    let root = |derive| match derive {
        Derive::Order => order,
        Derive::Session => session,
        part => order.and_then(|order| held(model, order, part, reports)),
    };
    let roots = Derive::ALL.map(root);
    Derive::ALL.into_iter().zip(roots).filter_map(|(derive, id)| Some((derive, id?))).collect()
}

/// Returns the only struct marked with a derive, and reports a missing or second mark.
fn only(model: &Model, derive: Derive, reports: &mut Reports) -> Option<TypeId> {
    let is_marked = |id: &TypeId| {
        let def = model.get(*id);
        def.derive == Some(derive) && def.as_struct().is_some()
    };
    let mut marked = model.ids().filter(is_marked);
    let Some(first) = marked.next() else {
        let other = model.types.iter().find(|def| def.derive.is_some());
        let at = other.map_or_else(Pointer::root, |def| def.at.clone());
        let message = format!("no schema is marked `x-rust-derive: {}`", derive.name());
        let help = "in the overlay, mark a schema for every derive, or mark no schema at all";
        reports.push(Report::error("rust-derive", &at, message).help(help));
        return None;
    };
    for second in marked {
        let (at, other) = (&model.get(second).at, &model.get(first).at);
        let message = format!(
            "a second schema is marked `x-rust-derive: {}`; the first is {other}",
            derive.name()
        );
        let help = "keep the mark on the schema that sessions are created from";
        reports.push(Report::error("rust-derive", at, message).help(help));
    }
    Some(first)
}

/// Returns the type that is marked with a derive and that a field of the order contains, as one value or as a list.
fn held(model: &Model, order: TypeId, part: Derive, reports: &mut Reports) -> Option<TypeId> {
    let def = model.get(order);
    let found = def.as_struct()?.fields.iter().find_map(|field| match takes(model, field) {
        Takes::One(id) | Takes::Many(id) if model.get(id).derive == Some(part) => Some(id),
        _ => None,
    });
    if found.is_none() {
        let name = part.name();
        let message = format!("no field of this order has a type marked `x-rust-derive: {name}`");
        let help = format!("in the overlay, mark the schema of the field that `{name}` fills");
        reports.push(Report::error("rust-derive", &def.at, message).help(help));
    }
    found
}

/// Returns the structs that are filled field by field: first the roots, then the structs that paths from the roots lead
/// to.
fn structs(model: &Model, roots: &[(Derive, TypeId)]) -> IndexSet<TypeId> {
    let mut structs = IndexSet::new();
    let mut next: VecDeque<(TypeId, usize)> = roots.iter().map(|(_, id)| (*id, 0)).collect();
    while let Some((id, depth)) = next.pop_front() {
        if !structs.insert(id) {
            continue;
        }
        for (field, _) in fields(model, id) {
            match takes(model, field) {
                // A new path starts at each marked type.
                Takes::One(part) | Takes::Many(part) if is_made(model, part) => {
                    next.push_front((part, 0));
                }
                Takes::One(part) if depth < DEEPEST => next.push_back((part, depth + 1)),
                _ => {}
            }
        }
    }
    roots.iter().map(|(_, id)| *id).chain(structs).collect()
}

/// Returns the targets, and the types of their required fields.
fn blank(model: &Model) -> IndexSet<TypeId> {
    let mut blank = IndexSet::new();
    let mut next: Vec<TypeId> = model.targets.structs.iter().copied().collect();
    while let Some(id) = next.pop() {
        if let (true, Some(object)) = (blank.insert(id), model.get(id).as_struct()) {
            let parts = object.fields.iter().filter(|field| field.is_asked_for());
            next.extend(parts.filter_map(|field| match &field.ty {
                Type::Named(id) => Some(*id),
                Type::Boxed(inner) => inner.named(),
                _ => None,
            }));
        }
    }
    blank
}

fn enums(model: &Model) -> IndexSet<TypeId> {
    let fields = model.targets.structs.iter().flat_map(|id| fields(model, *id));
    fields
        .filter_map(|(_, takes)| match takes {
            Takes::Enum(id) => Some(id),
            _ => None,
        })
        .collect()
}
