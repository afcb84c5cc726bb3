//! Reads an object into the fields of a struct.

use std::fmt;

use serde_core::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, Visitor};

use super::error::ValueError;
use super::place::{KeyedSlot, Object, Rule, Slot};
use super::read::{NUMBER, Seed, read_entry};
use super::scalar::Given;
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
    let mut result = Ok(());
    object.slots(&mut |rules: &'static [u8], slots: &mut [KeyedSlot<'_>]| {
        result = read_fields(rules, slots, tag, &mut map, reading);
    });
    result
}

fn read_fields<'de, A: MapAccess<'de>>(
    rules: &[u8],
    slots: &mut [KeyedSlot<'_>],
    tag: Option<Tag<'_>>,
    map: &mut A,
    reading: &mut Reading,
) -> Result<(), A::Error> {
    // See `ReadSlots::read` for the last slot.
    let (slots, further) = slots.split_at_mut(rules.len());
    let mut others = match further.first_mut().map(|(_, slot)| slot.reborrow().present()) {
        Some(Slot::Map(others)) => Some(others),
        _ => None,
    };
    let mut seen = Seen::default();
    if let Some(tag) = tag {
        take_tag(slots, tag, &mut seen, reading)?;
    }
    let mut next = 0;
    loop {
        let before = reading.unread_so_far();
        match map.next_key_seed(FieldKey { slots, next })? {
            None => break,
            Some(FoundKey::Field(index)) => {
                next = index + 1;
                seen.insert(index);
                let (key, slot) = &mut slots[index];
                let result = map.next_value_seed(Seed { slot: slot.reborrow(), reading });
                let forgiven =
                    result.is_ok() || reading.forgives(Rule::of(rules[index]), slot.reborrow());
                reading.was_below(before, |error| error.push_key(*key));
                if !forgiven {
                    return result;
                }
            }
            // With `arbitrary_precision`, serde_json passes a number as an object with this key.
            Some(FoundKey::Other(key)) if key == NUMBER => {
                return Err(reading.fail(ValueError::unexpected("an object", "a number")));
            }
            Some(FoundKey::Other(key)) => match &mut others {
                Some(others) => read_entry(&mut **others, key.into(), map, reading)?,
                None => drop(map.next_value::<IgnoredAny>()?),
            },
        }
    }
    let is_missing =
        |(index, letter): (usize, &u8)| Rule::of(*letter).is_required() && !seen.contains(index);
    if rules.iter().enumerate().any(is_missing) {
        return reading.missing(&seen, rules, slots);
    }
    Ok(())
}

/// The indices of the properties found in an object.
#[derive(Default)]
pub(super) struct Seen {
    /// One bit for each of the first 64 properties; nearly every struct has no more.
    first: u64,
    later: Vec<usize>,
}

impl Seen {
    #[inline]
    fn insert(&mut self, index: usize) {
        match index {
            0..64 => self.first |= 1 << index,
            // A key may occur more than once.
            _ if self.later.contains(&index) => {}
            _ => self.later.push(index),
        }
    }

    #[inline]
    pub(super) fn contains(&self, index: usize) -> bool {
        match index {
            0..64 => self.first & (1 << index) != 0,
            _ => self.later.contains(&index),
        }
    }
}

/// Stores the tag in the variant's field for it, or compares the tag with the variant's constant.
fn take_tag<E: Error>(
    slots: &mut [KeyedSlot<'_>],
    tag: Tag<'_>,
    seen: &mut Seen,
    reading: &mut Reading,
) -> Result<(), E> {
    let Some(index) = slots.iter().position(|(key, _)| *key == tag.key) else { return Ok(()) };
    seen.insert(index);
    let before = reading.unread_so_far();
    let seed = Seed { slot: slots[index].1.reborrow(), reading };
    let result = seed.scalar(Given::Text(tag.text));
    reading.was_below(before, |error| error.push_key(tag.key));
    result
}

/// The meaning of an object's key for the struct being read.
enum FoundKey {
    /// The index of the field or constant with this key.
    Field(usize),
    Other(String),
}

/// Finds the field for a key without copying the key.
struct FieldKey<'f, 's> {
    slots: &'f [KeyedSlot<'s>],
    /// The index at which the search begins: most objects have their keys in the order of the model.
    next: usize,
}

impl<'de> DeserializeSeed<'de> for FieldKey<'_, '_> {
    type Value = FoundKey;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<FoundKey, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Visitor<'_> for FieldKey<'_, '_> {
    type Value = FoundKey;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    #[inline]
    fn visit_str<E: Error>(self, key: &str) -> Result<FoundKey, E> {
        let (before, after) = self.slots.split_at(self.next);
        let is_it = |(known, _): &KeyedSlot<'_>| *known == key;
        let found = match after.iter().position(is_it) {
            Some(index) => Some(self.next + index),
            None => before.iter().position(is_it),
        };
        Ok(match found {
            Some(index) => FoundKey::Field(index),
            None => FoundKey::Other(key.to_owned()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_number_of_properties_is_remembered() {
        let mut seen = Seen::default();
        for index in [0, 63, 64, 200, 64, 0] {
            seen.insert(index);
        }
        assert_eq!(seen.later, [64, 200]);
        assert!([0, 63, 64, 200].into_iter().all(|index| seen.contains(index)));
        assert!([1, 62, 65, 199].into_iter().all(|index| !seen.contains(index)));
    }
}
