//! What a schema says a value is. Each schema object becomes one [`Shape`], whichever of openapiv3's kinds it
//! was read as; references stay references and `allOf` stays a list, because [`crate::schema::merge`] resolves them.

use std::mem;

use indexmap::{IndexMap, IndexSet};
use openapiv3::{
    AdditionalProperties, AnySchema, ArrayType, BooleanType, ReferenceOr, Schema, SchemaData,
    SchemaKind, StringType, Type, VariantOrUnknownOrEmpty,
};
use serde_json::Value;

use crate::extensions::Extensions;
use crate::pointer::Pointer;
use crate::report::{Report, Reports};

/// A schema, ready to be merged.
#[derive(Debug, Clone)]
pub(crate) struct Shape {
    pub(crate) kind: Kind,
    pub(crate) notes: Notes,
    pub(crate) at: Pointer,
}

/// The kinds of values that the document knows.
#[derive(Debug, Clone)]
pub(crate) enum Kind {
    /// Nothing is said of the value.
    Any,
    /// A component, by its name.
    Ref(String),
    AllOf(Vec<Shape>),
    /// `oneOf` and `anyOf`: with a JSON value in hand, both mean "one of these".
    OneOf(Vec<Shape>),
    Object(Object),
    Array(Box<Shape>),
    Text(Option<String>),
    Enum(IndexSet<String>),
    Integer,
    Number,
    Boolean,
}

/// An object with its properties.
#[derive(Debug, Clone, Default)]
pub(crate) struct Object {
    pub(crate) fields: IndexMap<String, Shape>,
    pub(crate) required: IndexSet<String>,
    /// The values of `additionalProperties`.
    pub(crate) rest: Option<Box<Shape>>,
    /// The property that tells the variants of this base apart.
    pub(crate) tag: Option<Tag>,
}

/// A discriminator.
#[derive(Debug, Clone)]
pub(crate) struct Tag {
    pub(crate) property: String,
    /// Value to component name.
    pub(crate) mapping: IndexMap<String, String>,
}

/// What a schema says beside the kind of its value.
#[derive(Debug, Clone, Default)]
pub(crate) struct Notes {
    pub(crate) description: Option<String>,
    pub(crate) default: Option<Value>,
    pub(crate) example: Option<Value>,
    pub(crate) nullable: bool,
    pub(crate) read_only: bool,
    pub(crate) deprecated: bool,
    pub(crate) limits: Limits,
    /// `x-discriminator-value`
    pub(crate) tag_value: Option<String>,
    pub(crate) extensions: Extensions,
}

/// Bounds, for the documentation alone: the server decides, and a refused answer would be worse.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Limits {
    pub(crate) minimum: Option<f64>,
    pub(crate) maximum: Option<f64>,
    pub(crate) exclusive_minimum: bool,
    pub(crate) exclusive_maximum: bool,
    pub(crate) multiple_of: Option<f64>,
    pub(crate) min_length: Option<usize>,
    pub(crate) max_length: Option<usize>,
    pub(crate) pattern: Option<String>,
    pub(crate) min_items: Option<usize>,
    pub(crate) max_items: Option<usize>,
    pub(crate) unique_items: bool,
    pub(crate) min_properties: Option<usize>,
    pub(crate) max_properties: Option<usize>,
    /// The values of an enum that is not one of texts.
    pub(crate) values: Vec<Value>,
}

/// Turns schemas into shapes.
pub(crate) struct Lower<'a> {
    pub(crate) document: &'a Value,
    pub(crate) reports: &'a mut Reports,
}

