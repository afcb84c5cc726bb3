//! What a type says of itself: where values that are read go ([`Slot`]), and what is written ([`Part`]).

use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde_json::{Number, Value};

use super::scalar::Scalar;
use crate::{MinorUnits, UnknownVariant};

/// A value that can be read and written.
#[doc(hidden)]
pub trait Place {
    /// Creates the value that a field holds until it is read.
    fn blank() -> Self
    where
        Self: Sized;

    /// Returns where a value that is read goes.
    fn slot(&mut self) -> Slot<'_>;

    /// Returns what is written.
    fn part(&self) -> Part<'_>;

    /// Returns where a value goes that may be null. Scalars have a shorter way than to create a blank one first.
    #[inline]
    fn slot_of_option(option: &mut Option<Self>) -> Slot<'_>
    where
        Self: Sized,
    {
        Slot::Optional(option)
    }
}

/// Where a value that is read goes.
///
/// The first seven are what the fields of a struct are; a place is looked into when its value comes. Texts and amounts have
/// slots of their own, without a dynamic call, because most fields are one. [`part`](super::part) has a function of the same
/// name for each.
#[doc(hidden)]
pub enum Slot<'a> {
    Text(&'a mut String),
    OptionalText(&'a mut Option<String>),
    Amount(&'a mut MinorUnits),
    OptionalAmount(&'a mut Option<MinorUnits>),
    Scalar(&'a mut dyn Scalar),
    Place(&'a mut dyn Place),
    /// A place that an object always has: null if there is no value.
    Nullable(&'a mut dyn Place),
    Object(&'a mut dyn Object),
    List(&'a mut dyn List),
    Map(&'a mut dyn Map),
    Union(&'a mut dyn Union),
    Untagged(&'a mut dyn Untagged),
    Json(&'a mut Value),
    Optional(&'a mut dyn Optional),
}

/// What is written. Borrows everything, so that nothing is allocated.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub enum Part<'a> {
    /// `None`.
    Null,
    Text(&'a str),
    Boolean(bool),
    Integer(i64),
    Float(f64),
    Decimal(&'a Decimal),
    Number(&'a Number),
    Secret(&'a str),
    Date(&'a Date),
    Timestamp(&'a Timestamp),
    Object(&'a dyn Object),
    List(&'a dyn List),
    Map(&'a dyn Map),
    Json(&'a Value),
    Unknown(&'a UnknownVariant),
}

impl Slot<'_> {
    /// Borrows the slot once more.
    #[inline]
    pub(super) fn reborrow(&mut self) -> Slot<'_> {
        match self {
            Self::Text(text) => Slot::Text(text),
            Self::OptionalText(text) => Slot::OptionalText(text),
            Self::Amount(amount) => Slot::Amount(amount),
            Self::OptionalAmount(amount) => Slot::OptionalAmount(amount),
            Self::Scalar(scalar) => Slot::Scalar(&mut **scalar),
            Self::Place(place) => Slot::Place(&mut **place),
            Self::Nullable(place) => Slot::Nullable(&mut **place),
            Self::Object(object) => Slot::Object(&mut **object),
            Self::List(list) => Slot::List(&mut **list),
            Self::Map(map) => Slot::Map(&mut **map),
            Self::Union(union) => Slot::Union(&mut **union),
            Self::Untagged(untagged) => Slot::Untagged(&mut **untagged),
            Self::Json(json) => Slot::Json(json),
            Self::Optional(optional) => Slot::Optional(&mut **optional),
        }
    }
}

impl<'a> Slot<'a> {
    /// Returns the slot of the value itself, which is not null.
    pub(super) fn present(self) -> Self {
        match self {
            Self::Optional(optional) => optional.some().present(),
            Self::Place(place) | Self::Nullable(place) => place.slot().present(),
            slot => slot,
        }
    }
}

/// A struct of the document, as the generator writes it.
#[doc(hidden)]
pub trait Model: Sized {
    /// What is known of the properties.
    const ABOUT: &'static About;

    /// Creates the value with nothing set.
    fn blank() -> Self;

    /// Hands `reader` where the value of each key goes, in the order of [`About::keys`], and last the map of what has no
    /// field, where the document says that there may be more.
    ///
    /// All at once, because straight-line code without a call for each field costs rustc least.
    fn slots(&mut self, reader: &mut dyn ReadSlots);

    /// Calls `each` with every property that is written, in the order of the document.
    fn parts<'a>(&'a self, each: &mut dyn FnMut(&'static str, Part<'a>));

    /// Returns the map of what has no field, where the document says that there may be more.
    #[inline]
    fn rest(&self) -> Option<&dyn Map> {
        None
    }
}

/// Reads an object into the slots of a struct.
#[doc(hidden)]
pub trait ReadSlots {
    /// Reads the object.
    fn read(&mut self, slots: &mut [Slot<'_>]);
}

/// A [`Model`] behind a reference.
#[doc(hidden)]
pub trait Object {
    /// See [`Model::ABOUT`].
    fn about(&self) -> &'static About;

    /// See [`Model::slots`].
    fn slots(&mut self, reader: &mut dyn ReadSlots);

    /// See [`Model::parts`].
    fn parts<'a>(&'a self, each: &mut dyn FnMut(&'static str, Part<'a>));

    /// See [`Model::rest`].
    fn rest(&self) -> Option<&dyn Map>;
}

impl<T: Model> Object for T {
    #[inline]
    fn about(&self) -> &'static About {
        T::ABOUT
    }

    #[inline]
    fn slots(&mut self, reader: &mut dyn ReadSlots) {
        Model::slots(self, reader);
    }

    #[inline]
    fn parts<'a>(&'a self, each: &mut dyn FnMut(&'static str, Part<'a>)) {
        Model::parts(self, each);
    }

    #[inline]
    fn rest(&self) -> Option<&dyn Map> {
        Model::rest(self)
    }
}

impl dyn Object + '_ {
    /// Returns what is held that has no field. A name that a field has written already is the field's: JSON has it once.
    pub(super) fn others(&self) -> Vec<(&str, Part<'_>)> {
        let mut others = Vec::new();
        let Some(rest) = self.rest() else { return others };
        rest.entries(&mut |key, part| others.push((key, part)));
        if !others.is_empty() {
            let mut taken: Vec<&str> = self.about().constants.iter().map(|(key, _)| *key).collect();
            self.parts(&mut |key, _| taken.push(key));
            others.retain(|(key, _)| !taken.contains(key));
        }
        others
    }
}

/// Facts about a struct. Most lists are empty; all of them hold JSON keys.
#[doc(hidden)]
#[derive(Debug)]
pub struct About {
    /// The name of the type.
    pub name: &'static str,
    /// The properties that are stored, in the order of the document.
    pub keys: &'static [&'static str],
    /// The indices of those that must be there.
    pub required: &'static [usize],
    /// Properties with one allowed text, which the type does not store.
    pub constants: &'static [(&'static str, &'static str)],
    /// Properties that `Debug` must not show.
    pub hidden: &'static [&'static str],
    /// Properties that only Dintero sets, and that are never sent.
    pub read_only: &'static [&'static str],
    /// Properties that only describe: see [`tolerant`](super::tolerant).
    pub lenient: &'static [&'static str],
    /// Those of them that are required texts and become empty, because the API itself lets them be empty.
    pub may_be_empty: &'static [&'static str],
}

impl About {
    /// Returns the position of a property among the required ones.
    #[inline]
    pub(super) fn required_position(&self, index: usize) -> Option<usize> {
        self.required.iter().position(|required| *required == index)
    }
}

/// A JSON array.
#[doc(hidden)]
pub trait List {
    /// Appends a blank item and returns it.
    fn push(&mut self) -> &mut dyn Place;

    /// Returns the item at an index.
    fn get(&self, index: usize) -> Option<Part<'_>>;
}

/// A JSON object whose keys are data.
#[doc(hidden)]
pub trait Map {
    /// Adds a blank value under a key and returns it.
    fn insert(&mut self, key: String) -> &mut dyn Place;

    /// Calls `each` with every key and its value.
    fn entries<'a>(&'a self, each: &mut dyn FnMut(&'a str, Part<'a>));
}

/// A type with variants that a property of the JSON, its tag, tells apart.
#[doc(hidden)]
pub trait Union {
    /// Returns the key of the tag.
    fn tag(&self) -> &'static str;

    /// Becomes a blank variant and returns it. `None` for a variant that this release does not know.
    fn become_variant(&mut self, tag: &str) -> Option<&mut dyn Place>;

    /// Becomes the variant that this release does not know.
    fn become_unknown(&mut self, variant: UnknownVariant);
}

/// A type with variants that the JSON itself tells apart.
#[doc(hidden)]
pub trait Untagged {
    /// Becomes the blank variant for a value and returns it. `None` if the value fits none.
    fn become_variant(&mut self, value: &Value) -> Option<&mut dyn Place>;

    /// Keeps a value that fits no variant.
    fn become_unknown(&mut self, value: Value);
}

/// What tells the JSON of a variant from that of the others.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub enum Sign {
    Text,
    Number,
    Boolean,
    List,
    Object,
    /// An object with this key.
    With(&'static str),
}

impl Sign {
    /// Whether a value has the sign.
    #[must_use]
    pub fn is_of(self, value: &Value) -> bool {
        match self {
            Self::Text => value.is_string(),
            Self::Number => value.is_number(),
            Self::Boolean => value.is_boolean(),
            Self::List => value.is_array(),
            Self::Object => value.is_object(),
            Self::With(key) => value.get(key).is_some_and(|value| !value.is_null()),
        }
    }
}

/// A value that may be null.
#[doc(hidden)]
pub trait Optional {
    /// Becomes blank and returns where the value goes.
    fn some(&mut self) -> Slot<'_>;

    /// Becomes `None`.
    fn none(&mut self);
}
