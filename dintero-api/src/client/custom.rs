//! Requests that the API document does not cover: any method and path, with the client's credentials, retries and
//! errors.

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

/// The host for a target that is only a path.
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
    // The client does not know what the bodies of a custom request contain. They may contain credentials.
    confidential: true,
    v1_only: false,
    query_rules: &[],
};

impl Client {
    /// Starts building a request that the API document does not cover, with this client's credentials, retries and
    /// errors.
    ///
    /// `target` is a path on `https://checkout.dintero.com`, such as `/v1/sessions`, or a whole URL on one of the
    /// document's hosts or on a configured base URL. Any other target is refused before credentials are sent. The
    /// target is sent exactly as given, or refused. In ids, percent-encode the characters that a path does not allow.
    /// `..` segments, backslashes, line breaks, fragments and everything else that a URL parser would change are
    /// errors, and nothing is sent.
    ///
    /// Every method is allowed except CONNECT, which has no path, and TRACE, which must not carry credentials.
    ///
    /// GET, HEAD and OPTIONS requests are retried like operations that only read (see
    /// [`RetryPolicy`](super::RetryPolicy)). Once a request with another method may have arrived, it is retried only if
    /// [`repeatable`](CustomRequest::repeatable) allows it.
    ///
    /// [Observers](super::ClientBuilder::observer) do not receive the bodies of the request and of its response, which
    /// may contain credentials, unless [`observable`](CustomRequest::observable) allows it.
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
            is_observable: false,
            method,
            target: target.into(),
        }
    }
}

