//! A text that must not show: client secrets, tokens, card references.

use std::fmt;
use std::hash::{Hash, Hasher};

use crate::wire::{self, Given, Part, ReadError, ReadScalar};
use secrecy::{ExposeSecret as _, SecretString};

/// A secret text. `Debug` shows `[redacted]`, and its memory is cleared when it is dropped.
///
/// It is sent and written as its text, so what holds one must not be logged as JSON.
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
    /// Wraps a text.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(SecretString::from(text.into()))
    }

    /// Returns the text. The name is long enough to be found in a review.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// Whether there is white space, or something as invisible, before or after the text: it was copied along, from a page or
    /// with the line break of a file.
    #[cfg(feature = "callback")]
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
    fn read(given: Given<'_>) -> Result<Self, ReadError> {
        given.text("a string").map(Self::new)
    }

    fn convert(given: Given<'_>) -> Result<Self, ReadError> {
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
