//! Reads an object into the fields of a struct.

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
    let mut seen = Seen::default();
    if let Some(tag) = tag {
        take_tag(about, slots, tag, &mut seen, reading)?;
    }
    let others = if slots.len() > about.keys.len() { Others::Kept } else { Others::Ignored };
    let mut next = 0;
    loop {
        let before = reading.unread_so_far();
        match map.next_key_seed(FieldKey { about, next, others })? {
            None => break,
            Some(FoundKey::Field(index)) => {
                next = index + 1;
                let required = about.required_position(index);
                seen.extend(required);
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
    if seen.len() == about.required.len() {
        return Ok(());
    }
    reading.missing(&seen, about)
}

/// The required properties that an object has, by their positions among all required properties.
#[derive(Default)]
pub(super) struct Seen {
    /// One bit for each of the first 64 positions, which are all positions of nearly every struct.
    first: u64,
    later: Vec<usize>,
}

impl Seen {
    #[inline]
    fn extend(&mut self, position: Option<usize>) {
        match position {
            Some(position @ 0..64) => self.first |= 1 << position,
            Some(position) if !self.later.contains(&position) => self.later.push(position),
            _ => {}
        }
    }

    #[inline]
    fn len(&self) -> usize {
        self.first.count_ones() as usize + self.later.len()
    }

    pub(super) fn contains(&self, position: usize) -> bool {
        match position {
            0..64 => self.first & (1 << position) != 0,
            _ => self.later.contains(&position),
        }
    }
}

/// Stores the tag in the variant's field for it, if there is one, and otherwise compares the tag with the variant's
/// constant.
fn take_tag<E: Error>(
    about: &About,
    slots: &mut [Slot<'_>],
    tag: Tag<'_>,
    seen: &mut Seen,
    reading: &mut Reading,
) -> Result<(), E> {
    if let Some(index) = about.keys.iter().position(|key| *key == tag.key) {
        let seed = Seed { slot: slots[index].reborrow(), reading };
        seed.scalar(Given::Text(tag.text))?;
        seen.extend(about.required_position(index));
        return Ok(());
    }
    match about.constants.iter().find(|(key, _)| *key == tag.key) {
        Some((_, expected)) if *expected != tag.text => {
            Err(reading.fail(ValueError::other_constant(expected).at_key(tag.key)))
        }
        _ => Ok(()),
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
    /// A property with only one allowed string: its key and that string.
    Constant(&'static str, &'static str),
    /// The value is not an object but a number, which `arbitrary_precision` passes as an object with this key.
    Number,
    /// A key that is kept in the map for keys without a field.
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

/// Finds the field for a key without copying the key.
struct FieldKey {
    about: &'static About,
    /// The index at which the search begins: most objects have their keys in the order of the model.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_number_of_required_properties_is_counted_once_each() {
        let mut seen = Seen::default();
        for position in [0, 63, 64, 200, 64, 0] {
            seen.extend(Some(position));
        }
        seen.extend(None);
        assert_eq!(seen.len(), 4);
        assert!([0, 63, 64, 200].into_iter().all(|position| seen.contains(position)));
        assert!([1, 62, 65, 199].into_iter().all(|position| !seen.contains(position)));
    }
}
