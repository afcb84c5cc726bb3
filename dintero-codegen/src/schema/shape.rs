//! The shape of a value, as its schema describes it. A [`Shape`] keeps references and the members of `allOf`;
//! [`crate::schema::merge`] resolves them.

use indexmap::{IndexMap, IndexSet};
use serde_json::Value;

use crate::extensions::Extensions;
use crate::pointer::Pointer;

/// A schema, ready to be merged.
#[derive(Debug, Clone)]
pub(crate) struct Shape {
    pub(crate) kind: Kind,
    pub(crate) notes: Notes,
    /// The discriminator beside an object, `allOf` or `oneOf`.
    pub(crate) tag: Option<Tag>,
    pub(crate) at: Pointer,
}

/// The kinds of values that a schema can describe.
#[derive(Debug, Clone)]
pub(crate) enum Kind {
    /// The schema does not restrict the value.
    Any,
    /// A component, by name.
    Ref(String),
    AllOf(Vec<Shape>),
    /// `oneOf` and `anyOf`, which mean the same when a JSON value is read: one of these alternatives.
    OneOf(Vec<Alternative>),
    Object(Object),
    Array(Box<Shape>),
    Text(Option<String>),
    Enum(IndexSet<String>),
    Integer,
    Number,
    Boolean,
}

/// One of several shapes that a value may have.
#[derive(Debug, Clone)]
pub(crate) struct Alternative {
    pub(crate) shape: Shape,
    /// The component that the alternative referred to before another shape was merged into it. The discriminator's
    /// mapping uses this name.
    pub(crate) origin: Option<String>,
}

/// An object with its properties.
#[derive(Debug, Clone, Default)]
pub(crate) struct Object {
    pub(crate) fields: IndexMap<String, Shape>,
    pub(crate) required: IndexSet<String>,
    pub(crate) rest: Rest,
}

/// `additionalProperties`: the values that an object may contain besides its properties.
#[derive(Debug, Clone, Default)]
pub(crate) enum Rest {
    /// The document does not specify `additionalProperties`.
    #[default]
    Unsaid,
    Forbidden,
    /// An explicit `additionalProperties: true`.
    Anything(Pointer),
    Of(Box<Shape>),
}

/// A discriminator.
#[derive(Debug, Clone)]
pub(crate) struct Tag {
    pub(crate) property: String,
    /// Component names by the value of the tag.
    pub(crate) mapping: IndexMap<String, String>,
}

/// Everything that a schema declares apart from the kind of its values.
#[derive(Debug, Clone, Default)]
pub(crate) struct Notes {
    pub(crate) description: Option<String>,
    pub(crate) default: Option<Value>,
    pub(crate) example: Option<Value>,
    pub(crate) nullable: bool,
    pub(crate) read_only: bool,
    pub(crate) write_only: bool,
    pub(crate) deprecated: bool,
    pub(crate) limits: Limits,
    /// `x-discriminator-value`
    pub(crate) tag_value: Option<String>,
    pub(crate) extensions: Extensions,
}

/// The limits of a value. They appear only in the documentation: the server enforces them, and a response must be
/// readable even if a value exceeds its limits.
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
    /// The values of an enum, if not all of them are strings.
    pub(crate) values: Vec<Value>,
}

impl Shape {
    pub(crate) fn new(kind: Kind, at: &Pointer) -> Self {
        Self { kind, notes: Notes::default(), tag: None, at: at.clone() }
    }

    /// Returns the schema's discriminator, which may be in an inline member of its `allOf`. The discriminator of a
    /// component that the schema refers to is ignored.
    pub(crate) fn discriminator(&self) -> Option<&Tag> {
        let inside = || match &self.kind {
            Kind::AllOf(members) => members.iter().find_map(Self::discriminator),
            _ => None,
        };
        self.tag.as_ref().or_else(inside)
    }

    /// Returns the schema's alternatives, which may be in an inline member of its `allOf`.
    pub(crate) fn alternatives(&self) -> Option<&[Alternative]> {
        match &self.kind {
            Kind::OneOf(alternatives) => Some(alternatives),
            Kind::AllOf(members) => members.iter().find_map(Self::alternatives),
            _ => None,
        }
    }

    /// Returns the shapes directly inside this shape.
    pub(crate) fn parts(&self) -> Vec<&Self> {
        match &self.kind {
            Kind::AllOf(members) => members.iter().collect(),
            Kind::OneOf(alternatives) => alternatives.iter().map(|one| &one.shape).collect(),
            Kind::Array(items) => vec![items],
            Kind::Object(object) => {
                let rest = match &object.rest {
                    Rest::Of(rest) => Some(&**rest),
                    Rest::Unsaid | Rest::Forbidden | Rest::Anything(_) => None,
                };
                object.fields.values().chain(rest).collect()
            }
            Kind::Any
            | Kind::Ref(_)
            | Kind::Text(_)
            | Kind::Enum(_)
            | Kind::Integer
            | Kind::Number
            | Kind::Boolean => Vec::new(),
        }
    }
}

impl Object {
    /// Returns whether the schema declares neither properties nor required names, and does not explicitly allow
    /// additional properties.
    pub(crate) fn says_nothing(&self) -> bool {
        self.fields.is_empty()
            && self.required.is_empty()
            && matches!(self.rest, Rest::Unsaid | Rest::Forbidden)
    }
}

impl Rest {
    /// Returns the declaration that takes precedence: a schema before `true`, and `true` before `false`.
    pub(crate) fn stronger(self, other: Self) -> Self {
        let rank = |rest: &Self| match rest {
            Self::Unsaid => 0,
            Self::Forbidden => 1,
            Self::Anything(_) => 2,
            Self::Of(_) => 3,
        };
        if rank(&other) > rank(&self) { other } else { self }
    }
}

impl Kind {
    /// Describes a value of this kind, for messages.
    pub(crate) fn described(&self) -> String {
        match self {
            Self::Any => "any value".to_owned(),
            Self::Ref(name) => format!("a `{name}`"),
            Self::AllOf(_) => "a merged value".to_owned(),
            Self::OneOf(_) => "one of several values".to_owned(),
            Self::Object(_) => "an object".to_owned(),
            Self::Array(_) => "a list".to_owned(),
            Self::Text(None) => "a string".to_owned(),
            Self::Text(Some(format)) => format!("a string in the format `{format}`"),
            Self::Enum(values) => {
                let values: Vec<&str> = values.iter().take(3).map(String::as_str).collect();
                format!("one of the strings `{}`", values.join("`, `"))
            }
            Self::Integer => "an integer".to_owned(),
            Self::Number => "a number".to_owned(),
            Self::Boolean => "a boolean".to_owned(),
        }
    }
}
