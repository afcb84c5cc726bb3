//! The third stage: the types and operations of the API, resolved and merged, independent of the document's syntax and
//! of Rust tokens. [`types`] and [`operations`] build the model, and [`name`] assigns the names that depend on the
//! whole model. [`reach`] and [`target`] add facts that follow from how types refer to each other, and [`tolerance`]
//! checks the marks that say which properties may be unreadable.
//!
//! Each item stores its Rust name. Members, parameters and operations get their names when they are built; types
//! get theirs when [`name`] turns the [`Draft`] into a [`Model`].

mod calls;
mod components;
pub(crate) mod ident;
pub(crate) mod name;
pub(crate) mod operations;
pub(crate) mod reach;
mod scalars;
mod tags;
pub(crate) mod target;
pub(crate) mod tolerance;
pub(crate) mod types;
mod union;
mod untagged;
pub(crate) mod value;

use std::collections::BTreeSet;

use indexmap::{IndexMap, IndexSet};
use serde_json::Value;

use crate::extensions::{Decides, Derive};
use crate::pointer::Pointer;
use crate::schema::shape::Limits;

pub(crate) use crate::model::calls::{
    Body, BodyContent, ErrorResponse, Fields, Group, Header, Location, Operation, Parameter,
    Payload, Scheme, Separator, Statuses, Style, SuccessResponse,
};
pub(crate) use crate::model::value::ValueType;

/// A model whose types have no names yet.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    pub(crate) types: Vec<TypeDef<Hint>>,
    /// Components that only give a type another name.
    pub(crate) aliases: Vec<Alias>,
    pub(crate) groups: Vec<Group>,
}

/// The complete model.
#[derive(Debug)]
pub(crate) struct Model {
    pub(crate) types: Vec<TypeDef>,
    /// Types in the order of the document, each followed by its inline types.
    pub(crate) order: Vec<TypeId>,
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
    /// An element of a list, or a value of a map, that may be null.
    Nullable(Box<Type>),
    /// Breaks a cycle.
    Boxed(Box<Type>),
    Named(TypeId),
}

/// A type of the document; `N` is its name or, until names are assigned, a hint about the name.
#[derive(Debug)]
pub(crate) struct TypeDef<N = TypeName> {
    pub(crate) name: N,
    pub(crate) def: Def,
    pub(crate) docs: Docs,
    pub(crate) deprecated: bool,
    pub(crate) at: Pointer,
    pub(crate) direction: Direction,
    pub(crate) derive: Option<Derive>,
}

/// The information in the document and the overlay from which a type is named.
#[derive(Debug, Default)]
pub(crate) struct Hint {
    /// The component's name, or the name given by the overlay.
    pub(crate) certain: Option<String>,
    /// Whether the schema is listed under `components`; an inline type is in the module of its owner.
    pub(crate) component: bool,
    pub(crate) module: Option<String>,
}

/// The name of a type.
#[derive(Debug)]
pub(crate) struct TypeName {
    pub(crate) ident: String,
    pub(crate) module: String,
    /// The owner of an inline type.
    pub(crate) owner: Option<Owner>,
}

/// The owner of an inline type, and the role of the type in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Owner {
    /// The name of the owning type, or of the operation's request builder.
    pub(crate) name: String,
    pub(crate) role: Role,
}

/// The role of an inline type in its owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Role {
    /// The value of the field, parameter or variant with this name.
    Member(String),
    /// An element of the list in the field or parameter with this name.
    Element(String),
    /// The type of an alias, or of its elements if the alias is a list or map.
    Item,
    Request,
    /// The body of a success response, with its status if another response has a body of another type.
    Response(Option<String>),
    /// The body of an error response, with its status if another error response has a body of another type.
    Error(Option<String>),
    /// The query of a callback.
    Query,
}

/// The types that the derives fill, and the types that need extra code for the derives.
#[derive(Debug, Default)]
pub(crate) struct Targets {
    /// The type that each derive builds, in the order of [`Derive::ALL`]; empty if the document has no such types.
    pub(crate) roots: Vec<(Derive, TypeId)>,
    /// The structs that are filled field by field, roots first.
    pub(crate) structs: IndexSet<TypeId>,
    /// The types that need a blank value to start from: targets, and the types of their required fields.
    pub(crate) blank: IndexSet<TypeId>,
    /// The enums in fields of a target, which are parsed from a merchant's strings.
    pub(crate) enums: IndexSet<TypeId>,
}

/// The definition of a type.
#[derive(Debug)]
pub(crate) enum Def {
    Struct(Struct),
    Enum(Enum),
    Union(Union),
    Untagged(Untagged),
}

/// The values of an open enum, each with the name of its variant.
#[derive(Debug, Default)]
pub(crate) struct Enum {
    pub(crate) values: IndexMap<String, String>,
}

#[derive(Debug, Default)]
pub(crate) struct Struct {
    /// Whether the struct contains the query parameters of a callback, so that it can be parsed from a query.
    pub(crate) query: bool,
    /// The discriminator properties that make the struct a variant of a union, each with its value. They are
    /// serialized, but are not fields.
    pub(crate) constants: Vec<(String, String)>,
    pub(crate) fields: Vec<Field>,
}

