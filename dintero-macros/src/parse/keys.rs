//! The keys of `#[dintero(...)]`: where each one belongs, and which of them a wrong word was to be.

use crate::suggest;
use crate::table::Family;

/// What an attribute is on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum On {
    Type,
    Variant,
    Field,
}

/// A key, what it may be on, and the one derive that has it, if it is one.
pub(super) struct Key {
    pub(super) word: &'static str,
    on: &'static [On],
    pub(super) only: Option<Family>,
}

const fn key(word: &'static str, on: &'static [On], only: Option<Family>) -> Key {
    Key { word, on, only }
}

const KEYS: [Key; 17] = [
    key("to", &[On::Field], None),
    key("with", &[On::Field], None),
    key("default", &[On::Field], None),
    key("skip", &[On::Field, On::Variant], None),
    key("flatten", &[On::Field], None),
    key("exponent", &[On::Field], None),
    key("crate", &[On::Type], None),
    key("bound", &[On::Type], None),
    key("total_mismatch", &[On::Type], Some(Family::Order)),
    key("rounding", &[On::Type], Some(Family::OrderItem)),
    key("bundle", &[On::Type, On::Variant], Some(Family::OrderItem)),
    key("negative", &[On::Variant], Some(Family::OrderItem)),
    key("spread", &[On::Type, On::Variant], Some(Family::Discount)),
    key("as_items", &[On::Type, On::Variant], Some(Family::Discount)),
    key("capped", &[On::Type, On::Variant], Some(Family::Discount)),
    key("part", &[On::Type], None),
    key("skip_unmapped", &[On::Type], None),
];

/// Words of other derives, and of merchants, that were to be these keys.
const ALIASES: [(&str, &[&str]); 5] = [
    ("to", &["as", "field", "map", "name", "rename", "target"]),
    ("with", &["from", "func", "function", "into", "map_with", "via"]),
    ("skip", &["hidden", "ignore", "omit", "skip_serializing"]),
    ("rounding", &["round", "rounding_mode"]),
    ("as_items", &["as_lines", "negative_items", "negative_lines"]),
];

impl Key {
    pub(super) fn is_on(&self, on: On) -> bool {
        self.on.contains(&on)
    }

    /// Returns whether it is a key of this derive.
    pub(super) fn is_of(&self, family: Family) -> bool {
        self.only.is_none_or(|only| only == family)
    }
}

/// Returns the key that a word is.
pub(super) fn find(word: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.word == word)
}

/// Returns the keys of this derive that may be on something.
pub(super) fn on(on: On, family: Family) -> impl Iterator<Item = &'static str> + Clone {
    KEYS.iter().filter(move |key| key.is_on(on) && key.is_of(family)).map(|key| key.word)
}

/// Returns the key among `keys` that a word was probably to be.
pub(super) fn meant<'k>(
    word: &str,
    keys: impl Iterator<Item = &'k str> + Clone,
) -> Option<&'k str> {
    let aliases = ALIASES.iter().find(|(_, words)| words.contains(&word));
    let alias = aliases.and_then(|(meant, _)| keys.clone().find(|key| key == meant));
    alias.or_else(|| suggest::nearest(word, keys))
}

/// Returns keys as a message lists them.
pub(super) fn quoted<'k>(keys: impl IntoIterator<Item = &'k str>) -> String {
    keys.into_iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ")
}

/// Returns every word that is a key somewhere; no target may be called so.
#[cfg(test)]
pub(crate) fn every_key() -> impl Iterator<Item = &'static str> {
    KEYS.iter().map(|key| key.word)
}
