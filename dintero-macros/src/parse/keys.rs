//! The keys of `#[dintero(...)]`: where each key belongs, and which key the merchant probably meant by a mistyped word.

use crate::suggest;
use crate::table::Family;

/// The item that an attribute is on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum On {
    Type,
    Variant,
    Field,
}

/// Each row describes a key: its word, the items that it may be on, and the only derive that accepts it (`None` if
/// every derive accepts the key).
macro_rules! keys {
    ($($key:ident = $word:literal, [$($on:ident),*], $only:expr;)*) => {
        /// A key of `#[dintero(...)]`.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub(crate) enum Key {
            $($key,)*
        }

        impl Key {
            const ALL: &[Self] = &[$(Self::$key),*];

            pub(crate) fn word(self) -> &'static str {
                match self {
                    $(Self::$key => $word,)*
                }
            }

            pub(super) fn is_on(self, on: On) -> bool {
                match self {
                    $(Self::$key => [$(On::$on),*].contains(&on),)*
                }
            }

            /// Returns the only derive that accepts the key, or `None` if every derive accepts it.
            pub(super) fn only(self) -> Option<Family> {
                match self {
                    $(Self::$key => $only,)*
                }
            }
        }
    };
}

keys! {
    To = "to", [Field], None;
    With = "with", [Field], None;
    Default = "default", [Field], None;
    Skip = "skip", [Field, Variant], None;
    Flatten = "flatten", [Field], None;
    Exponent = "exponent", [Field], None;
    Crate = "crate", [Type], None;
    Bound = "bound", [Type], None;
    TotalMismatch = "total_mismatch", [Type], Some(Family::Order);
    Rounding = "rounding", [Type], Some(Family::OrderItem);
    Bundle = "bundle", [Type, Variant], Some(Family::OrderItem);
    Negative = "negative", [Variant], Some(Family::OrderItem);
    Spread = "spread", [Type, Variant], Some(Family::Discount);
    AsItems = "as_items", [Type, Variant], Some(Family::Discount);
    Capped = "capped", [Type, Variant], Some(Family::Discount);
    Part = "part", [Type], None;
    SkipUnmapped = "skip_unmapped", [Type], None;
}

/// The words that other libraries' derives use for these keys, and words that merchants may try.
const ALIASES: [(&str, &[&str]); 6] = [
    ("to", &["as", "field", "map", "name", "rename", "target"]),
    ("with", &["from", "func", "function", "into", "map_with", "via"]),
    ("exponent", &["cents", "decimals", "minor", "minor_units", "ore", "scale", "unit"]),
    ("skip", &["hidden", "ignore", "omit", "skip_serializing"]),
    ("rounding", &["round", "rounding_mode"]),
    ("as_items", &["as_lines", "negative_items", "negative_lines"]),
];

/// Returns the key with this word.
pub(super) fn find(word: &str) -> Option<Key> {
    Key::ALL.iter().copied().find(|key| key.word() == word)
}

/// Returns the keys that this derive allows on an item.
pub(super) fn on(on: On, family: Family) -> impl Iterator<Item = &'static str> + Clone {
    let is_of = move |key: &&Key| key.is_on(on) && key.only().is_none_or(|only| only == family);
    Key::ALL.iter().filter(is_of).map(|key| key.word())
}

/// Returns the key among `keys` that the merchant probably meant by `word`.
pub(super) fn meant<'k>(
    word: &str,
    keys: impl Iterator<Item = &'k str> + Clone,
) -> Option<&'k str> {
    let aliases = ALIASES.iter().find(|(_, words)| words.contains(&word));
    let alias = aliases.and_then(|(meant, _)| keys.clone().find(|key| key == meant));
    alias.or_else(|| suggest::nearest(word, keys))
}

/// Returns a list of keys, formatted for a message.
pub(super) fn quoted<'k>(keys: impl IntoIterator<Item = &'k str>) -> String {
    keys.into_iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ")
}

/// Returns the word of every key. No target may have the same name as a key.
#[cfg(test)]
pub(crate) fn every_key() -> impl Iterator<Item = &'static str> {
    Key::ALL.iter().map(|key| key.word())
}
