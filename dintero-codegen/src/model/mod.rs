//! The third stage: types and operations as Dintero means them, closed, merged and without references to the document's
//! syntax or to tokens. [`types`] and [`operations`] build them, [`reach`] and [`target`] add what follows from how they
//! hang together, and [`name`] chooses the Rust names.

pub(crate) mod name;
pub(crate) mod operations;
pub(crate) mod reach;
pub(crate) mod target;
pub(crate) mod types;
mod union;
mod values;

use indexmap::{IndexMap, IndexSet};
use serde_json::Value;

use crate::extensions::Derive;
use crate::pointer::Pointer;
use crate::schema::shape::Limits;

/// The whole model.
#[derive(Debug, Default)]
pub(crate) struct Model {
    pub(crate) types: Vec<TypeDef>,
    /// The components that are another type under a name of their own.
    pub(crate) aliases: Vec<Alias>,
    pub(crate) groups: Vec<Group>,
    pub(crate) targets: Targets,
}

/// An index into [`Model::types`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct TypeId(pub(crate) usize);

/// The type of a value.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Type {
    Value(ValueType),
    List(Box<Type>),
    Map(Box<Type>),
    /// A value of a list or a map that may be null.
    Nullable(Box<Type>),
    /// Breaks a cycle.
    Boxed(Box<Type>),
    Named(TypeId),
}

/// The value types of the runtime, and Rust's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum ValueType {
    Boolean,
    Integer,
    Float,
    Text,
    Json,
    Country,
    Currency,
    Date,
    Decimal,
    MinorUnits,
    Percent,
    Quantity,
    Secret,
    StringOrNumber,
    Timestamp,
}

/// A type of the document.
#[derive(Debug)]
pub(crate) struct TypeDef {
    pub(crate) def: Def,
    /// The component's name, or the one the overlay gives.
    pub(crate) certain_name: Option<String>,
    /// Whether it stands under `components`; what is inline lives where its owner lives.
    pub(crate) component: bool,
    pub(crate) module: Option<String>,
    pub(crate) docs: Docs,
    pub(crate) deprecated: bool,
    pub(crate) at: Pointer,
    pub(crate) direction: Direction,
    pub(crate) derive: Option<Derive>,
}

/// What the derives fill, and what generated code owes them for it.
#[derive(Debug, Default)]
pub(crate) struct Targets {
    /// The type that each derive makes, in the order of [`Derive::ALL`]; empty if the document has none.
    pub(crate) roots: Vec<(Derive, TypeId)>,
    /// The structs that are filled field by field, roots first.
    pub(crate) structs: IndexSet<TypeId>,
    /// The types that need a value with nothing set: targets, and what they cannot do without.
    pub(crate) blank: IndexSet<TypeId>,
    /// The enums that a field of a target holds, which are made of a merchant's text.
    pub(crate) enums: IndexSet<TypeId>,
}

/// What a type is.
#[derive(Debug)]
pub(crate) enum Def {
    Struct(Struct),
    Enum(IndexSet<String>),
    Union(Union),
}

#[derive(Debug, Default)]
pub(crate) struct Struct {
    /// Made of the parameters of a callback: it is read from a query as well.
    pub(crate) query: bool,
    /// Tags of the bases that this is a variant of: written, but no fields.
    pub(crate) constants: Vec<(String, String)>,
    pub(crate) fields: Vec<Field>,
}

#[derive(Debug)]
pub(crate) struct Field {
    /// The name in JSON.
    pub(crate) wire: String,
    /// The overlay's name.
    pub(crate) rust_name: Option<String>,
    pub(crate) ty: Type,
    pub(crate) presence: Presence,
    pub(crate) read_only: bool,
    /// Required in what is sent, and not in what is received: asked for by the constructor, and then optional.
    pub(crate) write_only: bool,
    pub(crate) redact: bool,
    /// The only value that the document allows: set by the constructor.
    pub(crate) preset: Option<String>,
    pub(crate) deprecated: bool,
    pub(crate) docs: Docs,
}

/// Whether a field is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Presence {
    Required,
    /// Left out when `None`.
    Optional,
    /// Always there, `null` when `None`.
    Nullable,
}

/// A base with its variants, told apart by the tag.
#[derive(Debug)]
pub(crate) struct Union {
    pub(crate) tag: String,
    pub(crate) variants: Vec<Variant>,
}

#[derive(Debug)]
pub(crate) struct Variant {
    /// The value of the tag.
    pub(crate) value: String,
    pub(crate) ty: TypeId,
    /// Whether the type is no component: the union holds it, and it is named by the value.
    pub(crate) owned: bool,
}

#[derive(Debug)]
pub(crate) struct Alias {
    pub(crate) name: String,
    pub(crate) ty: Type,
    pub(crate) module: Option<String>,
    pub(crate) docs: Docs,
    pub(crate) at: Pointer,
}

/// Which way values of a type travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Direction {
    /// A merchant makes it: it gets a constructor and setters.
    pub(crate) sent: bool,
    /// It holds a read-only field, at any depth.
    pub(crate) read_only_inside: bool,
}

/// What the documentation says.
#[derive(Debug, Clone, Default)]
pub(crate) struct Docs {
    pub(crate) description: Option<String>,
    pub(crate) default: Option<Value>,
    pub(crate) example: Option<Value>,
    pub(crate) limits: Limits,
}

/// Operations that belong together: `client.sessions()`.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) name: String,
    pub(crate) docs: Option<String>,
    pub(crate) operations: Vec<Operation>,
}

