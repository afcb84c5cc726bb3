//! Writes fields: one function for each kind of slot, with the name of the slot, so that one word in a row of
//! [`model!`](super::model) selects both.
//!
//! Each function passes the part of a field to `each`, unless the field is omitted because it is `None`. The functions
//! for texts and amounts, which most fields are, are not generic and therefore compile faster.

#![allow(non_snake_case, reason = "named like the variants of `Slot`")]

use super::place::{self, Part};
use crate::MinorUnits;

/// The callback that receives the parts of a struct with their JSON keys.
type Each<'e, 'a> = &'e mut dyn FnMut(&'static str, Part<'a>);

#[inline]
pub fn Text<'a>(each: Each<'_, 'a>, key: &'static str, text: &'a str) {
    each(key, Part::Text(text));
}

#[inline]
pub fn OptionalText<'a>(each: Each<'_, 'a>, key: &'static str, text: &'a Option<String>) {
    if let Some(text) = text {
        each(key, Part::Text(text));
    }
}

#[inline]
pub fn Amount(each: Each<'_, '_>, key: &'static str, amount: &MinorUnits) {
    each(key, Part::Integer(amount.get()));
}

#[inline]
pub fn OptionalAmount(each: Each<'_, '_>, key: &'static str, amount: &Option<MinorUnits>) {
    if let Some(amount) = amount {
        each(key, Part::Integer(amount.get()));
    }
}

#[inline]
pub fn Scalar<'a, T: place::Place>(each: Each<'_, 'a>, key: &'static str, scalar: &'a T) {
    Place(each, key, scalar);
}

#[inline]
pub fn Place<'a, T: place::Place>(each: Each<'_, 'a>, key: &'static str, place: &'a T) {
    match place.part() {
        Part::Null => {}
        part => each(key, part),
    }
}

#[inline]
pub fn Nullable<'a, T: place::Place>(each: Each<'_, 'a>, key: &'static str, place: &'a T) {
    each(key, place.part());
}
