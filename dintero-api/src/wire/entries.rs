//! Reading a list entry by entry, so that one that cannot be read does not take the others with it.

use serde_json::Value;

use super::error::ReadError;
use super::read::{FromJson, kind};
use super::tolerant::Decoded;

/// Reads each entry of a list by itself, as the body of a response is read. Null is an empty list.
///
/// `name` is the field in which the list was, for the paths of errors: `items[1].amount`, or `[1].amount` for a list that
/// is the whole body.
pub(crate) fn entries<T: FromJson>(
    list: Value,
    name: Option<&'static str>,
) -> Result<Vec<Result<Decoded<T>, ReadError>>, ReadError> {
    let in_list = |error: &mut ReadError| {
        if let Some(name) = name {
            error.push_key(name);
        }
    };
    match list {
        Value::Array(entries) => {
            let read = |(index, entry)| {
                let at_index = |error: &mut ReadError| {
                    error.push_index(index);
                    in_list(error);
                };
                match T::from_parsed(entry) {
                    Ok(mut decoded) => {
                        decoded.unread.iter_mut().for_each(at_index);
                        Ok(decoded)
                    }
                    Err(mut error) => {
                        at_index(&mut error);
                        Err(error)
                    }
                }
            };
            Ok(entries.into_iter().enumerate().map(read).collect())
        }
        Value::Null => Ok(Vec::new()),
        other => {
            let mut error = kind(&other).unexpected("an array");
            in_list(&mut error);
            Err(error)
        }
    }
}
