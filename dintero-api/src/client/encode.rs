//! Percent-encoding of path segments and query strings.

use std::fmt::Write as _;

/// Encodes values as one path segment, in which commas separate the values. Everything but RFC 3986's unreserved
/// characters is encoded.
///
/// Returns `None` if there are no values, and for text that cannot be a segment: the empty string, `.` or `..`. URL
/// parsers remove `.` and `..` even when they are encoded.
pub(super) fn segment(values: &[String]) -> Option<String> {
    words(values).filter(|text| !matches!(text.as_str(), "" | "." | ".."))
}

/// Encodes values and joins them with commas; returns `None` if there are no values.
pub(super) fn words(values: &[String]) -> Option<String> {
    let (first, rest) = values.split_first()?;
    let mut words = String::new();
    push_word(&mut words, first);
    for value in rest {
        words.push(',');
        push_word(&mut words, value);
    }
    Some(words)
}

/// Encodes the fields of an object as one path segment: `x=1,y=2`. Returns `None` if there are no fields.
pub(super) fn assignments(fields: &[(String, String)]) -> Option<String> {
    let mut segment = String::new();
    for (name, value) in fields {
        if !segment.is_empty() {
            segment.push(',');
        }
        push_word(&mut segment, name);
        segment.push('=');
        push_word(&mut segment, value);
    }
    (!segment.is_empty()).then_some(segment)
}

fn push_word(out: &mut String, text: &str) {
    push_encoded(out, text, |byte| matches!(byte, b'-' | b'.' | b'_' | b'~'));
}

/// Appends `text` as part of a query, encoded by the rules of HTML forms: a space becomes `+`.
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
            // Writing to a `String` does not fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(text: &str) -> Option<String> {
        super::segment(&[text.to_owned()])
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
    fn several_values_are_separated_by_commas() {
        let values = ["a,b", "", ".."].map(str::to_owned);
        assert_eq!(super::segment(&values).as_deref(), Some("a%2Cb,,.."));
        assert_eq!(super::segment(&values[1..2]), None);
        assert_eq!(super::segment(&[]), None);
        let fields = [("x".to_owned(), "1=2".to_owned()), ("y".to_owned(), String::new())];
        assert_eq!(assignments(&fields).as_deref(), Some("x=1%3D2,y="));
    }

    #[test]
    fn forms_write_spaces_as_plus() {
        assert_eq!(form("a b+c"), "a+b%2Bc");
        assert_eq!(form(" "), "+");
        assert_eq!(form("æ&=,~"), "%C3%A6%26%3D%2C%7E");
        assert_eq!(form("2026-04-01T10:00:00Z"), "2026-04-01T10%3A00%3A00Z");
    }
}