#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) name: String,
    /// The name in JSON.
    pub(crate) wire: String,
    pub(crate) ty: Type,
    pub(crate) presence: Presence,
    pub(crate) read_only: bool,
    /// Required in requests but not in responses. Unless the field may be null, the constructor takes it, but the field
    /// is optional.
    pub(crate) write_only: bool,
    pub(crate) redact: bool,
    /// Whether the field is only descriptive, so that a response can be read without it.
    pub(crate) lenient: bool,
    /// Whether the field is a required string that is read as an empty string if a response lacks it.
    pub(crate) may_be_empty: bool,
    pub(crate) decides: Decides,
    /// The only value that the document allows, which the constructor sets.
    pub(crate) preset: Option<String>,
    pub(crate) deprecated: bool,
    pub(crate) docs: Docs,
    pub(crate) at: Pointer,
}

/// Whether a field is present in the JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Presence {
    Required,
    /// Absent when `None`.
    Optional,
    /// Always present, and `null` when `None`.
    Nullable,
    /// Not a property of the document: a map of all properties without a field.
    Others,
}

/// A union whose variants are distinguished by a tag.
#[derive(Debug)]
pub(crate) struct Union {
    pub(crate) tag: String,
    pub(crate) variants: Vec<Variant>,
}

#[derive(Debug)]
pub(crate) struct Variant {
    pub(crate) name: String,
    /// The value of the tag.
    pub(crate) value: String,
    pub(crate) ty: Type,
}

/// A union without a tag, whose variants are distinguished by their JSON.
#[derive(Debug)]
pub(crate) struct Untagged {
    pub(crate) variants: Vec<UntaggedVariant>,
}

#[derive(Debug)]
pub(crate) struct UntaggedVariant {
    pub(crate) name: String,
    pub(crate) sign: Sign,
    pub(crate) ty: Type,
}

/// The sign that distinguishes the JSON of one alternative from the JSON of all other alternatives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Sign {
    Text,
    Number,
    Boolean,
    List,
    Object,
    /// An object with this property, which no other alternative requires.
    With(String),
}

#[derive(Debug)]
pub(crate) struct Alias {
    pub(crate) name: String,
    pub(crate) module: String,
    pub(crate) ty: Type,
    pub(crate) docs: Docs,
    pub(crate) at: Pointer,
}

/// Facts about a type that depend on operations and on other types: whether it is sent, and whether it contains
/// read-only fields at any depth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Direction {
    /// Whether merchants build values of the type, so that it gets a constructor and setters.
    pub(crate) sent: bool,
    /// Whether the type contains a read-only field, at any depth.
    pub(crate) read_only_inside: bool,
}

/// The documentation of a type, field or parameter.
#[derive(Debug, Clone, Default)]
pub(crate) struct Docs {
    pub(crate) description: Option<String>,
    pub(crate) default: Option<Value>,
    pub(crate) example: Option<Value>,
    pub(crate) limits: Limits,
}

impl Type {
    /// Returns the number of lists, maps, options and boxes around the inner type.
    pub(crate) fn depth(&self) -> usize {
        match self {
            Self::Value(_) | Self::Named(_) => 0,
            Self::List(inner) | Self::Map(inner) | Self::Nullable(inner) | Self::Boxed(inner) => {
                1 + inner.depth()
            }
        }
    }

    /// Returns the named type inside, if there is one.
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

impl Model {
    pub(crate) fn get(&self, id: TypeId) -> &TypeDef {
        &self.types[id.0]
    }

    /// Returns the name of a type.
    pub(crate) fn name(&self, id: TypeId) -> &str {
        &self.get(id).name.ident
    }

    /// Returns the modules of types and of calls.
    pub(crate) fn modules(&self) -> BTreeSet<&str> {
        let types = self.order.iter().map(|id| &self.get(*id).name.module);
        let aliases = self.aliases.iter().map(|alias| &alias.module);
        let groups = self.groups.iter().map(|group| &group.accessor);
        types.chain(aliases).chain(groups).map(String::as_str).collect()
    }

    pub(crate) fn operations(&self) -> impl Iterator<Item = &Operation> {
        self.groups.iter().flat_map(|group| &group.operations)
    }

    /// Returns the ids of all types in a stable order.
    pub(crate) fn ids(&self) -> impl Iterator<Item = TypeId> + use<> {
        (0..self.types.len()).map(TypeId)
    }
}

impl Field {
    /// Returns whether a response must contain the field. A response without a write-only property is valid, even if a
    /// request must contain the property.
    pub(crate) fn is_required_in_responses(&self) -> bool {
        !self.write_only && matches!(self.presence, Presence::Required | Presence::Nullable)
    }

    /// Returns whether a constructor takes the field as an argument.
    pub(crate) fn is_asked_for(&self) -> bool {
        match self.presence {
            Presence::Required => self.preset.is_none(),
            Presence::Optional => self.write_only,
            // Without an argument, `null` is sent.
            Presence::Nullable | Presence::Others => false,
        }
    }
}

impl<N> TypeDef<N> {
    pub(crate) fn as_struct(&self) -> Option<&Struct> {
        match &self.def {
            Def::Struct(object) => Some(object),
            Def::Enum(_) | Def::Union(_) | Def::Untagged(_) => None,
        }
    }

    pub(crate) fn as_enum(&self) -> Option<&Enum> {
        match &self.def {
            Def::Enum(values) => Some(values),
            Def::Struct(_) | Def::Union(_) | Def::Untagged(_) => None,
        }
    }

    /// Returns the types of the fields or variants.
    pub(crate) fn parts(&self) -> Vec<&Type> {
        match &self.def {
            Def::Struct(object) => object.fields.iter().map(|field| &field.ty).collect(),
            Def::Union(union) => union.variants.iter().map(|variant| &variant.ty).collect(),
            Def::Untagged(untagged) => {
                untagged.variants.iter().map(|variant| &variant.ty).collect()
            }
            Def::Enum(_) => Vec::new(),
        }
    }
}