impl Lower<'_> {
    /// The shape of a schema or a reference to one.
    pub(crate) fn schema(&mut self, schema: ReferenceOr<Schema>, at: &Pointer) -> Shape {
        match schema {
            ReferenceOr::Reference { reference } => self.reference(&reference, at),
            ReferenceOr::Item(schema) => self.item(schema, at),
        }
    }

    fn reference(&mut self, reference: &str, at: &Pointer) -> Shape {
        let name = Pointer::from(reference).tokens().last().unwrap_or_default();
        if !reference.starts_with("#/components/schemas/") {
            let message = format!("`{reference}` is not a schema");
            self.reports.push(
                Report::error("reference", &at.child("$ref"), message)
                    .help("refer to a schema under `#/components/schemas/`"),
            );
            return Shape::new(Kind::Any, at);
        }
        let raw = at.find(self.document);
        let mut shape = Shape::new(Kind::Ref(name), at);
        shape.notes.extensions = Extensions::read(raw);
        // OpenAPI 3.0 gives a description beside `$ref` no effect, and openapiv3 drops it; but it says what the
        // component is for in this place.
        let description = raw.and_then(|raw| raw.get("description")?.as_str());
        shape.notes.description = description.map(str::to_owned);
        shape
    }

    fn item(&mut self, schema: Schema, at: &Pointer) -> Shape {
        let keywords = keywords(schema.schema_kind);
        let mut notes = self.notes(&schema.schema_data, at);
        notes.limits = limits(&keywords);
        let mut shape = Shape { kind: self.kind(keywords, &mut notes, at), notes, at: at.clone() };
        if let Some(discriminator) = &schema.schema_data.discriminator {
            let tag = Tag {
                property: discriminator.property_name.clone(),
                mapping: discriminator
                    .mapping
                    .iter()
                    .map(|(value, target)| (value.clone(), component_name(target)))
                    .collect(),
            };
            match &mut shape.kind {
                Kind::Object(object) => {
                    if !object.fields.contains_key(&tag.property) {
                        let at = at.child("discriminator");
                        let message = format!(
                            "the discriminator `{}` is no property of the schema",
                            tag.property
                        );
                        self.reports.push(
                            Report::error("discriminator", &at, message)
                                .help("add it to `properties`"),
                        );
                    }
                    object.tag = Some(tag);
                }
                Kind::OneOf(_) => shape.kind = self.tagged(shape.kind, tag, at),
                _ => self.reports.push(
                    Report::error(
                        "discriminator",
                        &at.child("discriminator"),
                        "a discriminator needs an object or `oneOf` beside it",
                    )
                    .help("give the schema its `properties`"),
                ),
            }
        }
        shape
    }

    /// `oneOf` with a discriminator is a base whose mapping names its children.
    fn tagged(&mut self, kind: Kind, mut tag: Tag, at: &Pointer) -> Kind {
        let Kind::OneOf(members) = kind else { return kind };
        for member in &members {
            let Kind::Ref(name) = &member.kind else {
                self.reports.push(
                    Report::warning(
                        "discriminator",
                        &member.at,
                        "a variant of `oneOf` with a discriminator has no name",
                    )
                    .help("make it a component; until then it is read as an unknown variant"),
                );
                continue;
            };
            if !tag.mapping.values().any(|mapped| mapped == name) {
                tag.mapping.insert(name.clone(), name.clone());
            }
        }
        let property = Shape::new(Kind::Text(None), at);
        let fields = IndexMap::from([(tag.property.clone(), property)]);
        let required = IndexSet::from([tag.property.clone()]);
        Kind::Object(Object { fields, required, rest: None, tag: Some(tag) })
    }

    fn notes(&mut self, data: &SchemaData, at: &Pointer) -> Notes {
        // Without `..`: a field that openapiv3 gains must be looked at here.
        let SchemaData {
            nullable,
            read_only,
            write_only: _, // a request-only property costs nothing when it is read as absent
            deprecated,
            external_docs: _,
            example,
            title: _,
            description,
            discriminator: _, // read by `item`
            default,
            extensions,
        } = data;
        let tag_value = extensions.get("x-discriminator-value");
        if tag_value.is_some_and(|value| !value.is_string()) {
            self.reports.push(
                Report::error("wrong-type", &at.child("x-discriminator-value"), "expected text")
                    .help("quote the value of the discriminator"),
            );
        }
        Notes {
            description: description.clone().filter(|text| !text.trim().is_empty()),
            default: default.clone(),
            example: example.clone(),
            nullable: *nullable,
            read_only: *read_only,
            deprecated: *deprecated,
            limits: Limits::default(),
            tag_value: tag_value.and_then(Value::as_str).map(str::to_owned),
            extensions: Extensions::read(at.find(self.document)),
        }
    }

    fn kind(&mut self, mut keywords: AnySchema, notes: &mut Notes, at: &Pointer) -> Kind {
        let members = self.members(mem::take(&mut keywords.all_of), &at.child("allOf"));
        let mut alternatives = self.members(mem::take(&mut keywords.one_of), &at.child("oneOf"));
        alternatives.extend(self.members(mem::take(&mut keywords.any_of), &at.child("anyOf")));
        let own = self.own(keywords, notes, at);
        if alternatives.is_empty() {
            return all_of(members, own, at);
        }
        if members.is_empty() && matches!(own, Kind::Any) {
            return Kind::OneOf(alternatives);
        }
        self.reports.push(
            Report::warning(
                "one-of",
                at,
                "`oneOf` beside other keywords: the alternatives are dropped",
            )
            .help("make the alternatives schemas of their own"),
        );
        all_of(members, own, at)
    }

    fn members(&mut self, members: Vec<ReferenceOr<Schema>>, at: &Pointer) -> Vec<Shape> {
        let members = members.into_iter().enumerate();
        members.map(|(index, member)| self.schema(member, &at.item(index))).collect()
    }

    /// What the schema says itself, without `allOf`, `oneOf` and `anyOf`.
    fn own(&mut self, keywords: AnySchema, notes: &mut Notes, at: &Pointer) -> Kind {
        let object = !keywords.properties.is_empty()
            || !keywords.required.is_empty()
            || keywords.additional_properties.is_some();
        match keywords.typ.as_deref() {
            Some("object") => self.object(keywords, at),
            None if object => self.object(keywords, at),
            Some("array") => self.array(keywords, at),
            None if keywords.items.is_some() => self.array(keywords, at),
            Some("string") | None if !keywords.enumeration.is_empty() => {
                self.enumeration(keywords, notes, at)
            }
            Some("string") => Kind::Text(keywords.format),
            Some("integer") => self.numeric(keywords, notes, Kind::Integer, at),
            Some("number") => self.numeric(keywords, notes, Kind::Number, at),
            Some("boolean") => {
                if !keywords.enumeration.is_empty() {
                    self.reports.push(
                        Report::warning("enum", at, "the `enum` of a boolean has no effect")
                            .help("accept it with `x-accept: [enum]` in the overlay"),
                    );
                }
                Kind::Boolean
            }
            None => Kind::Any,
            // Reported by the keyword check.
            Some(_) => Kind::Text(None),
        }
    }

    fn object(&mut self, keywords: AnySchema, at: &Pointer) -> Kind {
        let at_fields = at.child("properties");
        let fields = keywords
            .properties
            .into_iter()
            .map(|(name, schema)| {
                let shape = self.schema(schema.unbox(), &at_fields.child(&name));
                (name, shape)
            })
            .collect();
        let rest = match keywords.additional_properties {
            None | Some(AdditionalProperties::Any(false)) => None,
            // `true` is written out, so nothing is missing of what the values are: any JSON.
            Some(AdditionalProperties::Any(true)) => {
                let mut any = Shape::new(Kind::Any, &at.child("additionalProperties"));
                any.notes.extensions.rust_type = Some("Value".to_owned());
                Some(Box::new(any))
            }
            Some(AdditionalProperties::Schema(schema)) => {
                Some(Box::new(self.schema(*schema, &at.child("additionalProperties"))))
            }
        };
        let required = keywords.required.into_iter().collect();
        Kind::Object(Object { fields, required, rest, tag: None })
    }

    fn array(&mut self, keywords: AnySchema, at: &Pointer) -> Kind {
        let at_items = at.child("items");
        Kind::Array(Box::new(match keywords.items {
            Some(items) => self.schema(items.unbox(), &at_items),
            None => Shape::new(Kind::Any, &at_items),
        }))
    }

    /// An enum of texts. `null` among them says no more than `nullable`; other values are documented.
    fn enumeration(&mut self, keywords: AnySchema, notes: &mut Notes, at: &Pointer) -> Kind {
        let mut texts = IndexSet::new();
        for value in &keywords.enumeration {
            match value {
                Value::String(text) => {
                    texts.insert(text.clone());
                }
                Value::Null => notes.nullable = true,
                _ => {
                    if keywords.typ.is_some() {
                        self.reports.push(
                            Report::error(
                                "enum",
                                &at.child("enum"),
                                format!("`{value}` is not text"),
                            )
                            .help("quote the value, or correct `type`"),
                        );
                    }
                    notes.limits.values = keywords.enumeration;
                    return Kind::Any;
                }
            }
        }
        if texts.is_empty() { Kind::Text(None) } else { Kind::Enum(texts) }
    }

    fn numeric(
        &mut self,
        keywords: AnySchema,
        notes: &mut Notes,
        kind: Kind,
        at: &Pointer,
    ) -> Kind {
        notes.limits.values = keywords.enumeration;
        if let Some(format) = &keywords.format
            && !matches!(format.as_str(), "int32" | "int64" | "float" | "double")
        {
            self.reports.push(
                Report::warning(
                    "format",
                    &at.child("format"),
                    format!("the format `{format}` does not belong to a number"),
                )
                .help("remove it in the overlay"),
            );
        }
        kind
    }
}

