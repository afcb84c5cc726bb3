//! The API documents as data: component schemas, references, and request and response bodies.

use std::sync::LazyLock;

use serde_json::{Map, Value};

use crate::compare::escape;
use crate::shape::{Found, Shape};
use crate::yaml;

/// The document and the supplement as written, without the corrections of the overlay.
#[derive(Debug)]
pub struct Document {
    root: Value,
}

/// Returns the API document in this repository, including the supplement.
pub fn document() -> &'static Document {
    static DOCUMENT: LazyLock<Document> = LazyLock::new(|| {
        let mut root = yaml::parse(include_str!("../../spec/payments-api.yaml"));
        let supplement = yaml::parse(include_str!("../../spec/supplement.yaml"));
        add(&mut root, &supplement, "payments-api.yaml#");
        Document { root }
    });
    &DOCUMENT
}

/// Adds the paths and schemas of a supplement, whose references to the document begin with `prefix`.
fn add(root: &mut Value, supplement: &Value, prefix: &str) {
    for part in ["/paths", "/components/schemas"] {
        let known = root.pointer_mut(part).and_then(Value::as_object_mut).expect("it has both");
        for (name, value) in object(supplement.pointer(part).expect("it has both")) {
            let clash = known.insert(name.clone(), local(value, prefix));
            assert!(clash.is_none(), "{name} is in both documents");
        }
    }
}

/// Returns the value with every reference that begins with `prefix` changed to a reference within the document.
fn local(value: &Value, prefix: &str) -> Value {
    match value {
        Value::Object(members) => {
            members.iter().map(|(name, value)| (name.clone(), local(value, prefix))).collect()
        }
        Value::Array(values) => values.iter().map(|value| local(value, prefix)).collect(),
        Value::String(text) => match text.strip_prefix(prefix) {
            Some(pointer) => format!("#{pointer}").into(),
            None => value.clone(),
        },
        other => other.clone(),
    }
}

/// Returns the JSON pointer of a component schema.
#[must_use]
pub fn component(name: &str) -> String {
    format!("/components/schemas/{}", escape(name))
}

/// The schema of a request or response body.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Body {
    /// The JSON pointer of the schema.
    pub schema: String,
    /// Whether the client sends the body. Otherwise, Dintero sends it.
    pub sent: bool,
}

impl Document {
    /// Returns the whole document.
    #[must_use]
    pub fn root(&self) -> &Value {
        &self.root
    }

    /// Returns the value at a JSON pointer.
    #[must_use]
    pub fn at(&self, pointer: &str) -> &Value {
        self.root
            .pointer(pointer)
            .unwrap_or_else(|| panic!("the document has no value at {pointer}"))
    }

    /// Returns the component schemas by name.
    #[must_use]
    pub fn schemas(&self) -> &Map<String, Value> {
        object(self.at("/components/schemas"))
    }

    /// Returns a schema, with references and `allOf` resolved.
    #[must_use]
    pub fn shape(&self, pointer: &str) -> Shape<'_> {
        Shape::new(self, pointer)
    }

    /// Returns the JSON pointers of the properties in `instance` that no schema of the document declares.
    ///
    /// JSON Schema accepts undeclared properties, so a misspelled name would be valid.
    #[must_use]
    pub fn unknown_properties(&self, pointer: &str, instance: &Value) -> Vec<String> {
        let mut unknown = Vec::new();
        self.shape(pointer).walk(instance, &mut |visit| {
            if let Found::Unknown = visit.found {
                unknown.push(visit.at.to_owned());
            }
        });
        unknown
    }

    /// Returns the JSON bodies of all operations, without duplicates.
    #[must_use]
    pub fn bodies(&self) -> Vec<Body> {
        let mut bodies = Vec::new();
        for (path, item) in object(self.at("/paths")) {
            for (method, operation) in object(item).iter().filter(|(name, _)| *name != "parameters")
            {
                let at = format!("/paths/{}/{method}", escape(path));
                if operation.get("requestBody").is_some() {
                    bodies.extend(self.body(format!("{at}/requestBody"), true));
                }
                for status in object(&operation["responses"]).keys() {
                    bodies.extend(self.body(format!("{at}/responses/{status}"), false));
                }
            }
        }
        bodies.sort();
        bodies.dedup();
        bodies
    }

    fn body(&self, at: String, sent: bool) -> Option<Body> {
        let at = self.follow(at);
        let schema = format!("{at}/content/application~1json/schema");
        self.root.pointer(&schema).map(|_| Body { schema, sent })
    }

    /// Returns the pointer of a node after following references: `pointer` itself, or the target of the reference at
    /// `pointer`.
    #[must_use]
    pub fn follow(&self, pointer: String) -> String {
        match self.at(&pointer).get("$ref") {
            Some(reference) => self.follow(target(reference).to_owned()),
            None => pointer,
        }
    }
}

/// Returns the JSON pointer of a `$ref`.
pub(crate) fn target(reference: &Value) -> &str {
    reference
        .as_str()
        .and_then(|text| text.strip_prefix('#'))
        .expect("references point into the same document")
}

pub(crate) fn object(value: &Value) -> &Map<String, Value> {
    value.as_object().unwrap_or_else(|| panic!("expected an object, found {value}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const REQUEST: &str =
        "/paths/~1sessions-profile/post/requestBody/content/application~1json/schema";

    fn session(items: &str) -> Value {
        json!({
            "url": {"return_url": "https://example.com/thanks"},
            "order": {
                "amount": 100, "currency": "NOK", "merchant_reference": "order-1",
                items: [{"id": "a", "line_id": "1", "description": "Chair", "quantity": 1, "amount": 100}],
            },
            "profile_id": "default",
        })
    }

    #[test]
    fn misspelled_name_is_valid_and_still_found() {
        let document = document();
        for (name, unknown) in [("items", vec![]), ("itmes", vec!["/order/itmes"])] {
            assert_eq!(document.validate(REQUEST, &session(name)), [""; 0]);
            assert_eq!(document.unknown_properties(REQUEST, &session(name)), unknown);
        }
    }

    #[test]
    fn variant_determines_which_properties_are_declared() {
        let document = document();
        let token = |product: &str| json!({"payment_product_type": product, "token_types": ["payment_token"], "x": 1});
        assert_eq!(
            document.unknown_properties(&component("TokenProvider"), &token("payex.creditcard")),
            ["/x"]
        );
        // The properties of an unknown variant, which Dintero may add in the future, are not reported.
        assert_eq!(
            document.unknown_properties(&component("TokenProvider"), &token("new.wallet")),
            [""; 0]
        );
    }

    #[test]
    fn norway_is_a_country() {
        let text = document().root().to_string();
        assert!(text.contains(r#""NO""#));
    }

    #[test]
    fn bodies_are_those_of_all_operations() {
        let bodies = document().bodies();
        assert_eq!(bodies.iter().filter(|body| body.sent).count(), 19, "{bodies:#?}");
        assert!(bodies.contains(&Body { schema: REQUEST.to_owned(), sent: true }));
    }
}
