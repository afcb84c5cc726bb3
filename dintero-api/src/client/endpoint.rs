//! Constants with which the generated code describes an operation.

use http::Method;

/// One operation of the API document.
#[doc(hidden)]
#[derive(Debug)]
pub struct Endpoint {
    /// Group and method, such as `sessions.get`; for errors.
    pub name: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// Base URL from the document, with its path: `https://checkout.dintero.com/v1`.
    pub server: &'static str,
    /// Path below the server, with `{name}` for parameters.
    pub path: &'static str,
    /// Authentication schemes, any of which is sufficient. Empty if the operation needs no authentication.
    pub schemes: &'static [Scheme],
    /// Headers in the document that the client fills from its configuration, unless the call sets them.
    pub client_headers: &'static [&'static str],
    /// Whether the same request may safely arrive twice.
    pub repeatable: bool,
    /// Whether the exchange carries a credential, so that its bodies are hidden from observers.
    pub confidential: bool,
    /// Whether Dintero offers the operation only under the first base URL of the payments API.
    pub v1_only: bool,
}

impl Endpoint {
    pub(super) fn operation(&self) -> Operation {
        Operation { name: self.name, repeatable: self.repeatable }
    }
}

/// The properties of an operation that errors and retries need.
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
    /// Client id and client secret; for the token itself.
    Basic,
}
