//! A schema as the list of all its parts: references and `allOf` are resolved, and a value must satisfy every part.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde_json::{Map, Value};

use crate::compare::escape;
use crate::document::{Document, component, object, target};
use crate::overlay;

/// A schema with resolved references and `allOf`.
#[derive(Debug, Clone)]
pub struct Shape<'d> {
    document: &'d Document,
    parts: Vec<Part<'d>>,
    /// The pointers of all nodes that lead to the parts, including references.
    places: BTreeSet<String>,
}

#[derive(Debug, Clone)]
struct Part<'d> {
    pointer: String,
    schema: &'d Map<String, Value>,
}

/// The JSON type of a value, determined by the keyword `type` or by other keywords.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A JSON object.
    Object,
    /// A JSON array.
    Array,
    /// A JSON string.
    String,
    /// A whole number.
    Integer,
    /// Any number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// One of several types (`anyOf`).
    Choice,
    /// Any JSON.
    Any,
}

/// What the document declares about a value that [`Shape::walk`] visits.
#[derive(Debug)]
pub enum Found<'a, 'd> {
    /// The value has a schema.
    Known(&'a Shape<'d>),
    /// No schema declares a property with this name.
    Unknown,
}

/// A value within an instance, with its schema.
#[derive(Debug)]
pub struct Visit<'a, 'd> {
    /// The JSON pointer of the value in the instance.
    pub at: &'a str,
    /// The value.
    pub value: &'a Value,
    /// What the document declares about the value.
    pub found: Found<'a, 'd>,
    /// Whether the value is the tag that determines the variant of the surrounding object.
    pub is_tag: bool,
}

impl<'d> Shape<'d> {
    pub(crate) fn new(document: &'d Document, pointer: &str) -> Self {
        let mut shape = Self::empty(document);
        shape.add(pointer.to_owned(), document.at(pointer));
        shape
    }

    fn empty(document: &'d Document) -> Self {
        Self { document, parts: Vec::new(), places: BTreeSet::new() }
    }

    /// Adds the parts of a schema. A reference hides its sibling keywords, as OpenAPI 3.0 requires.
    fn add(&mut self, pointer: String, schema: &'d Value) {
        if self.places.contains(&pointer) {
            return;
        }
        self.places.insert(pointer.clone());
        let schema = object(schema);
        if let Some(reference) = schema.get("$ref") {
            let pointer = target(reference);
            return self.add(pointer.to_owned(), self.document.at(pointer));
        }
        let members = schema.get("allOf").and_then(Value::as_array).into_iter().flatten();
        self.parts.push(Part { pointer: pointer.clone(), schema });
        for (index, member) in members.enumerate() {
            self.add(format!("{pointer}/allOf/{index}"), member);
        }
    }

    /// Combines the schemas that the parts contain at a path of keywords, or returns `None` if no part has such a
    /// schema.
    fn below(&self, path: &[&str]) -> Option<Self> {
        let mut shape = Self::empty(self.document);
        for part in &self.parts {
            let mut node = part.schema.get(path[0]);
            for name in &path[1..] {
                node = node.and_then(|node| node.get(name));
            }
            if let Some(node) = node.filter(|node| node.is_object()) {
                let path = path.iter().map(|name| format!("/{}", escape(name))).collect::<String>();
                shape.add(format!("{}{path}", part.pointer), node);
            }
        }
        (!shape.places.is_empty()).then_some(shape)
    }

