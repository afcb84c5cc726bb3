//! Open string enums: one table of the known texts, and the look-ups that every such enum shares.

use serde_json::Value;

use super::error::ReadError;
use super::read::FromJson;

/// An enum of texts that keeps the ones it does not know.
#[doc(hidden)]
pub trait StringEnum: Clone + PartialEq + for<'a> From<&'a str> + 'static {
    /// The values that the document names, with their texts.
    const KNOWN: &'static [(Self, &'static str)];
}

/// The text of a known value.
#[doc(hidden)]
pub fn text_of<T: StringEnum>(value: &T) -> &'static str {
    T::KNOWN.iter().find(|(known, _)| known == value).map_or("", |(_, text)| text)
}

/// The known value of a text.
#[doc(hidden)]
pub fn known<T: StringEnum>(text: &str) -> Option<T> {
    T::KNOWN.iter().find(|(_, known)| *known == text).map(|(value, _)| value.clone())
}

/// Reads any text.
#[doc(hidden)]
pub fn read_text<T: StringEnum>(value: Value) -> Result<T, ReadError> {
    String::from_json(value).map(|text| T::from(text.as_str()))
}
