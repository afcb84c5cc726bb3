//! The account id, whose first letter shows whether the account is a sandbox account.

use std::fmt;
use std::str::FromStr;

use serde_core::de::{Deserialize, Deserializer, Error, Visitor};
use serde_core::ser::{Serialize, Serializer};

/// The id of a Dintero account: `T` (sandbox) or `P` (production) followed by eight digits, such as `T12345678`.
///
/// Both kinds of account use the same hosts; only the first letter differs.
///
/// # Examples
///
/// ```
/// use dintero_api::AccountId;
///
/// let account: AccountId = "T12345678".parse()?;
/// assert!(account.is_sandbox());
/// assert!("12345678".parse::<AccountId>().is_err());
/// # Ok::<(), dintero_api::InvalidAccountId>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountId([u8; 9]);

impl AccountId {
    /// Returns the id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // The bytes are always ASCII, because the only constructor checks them.
        str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Returns whether this is a sandbox account (`T`), in which no real money moves.
    #[must_use]
    pub fn is_sandbox(&self) -> bool {
        self.0[0] == b'T'
    }
}

impl FromStr for AccountId {
    type Err = InvalidAccountId;

    fn from_str(text: &str) -> Result<Self, InvalidAccountId> {
        match <[u8; 9]>::try_from(text.as_bytes()) {
            Ok(bytes)
                if matches!(bytes[0], b'T' | b'P') && bytes[1..].iter().all(u8::is_ascii_digit) =>
            {
                Ok(Self(bytes))
            }
            _ => Err(InvalidAccountId(())),
        }
    }
}

impl TryFrom<&str> for AccountId {
    type Error = InvalidAccountId;

    fn try_from(text: &str) -> Result<Self, InvalidAccountId> {
        text.parse()
    }
}

impl TryFrom<String> for AccountId {
    type Error = InvalidAccountId;

    fn try_from(text: String) -> Result<Self, InvalidAccountId> {
        text.parse()
    }
}

/// Lets functions that take an account id as text also take an `AccountId`.
impl From<AccountId> for String {
    fn from(id: AccountId) -> Self {
        id.as_str().to_owned()
    }
}

impl From<&AccountId> for String {
    fn from(id: &AccountId) -> Self {
        id.as_str().to_owned()
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for AccountId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for AccountId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;

        impl Visitor<'_> for Text {
            type Value = AccountId;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an account id")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<AccountId, E> {
                text.parse().map_err(E::custom)
            }
        }

        deserializer.deserialize_str(Text)
    }
}

/// The error for text that is not an account id.
///
/// # Examples
///
/// ```
/// use dintero_api::AccountId;
///
/// let error = "T1234".parse::<AccountId>().unwrap_err();
/// assert_eq!(error.to_string(), "an account id is `T` (sandbox) or `P` (production) followed by eight digits");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidAccountId(());

impl fmt::Display for InvalidAccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an account id is `T` (sandbox) or `P` (production) followed by eight digits")
    }
}

impl std::error::Error for InvalidAccountId {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_letter_marks_a_sandbox() {
        let sandbox: AccountId = "T12345678".parse().unwrap();
        assert!(sandbox.is_sandbox());
        assert_eq!(sandbox.to_string(), "T12345678");
        assert!(!AccountId::try_from("P12345678").unwrap().is_sandbox());
    }

    #[test]
    fn invalid_ids_are_refused() {
        for text in
            ["", "T1234567", "T123456789", "X12345678", "t12345678", "T1234567a", "T-1234567"]
        {
            assert!(AccountId::try_from(text).is_err(), "{text}");
        }
    }
}