    fn keyword_values<'a>(&'a self, keyword: &'a str) -> impl Iterator<Item = &'d Value> + 'a {
        self.parts.iter().filter_map(move |part| part.schema.get(keyword))
    }

    /// Returns the JSON pointers of all schemas that were combined.
    #[must_use]
    pub fn places(&self) -> &BTreeSet<String> {
        &self.places
    }

    /// Returns the JSON type of the value.
    #[must_use]
    pub fn kind(&self) -> Kind {
        let kinds: BTreeSet<&str> = self.keyword_values("type").filter_map(Value::as_str).collect();
        match kinds.into_iter().collect::<Vec<_>>()[..] {
            ["object"] => Kind::Object,
            ["array"] => Kind::Array,
            ["string"] => Kind::String,
            ["integer"] | ["integer", "number"] => Kind::Integer,
            ["number"] => Kind::Number,
            ["boolean"] => Kind::Boolean,
            [] => self.kind_without_type(),
            ref several => panic!("{:?} has several types: {several:?}", self.places),
        }
    }

    fn kind_without_type(&self) -> Kind {
        if self.has("properties") || self.has("required") || self.has("additionalProperties") {
            Kind::Object
        } else if self.has("anyOf") {
            Kind::Choice
        } else if let Some(value) = self.values().and_then(|values| values.into_iter().next()) {
            assert!(
                value.is_string(),
                "only strings may have an `enum` without a `type`: {:?}",
                self.places
            );
            Kind::String
        } else {
            Kind::Any
        }
    }

    /// Returns whether any part uses a keyword.
    #[must_use]
    pub fn has(&self, keyword: &str) -> bool {
        self.keyword_values(keyword).next().is_some()
    }

    /// Returns whether only Dintero sets the value, according to the document or to the overlay.
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        static CORRECTED: LazyLock<BTreeSet<String>> =
            LazyLock::new(|| overlay::places("readOnly", &Value::Bool(true)));
        self.is("readOnly") || self.places.iter().any(|place| CORRECTED.contains(place))
    }

    /// Returns whether any part sets a keyword to `true`.
    #[must_use]
    pub fn is(&self, keyword: &str) -> bool {
        self.keyword_values(keyword).any(|value| value == &Value::Bool(true))
    }

    /// Returns the string values that the parts have for a keyword.
    #[must_use]
    pub fn texts(&self, keyword: &str) -> BTreeSet<&'d str> {
        self.keyword_values(keyword).filter_map(Value::as_str).collect()
    }

    /// Returns the largest number that any part has for a keyword.
    #[must_use]
    pub fn highest(&self, keyword: &str) -> Option<i64> {
        self.keyword_values(keyword).filter_map(Value::as_i64).max()
    }

    /// Returns the smallest number that any part has for a keyword.
    #[must_use]
    pub fn lowest(&self, keyword: &str) -> Option<i64> {
        self.keyword_values(keyword).filter_map(Value::as_i64).min()
    }

    /// Returns the values that are in the `enum` of every part that has one, or `None` if no part has an `enum`.
    #[must_use]
    pub fn values(&self) -> Option<Vec<&'d Value>> {
        let mut lists =
            self.keyword_values("enum").map(|list| list.as_array().expect("`enum` is a list"));
        let first = lists.next()?;
        let rest: Vec<_> = lists.collect();
        Some(first.iter().filter(|value| rest.iter().all(|list| list.contains(value))).collect())
    }

    /// Returns the names of the declared properties.
    #[must_use]
    pub fn names(&self) -> BTreeSet<&'d str> {
        self.keyword_values("properties")
            .flat_map(|properties| object(properties).keys())
            .map(String::as_str)
            .collect()
    }

    /// Returns the names of the required properties.
    #[must_use]
    pub fn required(&self) -> BTreeSet<&'d str> {
        self.keyword_values("required")
            .filter_map(Value::as_array)
            .flatten()
            .filter_map(Value::as_str)
            .collect()
    }

    /// Returns the schema of a declared property.
    #[must_use]
    pub fn property(&self, name: &str) -> Option<Self> {
        self.below(&["properties", name])
    }

    /// Returns the schema for undeclared properties.
    #[must_use]
    pub fn additional(&self) -> Option<Self> {
        self.below(&["additionalProperties"])
    }

    /// Returns the schema of the items of an array.
    #[must_use]
    pub fn items(&self) -> Option<Self> {
        self.below(&["items"])
    }

    /// Returns the alternatives of `anyOf`, each of which also has the `places` of the surrounding schema.
    #[must_use]
    pub fn choices(&self) -> Vec<Self> {
        let mut choices = Vec::new();
        for part in &self.parts {
            for index in 0..part.schema.get("anyOf").and_then(Value::as_array).map_or(0, Vec::len) {
                let mut choice =
                    Self::new(self.document, &format!("{}/anyOf/{index}", part.pointer));
                choice.places.extend(self.places.iter().cloned());
                choices.push(choice);
            }
        }
        choices
    }

    /// Returns whether an object may contain arbitrary properties.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.keyword_values("additionalProperties").any(|any| any == true)
            || (!self.has("properties") && !self.has("additionalProperties"))
    }

    /// Returns the name of the property that distinguishes variants, if the schema has a discriminator.
    #[must_use]
    pub fn tag(&self) -> Option<&'d str> {
        self.keyword_values("discriminator")
            .find_map(|discriminator| discriminator["propertyName"].as_str())
    }

    /// Returns the tag of this variant, if the shape is a single variant.
    #[must_use]
    pub fn tag_value(&self) -> Option<&'d str> {
        self.keyword_values("x-discriminator-value").find_map(Value::as_str)
    }

    /// Returns the variants by their tags. The map is empty if the shape is already a single variant.
    #[must_use]
    pub fn variants(&self) -> BTreeMap<&'d str, Self> {
        if self.tag_value().is_some() {
            return BTreeMap::new();
        }
        let bases = self.parts.iter().filter(|part| part.schema.contains_key("discriminator"));
        bases.flat_map(|base| self.children(&base.pointer)).collect()
    }

    fn children(&self, base: &str) -> Vec<(&'d str, Self)> {
        let is_child = |schema: &Value| {
            let members = schema.get("allOf").and_then(Value::as_array);
            members
                .into_iter()
                .flatten()
                .filter_map(|member| member.get("$ref"))
                .any(|reference| target(reference) == base)
        };
        let schemas = self.document.schemas().iter();
        schemas
            .filter(|(_, schema)| is_child(schema))
            .filter_map(|(name, schema)| {
                let tag = schema.get("x-discriminator-value")?.as_str()?;
                let mut variant = self.clone();
                variant.add(component(name), schema);
                Some((tag, variant))
            })
            .collect()
    }

    /// Visits a value and everything in it.
    pub fn walk(&self, instance: &Value, visit: &mut dyn FnMut(Visit<'_, 'd>)) {
        self.visit("", instance, false, visit);
    }

    fn visit(&self, at: &str, value: &Value, is_tag: bool, visit: &mut dyn FnMut(Visit<'_, 'd>)) {
        let Some(shape) = self.of(value) else { return };
        visit(Visit { at, value, found: Found::Known(&shape), is_tag });
        match value {
            Value::Object(members) => {
                for (name, value) in members {
                    let at = format!("{at}/{}", escape(name));
                    let property = shape.property(name).or_else(|| shape.additional());
                    match property {
                        Some(property) => {
                            property.visit(&at, value, shape.tag() == Some(name), visit)
                        }
                        None if shape.is_open() => {}
                        None => {
                            visit(Visit { at: &at, value, found: Found::Unknown, is_tag: false })
                        }
                    }
                }
            }
            Value::Array(values) => {
                for (index, value) in values.iter().enumerate() {
                    if let Some(items) = shape.items() {
                        items.visit(&format!("{at}/{index}"), value, false, visit);
                    }
                }
            }
            _ => {}
        }
    }

    /// Returns the shape of the variant or alternative that matches `value`; `None` if the document does not declare
    /// the variant.
    fn of(&self, value: &Value) -> Option<Self> {
        let mut variants = self.variants();
        if !variants.is_empty() {
            let tag = self.tag().and_then(|tag| value.get(tag)).and_then(Value::as_str);
            return variants.remove(tag.unwrap_or_default());
        }
        if self.kind() == Kind::Choice {
            return self.choices().into_iter().find(|choice| choice.kind().fits(value));
        }
        Some(self.clone())
    }
}

