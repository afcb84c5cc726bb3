//! Lowers schemas to shapes. A schema is read from the raw document, keyword by keyword, because most schemas in real
//! documents fit none of the typed kinds of an OpenAPI library (103 of Dintero's 164 in 2024). [`crate::read::check`]
//! has already checked the type of every keyword.

use std::mem;

use indexmap::{IndexMap, IndexSet};
use serde_json::{Map, Value};

use crate::extensions::Extensions;
use crate::pointer::Pointer;
use crate::report::{Report, Reports};
use crate::schema::shape::{Alternative, Kind, Limits, Notes, Object, Rest, Shape, Tag};

/// Lowers schemas to shapes.
pub(crate) struct Lower<'a, 'r> {
    pub(crate) document: &'a Value,
    pub(crate) reports: &'r mut Reports,
}

type Keywords = Map<String, Value>;

impl Lower<'_, '_> {
    /// Returns the shape of the schema or reference at a location in the document.
    pub(crate) fn schema(&mut self, at: &Pointer) -> Shape {
        match at.find(self.document) {
            Some(raw) => self.raw(raw, at),
            None => Shape::new(Kind::Any, at),
        }
    }

    fn raw(&mut self, raw: &Value, at: &Pointer) -> Shape {
        match (raw, raw.get("$ref")) {
            (_, Some(Value::String(reference))) => reference_to(reference, raw, at),
            (Value::Object(keywords), _) => self.item(keywords, raw, at),
            // The keyword check has reported any other value.
            _ => Shape::new(Kind::Any, at),
        }
    }

    fn item(&mut self, keywords: &Keywords, raw: &Value, at: &Pointer) -> Shape {
        let mut notes = self.notes(keywords, raw, at);
        let tag = keywords.get("discriminator").and_then(tag);
        let kind = self.kind(keywords, tag.as_ref(), &mut notes, at);
        let mut shape = Shape { kind, notes, tag, at: at.clone() };
        self.tagged(&mut shape);
        shape
    }

    /// Checks that the discriminator names a property of the schema. A schema with alternatives passes, because the
    /// alternatives may have the property. A schema that declares only a mapping becomes an object with the property.
    fn tagged(&mut self, shape: &mut Shape) {
        let Some(tag) = &shape.tag else { return };
        let at = shape.at.child("discriminator");
        match &mut shape.kind {
            Kind::Object(object) if object.fields.contains_key(&tag.property) => {}
            Kind::OneOf(_) | Kind::AllOf(_) => {}
            kind @ Kind::Any if !tag.mapping.is_empty() => {
                let text = Shape::new(Kind::Text(None), &at);
                let fields = IndexMap::from([(tag.property.clone(), text)]);
                let required = IndexSet::from([tag.property.clone()]);
                *kind = Kind::Object(Object { fields, required, rest: Rest::Unsaid });
            }
            Kind::Object(_) => {
                let message =
                    format!("the discriminator `{}` is not a property of the schema", tag.property);
                let report = Report::error("discriminator", &at, message);
                self.reports.push(report.help("add the property to `properties`"));
            }
            _ => {
                let message = "a discriminator needs an object or `oneOf` beside it";
                let report = Report::error("discriminator", &at, message);
                self.reports.push(report.help("add `properties` to the schema"));
            }
        }
    }

    fn notes(&mut self, keywords: &Keywords, raw: &Value, at: &Pointer) -> Notes {
        let flag = |key| keywords.get(key).is_some_and(|value| value == true);
        let tag_value = keywords.get("x-discriminator-value");
        if tag_value.is_some_and(|value| !value.is_string()) {
            let at = at.child("x-discriminator-value");
            let report = Report::error("wrong-type", &at, "expected a string");
            self.reports.push(report.help("quote the value of the discriminator"));
        }
        Notes {
            description: text(keywords, "description").filter(|text| !text.trim().is_empty()),
            default: keywords.get("default").cloned(),
            example: keywords.get("example").cloned(),
            nullable: flag("nullable"),
            read_only: flag("readOnly"),
            write_only: flag("writeOnly"),
            deprecated: flag("deprecated"),
            limits: limits(keywords),
            tag_value: tag_value.and_then(Value::as_str).map(str::to_owned),
            extensions: Extensions::read(Some(raw)),
        }
    }

