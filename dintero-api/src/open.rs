//! Open types: values that a newer version of the API may send, and metadata that is a string or a number.

use std::fmt;

use serde_core::ser::{Serialize, Serializer};
use serde_json::{Number, Value};

use crate::wire::{self, FromJson, Given, Part, ReadScalar, ValueError};

/// A value of a string enum that this release of the crate does not name.
///
/// The type is opaque on purpose: code that matches on the text inside `Other` would stop working once a release adds a
/// variant for that value. Compare the enum itself in a guard instead: `other if other.as_str() == "new_value"` keeps
/// working.
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

/// A variant of a tagged type that this release of the crate does not know: its tag and its whole JSON.
///
/// `Debug` shows only the tag, because the JSON may contain personal data.
///
/// # Examples
///
/// ```
/// use dintero_api::serde_json;
/// use dintero_api::types::ScaRule;
///
/// // A rule of a kind that this release does not know.
/// let rule: ScaRule = serde_json::from_str(r#"{"type": "country_in", "countries": ["NO", "SE"]}"#)?;
/// let ScaRule::Other(unknown) = &rule else { panic!("{rule:?}") };
/// assert_eq!(unknown.tag(), "country_in");
/// assert_eq!(unknown.value()["countries"][1], "SE");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct UnknownVariant {
    tag: Box<str>,
    value: Value,
}

impl UnknownVariant {
    /// Creates an `UnknownVariant` from a JSON value and the name of its tag field.
    ///
    /// Use it only for a tag that this release does not know. An enum with a known tag in `Other` is not equal to the
    /// variant that it becomes when it is stored and read again.
    ///
    /// # Examples
    ///
    /// ```
    /// use dintero_api::types::ScaRule;
    /// use dintero_api::{UnknownVariant, serde_json};
    ///
    /// // This release has no variant for this rule, so it is sent unchanged.
    /// let rule = serde_json::json!({"type": "country_in", "countries": ["NO"]});
    /// let unknown = UnknownVariant::new("type", rule.clone());
    /// assert_eq!(unknown.tag(), "country_in");
    /// assert_eq!(serde_json::to_value(ScaRule::Other(unknown))?, rule);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn new(tag_name: &str, value: Value) -> Self {
        let tag = value.get(tag_name).and_then(Value::as_str).unwrap_or_default().into();
        Self { tag, value }
    }

    /// Returns the tag, such as `swish.swish`.
    #[must_use]
    pub fn tag(&self) -> &str {
        &self.tag
    }

    /// Returns the whole JSON, including the tag.
    #[must_use]
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// Deserializes the value into a type of this crate. For a type of your own, pass [`value`](Self::value) to serde.
    ///
    /// # Errors
    ///
    /// Returns an error that names the first location where the JSON does not match the type.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::collections::BTreeMap;
    ///
    /// use dintero_api::types::ScaRule;
    /// use dintero_api::{StringOrNumber, serde_json};
    ///
    /// let rule: ScaRule = serde_json::from_str(r#"{"type": "before_hour", "hour": 6}"#)?;
    /// if let ScaRule::Other(unknown) = &rule {
    ///     let fields: BTreeMap<String, StringOrNumber> = unknown.read()?;
    ///     assert_eq!(fields["hour"], StringOrNumber::from(6));
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn read<T: FromJson>(&self) -> Result<T, ValueError> {
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
        wire::Numbers(&self.value).serialize(serializer)
    }
}

/// A string or a number, as in metadata.
///
/// # Examples
///
/// ```
/// use dintero_api::StringOrNumber;
/// use dintero_api::types::OrderShippingOption;
///
/// let metadata = [("warehouse", StringOrNumber::from("Oslo")), ("shelf", StringOrNumber::from(12))];
/// let metadata = metadata.map(|(key, value)| (key.to_owned(), value));
/// let option = OrderShippingOption::new("post", "post", 7900, "Parcel", "Posten").metadata(metadata);
/// assert_eq!(option.metadata.unwrap()["shelf"], StringOrNumber::Number(12.into()));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StringOrNumber {
    /// A string.
    Text(String),
    /// A JSON number.
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

/// Fails if the number is not finite, because JSON cannot represent it.
///
/// # Examples
///
/// ```
/// use dintero_api::StringOrNumber;
///
/// let weight = StringOrNumber::try_from(2.5)?;
/// assert!(matches!(weight, StringOrNumber::Number(_)));
/// assert!(StringOrNumber::try_from(f64::NAN).is_err());
/// # Ok::<(), dintero_api::InvalidNumber>(())
/// ```
impl TryFrom<f64> for StringOrNumber {
    type Error = crate::InvalidNumber;

    fn try_from(number: f64) -> Result<Self, Self::Error> {
        Number::from_f64(number).map(Self::Number).ok_or(crate::InvalidNumber)
    }
}

impl ReadScalar for StringOrNumber {
    fn read(given: Given<'_>) -> Result<Self, ValueError> {
        match (given, given.number()) {
            (Given::Text(text), _) => Ok(Self::Text(text.to_owned())),
            (_, Some(number)) => Ok(Self::Number(number)),
            _ => Err(given.unexpected("a string or a number")),
        }
    }

    fn convert(given: Given<'_>) -> Result<Self, ValueError> {
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
    fn unknown_variant_keeps_its_json_and_debug_shows_the_tag() {
        let json = json!({"type": "new.wallet", "phone": "+4790000000"});
        let variant = UnknownVariant::new("type", json.clone());
        assert_eq!(variant.tag(), "new.wallet");
        assert_eq!(variant.value(), &json);
        assert_eq!(serde_json::to_value(&variant).unwrap(), json);
        assert_eq!(format!("{variant:?}"), "UnknownVariant { tag: \"new.wallet\", .. }");
        assert_eq!(UnknownVariant::new("type", json!(1)).tag(), "");
    }

    #[test]
    fn strings_and_numbers_round_trip() {
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
