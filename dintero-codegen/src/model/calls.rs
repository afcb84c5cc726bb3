//! Groups and operations, with the contents of their requests and responses.

use std::fmt;

use crate::extensions::QueryRule;
use crate::model::{Docs, Type, TypeId};
use crate::pointer::Pointer;

/// The operations of one group, such as `client.sessions()`.
#[derive(Debug)]
pub(crate) struct Group {
    /// `sessions`: the name of the module and of the client's method.
    pub(crate) accessor: String,
    /// `Sessions`: the type that the method returns.
    pub(crate) handle: String,
    pub(crate) docs: Option<String>,
    pub(crate) operations: Vec<Operation>,
}

#[derive(Debug)]
pub(crate) struct Operation {
    /// `create_from_profile`: the method of the group.
    pub(crate) name: String,
    /// `CreateSessionFromProfile`: the name of the request builder; inline types of an operation or callback are named
    /// after it.
    pub(crate) builder: String,
    /// `POST`
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) server: String,
    pub(crate) schemes: Vec<Scheme>,
    pub(crate) scopes: Vec<String>,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) body: Option<Body>,
    /// The type of a callback's query parameters, which Dintero sends and the merchant reads.
    pub(crate) query: Option<TypeId>,
    pub(crate) responses: Vec<SuccessResponse>,
    pub(crate) errors: Vec<ErrorResponse>,
    /// The name of the enum of success responses, if their bodies differ or a success response has headers.
    pub(crate) response_enum: Option<String>,
    pub(crate) repeatable: bool,
    /// Whether the request and response bodies of the operation are hidden from observers of the client.
    pub(crate) confidential: bool,
    /// Whether only version 1 of the payments API has the operation.
    pub(crate) v1_only: bool,
    /// Rust statements that show how to call the operation.
    pub(crate) example: Option<String>,
    /// Whether Dintero sends the request to the merchant. Types are generated for such a request, but no call.
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
    pub(crate) name: String,
    /// The name in the request.
    pub(crate) wire: String,
    pub(crate) location: Location,
    pub(crate) ty: Type,
    pub(crate) style: Style,
    pub(crate) required: bool,
    pub(crate) from_client: bool,
    pub(crate) deprecated: bool,
    /// Which other query parameters this one requires or excludes.
    pub(crate) query_rules: Vec<QueryRule>,
    pub(crate) docs: Docs,
    pub(crate) at: Pointer,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Location {
    Path,
    Query,
    Header,
    Cookie,
    /// A field of a URL-encoded form in the body.
    Form,
    /// A part of a multipart form in the body.
    Part,
}

/// How a parameter is serialized.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Style {
    One,
    /// `a=1&a=2`
    Each,
    /// `a=1,2`
    Joined(Separator),
    /// An object whose fields are single values.
    Fields(Fields),
    /// A value that is serialized as JSON.
    Json,
    /// The bytes of a file, or of several files if the type is a list.
    File {
        media_type: String,
    },
}

/// The separator between the values of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Separator {
    Comma,
    Space,
    Pipe,
}

/// How the fields of an object are serialized.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fields {
    /// `a=1&b=2`
    Separate,
    /// `object[a]=1&object[b]=2`
    Deep,
    /// `a,1,b,2`
    Joined,
    /// `a=1,b=2`
    Assigned,
}

/// A request body that is not a form; the fields of a form are parameters.
#[derive(Debug)]
pub(crate) struct Body {
    pub(crate) content: BodyContent,
    /// The media type, if it is not `application/json`.
    pub(crate) media_type: Option<String>,
    pub(crate) required: bool,
}

#[derive(Debug)]
pub(crate) enum BodyContent {
    Json(Type),
    Bytes,
}

/// A success response.
#[derive(Debug)]
pub(crate) struct SuccessResponse {
    pub(crate) status: Statuses,
    /// The name of the variant in the enum of responses.
    pub(crate) variant: String,
    pub(crate) description: String,
    pub(crate) payload: Payload,
    pub(crate) headers: Vec<Header>,
}

/// The success statuses that a response is declared for. The order is the order in which a status is looked up: an
/// exact status takes precedence over a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Statuses {
    One(u16),
    /// `2XX`: every success status that is not declared on its own.
    Range,
    /// `default`, if no success is declared: every success status.
    Default,
}

impl fmt::Display for Statuses {
    /// Formats the status as the document writes it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::One(status) => write!(f, "{status}"),
            Self::Range => f.write_str("2XX"),
            Self::Default => f.write_str("default"),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) name: String,
    /// The name in the response.
    pub(crate) wire: String,
    pub(crate) ty: Type,
    pub(crate) description: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Payload {
    Empty,
    Json(Type),
    Bytes,
}

/// An error response; `status` is `None` for `default`.
#[derive(Debug)]
pub(crate) struct ErrorResponse {
    pub(crate) status: Option<String>,
    pub(crate) description: String,
    pub(crate) ty: Option<Type>,
}

impl Operation {
    /// Returns the types of the operation's parameters, and of its request and response bodies.
    pub(crate) fn types(&self) -> impl Iterator<Item = &Type> {
        let parameters = self.parameters.iter().map(|parameter| &parameter.ty);
        let body = self.body.iter().filter_map(Body::ty);
        let responses = self.responses.iter().filter_map(|response| match &response.payload {
            Payload::Json(ty) => Some(ty),
            Payload::Empty | Payload::Bytes => None,
        });
        let errors = self.errors.iter().filter_map(|error| error.ty.as_ref());
        parameters.chain(body).chain(responses).chain(errors)
    }
}

impl Body {
    /// Returns the type of a JSON body, or `None` for bytes.
    pub(crate) fn ty(&self) -> Option<&Type> {
        match &self.content {
            BodyContent::Json(ty) => Some(ty),
            BodyContent::Bytes => None,
        }
    }
}
