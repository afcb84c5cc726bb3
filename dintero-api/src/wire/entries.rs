//! Reading a list entry by entry, so that one that cannot be read does not take the others with it.

use serde_json::Value;

use super::error::{ReadError, kind};
use super::read::FromJson;

/// Reads each entry of a list by itself. Null is an empty list.
///
/// `name` is the field in which the list was, for the paths of errors: `items[1].amount`, or `[1].amount` for a list that
/// is the whole body.
pub(crate) fn entries<T: FromJson>(
    list: Value,
    name: Option<&'static str>,
) -> Result<Vec<Result<T, ReadError>>, ReadError> {
    let at_name = |error: ReadError| match name {
        Some(name) => error.at_key(name),
        None => error,
    };
    match list {
        Value::Array(entries) => {
            let read = |(index, entry)| {
                T::from_json(entry).map_err(|error| at_name(error.at_index(index)))
            };
            Ok(entries.into_iter().enumerate().map(read).collect())
        }
        Value::Null => Ok(Vec::new()),
        other => Err(at_name(ReadError::unexpected("an array", kind(&other)))),
    }
}
