//! `Debug`, `==` and hashes of models, based on the parts that are written. Exact numbers are compared exactly, and
//! `Debug` hides redacted values.

use std::fmt;
use std::hash::{Hash, Hasher};

use super::place::{List, Map, Object, Part, Place};

/// Formats a model as its name and the fields that it writes. Omitted fields (`None`) are omitted here, too.
#[doc(hidden)]
pub fn debug(name: &str, place: &dyn Place, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let object = match place.part() {
        Part::Object(object) => object,
        part => return f.debug_tuple(name).field(&part).finish(),
    };
    let mut shown = f.debug_struct(name);
    for (key, text) in object.about().constants {
        shown.field(key, text);
    }
    object.parts(&mut |key, part| {
        shown.field(key, &field(object, key, part));
    });
    let others = object.others().len();
    if others > 0 {
        shown.field(OTHERS, &Shown::Others(others));
    }
    shown.finish()
}

/// The name under which `Debug` shows that there are entries without a field.
const OTHERS: &str = "others";

/// Returns whether both values are written in the same way; exact numbers are compared exactly. As with floats, NaN
/// equals nothing.
#[doc(hidden)]
#[must_use]
pub fn equal(left: &dyn Place, right: &dyn Place) -> bool {
    parts_equal(left.part(), right.part())
}

fn parts_equal(left: Part<'_>, right: Part<'_>) -> bool {
    match (left, right) {
        (Part::Null, Part::Null) => true,
        (Part::Boolean(left), Part::Boolean(right)) => left == right,
        (Part::Integer(left), Part::Integer(right)) => left == right,
        (Part::Float(left), Part::Float(right)) => left == right,
        (Part::Decimal(left), Part::Decimal(right)) => left == right,
        (Part::Number(left), Part::Number(right)) => left == right,
        (Part::Text(left), Part::Text(right)) => left == right,
        (Part::Secret(left), Part::Secret(right)) => left == right,
        (Part::Date(left), Part::Date(right)) => left == right,
        (Part::Timestamp(left), Part::Timestamp(right)) => left == right,
        (Part::Json(left), Part::Json(right)) => left == right,
        (Part::Unknown(left), Part::Unknown(right)) => left == right,
        (Part::Object(left), Part::Object(right)) => pairs_equal(&fields(left), &fields(right)),
        (Part::Map(left), Part::Map(right)) => pairs_equal(&entries(left), &entries(right)),
        (Part::List(left), Part::List(right)) => {
            let (left, right) = (items(left), items(right));
            left.len() == right.len() && left.iter().zip(&right).all(|(l, r)| parts_equal(*l, *r))
        }
        _ => false,
    }
}

fn pairs_equal(left: &[(&str, Part<'_>)], right: &[(&str, Part<'_>)]) -> bool {
    left.len() == right.len()
        && left
            .iter()
            .zip(right)
            .all(|(left, right)| left.0 == right.0 && parts_equal(left.1, right.1))
}

/// Hashes a model without floats, so that equal models have equal hashes.
#[doc(hidden)]
pub fn hash_of<H: Hasher>(place: &dyn Place, state: &mut H) {
    hash_part(place.part(), state);
}

fn hash_part<H: Hasher>(part: Part<'_>, state: &mut H) {
    // The shape is hashed too, so that an absent field differs from an empty list.
    std::mem::discriminant(&part).hash(state);
    match part {
        Part::Null => {}
        Part::Boolean(value) => value.hash(state),
        Part::Integer(number) => number.hash(state),
        // Types with floats have no hash; see `hash!`.
        Part::Float(number) => number.to_bits().hash(state),
        Part::Decimal(number) => number.hash(state),
        Part::Number(number) => number.hash(state),
        Part::Text(text) | Part::Secret(text) => text.hash(state),
        Part::Date(date) => date.hash(state),
        Part::Timestamp(time) => time.hash(state),
        Part::Json(value) => value.hash(state),
        Part::Unknown(variant) => variant.value().hash(state),
        Part::Object(object) => {
            for (key, part) in fields(object) {
                key.hash(state);
                hash_part(part, state);
            }
        }
        Part::Map(map) => map.entries(&mut |key, part| {
            key.hash(state);
            hash_part(part, state);
        }),
        Part::List(list) => items(list).into_iter().for_each(|part| hash_part(part, state)),
    }
}

fn fields(object: &dyn Object) -> Vec<(&str, Part<'_>)> {
    let mut fields = Vec::new();
    object.parts(&mut |key, part| fields.push((key, part)));
    fields.extend(object.others());
    fields
}

fn entries(map: &dyn Map) -> Vec<(&str, Part<'_>)> {
    let mut entries = Vec::new();
    map.entries(&mut |key, part| entries.push((key, part)));
    entries
}

fn items(list: &dyn List) -> Vec<Part<'_>> {
    (0..).map_while(|index| list.get(index)).collect()
}

/// A field as `Debug` shows it.
fn field<'a>(object: &dyn Object, key: &str, part: Part<'a>) -> Shown<'a> {
    if object.about().hidden.contains(&key) { Shown::Hidden } else { Shown::Part(part) }
}

enum Shown<'a> {
    Part(Part<'a>),
    /// A secret or personal data.
    Hidden,
    /// Entries without a field. Their content is unknown, so not even their names are shown.
    Others(usize),
}

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Part(part) => part.fmt(f),
            Self::Hidden => f.write_str("[redacted]"),
            Self::Others(count) => write!(f, "[{count} redacted]"),
        }
    }
}

impl fmt::Debug for Part<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Null => f.write_str("None"),
            Self::Boolean(value) => value.fmt(f),
            Self::Integer(number) => number.fmt(f),
            Self::Float(number) => number.fmt(f),
            Self::Decimal(number) => number.fmt(f),
            Self::Number(number) => fmt::Display::fmt(number, f),
            Self::Text(text) => text.fmt(f),
            Self::Secret(_) => Shown::Hidden.fmt(f),
            Self::Date(date) => date.fmt(f),
            Self::Timestamp(time) => time.fmt(f),
            Self::List(list) => f.debug_list().entries(items(list)).finish(),
            Self::Object(object) => {
                let mut shown = f.debug_map();
                for (key, text) in object.about().constants {
                    shown.entry(&format_args!("{key}"), text);
                }
                object.parts(&mut |key, part| {
                    shown.entry(&format_args!("{key}"), &field(object, key, part));
                });
                let others = object.others().len();
                if others > 0 {
                    shown.entry(&format_args!("{OTHERS}"), &Shown::Others(others));
                }
                shown.finish()
            }
            Self::Map(map) => f.debug_map().entries(entries(map)).finish(),
            Self::Json(value) => value.fmt(f),
            Self::Unknown(variant) => variant.fmt(f),
        }
    }
}
