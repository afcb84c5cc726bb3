//! The error for JSON that cannot be read as a model: the location and the kind of value found there, never the value
//! itself.

use std::fmt;

/// JSON that does not have the shape of the type it was read as.
///
/// The error names the location and the kind of value that was found (`order.items[2].amount`: expected an integer,
/// found a string), but never the value, because responses contain names, addresses and card references. The messages
/// also hide the keys of maps, such as metadata, whose keys are data: `order.shipping_option.metadata[…]`.
/// [`path`](Self::path) returns the location with these keys.
#[derive(Clone, PartialEq, Eq)]
pub struct ValueError(Box<Inner>);

#[derive(Clone, PartialEq, Eq)]
struct Inner {
    /// The segments, innermost first: each caller appends its own segment while the error propagates.
    path: Vec<Segment>,
    problem: Problem,
}

#[derive(Clone, PartialEq, Eq)]
enum Segment {
    /// A property of the document.
    Key(&'static str),
    /// A key that is data, or may be: the type of its object is not known yet.
    Entry(Box<str>),
    Index(usize),
}

/// How a path shows the keys that are data.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Entries {
    Shown,
    Hidden,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Problem {
    Missing,
    Unexpected { expected: &'static str, found: &'static str },
    OtherConstant(&'static str),
    Repeated,
}

/// How a [`ValueError`] names null.
const NULL: &str = "null";

impl ValueError {
    fn new(problem: Problem) -> Self {
        Self(Box::new(Inner { path: Vec::new(), problem }))
    }

    /// Creates an error about a required key that is missing or null.
    pub(super) fn missing(name: &'static str) -> Self {
        Self::new(Problem::Missing).at_key(name)
    }

    /// Creates an error about a property that occurs more than once.
    pub(super) fn repeated(name: &'static str) -> Self {
        Self::new(Problem::Repeated).at_key(name)
    }

    /// Creates an error about a key that is data and occurs more than once.
    pub(super) fn repeated_entry(key: &str) -> Self {
        let mut error = Self::new(Problem::Repeated);
        error.push_entry(key);
        error
    }

    /// Creates an error about a value of the wrong JSON type, or of the right type with invalid content.
    pub(crate) fn unexpected(expected: &'static str, found: &'static str) -> Self {
        Self::new(Problem::Unexpected { expected, found })
    }

    /// Creates an error about a value other than the only string that the document allows.
    pub(super) fn other_constant(expected: &'static str) -> Self {
        Self::new(Problem::OtherConstant(expected))
    }

    pub(super) fn at_key(mut self, key: &'static str) -> Self {
        self.push_key(key);
        self
    }

    /// Prefixes the path with a property of the document.
    pub(super) fn push_key(&mut self, key: &'static str) {
        self.0.path.push(Segment::Key(key));
    }

    /// Prefixes the path with a key that is data.
    pub(super) fn push_entry(&mut self, key: &str) {
        self.0.path.push(Segment::Entry(key.into()));
    }

    /// Prefixes the path with `index`.
    pub(super) fn push_index(&mut self, index: usize) {
        self.0.path.push(Segment::Index(index));
    }

    /// Turns an error about null into an error about a missing value, unless the null is inside the value.
    pub(super) fn null_is_missing(&mut self) {
        if self.0.path.is_empty()
            && matches!(self.0.problem, Problem::Unexpected { found: NULL, .. })
        {
            self.0.problem = Problem::Missing;
        }
    }

    /// Returns whether the error is about the value of the top-level `key` itself, not about a value inside it.
    pub(super) fn is_at_key(&self, key: &str) -> bool {
        matches!(&self.0.path[..], [Segment::Key(only)] if *only == key)
    }

    /// Returns the location in the JSON, such as `order.items[2].amount`. The path is empty if the error is about the
    /// whole value.
    ///
    /// The path contains keys of the JSON, such as those of metadata, which can be personal data. The error's message
    /// shows `[…]` in their place.
    #[must_use]
    pub fn path(&self) -> String {
        self.write_path(Entries::Shown)
    }

    /// Returns the location with `[…]` in place of keys that are data.
    pub(crate) fn path_without_data(&self) -> String {
        self.write_path(Entries::Hidden)
    }

    fn write_path(&self, entries: Entries) -> String {
        let mut path = String::new();
        for segment in self.0.path.iter().rev() {
            match segment {
                Segment::Entry(_) if entries == Entries::Hidden => path.push_str("[…]"),
                Segment::Key(key) => push_key(&mut path, key),
                Segment::Entry(key) => push_key(&mut path, key),
                Segment::Index(index) => path.push_str(&format!("[{index}]")),
            }
        }
        path
    }
}

fn push_key(path: &mut String, key: &str) {
    if !is_plain(key) {
        // Some property names contain dots and colons (`payex.creditcard`).
        return path.push_str(&format!("[{key:?}]"));
    }
    if !path.is_empty() {
        path.push('.');
    }
    path.push_str(key);
}

fn is_plain(key: &str) -> bool {
    !key.is_empty()
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

impl fmt::Display for ValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path_without_data();
        match self.0.problem {
            Problem::Missing => return write!(f, "`{path}` is missing"),
            Problem::Repeated => return write!(f, "`{path}` occurs more than once"),
            _ if path.is_empty() => {}
            _ => write!(f, "`{path}`: ")?,
        }
        match self.0.problem {
            Problem::Missing | Problem::Repeated => Ok(()),
            Problem::Unexpected { expected, found } => {
                write!(f, "expected {expected}, found {found}")
            }
            Problem::OtherConstant(expected) => {
                write!(f, "expected the string `{expected}`, found something else")
            }
        }
    }
}

impl fmt::Debug for ValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ValueError({self})")
    }
}

impl std::error::Error for ValueError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn path_is_written_from_the_outside_in() {
        let mut error = ValueError::unexpected("an integer", "a string").at_key("amount");
        error.push_index(2);
        error.push_key("items");
        assert_eq!(error.clone().at_key("order").path(), "order.items[2].amount");
        assert!(!error.is_at_key("amount") && !error.is_at_key("items"));
        assert!(ValueError::missing("a.b").is_at_key("a.b"));
        assert_eq!(error.to_string(), "`items[2].amount`: expected an integer, found a string");
    }

    #[test]
    fn odd_keys_are_quoted() {
        let error =
            ValueError::missing("payment_token").at_key("payex.creditcard").at_key("tokens");
        assert_eq!(error.to_string(), r#"`tokens["payex.creditcard"].payment_token` is missing"#);
    }

    #[test]
    fn keys_that_are_data_are_in_the_path_only() {
        let mut error = ValueError::missing("a");
        error.push_entry("kari@example.com");
        error.push_entry("kari");
        error.push_key("tokens");
        assert_eq!(error.path(), r#"tokens.kari["kari@example.com"].a"#);
        assert_eq!(error.to_string(), "`tokens[…][…].a` is missing");
        assert_eq!(format!("{error:?}"), "ValueError(`tokens[…][…].a` is missing)");
        let twice = ValueError::repeated_entry("kari").at_key("metadata");
        assert_eq!(twice.to_string(), "`metadata[…]` occurs more than once");
    }

    #[test]
    fn root_has_no_path() {
        assert_eq!(
            ValueError::unexpected("an object", "null").to_string(),
            "expected an object, found null"
        );
        assert_eq!(size_of::<ValueError>(), size_of::<usize>());
    }
}
