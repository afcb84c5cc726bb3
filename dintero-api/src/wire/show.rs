//! `Debug`, `==` and hashes of models, based on the parts that are serialized. Decimals are compared by value, and
//! `Debug` redacts secrets and personal data.

use std::fmt;
use std::hash::{Hash, Hasher};

use super::place::{List, Map, Mark, Object, Part, Place, ReceiveParts};

/// Formats a model as its name and the fields that it writes. Optional fields that are `None` are left out, as in JSON.
#[doc(hidden)]
pub fn debug<T: Place>(place: &T, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let path = std::any::type_name::<T>();
    let name = path.rsplit("::").next().unwrap_or(path);
    named(name, place.part(), f)
}

fn named(name: &str, part: Part<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let Part::Object(object) = part else {
        return f.debug_tuple(name).field(&part).finish();
    };
    let mut shown = f.debug_struct(name);
    each_shown(object, &mut |key, value| {
        shown.field(key, value);
    });
    shown.finish()
}

/// The name under which `Debug` shows the number of entries that have no field.
const OTHERS: &str = "others";

/// Returns whether both values are the same variants with the same data. Decimals are compared by value, without
/// rounding, and NaN equals nothing, as in `f64`. An `Other` equals only another `Other`, even if reading its JSON would
/// give a known variant.
#[doc(hidden)]
#[must_use]
pub fn equal<T: Place>(left: &T, right: &T) -> bool {
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
        (Part::Object(left), Part::Object(right)) => objects_equal(left, right),
        (Part::Map(left), Part::Map(right)) => pairs_equal(&entries(left), &entries(right)),
        (Part::List(left), Part::List(right)) => {
            let (left, right) = (items(left), items(right));
            left.len() == right.len() && left.iter().zip(&right).all(|(l, r)| parts_equal(*l, *r))
        }
        _ => false,
    }
}

fn objects_equal(left: &dyn Object, right: &dyn Object) -> bool {
    pairs_equal(&parts(left), &parts(right)) && pairs_equal(&left.others(), &right.others())
}

fn pairs_equal(left: &[(&str, Part<'_>)], right: &[(&str, Part<'_>)]) -> bool {
    left.len() == right.len()
        && left
            .iter()
            .zip(right)
            .all(|(left, right)| left.0 == right.0 && parts_equal(left.1, right.1))
}

/// Hashes a model that contains no floats, so that equal models have equal hashes.
#[doc(hidden)]
pub fn hash_of<T: Place, H: Hasher>(place: &T, state: &mut H) {
    hash_part(place.part(), state);
}

fn hash_part<H: Hasher>(part: Part<'_>, state: &mut H) {
    // The kind of the part is hashed too, so that null differs from an empty list.
    std::mem::discriminant(&part).hash(state);
    match part {
        Part::Null => {}
        Part::Boolean(value) => value.hash(state),
        Part::Integer(number) => number.hash(state),
        // Types with floats do not implement `Hash`; see `hash!`.
        Part::Float(number) => number.to_bits().hash(state),
        Part::Decimal(number) => number.hash(state),
        Part::Number(number) => number.hash(state),
        Part::Text(text) | Part::Secret(text) => text.hash(state),
        Part::Date(date) => date.hash(state),
        Part::Timestamp(time) => time.hash(state),
        Part::Json(value) => value.hash(state),
        Part::Unknown(variant) => variant.value().hash(state),
        Part::Object(object) => {
            for (key, part) in parts(object).into_iter().chain(object.others()) {
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

fn parts(object: &dyn Object) -> Vec<(&str, Part<'_>)> {
    let mut parts = Vec::new();
    object.parts(&mut |key, part| parts.push((key, part)));
    parts
}

fn entries(map: &dyn Map) -> Vec<(&str, Part<'_>)> {
    let mut entries = Vec::new();
    map.entries(&mut |key, part| entries.push((key, part)));
    entries
}

fn items(list: &dyn List) -> Vec<Part<'_>> {
    (0..).map_while(|index| list.get(index)).collect()
}

/// Calls `each` with the properties of a struct, as `Debug` shows them.
fn each_shown(object: &dyn Object, each: &mut dyn FnMut(&str, &dyn fmt::Debug)) {
    object.parts(&mut Redactor(each));
    let others = object.others().len();
    if others > 0 {
        each(OTHERS, &Shown::Others(others));
    }
}

/// Passes each part to `Debug`, or a placeholder for a part that must not be shown.
struct Redactor<'e>(&'e mut dyn FnMut(&str, &dyn fmt::Debug));

impl<'a> ReceiveParts<'a> for Redactor<'_> {
    fn part(&mut self, key: &'static str, part: Part<'a>) {
        self.0(key, &part);
    }

    fn marked(&mut self, mark: Mark, key: &'static str, part: Part<'a>) {
        if mark.is_hidden() { self.0(key, &Shown::Hidden) } else { self.part(key, part) }
    }
}

/// The text that `Debug` shows in place of a value.
enum Shown {
    /// A secret or personal data.
    Hidden,
    /// The number of entries that have no field. Their content is unknown, so not even their names are shown.
    Others(usize),
}

impl fmt::Debug for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
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
                each_shown(object, &mut |key, value| {
                    shown.entry(&format_args!("{key}"), value);
                });
                shown.finish()
            }
            Self::Map(map) => f.debug_map().entries(entries(map)).finish(),
            Self::Json(value) => value.fmt(f),
            Self::Unknown(variant) => variant.fmt(f),
        }
    }
}
