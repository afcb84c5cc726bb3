//! JSON pointers (RFC 6901), the generator's way of naming a place in a document.

use std::fmt;

use serde_json::Value;

/// A JSON pointer such as `/paths/~1sessions/post`; the empty pointer is the whole document.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Pointer(String);

impl Pointer {
    /// The pointer to the whole document.
    pub fn root() -> Self {
        Self::default()
    }

    /// Whether this is the whole document.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// The text of the pointer.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The pointer to a member or element under this one.
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

    /// The pointer to an element of the list under this one.
    #[must_use]
    pub fn item(&self, index: usize) -> Self {
        self.child(&index.to_string())
    }

    /// The pointer that holds this one.
    pub(crate) fn parent(&self) -> Option<Self> {
        let (parent, _) = self.0.rsplit_once('/')?;
        Some(Self(parent.to_owned()))
    }

    /// The value in a document that it points to. Unlike serde_json's own search this copies no token that holds
    /// nothing to unescape, which is nearly all of them.
    pub(crate) fn find<'a>(&self, document: &'a Value) -> Option<&'a Value> {
        self.0.split('/').skip(1).try_fold(document, |value, token| match value {
            Value::Object(members) if token.contains('~') => members.get(&unescaped(token)),
            Value::Object(members) => members.get(token),
            Value::Array(items) => items.get(token.parse::<usize>().ok()?),
            _ => None,
        })
    }

    /// The unescaped tokens.
    pub(crate) fn tokens(&self) -> impl Iterator<Item = String> + '_ {
        self.0.split('/').skip(1).map(unescaped)
    }
}

fn unescaped(token: &str) -> String {
    token.replace("~1", "/").replace("~0", "~")
}

impl From<&str> for Pointer {
    /// Takes the text of a pointer, or of a local `$ref` such as `#/components/schemas/Id`.
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
}