#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) name: String,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) server: String,
    pub(crate) schemes: Vec<Scheme>,
    pub(crate) scopes: Vec<String>,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) body: Option<Body>,
    /// The parameters of a callback, which Dintero sends and the merchant reads.
    pub(crate) query: Option<TypeId>,
    pub(crate) answers: Vec<Answer>,
    pub(crate) errors: Vec<ErrorAnswer>,
    /// The overlay's name for the type of several answers.
    pub(crate) answer_name: Option<String>,
    pub(crate) repeatable: bool,
    /// Dintero calls it on the merchant: types, but no call.
    pub(crate) callback: bool,
    pub(crate) deprecated: bool,
    pub(crate) summary: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) at: Pointer,
}

/// How a request is authenticated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scheme {
    ApiKey,
    Bearer,
    Basic,
}

#[derive(Debug, Clone)]
pub(crate) struct Parameter {
    pub(crate) wire: String,
    pub(crate) rust_name: Option<String>,
    pub(crate) location: Location,
    pub(crate) ty: Type,
    pub(crate) style: Style,
    pub(crate) required: bool,
    pub(crate) from_client: bool,
    pub(crate) deprecated: bool,
    pub(crate) docs: Docs,
    pub(crate) at: Pointer,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Location {
    Path,
    Query,
    Header,
}

/// How a parameter is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    One,
    /// `a=1&a=2`
    Each,
    /// `a=1,2`
    Joined,
}

#[derive(Debug)]
pub(crate) struct Body {
    pub(crate) ty: Type,
    pub(crate) required: bool,
}

/// A success answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// The overlay's name, a variant.
    pub(crate) rust_name: Option<String>,
    pub(crate) description: String,
    pub(crate) payload: Payload,
    /// Declared headers and their descriptions.
    pub(crate) headers: IndexMap<String, Header>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) ty: Type,
    pub(crate) description: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Payload {
    Empty,
    Json(Type),
    Bytes,
}

/// An error answer; `status` is `None` for `default`.
#[derive(Debug)]
pub(crate) struct ErrorAnswer {
    pub(crate) status: Option<String>,
    pub(crate) description: String,
    pub(crate) ty: Option<Type>,
}

impl Type {
    /// The named type inside, if there is one.
    pub(crate) fn named(&self) -> Option<TypeId> {
        match self {
            Self::Value(_) => None,
            Self::List(inner) | Self::Map(inner) | Self::Nullable(inner) | Self::Boxed(inner) => {
                inner.named()
            }
            Self::Named(id) => Some(*id),
        }
    }
}

impl ValueType {
    const ALL: [Self; 15] = [
        Self::Boolean,
        Self::Integer,
        Self::Float,
        Self::Text,
        Self::Json,
        Self::Country,
        Self::Currency,
        Self::Date,
        Self::Decimal,
        Self::MinorUnits,
        Self::Percent,
        Self::Quantity,
        Self::Secret,
        Self::StringOrNumber,
        Self::Timestamp,
    ];

    /// The name in Rust.
    pub(crate) fn rust_name(self) -> &'static str {
        match self {
            Self::Boolean => "bool",
            Self::Integer => "i64",
            Self::Float => "f64",
            Self::Text => "String",
            Self::Json => "Value",
            Self::Country => "Country",
            Self::Currency => "Currency",
            Self::Date => "Date",
            Self::Decimal => "Decimal",
            Self::MinorUnits => "MinorUnits",
            Self::Percent => "Percent",
            Self::Quantity => "Quantity",
            Self::Secret => "Secret",
            Self::StringOrNumber => "StringOrNumber",
            Self::Timestamp => "Timestamp",
        }
    }

    /// The value type of an `x-rust-type`.
    pub(crate) fn from_rust_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|value| value.rust_name() == name)
    }
}

impl Model {
    pub(crate) fn get(&self, id: TypeId) -> &TypeDef {
        &self.types[id.0]
    }

    pub(crate) fn operations(&self) -> impl Iterator<Item = &Operation> {
        self.groups.iter().flat_map(|group| &group.operations)
    }

    /// Type ids in a stable order.
    pub(crate) fn ids(&self) -> impl Iterator<Item = TypeId> + use<> {
        (0..self.types.len()).map(TypeId)
    }
}

impl Operation {
    /// The types of what it takes and of what it answers.
    pub(crate) fn types(&self) -> impl Iterator<Item = &Type> {
        let parameters = self.parameters.iter().map(|parameter| &parameter.ty);
        let body = self.body.iter().map(|body| &body.ty);
        let answers = self.answers.iter().filter_map(|answer| match &answer.payload {
            Payload::Json(ty) => Some(ty),
            Payload::Empty | Payload::Bytes => None,
        });
        let errors = self.errors.iter().filter_map(|error| error.ty.as_ref());
        parameters.chain(body).chain(answers).chain(errors)
    }
}

impl Field {
    /// Whether a constructor must be told it.
    pub(crate) fn is_asked_for(&self) -> bool {
        self.write_only || self.presence == Presence::Required && self.preset.is_none()
    }
}

impl TypeDef {
    pub(crate) fn as_struct(&self) -> Option<&Struct> {
        match &self.def {
            Def::Struct(object) => Some(object),
            Def::Enum(_) | Def::Union(_) => None,
        }
    }

    /// The types of its fields with their names in JSON, and the variants that belong to it alone with their tags.
    pub(crate) fn parts(&self) -> Vec<(&str, Type)> {
        match &self.def {
            Def::Struct(object) => {
                object.fields.iter().map(|field| (field.wire.as_str(), field.ty.clone())).collect()
            }
            Def::Union(union) => {
                let owned = union.variants.iter().filter(|variant| variant.owned);
                owned.map(|variant| (variant.value.as_str(), Type::Named(variant.ty))).collect()
            }
            Def::Enum(_) => Vec::new(),
        }
    }
}