impl Shape {
    pub(crate) fn new(kind: Kind, at: &Pointer) -> Self {
        Self { kind, notes: Notes::default(), at: at.clone() }
    }
}

fn all_of(mut members: Vec<Shape>, own: Kind, at: &Pointer) -> Kind {
    if members.is_empty() {
        return own;
    }
    // `{allOf: […], required: […]}` is one more member; a bare `type: object` says nothing new.
    let says_nothing = match &own {
        Kind::Any => true,
        Kind::Object(object) => {
            object.fields.is_empty() && object.required.is_empty() && object.rest.is_none()
        }
        _ => false,
    };
    if !says_nothing {
        members.push(Shape::new(own, at));
    }
    Kind::AllOf(members)
}

fn component_name(target: &str) -> String {
    Pointer::from(target).tokens().last().unwrap_or_else(|| target.to_owned())
}

/// Folds every kind that openapiv3 reads a schema as into the one that has all keywords. Most schemas of a
/// real document fit none of its typed kinds (103 of Dintero's 164 in 2024), so this is the main road.
fn keywords(kind: SchemaKind) -> AnySchema {
    match kind {
        SchemaKind::Any(any) => any,
        SchemaKind::Type(typed) => typed_keywords(typed),
        SchemaKind::OneOf { one_of } => AnySchema { one_of, ..AnySchema::default() },
        SchemaKind::AllOf { all_of } => AnySchema { all_of, ..AnySchema::default() },
        SchemaKind::AnyOf { any_of } => AnySchema { any_of, ..AnySchema::default() },
        SchemaKind::Not { not } => AnySchema { not: Some(not), ..AnySchema::default() },
    }
}

