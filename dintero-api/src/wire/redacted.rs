//! What `Debug` shows of secrets and personal data.

use std::fmt;

use super::read::FromJson;

/// Shows that there is a value, but not which.
#[doc(hidden)]
pub struct Redacted<'a, T>(pub &'a T);

impl<T: FromJson> fmt::Debug for Redacted<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_absent() { "None" } else { "[redacted]" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_presence_only() {
        assert_eq!(format!("{:?}", Redacted(&"Ola".to_owned())), "[redacted]");
        assert_eq!(format!("{:?}", Redacted(&Some("Ola".to_owned()))), "[redacted]");
        assert_eq!(format!("{:?}", Redacted(&None::<String>)), "None");
        assert_eq!(format!("{:?}", Redacted(&Vec::<String>::new())), "[redacted]");
    }
}