    /// Returns the kind of a schema. `allOf`, the schema's own keywords and its alternatives all apply at once, so if
    /// more than one of them is present, they become members of a single `allOf`.
    fn kind(
        &mut self,
        keywords: &Keywords,
        tag: Option<&Tag>,
        notes: &mut Notes,
        at: &Pointer,
    ) -> Kind {
        let mut members = self.members(keywords, "allOf", at);
        let mut one_ofs = Vec::new();
        for key in ["oneOf", "anyOf"] {
            let mut alternatives = self.members(keywords, key, at);
            let before = alternatives.len();
            alternatives.retain(|alternative| !is_null(alternative));
            notes.nullable |= alternatives.len() < before;
            match alternatives.as_slice() {
                [] => {}
                // A single alternative always applies.
                [_] if tag.is_none() => members.append(&mut alternatives),
                _ => one_ofs.push(Kind::OneOf(alternatives_of(alternatives))),
            }
        }
        let mut own = self.own(keywords, notes, at);
        if let (Kind::Object(object), Some(tag), [_, ..]) = (&mut own, tag, one_ofs.as_slice()) {
            // The alternatives have the tag, each with its own value.
            object.fields.shift_remove(&tag.property);
            object.required.shift_remove(&tag.property);
        }
        let says_nothing = match &own {
            Kind::Any => true,
            // A bare `type: object` beside `allOf` or `oneOf` adds nothing.
            Kind::Object(object) => object.says_nothing(),
            _ => false,
        };
        if members.is_empty() {
            match one_ofs.len() {
                0 => return own,
                1 if says_nothing => return one_ofs.remove(0),
                _ => {}
            }
        }
        let own = (!says_nothing).then_some(own);
        let beside = own.into_iter().chain(one_ofs).map(|kind| {
            let mut shape = Shape::new(kind, at);
            // The `enum` is one of the schema's own keywords, so its values move to the member for these keywords.
            shape.notes.limits.values = mem::take(&mut notes.limits.values);
            shape
        });
        members.extend(beside);
        Kind::AllOf(members)
    }

    fn members(&mut self, keywords: &Keywords, key: &str, at: &Pointer) -> Vec<Shape> {
        let at = at.child(key);
        let members = keywords.get(key).and_then(Value::as_array).into_iter().flatten();
        members.enumerate().map(|(index, member)| self.raw(member, &at.item(index))).collect()
    }

    /// Returns the kind that the schema's own keywords declare, without `allOf`, `oneOf` and `anyOf`.
    fn own(&mut self, keywords: &Keywords, notes: &mut Notes, at: &Pointer) -> Kind {
        let has = |key| keywords.contains_key(key);
        let values = keywords.get("enum").and_then(Value::as_array).filter(|list| !list.is_empty());
        let given = keywords.get("type").and_then(Value::as_str);
        let kind = match given {
            None if has("properties") || has("required") || has("additionalProperties") => "object",
            None if has("items") => "array",
            None if values.is_some() => "string",
            None => return Kind::Any,
            Some(kind) => kind,
        };
        if given.is_some() {
            self.without_effect(keywords, kind, at);
        }
        match (kind, values) {
            ("object", _) => self.object(keywords, at),
            ("array", _) => self.array(keywords, at),
            ("string", Some(values)) => self.enumeration(values, given.is_some(), notes, at),
            ("string", None) => Kind::Text(text(keywords, "format")),
            ("integer", values) => self.numeric(Kind::Integer, keywords, values, notes, at),
            ("number", values) => self.numeric(Kind::Number, keywords, values, notes, at),
            ("boolean", values) => {
                if values.is_some() {
                    let message = "`enum` has no effect on a boolean";
                    let report = Report::warning("enum", at, message);
                    self.reports.push(
                        report.help("accept the warning with `x-accept: [enum]` in the overlay"),
                    );
                }
                Kind::Boolean
            }
            // The keyword check has reported any other type.
            _ => Kind::Text(None),
        }
    }

