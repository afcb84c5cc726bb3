//! Reading a type from the query of a URL: what Dintero's callbacks bring.

use serde_json::{Map, Value};

use super::error::ReadError;
use super::read::FromJson;

/// Reads a type from a query. Every value of a query is text; those named in `scalars` stand for a number or a
/// boolean. Of a repeated parameter the last one counts.
#[doc(hidden)]
pub fn from_query<T: FromJson>(query: &str, scalars: &[&str]) -> Result<T, ReadError> {
    let mut object = Map::new();
    for (name, text) in form_urlencoded::parse(query.as_bytes()) {
        let scalar = scalars.contains(&name.as_ref()).then(|| serde_json::from_str(&text).ok());
        let value = scalar.flatten().unwrap_or_else(|| Value::String(text.into_owned()));
        object.insert(name.into_owned(), value);
    }
    T::from_json(Value::Object(object))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::*;

    #[test]
    fn texts_stay_texts_and_scalars_become_values() {
        let read: BTreeMap<String, Value> =
            from_query("id=12&on=true&n=30&at=a+b%26c&on_=x&bad=maybe", &["on", "n", "bad"])
                .unwrap();
        let read = serde_json::to_value(read).unwrap();
        let expected =
            json!({"id": "12", "on": true, "n": 30, "at": "a b&c", "on_": "x", "bad": "maybe"});
        assert_eq!(read, expected);
    }
}