impl Kind {
    fn fits(self, value: &Value) -> bool {
        match self {
            Self::Object => value.is_object(),
            Self::Array => value.is_array(),
            Self::String => value.is_string(),
            Self::Integer | Self::Number => value.is_number(),
            Self::Boolean => value.is_boolean(),
            Self::Choice | Self::Any => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::document::document;

    use super::*;

    #[test]
    fn requirements_and_properties_are_those_of_all_members() {
        let order = document().shape(&component("SessionOrder"));
        assert_eq!(order.kind(), Kind::Object);
        assert!(order.required().is_superset(&BTreeSet::from([
            "amount",
            "currency",
            "merchant_reference"
        ])));
        let item =
            order.property("items").and_then(|items| items.items()).expect("an order has items");
        assert_eq!(item.property("amount").expect("an item has an amount").kind(), Kind::Integer);
    }

    #[test]
    fn variants_find_their_base() {
        let payment = document().shape(&component("PayPayment"));
        assert_eq!(payment.tag(), Some("payment_product_type"));
        let tags: Vec<_> = payment.variants().into_keys().collect();
        let cards = ["bambora.creditcard", "dintero_psp.creditcard", "payex.creditcard"];
        assert_eq!(
            tags.iter().filter(|tag| !tag.starts_with("kravia.")).collect::<Vec<_>>(),
            cards.each_ref()
        );
        assert_eq!(tags.len(), cards.len() + 3);
        let child = document().shape(&component("KlarnaPayment"));
        assert_eq!((child.tag_value(), child.variants().len()), (Some("klarna.klarna"), 0));
    }
}