    /// Reports keywords that belong to a type other than the declared one.
    fn without_effect(&mut self, keywords: &Keywords, kind: &str, at: &Pointer) {
        for (key, belongs_to) in [("properties", "object"), ("items", "array")] {
            if kind != belongs_to && keywords.contains_key(key) {
                let message = format!("`{key}` has no effect with `type: {kind}`");
                let report = Report::warning("unsupported-keyword", &at.child(key), message);
                self.reports
                    .push(report.help("correct `type` in the overlay, or remove the keyword"));
            }
        }
    }

    fn object(&mut self, keywords: &Keywords, at: &Pointer) -> Kind {
        let at_fields = at.child("properties");
        let properties = keywords.get("properties").and_then(Value::as_object);
        let fields = properties.into_iter().flatten();
        let fields = fields
            .map(|(name, schema)| (name.clone(), self.raw(schema, &at_fields.child(name))))
            .collect();
        let at_rest = at.child("additionalProperties");
        let rest = match keywords.get("additionalProperties") {
            None => Rest::Unsaid,
            Some(Value::Bool(false)) => Rest::Forbidden,
            Some(Value::Bool(true)) => Rest::Anything(at_rest),
            Some(schema) => Rest::Of(Box::new(self.raw(schema, &at_rest))),
        };
        let required = keywords.get("required").and_then(Value::as_array).into_iter().flatten();
        let required = required.filter_map(|name| name.as_str().map(str::to_owned)).collect();
        Kind::Object(Object { fields, required, rest })
    }

    fn array(&mut self, keywords: &Keywords, at: &Pointer) -> Kind {
        let at = at.child("items");
        Kind::Array(Box::new(match keywords.get("items") {
            Some(items) => self.raw(items, &at),
            None => Shape::new(Kind::Any, &at),
        }))
    }

    /// Lowers an enum of strings. A value `null` means the same as `nullable`. If any other value is not a string, the
    /// enum appears only in the documentation.
    fn enumeration(
        &mut self,
        values: &[Value],
        is_typed: bool,
        notes: &mut Notes,
        at: &Pointer,
    ) -> Kind {
        let mut texts = IndexSet::new();
        for value in values {
            match value {
                Value::String(text) => {
                    texts.insert(text.clone());
                }
                Value::Null => notes.nullable = true,
                _ => {
                    if is_typed {
                        let message = format!("`{value}` is not a string");
                        let report = Report::error("enum", &at.child("enum"), message);
                        self.reports.push(report.help("quote the value, or correct `type`"));
                    }
                    notes.limits.values = values.to_vec();
                    return Kind::Any;
                }
            }
        }
        match texts.is_empty() {
            false => Kind::Enum(texts),
            true if is_typed => Kind::Text(None),
            // `null` alone.
            true => Kind::Any,
        }
    }

    fn numeric(
        &mut self,
        kind: Kind,
        keywords: &Keywords,
        values: Option<&Vec<Value>>,
        notes: &mut Notes,
        at: &Pointer,
    ) -> Kind {
        notes.limits.values = values.cloned().unwrap_or_default();
        if let Some(format) = text(keywords, "format")
            && let Some(report) =
                number_format(&format, &kind, notes.limits.maximum, &at.child("format"))
        {
            self.reports.push(report);
        }
        kind
    }
}

