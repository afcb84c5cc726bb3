//! Names and values of queries and of encoded forms, in the styles that OpenAPI defines.

use std::fmt::Display;

use serde_core::Serialize;
use serde_json::Value;

use super::encode;

/// A query or an encoded form under construction, for the generated code.
#[doc(hidden)]
#[derive(Debug, Default)]
pub struct Pairs(String);

impl Pairs {
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns whether the query has a parameter with this name and a non-empty value.
    pub(super) fn has(&self, name: &str) -> bool {
        let mut encoded = String::new();
        encode::push_form(&mut encoded, name);
        let mut pairs = self.0.split('&').filter_map(|pair| pair.split_once('='));
        pairs.any(|(name, value)| name == encoded && !value.is_empty())
    }

    /// Adds one value: `a=1`.
    pub fn one(&mut self, name: &str, value: impl Display) {
        self.push(name, &[value.to_string()], ",");
    }

    /// Adds a pair for each value: `a=1&a=2`.
    pub fn each<T: Display>(&mut self, name: &str, values: impl IntoIterator<Item = T>) {
        for value in values {
            self.one(name, value);
        }
    }

    /// Adds all values in one pair: `a=1,2`. Adds nothing if there are no values.
    pub fn joined<T: Display>(&mut self, name: &str, values: impl IntoIterator<Item = T>) {
        self.push(name, &texts(values), ",");
    }

    /// Adds all values in one pair, separated by spaces. Adds nothing if there are no values.
    pub fn spaced<T: Display>(&mut self, name: &str, values: impl IntoIterator<Item = T>) {
        self.push(name, &texts(values), "%20");
    }

    /// Adds all values in one pair, separated by vertical bars. Adds nothing if there are no values.
    pub fn piped<T: Display>(&mut self, name: &str, values: impl IntoIterator<Item = T>) {
        self.push(name, &texts(values), "%7C");
    }

    /// Adds a pair for each field of an object: `x=1&y=2`.
    pub fn separate<T: Serialize + ?Sized>(&mut self, object: &T) {
        for (field, value) in fields(object) {
            self.one(&field, value);
        }
    }

    /// Adds a pair for each field of an object, prefixed with the object's name: `a[x]=1&a[y]=2`.
    pub fn deep<T: Serialize + ?Sized>(&mut self, name: &str, object: &T) {
        for (field, value) in fields(object) {
            self.one(&format!("{name}[{field}]"), value);
        }
    }

    /// Adds an object in one pair: `a=x,1,y,2`.
    pub fn fields<T: Serialize + ?Sized>(&mut self, name: &str, object: &T) {
        self.joined(name, fields(object).into_iter().flat_map(|(field, value)| [field, value]));
    }

    /// Adds a value as JSON.
    pub fn json<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) {
        self.one(name, json(value));
    }

    /// `separator` is already encoded. Inside values, commas and spaces are encoded differently from the separators;
    /// `|` is not.
    fn push(&mut self, name: &str, values: &[String], separator: &str) {
        if values.is_empty() {
            return;
        }
        if !self.0.is_empty() {
            self.0.push('&');
        }
        encode::push_form(&mut self.0, name);
        for (index, value) in values.iter().enumerate() {
            self.0.push_str(if index == 0 { "=" } else { separator });
            encode::push_form(&mut self.0, value);
        }
    }
}

fn texts<T: Display>(values: impl IntoIterator<Item = T>) -> Vec<String> {
    values.into_iter().map(|value| value.to_string()).collect()
}

/// Returns the non-null fields of an object, each as text. The generator uses this only for objects without nested
/// values.
pub(super) fn fields<T: Serialize + ?Sized>(object: &T) -> Vec<(String, String)> {
    words(serde_json::to_value(object).unwrap_or_default())
}

fn words(object: Value) -> Vec<(String, String)> {
    let Value::Object(fields) = object else { return Vec::new() };
    let word = |value| match value {
        Value::Null => None,
        Value::String(text) => Some(text),
        other => Some(other.to_string()),
    };
    fields.into_iter().filter_map(|(name, value)| Some((name, word(value)?))).collect()
}

/// Serializes a value as JSON text.
pub(super) fn json<T: Serialize + ?Sized>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_parameter_is_found_by_its_whole_name() {
        let mut pairs = Pairs::default();
        pairs.one("after_id", 1);
        pairs.one("empty", "");
        pairs.one("created[gte]", "after=x&id=y");
        pairs.joined("none", [0; 0]);
        for (name, has) in [
            ("after_id", true),
            ("created[gte]", true),
            ("after", false),
            ("id", false),
            ("created", false),
            ("empty", false),
            ("none", false),
        ] {
            assert_eq!(pairs.has(name), has, "{name}");
        }
    }

    #[test]
    fn every_openapi_style_is_written_as_specified() {
        let color = json!({"G": "2 0", "R": 100, "none": null});
        let list = ["blue,", "b|k"];
        for (expected, fill) in [
            ("a=1", (|pairs: &mut Pairs| pairs.one("a", 1)) as fn(&mut Pairs)),
            ("a=1&a=2", |pairs| pairs.each("a", [1, 2])),
            ("a=1,2", |pairs| pairs.joined("a", [1, 2])),
            ("a=1%202", |pairs| pairs.spaced("a", [1, 2])),
            ("a=1%7C2", |pairs| pairs.piped("a", [1, 2])),
            ("", |pairs| pairs.joined("a", [0; 0])),
        ] {
            let mut pairs = Pairs::default();
            fill(&mut pairs);
            assert_eq!(pairs.as_str(), expected);
        }
        let mut pairs = Pairs::default();
        pairs.separate(&color);
        pairs.deep("c", &color);
        pairs.fields("j", &color);
        pairs.json("t", &json!({"a": [1]}));
        pairs.joined("l", list);
        assert_eq!(
            pairs.as_str(),
            "G=2+0&R=100&c%5BG%5D=2+0&c%5BR%5D=100&j=G,2+0,R,100&t=%7B%22a%22%3A%5B1%5D%7D&l=blue%2C,b%7Ck"
        );
    }
}
