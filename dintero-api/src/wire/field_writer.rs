//! Writes the fields of a struct. There is a method for each kind of field, named after the variant of
//! [`Slot`](super::Slot) into which such a field is read, so that one word in a row of [`model!`](super::model) selects
//! both.

#![allow(non_snake_case, reason = "named like the variants of `Slot`")]

use std::marker::PhantomData;

use super::place::{Mark, Part, Place, ReceiveParts};
use crate::MinorUnits;

/// Passes the fields of a struct to a [`ReceiveParts`], except for optional fields that have no value.
///
/// Most fields are strings or amounts. The methods for these fields are not generic, because rustc takes longer to
/// check calls to generic functions.
#[doc(hidden)]
pub struct FieldWriter<'w, 'a, M = Unmarked> {
    receiver: &'w mut dyn ReceiveParts<'a>,
    mark: PhantomData<M>,
}

/// An optional [`Mark`] as a type parameter, so that the check is made at compile time.
#[doc(hidden)]
pub trait Marked {
    const MARK: Option<Mark>;
}

macro_rules! marked {
    ($($name:ident = $mark:expr),* $(,)?) => {$(
        #[doc(hidden)]
        pub enum $name {}

        impl Marked for $name {
            const MARK: Option<Mark> = $mark;
        }
    )*};
}

marked! {
    Unmarked = None,
    Hidden = Some(Mark::Hidden),
    ReadOnly = Some(Mark::ReadOnly),
    HiddenReadOnly = Some(Mark::HiddenReadOnly),
}

impl<'w, 'a> FieldWriter<'w, 'a> {
    pub(super) fn new(receiver: &'w mut dyn ReceiveParts<'a>) -> Self {
        Self { receiver, mark: PhantomData }
    }

    /// Returns a writer that marks fields as [`Mark::Hidden`].
    #[inline]
    pub fn hidden(&mut self) -> FieldWriter<'_, 'a, Hidden> {
        FieldWriter { receiver: self.receiver, mark: PhantomData }
    }

    /// Returns a writer that marks fields as [`Mark::ReadOnly`].
    #[inline]
    pub fn read_only(&mut self) -> FieldWriter<'_, 'a, ReadOnly> {
        FieldWriter { receiver: self.receiver, mark: PhantomData }
    }

    /// Returns a writer that marks fields as [`Mark::HiddenReadOnly`].
    #[inline]
    pub fn hidden_read_only(&mut self) -> FieldWriter<'_, 'a, HiddenReadOnly> {
        FieldWriter { receiver: self.receiver, mark: PhantomData }
    }
}

impl<'a, M: Marked> FieldWriter<'_, 'a, M> {
    #[inline]
    pub fn Text(&mut self, key: &'static str, text: &'a str) {
        match M::MARK {
            None => self.receiver.text(key, text),
            Some(mark) => self.receiver.marked(mark, key, Part::Text(text)),
        }
    }

    #[inline]
    pub fn OptionalText(&mut self, key: &'static str, text: &'a Option<String>) {
        if let Some(text) = text {
            self.Text(key, text);
        }
    }

    #[inline]
    pub fn Amount(&mut self, key: &'static str, amount: &MinorUnits) {
        match M::MARK {
            None => self.receiver.integer(key, amount.get()),
            Some(mark) => self.receiver.marked(mark, key, Part::Integer(amount.get())),
        }
    }

    #[inline]
    pub fn OptionalAmount(&mut self, key: &'static str, amount: &Option<MinorUnits>) {
        if let Some(amount) = amount {
            self.Amount(key, amount);
        }
    }

    #[inline]
    pub fn Scalar<T: Place>(&mut self, key: &'static str, scalar: &'a T) {
        self.Place(key, scalar);
    }

    #[inline]
    pub fn Place<T: Place>(&mut self, key: &'static str, place: &'a T) {
        match (M::MARK, place.part()) {
            (_, Part::Null) => {}
            (Some(mark), part) => self.receiver.marked(mark, key, part),
            (None, Part::Text(text)) => self.receiver.text(key, text),
            (None, Part::Integer(number)) => self.receiver.integer(key, number),
            (None, part) => self.receiver.part(key, part),
        }
    }

    #[inline]
    pub fn Nullable<T: Place>(&mut self, key: &'static str, place: &'a T) {
        match M::MARK {
            None => self.receiver.part(key, place.part()),
            Some(mark) => self.receiver.marked(mark, key, place.part()),
        }
    }
}
