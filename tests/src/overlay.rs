//! Reads what the overlay declares about the document's values, such as which values are secret or personal, and which
//! are amounts.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde_json::Value;
use serde_json_path::JsonPath;

use crate::document::document;
use crate::yaml;

fn overlay() -> &'static Value {
    static OVERLAY: LazyLock<Value> =
        LazyLock::new(|| yaml::parse(include_str!("../../spec/overlay.yaml")));
    &OVERLAY
}

/// Returns the JSON pointers of the nodes in the document where the overlay sets `key` to `value`.
#[must_use]
pub fn places(key: &str, value: &Value) -> BTreeSet<String> {
    actions().filter(|action| action["update"].get(key) == Some(value)).flat_map(matches).collect()
}

/// Returns the JSON pointers of the nodes in the document from which the overlay removes `key`.
#[must_use]
pub fn removed(key: &str) -> BTreeSet<String> {
    let removed =
        actions().filter(|action| action["remove"] == Value::Bool(true)).flat_map(matches);
    removed.filter_map(|place| place.strip_suffix(&format!("/{key}")).map(str::to_owned)).collect()
}

/// Returns the properties that the overlay removes from the `required` list of the object at a node.
#[must_use]
pub fn optional(place: &str) -> BTreeSet<&'static str> {
    static OPTIONAL: LazyLock<Vec<(String, &'static str)>> = LazyLock::new(|| {
        let removed =
            actions().filter(|action| action["remove"] == Value::Bool(true)).flat_map(matches);
        let named = |item: String| {
            let (object, _) = item.rsplit_once("/required/")?;
            Some((object.to_owned(), document().at(&item).as_str()?))
        };
        removed.filter_map(named).collect()
    });
    OPTIONAL.iter().filter(|(object, _)| object == place).map(|(_, name)| *name).collect()
}

/// Returns the properties that the overlay makes required in the objects at a node.
#[must_use]
pub fn required(place: &str) -> BTreeSet<&'static str> {
    static REQUIRED: LazyLock<Vec<(String, &'static str)>> = LazyLock::new(|| {
        let lists =
            actions().filter_map(|action| Some((action, action["update"]["required"].as_array()?)));
        lists
            .flat_map(|(action, names)| {
                let names: Vec<_> = names.iter().filter_map(Value::as_str).collect();
                let pairs = move |place: String| {
                    names.clone().into_iter().map(move |name| (place.clone(), name))
                };
                matches(action).into_iter().flat_map(pairs)
            })
            .collect()
    });
    REQUIRED.iter().filter(|(required, _)| required == place).map(|(_, name)| *name).collect()
}

fn actions() -> impl Iterator<Item = &'static Value> {
    overlay()["actions"].as_array().expect("the overlay is a list of actions").iter()
}

fn matches(action: &Value) -> Vec<String> {
    let target = action["target"].as_str().expect("an action has a target");
    let path = JsonPath::parse(target).unwrap_or_else(|error| panic!("{target}: {error}"));
    let nodes = path.query_located(document().root());
    nodes.locations().map(serde_json_path::NormalizedPath::to_json_pointer).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn targets_lead_into_the_document() {
        assert!(
            places("x-redact", &json!(true))
                .contains("/components/schemas/OrderAddress/properties/first_name")
        );
        assert!(places("x-rust-type", &json!("Secret")).len() > 16);
        let paid = "/paths/~1sessions~1pay/post/requestBody/content/application~1json/schema";
        assert_eq!(required(paid), BTreeSet::from(["session", "payment"]));
        assert!(removed("type").contains("/components/schemas/DiscountItem/properties/line_id"));
    }
}
