//! The traits that a type implements so that its values can be read (into a [`Slot`]) and written (from a [`Part`]).

use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde_json::{Number, Value};

use super::field_writer::FieldWriter;
use super::scalar::Scalar;
use crate::{MinorUnits, UnknownVariant};

/// A value that can be read and written.
#[doc(hidden)]
pub trait Place {
    /// Creates the value that a field holds until the field is read.
    fn blank() -> Self
    where
        Self: Sized;

    /// Returns the slot into which a value is read.
    fn slot(&mut self) -> Slot<'_>;

    /// Returns the part from which the value is written.
    fn part(&self) -> Part<'_>;

    /// Returns the slot for a value that may be null. Scalars except open enums override this method, because an
    /// optional scalar can be set without creating a blank value first. Fields of structs use such a slot for every
    /// scalar.
    #[inline]
    fn slot_of_option(option: &mut Option<Self>) -> Slot<'_>
    where
        Self: Sized,
    {
        Slot::Optional(option)
    }
}

/// Creates the blank value of a required field.
#[doc(hidden)]
#[inline]
#[must_use]
pub fn blank<T: Place>() -> T {
    T::blank()
}

/// The destination of a value that is read.
///
/// The first seven variants are the kinds of fields in structs, and [`FieldWriter`] has a method named after each. A
/// `Place` in a slot is asked for its own slot only when a value for it arrives. Strings and amounts have variants of
/// their own, which need no dynamic call, because most fields are strings or amounts.
#[doc(hidden)]
pub enum Slot<'a> {
    Text(&'a mut String),
    OptionalText(&'a mut Option<String>),
    Amount(&'a mut MinorUnits),
    OptionalAmount(&'a mut Option<MinorUnits>),
    Scalar(&'a mut dyn Scalar),
    Place(&'a mut dyn Place),
    /// A required property that may be null.
    Nullable(&'a mut dyn Place),
    Object(&'a mut dyn Object),
    List(&'a mut dyn List),
    Map(&'a mut dyn Map),
    Union(&'a mut dyn Union),
    Untagged(&'a mut dyn Untagged),
    Json(&'a mut Value),
    Optional(&'a mut dyn Optional),
    /// The only allowed value of a property that is not stored.
    Constant(&'static str),
}

/// A value to write. A part borrows everything, so that nothing is allocated.
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
    /// Reborrows the slot.
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
            Self::Constant(text) => Slot::Constant(text),
        }
    }
}

impl<'a> Slot<'a> {
    /// Returns the slot for a value that is not null.
    pub(super) fn present(self) -> Self {
        match self {
            Self::Optional(optional) => optional.some().present(),
            Self::Place(place) | Self::Nullable(place) => place.slot().present(),
            slot => slot,
        }
    }
}

/// A struct for an object schema of the document, as the generator writes it.
///
/// When a struct is read, it passes all its slots at once; when it is written, it calls a method of the writer for each
/// field. Such straight-line code without closures compiles fastest.
#[doc(hidden)]
pub trait Model: Sized {
    /// Creates the value with nothing set.
    fn blank() -> Self;

    /// Passes `reader` the slot of each property. See [`ReadSlots::read`].
    fn slots(&mut self, reader: &mut dyn ReadSlots);

    /// Passes all properties to `writer`, in the same order.
    fn fields<'a>(&'a self, writer: &mut FieldWriter<'_, 'a>);

    /// Returns the map for keys without a field, if the document allows further properties.
    #[inline]
    fn rest(&self) -> Option<&dyn Map> {
        None
    }
}

/// Receives the slots of a struct.
#[doc(hidden)]
pub trait ReadSlots {
    /// Reads an object into the slots. `rules` contains one letter for each slot: see [`Rule`]. If the
    /// document allows further properties, one more slot follows, without a letter: the map for keys without a field.
    fn read(&mut self, rules: &'static [u8], slots: &mut [KeyedSlot<'_>]);
}

/// A slot, and the key of its property (empty for the map).
#[doc(hidden)]
pub type KeyedSlot<'a> = (&'static str, Slot<'a>);

impl<F: FnMut(&'static [u8], &mut [KeyedSlot<'_>])> ReadSlots for F {
    #[inline]
    fn read(&mut self, rules: &'static [u8], slots: &mut [KeyedSlot<'_>]) {
        self(rules, slots);
    }
}

/// Receives the parts of a struct: first its constants, then every field that is written, in the order of the
/// document.
#[doc(hidden)]
pub trait ReceiveParts<'a> {
    /// Receives a part without a mark, unless [`text`](Self::text) or [`integer`](Self::integer) receives it.
    fn part(&mut self, key: &'static str, part: Part<'a>);

    /// Receives a string without a mark. The serializer overrides this method and [`integer`](Self::integer), because
    /// most parts are strings or integers.
    fn text(&mut self, key: &'static str, text: &'a str) {
        self.part(key, Part::Text(text));
    }

    /// Receives an integer without a mark.
    fn integer(&mut self, key: &'static str, number: i64) {
        self.part(key, Part::Integer(number));
    }

    /// Receives a part of a property that has a mark.
    fn marked(&mut self, _mark: Mark, key: &'static str, part: Part<'a>) {
        self.part(key, part);
    }
}

impl<'a, F: FnMut(&'static str, Part<'a>)> ReceiveParts<'a> for F {
    fn part(&mut self, key: &'static str, part: Part<'a>) {
        self(key, part);
    }
}

/// The special treatment of a property: hidden in `Debug` output, left out of requests, or both.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// `Debug` must not show the value.
    Hidden,
    /// Only Dintero sets the property, so requests leave it out.
    ReadOnly,
    HiddenReadOnly,
}

impl Mark {
    pub(super) fn is_hidden(self) -> bool {
        self != Self::ReadOnly
    }

    pub(super) fn is_read_only(self) -> bool {
        self != Self::Hidden
    }
}

/// The dyn-compatible form of [`Model`].
#[doc(hidden)]
pub trait Object {
    /// See [`Model::slots`].
    fn slots(&mut self, reader: &mut dyn ReadSlots);

    /// See [`Model::fields`].
    fn fields<'a>(&'a self, writer: &mut FieldWriter<'_, 'a>);

    /// See [`Model::rest`].
    fn rest(&self) -> Option<&dyn Map>;
}

impl<T: Model> Object for T {
    #[inline]
    fn slots(&mut self, reader: &mut dyn ReadSlots) {
        Model::slots(self, reader);
    }

    #[inline]
    fn fields<'a>(&'a self, writer: &mut FieldWriter<'_, 'a>) {
        Model::fields(self, writer);
    }

    #[inline]
    fn rest(&self) -> Option<&dyn Map> {
        Model::rest(self)
    }
}

impl dyn Object + '_ {
    /// Passes `receiver` the part of every field that is written.
    #[inline]
    pub(super) fn parts<'a>(&'a self, receiver: &mut dyn ReceiveParts<'a>) {
        self.fields(&mut FieldWriter::new(receiver));
    }

    /// Returns the entries that have no field. Leaves out entries whose names are already written for a field or a
    /// constant, because a JSON object must contain each key only once.
    pub(super) fn others(&self) -> Vec<(&str, Part<'_>)> {
        let mut others = Vec::new();
        let Some(rest) = self.rest() else { return others };
        rest.entries(&mut |key, part| others.push((key, part)));
        if !others.is_empty() {
            let mut taken = Vec::new();
            self.parts(&mut |key, _| taken.push(key));
            others.retain(|(key, _)| !taken.contains(key));
        }
        others
    }
}

/// How a property is read, and what happens if its value cannot be read. `rules` of [`model!`](super::model) has a
/// letter for each property.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Rule {
    /// `o`: optional. If the value cannot be read, the object cannot be read either.
    Optional,
    /// `r`: required. If the value cannot be read, the object cannot be read either. A property that may be null but not
    /// absent is required, too.
    Required,
    /// `O`: optional and lenient: becomes `None` if the value cannot be read. See the `tolerant` module.
    Lenient,
    /// `E`: a required string that becomes empty if it cannot be read, because the API itself allows it to be empty.
    MayBeEmpty,
    /// `c`: only one string is allowed, and the type does not store it. The property may be absent or null. Any other
    /// value means that the object has a different type.
    Constant,
}