/// A request started by [`Client::request`].
///
/// # Examples
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/support/loopback.rs"));
/// use dintero_api::client::Method;
/// use dintero_api::serde_json::{Value, json};
///
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let client = fake_dintero(&[
/// #     ("POST /v1/accounts/T12345678/hooks/subscriptions", 200, r#"{"id": "sub-1"}"#),
/// # ]);
/// // Subscribes to webhooks of the account, which the API document does not cover.
/// let url = format!("https://api.dintero.com/v1/accounts/{}/hooks/subscriptions", client.account_id());
/// // Add the other fields listed in Dintero's webhook documentation.
/// let subscription = json!({"config": {"secret": "a secret of your own"}});
/// let created = client.request(Method::POST, url).json(&subscription).send::<Value>().await?;
/// println!("subscription {}", created["id"]);
/// # Ok(())
/// # }
/// ```
#[must_use = "a request does nothing until it is sent"]
pub struct CustomRequest<'c> {
    call: Call<'c>,
    method: Method,
    target: String,
    repeatable: bool,
    is_observable: bool,
}

impl CustomRequest<'_> {
    /// Adds a query parameter.
    ///
    /// # Examples
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/support/loopback.rs"));
    /// use dintero_api::client::Method;
    /// use dintero_api::serde_json::Value;
    ///
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let client = fake_dintero(&[
    /// #     ("GET /v1/sessions", 200, "[]"),
    /// # ]);
    /// let call = client.request(Method::GET, "/v1/sessions").query("limit", 10).query("search", "order 1001");
    /// let sessions = call.send::<Value>().await?; // GET /v1/sessions?limit=10&search=order+1001
    /// # let _ = sessions;
    /// # Ok(())
    /// # }
    /// ```
    pub fn query(mut self, name: &str, value: impl Display) -> Self {
        self.call.query(name, value);
        self
    }

    /// Sets a header. The value is sent as given, and replaces the value that the client would send: the system headers
    /// from its configuration, and the `content-type` of a body, which is `application/json` by default. Setting the
    /// same header again replaces the earlier value.
    ///
    /// Authentication headers (`authorization`, `x-api-key`), hop-by-hop headers (`connection`, `upgrade`, `te`, …),
    /// `host` and `content-length` are refused, because only the client sets them.
    ///
    /// # Examples
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/support/loopback.rs"));
    /// use dintero_api::client::Method;
    /// use dintero_api::serde_json::Value;
    ///
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let client = fake_dintero(&[
    /// #     ("GET /v1/sessions", 200, "[]"),
    /// # ]);
    /// let call = client.request(Method::GET, "/v1/sessions").header("accept-language", "nb-NO");
    /// call.send::<Value>().await?;
    ///
    /// // The client adds its own credentials.
    /// let call = client.request(Method::GET, "/v1/sessions").header("authorization", "Bearer abc");
    /// let error = call.send::<Value>().await.unwrap_err();
    /// assert!(!error.maybe_sent());
    /// # Ok(())
    /// # }
    /// ```
    pub fn header(mut self, name: &str, value: impl Display) -> Self {
        if credentials::is_reserved(name) {
            self.call.problems.push(format!("header `{name}` can only be set by the client"));
        } else {
            self.call.header(name, value);
        }
        self
    }

    /// Serializes a value as JSON and sets the JSON as the body. The `content-type` is `application/json`, unless
    /// [`header`](Self::header) sets another one, before or after this call.
    ///
    /// # Examples
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/support/loopback.rs"));
    /// use dintero_api::client::Method;
    ///
    /// #[derive(serde::Serialize)]
    /// struct Thing<'a> {
    ///     name: &'a str,
    /// }
    ///
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let client = fake_dintero(&[
    /// #     ("POST /v1/things", 204, ""),
    /// # ]);
    /// let request = client.request(Method::POST, "/v1/things").json(&Thing { name: "lamp" });
    /// request.send::<()>().await?; // the response has no body
    /// # Ok(())
    /// # }
    /// ```
    pub fn json<T: Serialize + ?Sized>(mut self, body: &T) -> Self {
        self.call = self.call.json(body);
        self
    }

    /// Passes the bodies of this request and of its response to the client's [observer](super::ClientBuilder::observer).
    /// By default, the observer does not receive them, because the client does not know whether they contain
    /// credentials, such as API keys or the secret of a webhook.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn read(client: &dintero_api::Client) -> Result<(), dintero_api::Error> {
    /// use dintero_api::client::Method;
    /// use dintero_api::serde_json::Value;
    ///
    /// let request = client.request(Method::GET, "/v1/things/1");
    /// let thing = request.observable().send::<Value>().await?; // a thing contains no credentials
    /// # let _ = thing;
    /// # Ok(())
    /// # }
    /// ```
    pub fn observable(mut self) -> Self {
        self.is_observable = true;
        self
    }

    /// Sets whether the request is idempotent and may therefore safely arrive twice. The client retries an idempotent
    /// request even if an earlier attempt may have arrived.
    ///
    /// # Examples
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/support/loopback.rs"));
    /// use dintero_api::client::Method;
    /// use dintero_api::serde_json::{Value, json};
    ///
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let client = fake_dintero(&[
    /// #     ("PUT /v1/things/1", 503, ""),
    /// #     ("PUT /v1/things/1", 200, "{}"),
    /// # ]);
    /// // Replacing the same resource twice does no harm, so the request is retried after the 503.
    /// let request = client.request(Method::PUT, "/v1/things/1").json(&json!({"name": "lamp"}));
    /// request.repeatable(true).send::<Value>().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn repeatable(mut self, repeatable: bool) -> Self {
        self.repeatable = repeatable;
        self
    }

    /// Sends the request and deserializes a successful response with serde, into a type of your own or a
    /// `serde_json::Value`. A type without data, such as `()`, accepts any body, even an empty one: `send::<()>()`.
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
    /// Returns the same errors as every operation; see [`Error`]. The errors call the operation `request` and omit its
    /// path, which may contain ids. If the response body does not match `T`, the call fails even though Dintero carried
    /// out the request: [`Error::Unexpected`] contains the response, and names the location of the mismatch, never the
    /// value.
    pub async fn send<T: DeserializeOwned>(self) -> Result<Response<T>, Error> {
        Ok(self.send_as::<Own<T>>().await?.map(|Own(value)| value))
    }

    /// Sends the request and decodes a successful response as this crate's operations do: into a model, whose
    /// descriptive fields may be unreadable ([`Response::unread`]), into [`Bytes`](super::Bytes), or into a type that
    /// implements [`Decode`].
    ///
    /// # Errors
    ///
    /// Returns the errors of [`send`](Self::send).
    ///
    /// # Examples
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/support/loopback.rs"));
    /// use dintero_api::client::{Bytes, Method};
    /// use dintero_api::types::Transaction;
    ///
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let client = fake_dintero(&[
    /// #     ("GET /v1/transactions/T12345678.t1", 200, r#"{"amount": 29990, "currency": "NOK", "payment_product": "vipps",
    /// #         "payment_product_type": "vipps", "status": "AUTHORIZED"}"#),
    /// #     ("GET /v1/things/1/logo", 200, "<svg/>"),
    /// # ]);
    /// let call = client.request(Method::GET, "/v1/transactions/T12345678.t1");
    /// let transaction = call.send_as::<Transaction>().await?;
    /// assert_eq!(transaction.amount.get(), 29990);
    ///
    /// let logo = client.request(Method::GET, "/v1/things/1/logo").send_as::<Bytes>().await?;
    /// assert_eq!(*logo, "<svg/>");
    /// # Ok(())
    /// # }
    /// ```
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
        request.is_confidential = !self.is_observable;
        Ok(request)
    }
}

/// Returns why a method is refused, or `None` if it is allowed.
fn problem_of_method(method: &Method) -> Option<&'static str> {
    match *method {
        Method::CONNECT => Some("CONNECT opens a tunnel and has no path: use another method"),
        Method::TRACE => {
            Some("TRACE must not carry credentials (RFC 9110, section 9.3.8): use another method")
        }
        _ => None,
    }
}

impl fmt::Debug for CustomRequest<'_> {
    /// Omits target, query and body, which contain ids and personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CustomRequest").field("method", &self.method).finish_non_exhaustive()
    }
}
