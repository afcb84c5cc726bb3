//! Percent-encoding of path segments and query strings.

use std::fmt::Write as _;

/// Appends `text` as one path segment: everything but RFC 3986's unreserved characters is encoded.
///
/// Returns `false`, with nothing appended, for what cannot be a segment: an empty text, and `.` and `..`, which URL
/// parsers take for steps up and down even when they are encoded.
pub(super) fn push_segment(path: &mut String, text: &str) -> bool {
    if matches!(text, "" | "." | "..") {
        return false;
    }
    push_encoded(path, text, |byte| matches!(byte, b'-' | b'.' | b'_' | b'~'));
    true
}

/// Appends `text` as part of a query, by the rules of HTML forms: a space becomes `+`.
pub(super) fn push_form(query: &mut String, text: &str) {
    let mut words = text.split(' ');
    push_form_word(query, words.next().unwrap_or_default());
    for word in words {
        query.push('+');
        push_form_word(query, word);
    }
}

fn push_form_word(query: &mut String, word: &str) {
    push_encoded(query, word, |byte| matches!(byte, b'*' | b'-' | b'.' | b'_'));
}

fn push_encoded(out: &mut String, text: &str, is_plain: fn(u8) -> bool) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || is_plain(byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a string does not fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(text: &str) -> Option<String> {
        let mut path = String::new();
        push_segment(&mut path, text).then_some(path)
    }

    fn form(text: &str) -> String {
        let mut query = String::new();
        push_form(&mut query, text);
        query
    }

    #[test]
    fn segments_stay_one_segment() {
        assert_eq!(segment("a b/c").as_deref(), Some("a%20b%2Fc"));
        assert_eq!(segment("T1.x_y~z-1").as_deref(), Some("T1.x_y~z-1"));
        assert_eq!(segment("?#%+é").as_deref(), Some("%3F%23%25%2B%C3%A9"));
        assert_eq!(segment("...").as_deref(), Some("..."));
        for climbing in ["", ".", ".."] {
            assert_eq!(segment(climbing), None);
        }
    }

    #[test]
    fn forms_write_spaces_as_plus() {
        assert_eq!(form("a b+c"), "a+b%2Bc");
        assert_eq!(form(" "), "+");
        assert_eq!(form("æ&=,~"), "%C3%A6%26%3D%2C%7E");
        assert_eq!(form("2026-04-01T10:00:00Z"), "2026-04-01T10%3A00%3A00Z");
    }
}
