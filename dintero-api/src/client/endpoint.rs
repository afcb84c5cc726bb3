//! The constants that describe an operation in the generated code.

use http::Method;

use super::pairs::Pairs;

/// One operation of the API document.
#[doc(hidden)]
#[derive(Debug)]
pub struct Endpoint {
    /// The group and method, such as `sessions.get`, as errors show them.
    pub name: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// The base URL from the document, with its path: `https://checkout.dintero.com/v1`.
    pub server: &'static str,
    /// The path below the server, with `{name}` placeholders for parameters.
    pub path: &'static str,
    /// The authentication schemes, any of which is sufficient. Empty if the operation needs no authentication.
    pub schemes: &'static [Scheme],
    /// The headers in the document that the client fills in from its configuration, unless the call sets them.
    pub client_headers: &'static [&'static str],
    /// Whether the same request may safely arrive twice.
    pub repeatable: bool,
    /// Whether the exchange carries a credential; if so, both bodies are hidden from observers.
    pub confidential: bool,
    /// Whether Dintero offers the operation only in [`PaymentsApi::V1`](super::PaymentsApi::V1).
    pub v1_only: bool,
    /// Which query parameters require or exclude each other. A request that violates such a rule is not sent.
    pub query_rules: &'static [QueryRule],
}

/// A rule about two optional parameters of a query, with their names in the request.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub enum QueryRule {
    /// The parameter `name` is only sent together with `other`.
    With { name: &'static str, other: &'static str },
    /// The parameter `name` is not sent together with `other`.
    Without { name: &'static str, other: &'static str },
}

impl QueryRule {
    /// Returns an error message if a query violates the rule.
    pub(super) fn violation(self, query: &Pairs) -> Option<String> {
        match self {
            Self::With { name, other } if query.has(name) && !query.has(other) => {
                Some(format!("`{name}` can only be sent together with `{other}`, which is missing"))
            }
            Self::Without { name, other } if query.has(name) && query.has(other) => Some(format!(
                "`{name}` cannot be sent together with `{other}`: set only one of them"
            )),
            Self::With { .. } | Self::Without { .. } => None,
        }
    }
}

impl Endpoint {
    pub(super) fn operation(&self) -> Operation {
        Operation { name: self.name, repeatable: self.repeatable }
    }
}

/// What error messages and retries need to know about an operation.
#[derive(Debug, Clone, Copy)]
pub(super) struct Operation {
    pub(super) name: &'static str,
    pub(super) repeatable: bool,
}

/// An authentication scheme.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// `x-api-key`.
    ApiKey,
    /// An access token.
    Bearer,
    /// Client id and client secret, used only to request the access token.
    Basic,
}
