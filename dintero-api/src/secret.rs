//! Text that must not be shown: client secrets, tokens, card references.

use std::fmt;
use std::hash::{Hash, Hasher};

use crate::wire::{self, Given, Part, ReadScalar, ValueError};
use secrecy::{ExposeSecret as _, SecretString};

/// A secret string. `Debug` shows `[redacted]`, and the memory is cleared on drop.
///
/// A `Secret` serializes as its plain text, so do not log the JSON of a value that contains a `Secret`.
///
/// # Examples
///
/// ```
/// use dintero_api::Secret;
///
/// let secret = Secret::new("hunter2");
/// assert_eq!(format!("{secret:?}"), "[redacted]");
/// assert_eq!(secret.expose(), "hunter2");
/// ```
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// Creates a `Secret` from text.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(SecretString::from(text.into()))
    }

    /// Returns the secret text. The name of the method makes these calls easy to find in a code review.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// Returns whether the text begins or ends with whitespace or another invisible character, such as one copied from
    /// a web page, or the line break at the end of a file.
    #[cfg(any(feature = "callback", feature = "client"))]
    pub(crate) fn has_blank_ends(&self) -> bool {
        let is_blank = |letter: char| {
            letter.is_whitespace()
                || letter.is_control()
                || matches!(letter, '\u{feff}' | '\u{200b}'..='\u{200f}')
        };
        let text = self.expose();
        text.starts_with(is_blank) || text.ends_with(is_blank)
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl Eq for Secret {}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl Hash for Secret {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.expose().hash(state);
    }
}

impl ReadScalar for Secret {
    #[inline]
    fn read(given: Given<'_>) -> Result<Self, ValueError> {
        given.text("a string").map(Self::new)
    }

    fn convert(given: Given<'_>) -> Result<Self, ValueError> {
        String::convert(given).map(Self::new)
    }

    #[inline]
    fn part(&self) -> Part<'_> {
        Part::Secret(self.expose())
    }
}

wire::scalar! { Secret }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_hides_and_json_shows() {
        let secret = Secret::new("hunter2");
        assert_eq!(format!("{secret:?}"), "[redacted]");
        assert_eq!(serde_json::to_string(&secret).unwrap(), "\"hunter2\"");
        assert_eq!(secret, Secret::from("hunter2"));
        assert_ne!(secret, Secret::from("hunter3"));
    }
}
