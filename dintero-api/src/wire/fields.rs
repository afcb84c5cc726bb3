//! Reads an object into the fields of a struct.

use serde_core::de::{Error, IgnoredAny, MapAccess};

use super::error::ValueError;
use super::key::{KeySeed, ReadKey};
use super::mend::not_an_object;
use super::place::{KeyedSlot, Object, Rule, Slot};
use super::read::{Seed, read_entry};
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
        match map.next_key_seed(KeySeed { key: FieldKey { slots, next }, reading })? {
            None => break,
            Some(FoundKey::Field(index)) => {
                next = index + 1;
                let (key, slot) = &mut slots[index];
                // A second value would be merged with the first one.
                if !seen.insert(index) {
                    return Err(reading.fail(ValueError::repeated(key)));
                }
                let result = map.next_value_seed(Seed { slot: slot.reborrow(), reading });
                let forgiven =
                    result.is_ok() || reading.forgives(Rule::of(rules[index]), slot.reborrow());
                reading.prefix_paths(before, |error| error.push_key(key));
                if !forgiven {
                    return result;
                }
            }
            Some(FoundKey::Other(key)) => {
                if let Some(error) = not_an_object(&key) {
                    return Err(reading.fail(error));
                }
                match &mut others {
                    Some(others) => read_entry(&mut **others, key.into(), map, reading)?,
                    None => drop(map.next_value::<IgnoredAny>()?),
                }
            }
        }
    }
    let is_missing =
        |(index, letter): (usize, &u8)| Rule::of(*letter).is_required() && !seen.contains(index);
    if rules.iter().enumerate().any(is_missing) {
        return reading.handle_missing(&seen, rules, slots);
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
    /// Adds an index. Returns whether it is new.
    #[inline]
    fn insert(&mut self, index: usize) -> bool {
        if index >= 64 {
            let is_new = !self.later.contains(&index);
            self.later.push(index);
            return is_new;
        }
        let bit = 1 << index;
        let is_new = self.first & bit == 0;
        self.first |= bit;
        is_new
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
    reading.prefix_paths(before, |error| error.push_key(tag.key));
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

impl ReadKey<'_> for FieldKey<'_, '_> {
    type Output = FoundKey;

    #[inline]
    fn read(self, key: &str) -> FoundKey {
        let (before, after) = self.slots.split_at(self.next);
        let is_it = |(known, _): &KeyedSlot<'_>| *known == key;
        let found = match after.iter().position(is_it) {
            Some(index) => Some(self.next + index),
            None => before.iter().position(is_it),
        };
        match found {
            Some(index) => FoundKey::Field(index),
            None => FoundKey::Other(key.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_number_of_properties_is_remembered() {
        let mut seen = Seen::default();
        for index in [0, 63, 64, 200] {
            assert!(seen.insert(index), "{index}");
        }
        assert!([0, 63, 64, 200].into_iter().all(|index| !seen.insert(index)));
        assert!([0, 63, 64, 200].into_iter().all(|index| seen.contains(index)));
        assert!([1, 62, 65, 199].into_iter().all(|index| !seen.contains(index)));
    }
}