impl Rule {
    /// Returns the rule for a letter.
    #[inline]
    pub(super) fn of(letter: u8) -> Self {
        match letter {
            b'r' => Self::Required,
            b'O' => Self::Lenient,
            b'E' => Self::MayBeEmpty,
            b'c' => Self::Constant,
            _ => Self::Optional,
        }
    }

    /// Returns whether the property must be present.
    #[inline]
    pub(super) fn is_required(self) -> bool {
        matches!(self, Self::Required | Self::MayBeEmpty)
    }
}

/// A JSON array.
#[doc(hidden)]
pub trait List {
    /// Appends a blank item and returns it.
    fn push(&mut self) -> &mut dyn Place;

    /// Returns the item at an index, or `None` after the last item.
    fn get(&self, index: usize) -> Option<Part<'_>>;
}

/// A JSON object whose keys are data.
#[doc(hidden)]
pub trait Map {
    /// Inserts a blank value and returns it, or returns `None` if the map already has the key.
    fn insert(&mut self, key: String) -> Option<&mut dyn Place>;

    /// Calls `each` with every key and its value.
    fn entries<'a>(&'a self, each: &mut dyn FnMut(&'a str, Part<'a>));
}

/// A type whose variants are identified by a property of the JSON, the tag.
#[doc(hidden)]
pub trait Union {
    /// Returns the key of the tag.
    fn tag(&self) -> &'static str;

    /// Becomes the blank variant for a tag and returns that variant, or returns `None` if this release does not know
    /// the tag.
    fn become_variant(&mut self, tag: &str) -> Option<&mut dyn Place>;

    /// Becomes the variant for tags that this release does not know.
    fn become_unknown(&mut self, variant: UnknownVariant);
}

/// A type whose variants are identified by the shape of the JSON.
#[doc(hidden)]
pub trait Untagged {
    /// Becomes the blank variant for a value and returns that variant, or returns `None` if the value fits no variant.
    fn become_variant(&mut self, value: &Value) -> Option<&mut dyn Place>;

    /// Keeps a value that fits no variant.
    fn become_unknown(&mut self, value: Value);
}

/// How the JSON of a variant is recognized.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub enum Sign {
    Text,
    Number,
    Boolean,
    List,
    Object,
    /// An object in which this key is present and not null.
    With(&'static str),
}

impl Sign {
    /// Returns whether a value has this shape.
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
    /// Becomes a blank value and returns its slot.
    fn some(&mut self) -> Slot<'_>;

    /// Becomes `None`.
    fn none(&mut self);
}
