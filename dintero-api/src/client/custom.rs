//! Requests that the document does not have: any method and path, with the client's credentials, retries and errors.

use std::fmt::{self, Display};

use http::Method;
use serde_core::Serialize;
use serde_core::de::DeserializeOwned;

use super::Client;
use super::call::Call;
use super::credentials;
use super::endpoint::{Endpoint, Operation, Scheme};
use super::error::Error;
use super::own::Own;
use super::request::Request;
use super::response::{Decode, Response};
use crate::BuildError;

/// Where a path without a host goes.
const CHECKOUT: &str = "https://checkout.dintero.com";

static REQUEST: Endpoint = Endpoint {
    name: "request",
    method: Method::GET,
    server: CHECKOUT,
    path: "",
    schemes: &[Scheme::ApiKey, Scheme::Bearer],
    client_headers: &[
        "Dintero-System-Name",
        "Dintero-System-Version",
        "Dintero-System-Plugin-Name",
        "Dintero-System-Plugin-Version",
    ],
    repeatable: false,
    confidential: false,
    v1_only: false,
};

impl Client {
    /// Begins a request that the document does not have, with this client's credentials, retries and errors.
    ///
    /// `target` is a path on `https://checkout.dintero.com`, such as `/v1/sessions`, or a whole URL on one of the
    /// document's hosts or on a base URL that the client was given. Anything else is refused before credentials leave.
    /// The target is sent as it is given, or refused: ids in it must be percent-encoded if they have characters that paths
    /// do not, and `..` segments, backslashes, line breaks, fragments and everything else that a URL parser would change
    /// are an error before anything is sent.
    ///
    /// The method is any but CONNECT, which has no path, and TRACE, which must not carry credentials.
    ///
    /// GET, HEAD and OPTIONS are repeated as [`RetryPolicy`](super::RetryPolicy) says for operations that read;
    /// other methods only if [`repeatable`](CustomRequest::repeatable) says so.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn list(client: &dintero_api::Client) -> Result<(), dintero_api::Error> {
    /// use dintero_api::client::Method;
    /// use dintero_api::serde_json::Value;
    ///
    /// let sessions = client.request(Method::GET, "/v1/sessions").query("limit", 10).send::<Value>().await?;
    /// println!("{} bytes", sessions.raw().len());
    /// # Ok(())
    /// # }
    /// ```
    pub fn request(&self, method: Method, target: impl Into<String>) -> CustomRequest<'_> {
        CustomRequest {
            call: Call::new(self, &REQUEST),
            repeatable: method.is_safe(),
            method,
            target: target.into(),
        }
    }
}

/// A request that [`Client::request`] has begun.
#[must_use = "a request is only made when it is sent"]
pub struct CustomRequest<'c> {
    call: Call<'c>,
    method: Method,
    target: String,
    repeatable: bool,
}

impl CustomRequest<'_> {
    /// Adds a parameter to the query.
    pub fn query(mut self, name: &str, value: impl Display) -> Self {
        self.call.query(name, value);
        self
    }

    /// Sets a header. Those that say who calls (`authorization`, `x-api-key`) and those of the connection (`host`,
    /// `content-length`, `connection`, `upgrade`, `te`, …) are the client's alone, and refused.
    pub fn header(mut self, name: &str, value: impl Display) -> Self {
        if credentials::is_reserved(name) {
            self.call.problems.push(format!("header `{name}` is set by the client alone"));
        } else {
            self.call.header(name, value);
        }
        self
    }

    /// Sets the body.
    pub fn json<T: Serialize + ?Sized>(mut self, body: &T) -> Self {
        self.call = self.call.json(body);
        self
    }

    /// Says whether a second arrival of the same request does no harm, so that it may be repeated when it is not known
    /// whether it arrived.
    pub fn repeatable(mut self, repeatable: bool) -> Self {
        self.repeatable = repeatable;
        self
    }

    /// Sends the request, and reads a response with a status of success as serde does: into a type of your own, or a
    /// `serde_json::Value`. A type without data accepts every body, also an empty one: `send::<()>()`.
    ///
    /// ```no_run
    /// # async fn read(client: &dintero_api::Client) -> Result<(), dintero_api::Error> {
    /// use dintero_api::client::Method;
    ///
    /// #[derive(serde::Deserialize)]
    /// struct ApiKeys {
    ///     keys: Vec<String>,
    /// }
    /// let keys = client.request(Method::GET, "/v1/admin/api-keys").send::<ApiKeys>().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As with every operation; see [`Error`]. They name it `request`, without its path, which may hold ids. If the body
    /// is not what the type needs, the request was carried out all the same: [`Error::Unexpected`] has the response, and
    /// names the location of what does not fit, never the value.
    pub async fn send<T: DeserializeOwned>(self) -> Result<Response<T>, Error> {
        Ok(self.send_as::<Own<T>>().await?.map(|Own(value)| value))
    }

    /// Sends the request, and reads a response with a status of success as the operations of this crate do: into a model,
    /// of which fields that only describe may be unreadable ([`Response::unread`]), into [`Bytes`](super::Bytes), or
    /// into a type that implements [`Decode`].
    ///
    /// # Errors
    ///
    /// As those of [`send`](Self::send).
    pub async fn send_as<T: Decode>(self) -> Result<Response<T>, Error> {
        let client = self.call.client;
        client.carry_out(self.into_request(), &client.inner.retries).await?.read()
    }

    fn into_request(mut self) -> Result<Request, BuildError> {
        if let Some(problem) = problem_of_method(&self.method) {
            self.call.problems.push(problem.to_owned());
        }
        let target = self.call.client.inner.hosts.locate(CHECKOUT, &self.target);
        let target =
            target.map_err(|problem| self.call.problems.push(format!("its URL {problem}")));
        let mut request = self.call.into_request()?;
        if let Ok(mut url) = target {
            let queries = [url.query(), request.url.query()];
            let given = queries.into_iter().flatten().filter(|query| !query.is_empty());
            let queries: Vec<_> = given.map(str::to_owned).collect();
            url.set_query((!queries.is_empty()).then(|| queries.join("&")).as_deref());
            request.url = url;
        }
        request.operation = Operation { name: REQUEST.name, repeatable: self.repeatable };
        request.method = self.method;
        Ok(request)
    }
}

/// Returns why a method cannot be used here.
fn problem_of_method(method: &Method) -> Option<&'static str> {
    match *method {
        Method::CONNECT => Some("CONNECT asks for a tunnel and has no path: use another method"),
        Method::TRACE => {
            Some("TRACE must not carry credentials (RFC 9110, section 9.3.8): use another method")
        }
        _ => None,
    }
}

impl fmt::Debug for CustomRequest<'_> {
    /// Without target, query and body: they hold ids and personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CustomRequest").field("method", &self.method).finish_non_exhaustive()
    }
}
