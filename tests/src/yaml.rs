//! Reads YAML 1.2 as JSON, so that the tests read the document and the overlay in the same way as other tools.

use saphyr::{LoadableYamlNode as _, Scalar, Yaml};
use serde_json::{Map, Number, Value};

/// Reads a file with one YAML document. Keys are strings (`200:` is `"200"`), and so are `NO`, `yes` and dates.
pub(crate) fn parse(text: &str) -> Value {
    let mut documents = Yaml::load_from_str(text).expect("the file is YAML");
    assert_eq!(documents.len(), 1, "the file contains one YAML document");
    json(documents.remove(0))
}

fn json(yaml: Yaml<'_>) -> Value {
    match yaml {
        Yaml::Value(scalar) => value(scalar),
        Yaml::Sequence(items) => items.into_iter().map(json).collect(),
        Yaml::Mapping(members) => Value::Object(
            members
                .into_iter()
                .map(|(name, member)| (key(json(name)), json(member)))
                .collect::<Map<_, _>>(),
        ),
        other => panic!("JSON cannot represent {other:?}"),
    }
}

fn key(value: Value) -> String {
    match value {
        Value::String(text) => text,
        Value::Number(number) => number.to_string(),
        other => panic!("{other} is not a key"),
    }
}

fn value(scalar: Scalar<'_>) -> Value {
    match scalar {
        Scalar::Null => Value::Null,
        Scalar::Boolean(value) => value.into(),
        Scalar::Integer(value) => value.into(),
        Scalar::FloatingPoint(value) => {
            Number::from_f64(value.into_inner()).expect("numbers are finite").into()
        }
        Scalar::String(text) => text.into_owned().into(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn norway_is_text() {
        let value =
            parse("{country: NO, answer: yes, at: 2020-01-01, status: {200: x}, n: [1, 2.5, ~]}");
        let expected = json!({
            "country": "NO", "answer": "yes", "at": "2020-01-01", "status": {"200": "x"}, "n": [1, 2.5, null],
        });
        assert_eq!(value, expected);
    }
}
