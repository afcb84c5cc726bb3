//! Deserializes bodies into the merchant's own types with serde. Errors name only the location, because serde's
//! messages quote the value, and bodies hold names, addresses and card references.

use std::fmt;

use serde_core::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::Segment;

use super::response::{Decode, DecodeError, Decoded, RawResponse};

/// A value of the merchant's own type, which serde deserializes.
pub(super) struct Own<T>(pub(super) T);

impl<T: DeserializeOwned> Decode for Own<T> {
    fn decode(response: &RawResponse) -> Result<Decoded<Self>, DecodeError> {
        // A type without data, such as `()`, ignores the body, which may be empty: only the status matters.
        if size_of::<T>() == 0
            && let Ok(nothing) = T::deserialize(Value::Null)
        {
            return Ok(Self(nothing).into());
        }
        Ok(Self(response.json()?).into())
    }
}

/// Deserializes JSON text.
pub(super) fn read<T: DeserializeOwned>(json: &[u8]) -> Result<T, OwnError> {
    let mut json = serde_json::Deserializer::from_slice(json);
    let read = serde_path_to_error::deserialize(&mut json);
    let value = read.map_err(|error| {
        let path = location(error.path().iter());
        match error.into_inner() {
            error if error.is_data() => OwnError::Shape(Misfit { path, missing: missing(&error) }),
            error => OwnError::Syntax(error),
        }
    })?;
    json.end().map_err(OwnError::Syntax)?;
    Ok(value)
}

/// Why a body cannot be deserialized into the type.
#[derive(Debug)]
pub(super) enum OwnError {
    Syntax(serde_json::Error),
    Shape(Misfit),
}

/// The error for JSON that does not fit the merchant's type.
#[derive(Debug)]
pub(super) struct Misfit {
    /// The location, such as `items[2].price`; empty for the whole value.
    path: String,
    /// The missing field, if that is the problem.
    missing: Option<String>,
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, missing } = self;
        match missing {
            Some(field) if path.is_empty() => write!(f, "`{field}` is missing"),
            Some(field) => write!(f, "`{path}.{field}` is missing"),
            None if path.is_empty() => f.write_str("the whole value has another type"),
            None => write!(f, "`{path}` has another type"),
        }
    }
}

impl std::error::Error for Misfit {}

/// Formats a path in the same way as the deserialization errors of this crate's models.
fn location<'a>(segments: impl Iterator<Item = &'a Segment>) -> String {
    let mut path = String::new();
    for segment in segments {
        match segment {
            Segment::Seq { index } => path.push_str(&format!("[{index}]")),
            Segment::Map { key } if !is_plain(key) => path.push_str(&format!("[{key:?}]")),
            Segment::Map { key: name } | Segment::Enum { variant: name } => {
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(name);
            }
            Segment::Unknown => {}
        }
    }
    path
}

/// Extracts the name of the missing field from an error message of serde's derive or of a type of this crate. The name
/// comes from the type, not from the body, so it may be shown.
fn missing(error: &serde_json::Error) -> Option<String> {
    let message = error.to_string();
    let field = match message.strip_prefix("missing field `") {
        Some(rest) => rest.split_once('`')?.0,
        None => message.strip_prefix('`')?.split_once("` is missing")?.0.rsplit('.').next()?,
    };
    is_plain(field).then(|| field.to_owned())
}

fn is_plain(key: &str) -> bool {
    !key.is_empty()
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::types::OrderLine;

    fn problem<T: DeserializeOwned>(json: &str) -> String {
        match read::<T>(json.as_bytes()).map(|_| ()) {
            Ok(()) => "none".to_owned(),
            Err(OwnError::Syntax(_)) => "syntax".to_owned(),
            Err(OwnError::Shape(misfit)) => misfit.to_string(),
        }
    }

    #[test]
    fn errors_name_the_location_and_not_the_value() {
        type Lists = BTreeMap<String, Vec<u8>>;
        assert_eq!(problem::<Lists>(r#"{"a": [1, 2]}"#), "none");
        assert_eq!(problem::<Lists>(r#"{"a": [1, "hunter2"]}"#), "`a[1]` has another type");
        assert_eq!(problem::<Lists>(r#"{"a": [], "b": 300}"#), "`b` has another type");
        assert_eq!(problem::<Lists>(r#"{"a.b": [300]}"#), r#"`["a.b"][0]` has another type"#);
        assert_eq!(problem::<Lists>("\"hunter2\""), "the whole value has another type");
        for text in [r#"{"a": [1"#, r#"{} {}"#, "", "hunter2"] {
            assert_eq!(problem::<Lists>(text), "syntax", "{text}");
        }
    }

    #[test]
    fn errors_of_crate_types_have_the_same_form() {
        type Lines = BTreeMap<String, Vec<OrderLine>>;
        let lines = r#"{"lines": [{"amount": 5}, {"amount": "hunter2"}]}"#;
        assert_eq!(problem::<Lines>(lines), "`lines[1].amount` has another type");
        type Order = crate::types::SessionOrder;
        assert_eq!(
            problem::<Vec<Order>>(r#"[{"amount": 5, "currency": "NOK"}]"#),
            "`[0].merchant_reference` is missing"
        );
    }
}
