//! Shared code of the workspace's tests: the API document as data, values generated from the document, and every model
//! with its schema.
//!
//! This code is based on the document and not on the generator, so that the tests find the generator's mistakes.

pub mod compare;
pub mod document;
pub mod models;
pub mod overlay;
pub mod random;
pub mod schema;
pub mod shape;
pub mod values;
mod yaml;

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value, json};

    /// Ensures that a test run with a feature really uses the feature.
    #[test]
    fn features_reach_serde_json() {
        if cfg!(feature = "arbitrary-precision") {
            let number: Value = serde_json::from_str("1.00").expect("a number");
            assert_eq!(number.to_string(), "1.00");
        }
        if cfg!(feature = "preserve-order") {
            let object = Map::from_iter([("b".to_owned(), json!(1)), ("a".to_owned(), json!(2))]);
            assert_eq!(Value::Object(object).to_string(), r#"{"b":1,"a":2}"#);
        }
    }
}
