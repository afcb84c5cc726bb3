//! What the generated code says about an operation, as constants.

use http::Method;

/// One operation of the API document.
#[doc(hidden)]
#[derive(Debug)]
pub struct Endpoint {
    /// Group and method, as `sessions.get`; for errors.
    pub name: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// Base URL by the document, with its path: `https://checkout.dintero.com/v1`.
    pub server: &'static str,
    /// Path below the server, with `{name}` for parameters.
    pub path: &'static str,
    /// Ways to say who calls, any of which will do. Empty: nothing is said.
    pub schemes: &'static [Scheme],
    /// Headers of the document that the client's configuration fills, unless the call did.
    pub client_headers: &'static [&'static str],
    /// A second arrival of the same request does no harm.
    pub repeatable: bool,
    /// What is sent and responded is a credential, so observers see none of it.
    pub confidential: bool,
    /// Dintero has it under the first base of the payments API alone.
    pub v1_only: bool,
}

impl Endpoint {
    pub(super) fn operation(&self) -> Operation {
        Operation { name: self.name, repeatable: self.repeatable }
    }
}

/// What errors and retries need to know of an operation.
#[derive(Debug, Clone, Copy)]
pub(super) struct Operation {
    pub(super) name: &'static str,
    pub(super) repeatable: bool,
}

/// A way to say who calls.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// `x-api-key`.
    ApiKey,
    /// The access token.
    Bearer,
    /// Client id and client secret; for the token itself.
    Basic,
}
