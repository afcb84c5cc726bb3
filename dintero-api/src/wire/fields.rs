//! Reading an object into the fields of a struct.

use std::fmt;

use serde_core::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, Visitor};

use super::error::ValueError;
use super::place::{About, Object, Slot};
use super::read::{NUMBER, Seed, read_entry};
use super::scalar::{Constant, Given};
use super::tolerant::Reading;

/// The tag of a union, read before the rest of its object.
#[derive(Clone, Copy)]
pub(super) struct Tag<'t> {
    pub(super) key: &'static str,
    pub(super) text: &'t str,
}

/// Reads an object, or the rest of an object after its tag.
pub(super) fn read_object<'de, A: MapAccess<'de>>(
    object: &mut dyn Object,
    tag: Option<Tag<'_>>,
    mut map: A,
    reading: &mut Reading,
) -> Result<(), A::Error> {
    let about = object.about();
    let mut result = Ok(());
    object.slots(&mut |slots: &mut [Slot<'_>]| {
        result = read_fields(about, slots, tag, &mut map, reading)
    });
    result
}

fn read_fields<'de, A: MapAccess<'de>>(
    about: &'static About,
    slots: &mut [Slot<'_>],
    tag: Option<Tag<'_>>,
    map: &mut A,
    reading: &mut Reading,
) -> Result<(), A::Error> {
    // One bit for each required field that was present.
    let mut seen = match tag {
        Some(tag) => take_tag(about, slots, tag, reading)?,
        None => 0_u64,
    };
    let others = if slots.len() > about.keys.len() { Others::Kept } else { Others::Ignored };
    let mut next = 0;
    loop {
        let before = reading.unread_so_far();
        match map.next_key_seed(FieldKey { about, next, others })? {
            None => break,
            Some(FoundKey::Field(index)) => {
                next = index + 1;
                let required = about.required_position(index);
                seen |= required.map_or(0, |position| 1 << position);
                let result = map.next_value_seed(Seed { slot: slots[index].reborrow(), reading });
                let key = about.keys[index];
                let forgiven = result.is_ok()
                    || reading.forgives(index, required.is_some(), about, slots[index].reborrow());
                reading.was_below(before, |error| error.push_key(key));
                if !forgiven {
                    return result;
                }
            }
            Some(FoundKey::Unknown(Unknown::Constant(key, text))) => {
                let mut constant = Constant(text);
                let slot = Slot::Scalar(&mut constant);
                let result = map.next_value_seed(Seed { slot, reading });
                reading.was_below(before, |error| error.push_key(key));
                result?;
            }
            Some(FoundKey::Unknown(Unknown::Number)) => {
                return Err(reading.fail(ValueError::unexpected("an object", "a number")));
            }
            Some(FoundKey::Unknown(Unknown::Other(key))) => {
                // The last slot is the map for keys without a field.
                let others = slots.last_mut().map(|slot| slot.reborrow().present());
                if let Some(Slot::Map(others)) = others {
                    read_entry(others, key.into(), map, reading)?;
                }
            }
            Some(FoundKey::Unknown(Unknown::Ignored)) => {
                map.next_value::<IgnoredAny>()?;
            }
        }
    }
    if seen.count_ones() as usize == about.required.len() {
        return Ok(());
    }
    reading.missing(seen, about)
}

/// Passes the tag to the variant, which may have a field for it. Returns that field's bit if it is required.
fn take_tag<E: Error>(
    about: &About,
    slots: &mut [Slot<'_>],
    tag: Tag<'_>,
    reading: &mut Reading,
) -> Result<u64, E> {
    if let Some(index) = about.keys.iter().position(|key| *key == tag.key) {
        let seed = Seed { slot: slots[index].reborrow(), reading };
        seed.scalar(Given::Text(tag.text))?;
        return Ok(about.required_position(index).map_or(0, |position| 1 << position));
    }
    match about.constants.iter().find(|(key, _)| *key == tag.key) {
        Some((_, expected)) if *expected != tag.text => {
            Err(reading.fail(ValueError::other_constant(expected).at_key(tag.key)))
        }
        _ => Ok(0),
    }
}

/// The meaning of an object's key for the struct being read.
enum FoundKey {
    /// The key of a field, by its index in [`About::keys`].
    Field(usize),
    Unknown(Unknown),
}

/// A key without a field.
enum Unknown {
    /// A property with only one allowed text, which comes second.
    Constant(&'static str, &'static str),
    /// Not a key: `arbitrary_precision` passes a number as an object with this key.
    Number,
    /// Kept in the map for keys without a field.
    Other(String),
    Ignored,
}

/// How keys without a field are handled.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Others {
    Kept,
    Ignored,
}

impl Unknown {
    #[cold]
    fn of(key: &str, constants: &'static [(&'static str, &'static str)], others: Others) -> Self {
        match constants.iter().find(|(constant, _)| *constant == key) {
            Some((constant, text)) => Self::Constant(constant, text),
            None if key == NUMBER => Self::Number,
            None if others == Others::Kept => Self::Other(key.to_owned()),
            None => Self::Ignored,
        }
    }
}

/// Finds the field of a key without copying the key.
struct FieldKey {
    about: &'static About,
    /// The index at which the search begins: most documents have their keys in the order of the model.
    next: usize,
    others: Others,
}

impl<'de> DeserializeSeed<'de> for FieldKey {
    type Value = FoundKey;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<FoundKey, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Visitor<'_> for FieldKey {
    type Value = FoundKey;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    #[inline]
    fn visit_str<E: Error>(self, key: &str) -> Result<FoundKey, E> {
        let (before, after) = self.about.keys.split_at(self.next);
        let is_it = |known: &&'static str| *known == key;
        let found = match after.iter().position(is_it) {
            Some(index) => Some(self.next + index),
            None => before.iter().position(is_it),
        };
        Ok(match found {
            Some(index) => FoundKey::Field(index),
            None => FoundKey::Unknown(Unknown::of(key, self.about.constants, self.others)),
        })
    }
}
