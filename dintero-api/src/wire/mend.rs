//! Parses the JSON texts that the grammar of JSON allows but serde_json refuses: half of a surrogate pair (`"\ud83d"`, as
//! some programs write an emoji that was cut), a number that no float can hold (`1e400`), and deep nesting.
//!
//! Each such value is replaced by a *gap*, an object whose only key is a Unicode noncharacter. A gap cannot be read as
//! any type, so the rules for unreadable values apply to it: a lenient property becomes `None`, and is listed.

use serde_core::de::IgnoredAny;
use serde_json::Value;

use super::error::ValueError;
use super::number;
use super::read::NUMBER;

/// Half of a surrogate pair in a key. Noncharacters are for the internal use of programs, so no text contains them.
const LOST_CHARACTER: &str = "\u{FDD0}";

/// The keys of the gaps for text, numbers and nested values.
const LOST_TEXT: &str = "\u{FDD1}";
const LOST_NUMBER: &str = "\u{FDD2}";
const LOST_DEPTH: &str = "\u{FDD3}";

/// The deepest nesting that is kept. serde_json refuses 128 levels, and a gap adds one.
const DEEPEST: usize = 120;

/// Parses JSON, with a gap in place of each value that serde_json refuses.
#[inline]
pub(crate) fn parse(body: &[u8]) -> serde_json::Result<Value> {
    serde_json::from_slice(body).or_else(|error| {
        // Anything else that is wrong with the text remains and is an error again, except inside a value that is nested
        // too deeply, which is skipped unparsed.
        serde_json::from_slice(&mend(body)).map_err(|_| error)
    })
}

/// Returns the error for an object with this key if the object is not an object of the text: a gap, or a number of
/// serde_json's `arbitrary_precision`.
pub(super) fn not_an_object(key: &str) -> Option<ValueError> {
    match key {
        NUMBER => Some(ValueError::unexpected("an object", "a number")),
        key => gap(key),
    }
}

/// Returns the error for the first gap in a value.
pub(super) fn gap_in(value: &Value) -> Option<ValueError> {
    match value {
        Value::Object(members) => members.iter().find_map(|(key, value)| {
            let at_key = |mut error: ValueError| {
                error.push_entry(key);
                error
            };
            gap(key).or_else(|| lost_key(key)).or_else(|| gap_in(value).map(at_key))
        }),
        Value::Array(items) => items.iter().enumerate().find_map(|(index, item)| {
            let mut error = gap_in(item)?;
            error.push_index(index);
            Some(error)
        }),
        _ => None,
    }
}

fn gap(key: &str) -> Option<ValueError> {
    let (expected, found) = match key {
        LOST_TEXT => ("Unicode text", "half of a surrogate pair"),
        LOST_NUMBER => ("a number that fits a float", "one that is too large"),
        LOST_DEPTH => ("at most 120 levels of nesting", "more"),
        _ => return None,
    };
    Some(ValueError::unexpected(expected, found))
}

/// Returns the error for an entry whose key was not Unicode text.
pub(super) fn lost_key(key: &str) -> Option<ValueError> {
    let is_lost = key.contains(LOST_CHARACTER);
    is_lost.then(|| ValueError::unexpected("a key in Unicode", "half of a surrogate pair"))
}

/// Replaces each value that serde_json refuses by a gap. All other text is copied.
#[inline]
fn mend(body: &[u8]) -> Vec<u8> {
    let mut mended = Vec::with_capacity(body.len());
    let (mut rest, mut depth) = (body, 0_usize);
    while let Some(&byte) = rest.first() {
        let length = match byte {
            b'"' => {
                let length = length_of_string(rest);
                write_string(&rest[..length], &rest[length..], &mut mended);
                length
            }
            b'-' | b'0'..=b'9' => {
                let length = length_of_number(rest);
                write_number(&rest[..length], &mut mended);
                length
            }
            b'{' | b'[' if depth == DEEPEST => {
                write_gap(LOST_DEPTH, &mut mended);
                length_of_nested(rest)
            }
            byte => {
                match byte {
                    b'{' | b'[' => depth += 1,
                    b'}' | b']' => depth = depth.saturating_sub(1),
                    _ => {}
                }
                mended.push(byte);
                1
            }
        };
        rest = &rest[length..];
    }
    mended
}

fn write_gap(key: &str, mended: &mut Vec<u8>) {
    mended.extend([b"{\"", key.as_bytes(), b"\":null}"].concat());
}

/// Writes a string. A string that is not Unicode becomes a gap or, if it is a key, has its halves of surrogate pairs
/// replaced.
fn write_string(string: &[u8], after: &[u8], mended: &mut Vec<u8>) {
    // A string that has other faults is copied, so that serde_json refuses it.
    let is_text = |replaced: &Vec<u8>| serde_json::from_slice::<IgnoredAny>(replaced).is_ok();
    let Some(replaced) = without_halves(string).filter(is_text) else {
        return mended.extend(string);
    };
    if after.trim_ascii_start().first() == Some(&b':') {
        mended.extend(replaced);
    } else {
        write_gap(LOST_TEXT, mended);
    }
}

