//! Enums that a shop stores: each value has one word, in text and in JSON, that does not change between releases.

/// Implements `as_str`, `Display`, `FromStr` and JSON for an enum, from one word per value.
///
/// Any other word is an error and is not preserved as an unknown value: the crate knows every word it writes, so
/// another word is a typo or comes from a newer release.
macro_rules! words {
    ($name:ident, $expected:literal { $($word:literal = $pattern:pat => $value:expr,)+ }) => {
        impl $name {
            /// Returns the word to store. It is the same in every release, and [`FromStr`](std::str::FromStr) parses
            /// it.
            #[must_use]
            pub const fn as_str(&self) -> &'static str {
                match self {
                    $($pattern => $word,)+
                }
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::InvalidWord;

            fn from_str(text: &str) -> Result<Self, $crate::InvalidWord> {
                match text {
                    $($word => Ok($value),)+
                    _ => Err($crate::InvalidWord::new($expected)),
                }
            }
        }

        impl TryFrom<&str> for $name {
            type Error = $crate::InvalidWord;

            fn try_from(text: &str) -> Result<Self, $crate::InvalidWord> {
                text.parse()
            }
        }

        impl ::serde_core::Serialize for $name {
            fn serialize<S: ::serde_core::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> ::serde_core::Deserialize<'de> for $name {
            fn deserialize<D: ::serde_core::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str($crate::words::WordVisitor::new($expected))
            }
        }
    };
}

pub(crate) use words;

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use serde_core::de::{Error, Visitor};

/// Deserializes a word from any format. Errors contain the location that the format reports, but not the word.
pub(crate) struct WordVisitor<T> {
    expected: &'static str,
    word: PhantomData<T>,
}

impl<T> WordVisitor<T> {
    pub(crate) const fn new(expected: &'static str) -> Self {
        Self { expected, word: PhantomData }
    }
}

impl<T: FromStr<Err = InvalidWord>> Visitor<'_> for WordVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expected)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(E::custom)
    }
}

/// The error for text that is not one of the words of a type such as [`PaymentState`](crate::PaymentState).
///
/// # Examples
///
/// ```
/// use dintero_api::PaymentState;
///
/// // A word from the shop's database that this release does not know.
/// let error = "charged_back".parse::<PaymentState>().unwrap_err();
/// assert!(error.to_string().starts_with("expected `pending`, `on_hold`"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidWord {
    expected: &'static str,
}

impl InvalidWord {
    pub(crate) const fn new(expected: &'static str) -> Self {
        Self { expected }
    }
}

impl fmt::Display for InvalidWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {}", self.expected)
    }
}

impl std::error::Error for InvalidWord {}

#[cfg(test)]
mod tests {
    use std::fmt::{Debug, Display};

    use serde_json::json;

    use super::*;
    use crate::types::TransactionStatus;
    use crate::{OperationKind, OperationState, PaymentState, UnknownValue};

    /// Each value is written as its word in every format, and read back.
    fn is_stored<T>(values: &[(T, &str)])
    where
        T: FromStr<Err = InvalidWord> + Display + Debug + PartialEq + serde_core::Serialize,
        T: for<'de> serde_core::Deserialize<'de>,
    {
        for (value, word) in values {
            assert_eq!(value.to_string(), *word);
            assert_eq!(format!("{value:>20}"), format!("{word:>20}"));
            assert_eq!(word.parse::<T>().as_ref(), Ok(value));
            assert_eq!(serde_json::to_value(value).unwrap(), json!(word));
            assert_eq!(serde_json::from_value::<T>(json!(word)).unwrap(), *value);
            for other in [word.to_uppercase(), format!(" {word}"), String::new()] {
                let error = other.parse::<T>().unwrap_err().to_string();
                assert!(error.contains(&format!("`{word}`")), "{error}");
                assert!(serde_json::from_value::<T>(json!(other)).is_err());
            }
        }
        assert!(serde_json::from_value::<T>(json!(1)).is_err());
    }

    #[test]
    fn every_value_has_its_word() {
        is_stored(&[
            (PaymentState::Pending, "pending"),
            (PaymentState::OnHold, "on_hold"),
            (PaymentState::Reserved, "reserved"),
            (PaymentState::PartlyPaid, "partly_paid"),
            (PaymentState::Paid, "paid"),
            (PaymentState::PartlyRefunded, "partly_refunded"),
            (PaymentState::Refunded, "refunded"),
            (PaymentState::Cancelled, "cancelled"),
            (PaymentState::Failed, "failed"),
            (PaymentState::Unknown(TransactionStatus::Unknown), "unknown"),
        ]);
        is_stored(&[
            (OperationKind::Capture, "capture"),
            (OperationKind::Refund, "refund"),
            (OperationKind::Void, "void"),
        ]);
        is_stored(&[
            (OperationState::Done, "done"),
            (OperationState::Failed, "failed"),
            (OperationState::InProgress, "in_progress"),
            (OperationState::Unknown, "unknown"),
        ]);
    }

    /// A Dintero status that is spelled like one of our words must not become that state.
    #[test]
    fn unknown_status_is_never_read_back_as_money() {
        let status = TransactionStatus::Other(UnknownValue::new("paid"));
        let state = PaymentState::Unknown(status);
        assert_eq!(state.as_str(), "unknown");
        let unknown = PaymentState::Unknown(TransactionStatus::Unknown);
        assert_eq!(state.as_str().parse(), Ok(unknown));
    }

    #[test]
    fn errors_name_the_location_and_not_the_text() {
        let json = "[\n  \"paid\",\n  \"settled\"\n]";
        let error = serde_json::from_str::<Vec<PaymentState>>(json).unwrap_err().to_string();
        assert!(error.contains("line 3") && !error.contains("settled"), "{error}");
    }
}