/// Returns a report if a number's format has no effect, or allows values that the generated type cannot represent.
fn number_format(format: &str, kind: &Kind, maximum: Option<f64>, at: &Pointer) -> Option<Report> {
    let fits = maximum.is_some_and(|maximum| maximum < i64::MAX as f64);
    let is_float = matches!(kind, Kind::Number);
    match format {
        "int8" | "int16" | "int32" | "int64" | "uint8" | "uint16" | "uint32" | "float"
        | "double" => None,
        "uint" | "uint64" if is_float || fits => None,
        "uint" | "uint64" => {
            let message = format!(
                "integers become `i64`, but `{format}` allows larger values, which cannot be read"
            );
            Some(Report::warning("format", at, message).help(
                "set `x-rust-type: Value` in the overlay if such values occur, or accept the warning with `x-accept: [format]`",
            ))
        }
        _ => {
            let message = format!("`{format}` is not a number format, and has no effect");
            let help = if is_float {
                "set `x-rust-type: Decimal` in the overlay if the value must be exact, or accept the warning with `x-accept: [format]`"
            } else {
                "remove the format in the overlay, or accept the warning with `x-accept: [format]`"
            };
            Some(Report::warning("format", at, message).help(help))
        }
    }
}

/// Returns the shape of a reference. In OpenAPI 3.0, a description beside `$ref` has no effect. The description is kept
/// nevertheless, because it says how the component is used in this place.
fn reference_to(reference: &str, raw: &Value, at: &Pointer) -> Shape {
    let mut shape = Shape::new(Kind::Ref(component_name(reference)), at);
    shape.notes.extensions = Extensions::read(Some(raw));
    shape.notes.description = raw.get("description").and_then(Value::as_str).map(str::to_owned);
    shape
}

/// Returns whether an alternative represents `null`: `{nullable: true}` or `{enum: [null]}`. OpenAPI 3.0 has no type
/// `null`.
fn is_null(shape: &Shape) -> bool {
    matches!(shape.kind, Kind::Any) && shape.notes.nullable && shape.notes.limits.values.is_empty()
}

fn alternatives_of(members: Vec<Shape>) -> Vec<Alternative> {
    let origin = |shape: &Shape| match &shape.kind {
        Kind::Ref(name) => Some(name.clone()),
        _ => None,
    };
    members.into_iter().map(|shape| Alternative { origin: origin(&shape), shape }).collect()
}

fn tag(discriminator: &Value) -> Option<Tag> {
    let mapping = discriminator.get("mapping").and_then(Value::as_object).into_iter().flatten();
    let mapping = mapping
        .filter_map(|(value, target)| Some((value.clone(), component_name(target.as_str()?))));
    Some(Tag {
        property: discriminator.get("propertyName")?.as_str()?.to_owned(),
        mapping: mapping.collect(),
    })
}

/// Returns the component that a reference or a plain name refers to. Any other target is returned unchanged: the
/// keyword check has reported it, and no component has that name.
fn component_name(target: &str) -> String {
    let schemas = Pointer::from("/components/schemas");
    Pointer::from_reference(target)
        .filter(|pointer| pointer.parent().is_some_and(|parent| parent == schemas))
        .and_then(|pointer| pointer.tokens().last())
        .unwrap_or_else(|| target.to_owned())
}

fn text(keywords: &Keywords, key: &str) -> Option<String> {
    keywords.get(key).and_then(Value::as_str).map(str::to_owned)
}

fn limits(keywords: &Keywords) -> Limits {
    let number = |key| keywords.get(key).and_then(Value::as_f64);
    let count = |key| keywords.get(key).and_then(Value::as_u64).map(|count| count as usize);
    let flag = |key| keywords.get(key).is_some_and(|value| value == true);
    Limits {
        minimum: number("minimum"),
        maximum: number("maximum"),
        exclusive_minimum: flag("exclusiveMinimum"),
        exclusive_maximum: flag("exclusiveMaximum"),
        multiple_of: number("multipleOf"),
        min_length: count("minLength"),
        max_length: count("maxLength"),
        pattern: text(keywords, "pattern"),
        min_items: count("minItems"),
        max_items: count("maxItems"),
        unique_items: flag("uniqueItems"),
        min_properties: count("minProperties"),
        max_properties: count("maxProperties"),
        values: Vec::new(),
    }
}
