//! JSON pointers (RFC 6901), which identify locations in a document.

use std::cmp::Ordering;
use std::fmt;

use serde_json::Value;

/// A JSON pointer such as `/paths/~1sessions/post`; the empty pointer refers to the whole document.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Pointer(String);

impl Pointer {
    /// Creates the pointer to the whole document.
    pub fn root() -> Self {
        Self::default()
    }

    /// Returns whether this is the pointer to the whole document.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the text of the pointer.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the pointer to a member or element of the value at this pointer.
    #[must_use]
    pub fn child(&self, token: &str) -> Self {
        let mut text = String::with_capacity(self.0.len() + token.len() + 2);
        text.push_str(&self.0);
        text.push('/');
        if token.contains(['~', '/']) {
            text.push_str(&token.replace('~', "~0").replace('/', "~1"));
        } else {
            text.push_str(token);
        }
        Self(text)
    }

    /// Returns the pointer to an element of the list at this pointer.
    #[must_use]
    pub fn item(&self, index: usize) -> Self {
        self.child(&index.to_string())
    }

    /// Returns the pointer that consists of the first `tokens` tokens, or `None` if this pointer has fewer.
    pub(crate) fn ancestor(&self, tokens: usize) -> Option<Self> {
        let ends = self.0.match_indices('/').map(|(end, _)| end).skip(1).chain([self.0.len()]);
        let end = ends.take(tokens).nth(tokens.checked_sub(1)?)?;
        Some(Self(self.0[..end].to_owned()))
    }

    /// Returns this pointer with the text of further tokens, such as `/a/b`, appended.
    pub(crate) fn join(&self, below: &str) -> Self {
        Self(format!("{}{below}", self.0))
    }

    /// Returns the target of a reference within the document. The fragment of a reference is percent-encoded, as in
    /// every URI. Returns `None` for a reference to another document, and for a fragment that is not a pointer.
    pub(crate) fn from_reference(reference: &str) -> Option<Self> {
        let fragment = reference.strip_prefix('#')?;
        let text = percent_decoded(fragment)?;
        (text.is_empty() || text.starts_with('/')).then_some(Self(text))
    }

    /// Returns the pointer to the enclosing value, or `None` for the whole document.
    pub(crate) fn parent(&self) -> Option<Self> {
        let (parent, _) = self.0.rsplit_once('/')?;
        Some(Self(parent.to_owned()))
    }

    /// Returns the value at this pointer. Unlike serde_json's lookup, this method copies only tokens that contain
    /// escapes, and nearly all tokens contain none.
    pub(crate) fn find<'a>(&self, document: &'a Value) -> Option<&'a Value> {
        self.0.split('/').skip(1).try_fold(document, |value, token| match value {
            Value::Object(members) if token.contains('~') => members.get(&unescaped(token)),
            Value::Object(members) => members.get(token),
            Value::Array(items) => items.get(token.parse::<usize>().ok()?),
            _ => None,
        })
    }

    /// Compares two locations so that the elements of a list are in the order of their indices, and a value comes
    /// before everything inside it.
    pub(crate) fn in_lists(&self, other: &Self) -> Ordering {
        let index = |token: &str| token.parse::<usize>().unwrap_or(usize::MAX);
        let by_token = |a: &str, b: &str| index(a).cmp(&index(b)).then_with(|| a.cmp(b));
        let (mut mine, mut others) = (self.0.split('/'), other.0.split('/'));
        loop {
            match (mine.next(), others.next()) {
                (Some(a), Some(b)) if a == b => {}
                (Some(a), Some(b)) => return by_token(a, b),
                (a, b) => return a.is_some().cmp(&b.is_some()),
            }
        }
    }

    /// Returns the unescaped tokens.
    pub(crate) fn tokens(&self) -> impl Iterator<Item = String> + '_ {
        self.0.split('/').skip(1).map(unescaped)
    }
}

/// Decodes percent-encoded text such as `%C3%A9`. Returns `None` if an escape is invalid, or if the result is not
/// UTF-8.
fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut parts = text.split('%');
    bytes.extend(parts.next().unwrap_or_default().bytes());
    for part in parts {
        let (digits, rest) = part.split_at_checked(2)?;
        if digits.starts_with('+') {
            return None;
        }
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        bytes.extend(rest.bytes());
    }
    String::from_utf8(bytes).ok()
}

fn unescaped(token: &str) -> String {
    token.replace("~1", "/").replace("~0", "~")
}

impl From<&str> for Pointer {
    /// Creates a pointer from its text, or from a local `$ref` such as `#/components/schemas/Id`.
    fn from(text: &str) -> Self {
        Self(text.strip_prefix('#').unwrap_or(text).to_owned())
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_root() { "/" } else { &self.0 })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn escapes_and_splits() {
        let pointer = Pointer::root().child("paths").child("/a/{b}").child("x~y").item(0);
        assert_eq!(pointer.as_str(), "/paths/~1a~1{b}/x~0y/0");
        assert_eq!(pointer.tokens().collect::<Vec<_>>(), ["paths", "/a/{b}", "x~y", "0"]);
        assert_eq!(pointer.parent().unwrap().as_str(), "/paths/~1a~1{b}/x~0y");
        let document = json!({"paths": {"/a/{b}": {"x~y": [7]}}});
        assert_eq!(pointer.find(&document), Some(&json!(7)));
        assert_eq!(pointer.child("c").find(&document), None);
        assert_eq!(Pointer::root().find(&document), Some(&document));
    }

    #[test]
    fn elements_of_lists_are_in_the_order_of_their_indices() {
        let mut pointers =
            ["/b", "/a/10", "/a/9/x", "", "/a/9", "/a"].map(|text| Pointer(text.to_owned()));
        pointers.sort_by(Pointer::in_lists);
        assert_eq!(pointers.map(|pointer| pointer.0), ["", "/a", "/a/9", "/a/9/x", "/a/10", "/b"]);
    }

    #[test]
    fn a_reference_is_percent_encoded() {
        let read = |text: &str| Pointer::from_reference(text).map(|pointer| pointer.0);
        assert_eq!(read("#/a%20b/c%C3%A9~1"), Some("/a b/cé~1".to_owned()));
        assert_eq!(read("#"), Some(String::new()));
        for elsewhere in ["other.yaml#/a", "#a", "#/a%2", "#/%zz", "#/%ff"] {
            assert_eq!(read(elsewhere), None, "{elsewhere}");
        }
        let pointer = Pointer::from("/a/b/c");
        assert_eq!(pointer.ancestor(2).unwrap().join("/d").as_str(), "/a/b/d");
        assert_eq!(pointer.ancestor(3), Some(pointer.clone()));
        assert_eq!(pointer.ancestor(4), None);
    }
}