fn typed_keywords(typed: Type) -> AnySchema {
    let mut any = AnySchema::default();
    match typed {
        Type::String(StringType { format, pattern, enumeration, min_length, max_length }) => {
            any.typ = Some("string".into());
            any.format = format_text(format);
            any.pattern = pattern;
            any.enumeration = values(enumeration);
            any.min_length = min_length;
            any.max_length = max_length;
        }
        Type::Number(number) => {
            any.typ = Some("number".into());
            any.format = format_text(number.format);
            any.multiple_of = number.multiple_of;
            any.exclusive_minimum = Some(number.exclusive_minimum);
            any.exclusive_maximum = Some(number.exclusive_maximum);
            any.minimum = number.minimum;
            any.maximum = number.maximum;
            any.enumeration = values(number.enumeration);
        }
        Type::Integer(integer) => {
            any.typ = Some("integer".into());
            any.format = format_text(integer.format);
            any.multiple_of = integer.multiple_of.map(|value| value as f64);
            any.exclusive_minimum = Some(integer.exclusive_minimum);
            any.exclusive_maximum = Some(integer.exclusive_maximum);
            any.minimum = integer.minimum.map(|value| value as f64);
            any.maximum = integer.maximum.map(|value| value as f64);
            any.enumeration = values(integer.enumeration);
        }
        Type::Object(object) => {
            any.typ = Some("object".into());
            any.properties = object.properties;
            any.required = object.required;
            any.additional_properties = object.additional_properties;
            any.min_properties = object.min_properties;
            any.max_properties = object.max_properties;
        }
        Type::Array(ArrayType { items, min_items, max_items, unique_items }) => {
            any.typ = Some("array".into());
            any.items = items;
            any.min_items = min_items;
            any.max_items = max_items;
            any.unique_items = Some(unique_items);
        }
        Type::Boolean(BooleanType { enumeration }) => {
            any.typ = Some("boolean".into());
            any.enumeration = values(enumeration);
        }
    }
    any
}

fn values<T: Into<Value>>(enumeration: Vec<Option<T>>) -> Vec<Value> {
    enumeration.into_iter().map(|value| value.map_or(Value::Null, Into::into)).collect()
}

/// openapiv3 knows some formats as variants; all are text again here, one table decides (`types::text`).
fn format_text<T: serde::Serialize>(format: VariantOrUnknownOrEmpty<T>) -> Option<String> {
    match format {
        VariantOrUnknownOrEmpty::Empty => None,
        VariantOrUnknownOrEmpty::Unknown(format) => Some(format),
        VariantOrUnknownOrEmpty::Item(format) => {
            serde_json::to_value(format).ok()?.as_str().map(str::to_owned)
        }
    }
}

fn limits(keywords: &AnySchema) -> Limits {
    Limits {
        minimum: keywords.minimum,
        maximum: keywords.maximum,
        exclusive_minimum: keywords.exclusive_minimum.unwrap_or_default(),
        exclusive_maximum: keywords.exclusive_maximum.unwrap_or_default(),
        multiple_of: keywords.multiple_of,
        min_length: keywords.min_length,
        max_length: keywords.max_length,
        pattern: keywords.pattern.clone(),
        min_items: keywords.min_items,
        max_items: keywords.max_items,
        unique_items: keywords.unique_items.unwrap_or_default(),
        min_properties: keywords.min_properties,
        max_properties: keywords.max_properties,
        values: Vec::new(),
    }
}
