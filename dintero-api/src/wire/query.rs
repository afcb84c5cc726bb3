//! Reads values from the query of a URL, such as the URL of a callback from Dintero.

use serde_json::{Map, Value};

use super::error::ValueError;
use super::read::FromJson;

/// Reads a `T` from a query. Every value in a query is text; a name without `=` has an empty value.
///
/// `settings` names the optional parameters whose value is a number or a boolean. The merchant sets them in the
/// callback URL, and Dintero sends them back. An unreadable setting is ignored, because a refused callback is lost.
///
/// The parameters in `lists` may be repeated, and become arrays of strings. If any other parameter is repeated, the
/// last value wins.
#[doc(hidden)]
pub fn from_query<T: FromJson>(
    query: &str,
    settings: &[&str],
    lists: &[&str],
) -> Result<T, ValueError> {
    let mut object = parse(query, lists);
    for name in settings {
        if let Some(text) = object.remove(*name)
            && let Some(scalar) = scalar(&text)
        {
            object.insert((*name).to_owned(), scalar);
        }
    }
    // Only the type knows whether a setting is a number or a boolean, so a setting of the other type is found, and
    // ignored, here.
    loop {
        let error = match T::from_json(Value::Object(object.clone())) {
            Ok(read) => return Ok(read),
            Err(error) => error,
        };
        let setting = settings.iter().find(|name| error.is_at_key(name));
        if setting.and_then(|name| object.remove(*name)).is_none() {
            return Err(error);
        }
    }
}

fn parse(query: &str, lists: &[&str]) -> Map<String, Value> {
    let mut object = Map::new();
    for (name, text) in form_urlencoded::parse(query.as_bytes()) {
        let text = Value::String(text.into_owned());
        if !lists.contains(&&*name) {
            object.insert(name.into_owned(), text);
        } else if let Some(Value::Array(texts)) = object.get_mut(&*name) {
            texts.push(text);
        } else {
            object.insert(name.into_owned(), Value::Array(vec![text]));
        }
    }
    object
}

/// Parses a boolean or a number, such as `true` or `30`.
fn scalar(text: &Value) -> Option<Value> {
    let scalar: Value = serde_json::from_str(text.as_str()?).ok()?;
    (scalar.is_boolean() || scalar.is_number()).then_some(scalar)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::*;
    use crate::wire::ObjectReader;

    fn json(query: &str, settings: &[&str], lists: &[&str]) -> Value {
        let read: BTreeMap<String, Value> = from_query(query, settings, lists).unwrap();
        serde_json::to_value(read).unwrap()
    }

    #[derive(Debug, PartialEq)]
    struct Settings {
        id: String,
        on: Option<bool>,
        wait: Option<i64>,
    }

    impl FromJson for Settings {
        fn from_json(value: Value) -> Result<Self, ValueError> {
            let mut object = ObjectReader::new(value);
            let read = Self {
                id: object.required("id")?,
                on: object.optional("on"),
                wait: object.optional("wait"),
            };
            object.finish(read)
        }
    }

    fn settings(query: &str) -> Result<Settings, ValueError> {
        from_query(query, &["on", "wait"], &[])
    }

    #[test]
    fn texts_stay_texts_and_settings_become_values() {
        let read = json("id=12&on=true&n=30&at=a+b%26c&on_=x", &["on", "n", "absent"], &[]);
        assert_eq!(read, json!({"id": "12", "on": true, "n": 30, "at": "a b&c", "on_": "x"}));
    }

    #[test]
    fn lists_are_kept_whole_and_of_others_the_last_one_counts() {
        let read = json("e=A&x=1&e=B&x=2&f=A&on=x&on=false&n=1&n=", &["on", "n"], &["e", "f", "g"]);
        assert_eq!(read, json!({"e": ["A", "B"], "f": ["A"], "x": "2", "on": false}));
    }

    #[test]
    fn bare_name_is_an_empty_text() {
        assert_eq!(json("a&b=&&e&on", &["on"], &["e"]), json!({"a": "", "b": "", "e": [""]}));
        assert_eq!(json("", &["on"], &["e"]), json!({}));
    }

    #[test]
    fn settings_that_cannot_be_read_are_left_out() {
        let read = |on, wait| Ok(Settings { id: "7".to_owned(), on, wait });
        assert_eq!(settings("id=7&on=true&wait=30"), read(Some(true), Some(30)));
        for on in ["1", "True", "", "null", "yes", "%22true%22", "[true]", "tru"] {
            assert_eq!(settings(&format!("on={on}&id=7&wait=30")), read(None, Some(30)), "{on}");
        }
        for wait in ["30s", "", "true", "1.5", "1e30", "[30]", "NaN"] {
            assert_eq!(settings(&format!("on=false&wait={wait}&id=7")), read(Some(false), None));
        }
        assert_eq!(settings("on=1&wait=true&id=7"), read(None, None));
    }

    #[test]
    fn everything_else_is_refused() {
        assert_eq!(settings("on=1").unwrap_err().to_string(), "`id` is missing");
        let list = from_query::<Settings>("id=7&on=1", &["on"], &["id"]).unwrap_err();
        assert_eq!(list.to_string(), "`id`: expected a string, found an array");
        let text = from_query::<Settings>("id=7&on=true", &[], &[]).unwrap_err();
        assert_eq!(text.to_string(), "`on`: expected a boolean, found a string");
        // A required setting, which breaks the rule that settings are optional.
        let required = from_query::<Settings>("id=x", &["id"], &[]).unwrap_err();
        assert_eq!(required.to_string(), "`id` is missing");
    }
}
