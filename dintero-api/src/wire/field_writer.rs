//! Writes the fields of a struct. There is a method for each kind of field, named after the variant of
//! [`Slot`](super::Slot) into which such a field is read, so that one word in a row of [`model!`](super::model) selects
//! both.

#![allow(non_snake_case, reason = "named like the variants of `Slot`")]

use super::place::{Part, Place, ReceiveParts};
use crate::MinorUnits;

/// Passes the fields of a struct to a [`ReceiveParts`], except for optional fields that have no value.
///
/// Most fields are strings or amounts. The methods for these fields are not generic, because rustc takes longer to
/// check calls to generic functions.
#[doc(hidden)]
pub struct FieldWriter<'w, 'a>(pub(super) &'w mut dyn ReceiveParts<'a>);

impl<'a> FieldWriter<'_, 'a> {
    #[inline]
    pub fn Text(&mut self, key: &'static str, text: &'a str) {
        self.0.text(key, text);
    }

    #[inline]
    pub fn OptionalText(&mut self, key: &'static str, text: &'a Option<String>) {
        if let Some(text) = text {
            self.0.text(key, text);
        }
    }

    #[inline]
    pub fn Amount(&mut self, key: &'static str, amount: &MinorUnits) {
        self.0.integer(key, amount.get());
    }

    #[inline]
    pub fn OptionalAmount(&mut self, key: &'static str, amount: &Option<MinorUnits>) {
        if let Some(amount) = amount {
            self.0.integer(key, amount.get());
        }
    }

    #[inline]
    pub fn Scalar<T: Place>(&mut self, key: &'static str, scalar: &'a T) {
        self.Place(key, scalar);
    }

    #[inline]
    pub fn Place<T: Place>(&mut self, key: &'static str, place: &'a T) {
        match place.part() {
            Part::Null => {}
            Part::Text(text) => self.0.text(key, text),
            Part::Integer(number) => self.0.integer(key, number),
            part => self.0.part(key, part),
        }
    }

    #[inline]
    pub fn Nullable<T: Place>(&mut self, key: &'static str, place: &'a T) {
        self.0.part(key, place.part());
    }
}