/// Replaces halves of surrogate pairs in a string, or returns `None` if there are none.
#[inline]
fn without_halves(string: &[u8]) -> Option<Vec<u8>> {
    let mut replaced = Vec::new();
    let (mut at, mut copied) = (0, 0);
    while let Some(length) = length_of_escape(&string[at..]) {
        let here = &string[at..];
        at += match unit(here) {
            Some(0xD800..=0xDBFF) if matches!(unit(&here[length..]), Some(0xDC00..=0xDFFF)) => 12,
            Some(0xD800..=0xDFFF) => {
                replaced.extend(&string[copied..at]);
                replaced.extend(LOST_CHARACTER.as_bytes());
                copied = at + length;
                length
            }
            _ => length,
        };
    }
    replaced.extend(&string[copied..]);
    (copied > 0).then_some(replaced)
}

/// Returns the length of the first character, or of the first escape; `None` at the end.
fn length_of_escape(string: &[u8]) -> Option<usize> {
    let length = match (string.first()?, unit(string)) {
        (_, Some(_)) => 6,
        (b'\\', None) => 2,
        _ => 1,
    };
    Some(length.min(string.len()))
}

/// Returns the UTF-16 unit of an escape such as `\ud83d`.
fn unit(escape: &[u8]) -> Option<u16> {
    let digits = str::from_utf8(escape.strip_prefix(b"\\u")?.get(..4)?).ok()?;
    u16::from_str_radix(digits, 16).ok()
}

fn write_number(number: &[u8], mended: &mut Vec<u8>) {
    let text = str::from_utf8(number).ok().filter(|text| number::is_json(text));
    if text.and_then(|text| text.parse().ok()).is_some_and(f64::is_infinite) {
        write_gap(LOST_NUMBER, mended);
    } else {
        mended.extend(number);
    }
}

fn length_of_number(text: &[u8]) -> usize {
    let is_part = |byte: &u8| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E');
    text.iter().position(|byte| !is_part(byte)).unwrap_or(text.len())
}

/// Returns the length of the string at the start of a text, with its quotes.
fn length_of_string(text: &[u8]) -> usize {
    let mut at = 1;
    while let Some(&byte) = text.get(at) {
        at += match byte {
            b'"' => return at + 1,
            b'\\' => 2,
            _ => 1,
        };
    }
    text.len()
}

/// Returns the length of the object or array at the start of a text.
fn length_of_nested(text: &[u8]) -> usize {
    let (mut at, mut depth) = (0, 0_usize);
    while let Some(&byte) = text.get(at) {
        match byte {
            b'"' => {
                at += length_of_string(&text[at..]);
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth -= 1,
            _ => {}
        }
        at += 1;
        if depth == 0 {
            return at;
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parsed(text: &str) -> Value {
        parse(text.as_bytes()).unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    #[test]
    fn what_serde_json_refuses_becomes_a_gap() {
        let text = json!({ LOST_TEXT: null });
        for cut in [r#""Kari \ud83d""#, r#""\udE00""#, r#""\ud83d\ud83d\ude00""#, r#""\ud83d\\""#] {
            assert!(serde_json::from_str::<Value>(cut).is_err(), "{cut}");
            assert_eq!(parsed(cut), text, "{cut}");
            assert_eq!(
                parsed(&format!("[1, {cut} , \"\\\"\\ud83d\\ude00\"]")),
                json!([1, text, "\"😀"])
            );
        }
        for number in ["1e400", "-123.5E+999"] {
            // With `arbitrary_precision`, serde_json accepts the number, unless something else is refused.
            let list = format!("[{number},\"\\ud83d\"]");
            assert_eq!(parsed(&list), json!([{ LOST_NUMBER: null }, text]), "{list}");
        }
        assert_eq!(parsed(r#"{"\ud83d": 1, "\ude00" : 2}"#), json!({LOST_CHARACTER: 2}));
    }

    #[test]
    fn deep_nesting_becomes_a_gap() {
        for (open, close) in [("[", "]"), ("{\"a\":[\"]\",", "]}")] {
            let text = format!("[1,{}0{},\"\\ud83d\"]", open.repeat(300), close.repeat(300));
            let value = parsed(&text);
            assert_eq!(value[2], json!({ LOST_TEXT: null }));
            assert!(value.to_string().contains(LOST_DEPTH));
        }
        let deep = format!("{}{}", "[".repeat(110), "]".repeat(110));
        assert_eq!(parsed(&format!("[{deep},1e999]")).to_string().matches('[').count(), 111);
    }

    #[test]
    fn what_is_no_json_is_refused() {
        for text in [
            "",
            "{",
            "[1e400",
            r#"["\ud83d]"#,
            r#"["\ud83"]"#,
            "[1e400,]",
            r#"{"\ud83d"}"#,
            "[01e400]",
            "\"\\ud83d\" x",
            "\"\\ud83d\n\"",
            "[1e400}",
            "]",
            "\\",
        ] {
            assert!(parse(text.as_bytes()).is_err(), "{text}");
        }
        let open = format!("{}\"\\", "[".repeat(300));
        assert!(parse(open.as_bytes()).is_err());
        assert!(parse(b"[1e400, \"\xff\"]").is_err());
    }
}
