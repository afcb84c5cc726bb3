//! Values that the API leaves open: what a newer Dintero sends, and metadata that is text or number.

use std::fmt;

use serde_core::ser::{Serialize, Serializer};
use serde_json::{Number, Value};

use crate::wire::{self, FromJson, Given, Part, ReadError, ReadScalar};

/// A value of a string enum that this release of the crate does not name.
///
/// Opaque on purpose: code that matched on the text of `Other` would stop working on the day the value gets a variant.
/// Compare with a guard instead, which goes on compiling: `other if other.as_str() == "new_value"`, on the enum itself.
///
/// # Examples
///
/// ```
/// use dintero_api::types::TransactionStatus;
///
/// let status = TransactionStatus::from("CHARGED_BACK");
/// assert!(matches!(status, TransactionStatus::Other(_)));
/// assert_eq!(status.as_str(), "CHARGED_BACK");
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UnknownValue(Box<str>);

impl UnknownValue {
    #[doc(hidden)]
    #[must_use]
    pub fn new(text: impl Into<Box<str>>) -> Self {
        Self(text.into())
    }

    /// Returns the value as Dintero sent it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for UnknownValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for UnknownValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// A variant of a tagged type that this release of the crate does not name: its tag and the whole JSON.
///
/// `Debug` shows the tag alone, because the JSON may hold personal data.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct UnknownVariant {
    tag: Box<str>,
    value: Value,
}

impl UnknownVariant {
    /// Takes a JSON value and the name of the field that tells variants apart.
    #[must_use]
    pub fn new(tag_name: &str, value: Value) -> Self {
        let tag = value.get(tag_name).and_then(Value::as_str).unwrap_or_default().into();
        Self { tag, value }
    }

    /// Returns the text of the tag, such as `swish.swish`.
    #[must_use]
    pub fn tag(&self) -> &str {
        &self.tag
    }

    /// Returns the whole JSON, the tag included.
    #[must_use]
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// Reads it as a type of your own, or as one of this crate's.
    pub fn read<T: FromJson>(&self) -> Result<T, ReadError> {
        T::from_json(self.value.clone())
    }
}

impl fmt::Debug for UnknownVariant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnknownVariant").field("tag", &self.tag).finish_non_exhaustive()
    }
}

impl Serialize for UnknownVariant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value.serialize(serializer)
    }
}

/// A text or a number, as the values of metadata are.
///
/// # Examples
///
/// ```
/// use dintero_api::StringOrNumber;
///
/// assert_eq!(StringOrNumber::from("12"), StringOrNumber::Text("12".to_owned()));
/// assert_ne!(StringOrNumber::from(12), StringOrNumber::from("12"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StringOrNumber {
    /// A text.
    Text(String),
    /// A number, as it stands in the JSON.
    Number(Number),
}

impl From<&str> for StringOrNumber {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for StringOrNumber {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for StringOrNumber {
    fn from(number: i64) -> Self {
        Self::Number(number.into())
    }
}

impl From<i32> for StringOrNumber {
    fn from(number: i32) -> Self {
        Self::Number(number.into())
    }
}

/// Fails for what is not finite, which JSON cannot write.
impl TryFrom<f64> for StringOrNumber {
    type Error = crate::InvalidNumber;

    fn try_from(number: f64) -> Result<Self, Self::Error> {
        Number::from_f64(number).map(Self::Number).ok_or(crate::InvalidNumber)
    }
}

impl ReadScalar for StringOrNumber {
    fn read(given: Given<'_>) -> Result<Self, ReadError> {
        match (given, given.number()) {
            (Given::Text(text), _) => Ok(Self::Text(text.to_owned())),
            (_, Some(number)) => Ok(Self::Number(number)),
            _ => Err(given.unexpected("a string or a number")),
        }
    }

    fn convert(given: Given<'_>) -> Result<Self, ReadError> {
        String::convert(given).map(Self::Text)
    }

    #[inline]
    fn part(&self) -> Part<'_> {
        match self {
            Self::Text(text) => Part::Text(text),
            Self::Number(number) => Part::Number(number),
        }
    }
}

wire::scalar! { StringOrNumber }

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn unknown_variant_keeps_everything_and_shows_the_tag() {
        let json = json!({"type": "new.wallet", "phone": "+4790000000"});
        let variant = UnknownVariant::new("type", json.clone());
        assert_eq!(variant.tag(), "new.wallet");
        assert_eq!(variant.value(), &json);
        assert_eq!(serde_json::to_value(&variant).unwrap(), json);
        assert_eq!(format!("{variant:?}"), "UnknownVariant { tag: \"new.wallet\", .. }");
        assert_eq!(UnknownVariant::new("type", json!(1)).tag(), "");
    }

    #[test]
    fn string_or_number_keeps_which_it_was() {
        for json in [json!("12"), json!(12), json!(12.5)] {
            assert_eq!(
                serde_json::to_value(StringOrNumber::from_json(json.clone()).unwrap()).unwrap(),
                json
            );
        }
        assert_eq!(StringOrNumber::from("12"), StringOrNumber::Text("12".to_owned()));
        assert_ne!(StringOrNumber::from(12), StringOrNumber::from("12"));
        assert!(StringOrNumber::try_from(f64::NAN).is_err());
        assert!(StringOrNumber::from_json(json!([])).is_err());
    }
}
