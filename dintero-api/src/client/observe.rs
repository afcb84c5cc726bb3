//! The hook that shows raw requests and responses, for tests and debugging.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method};

use super::attempt::{Attempt, Failure};
use super::credentials::Authorization;
use super::request::Request;
use super::response::RawResponse;

const REDACTED: &str = "[redacted]";

/// The callback passed to [`ClientBuilder::observer`](super::ClientBuilder::observer).
#[derive(Clone)]
pub(super) struct Observer(Arc<dyn Fn(&Exchange<'_>) + Send + Sync>);

impl Observer {
    pub(super) fn new(observer: impl Fn(&Exchange<'_>) + Send + Sync + 'static) -> Self {
        Self(Arc::new(observer))
    }

    pub(super) fn notify(&self, exchange: &Exchange<'_>) {
        (self.0)(exchange);
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Observer")
    }
}

/// One attempt to send a request, and its result.
///
/// The client's credentials are redacted: the authentication headers, and both bodies of the operations that return an
/// access token or a signature secret. Both bodies of a [custom request](super::Client::request) are redacted too,
/// unless the request is [observable](super::CustomRequest::observable), because they may contain credentials.
///
/// Everything else is exactly as sent and received: the URL, the headers that your code sets, and all other bodies,
/// which contain personal data, tokens of saved cards, and URLs with which anyone can download a report. Use them in
/// tests, and do not log them. `Debug` shows neither bodies nor the URL.
///
/// # Examples
///
/// ```
/// use std::sync::{Arc, Mutex};
///
/// use dintero_api::Client;
///
/// let calls = Arc::new(Mutex::new(Vec::new()));
/// let log = Arc::clone(&calls);
/// let client = Client::builder("T12345678", "client id", "client secret")
///     .observer(move |exchange| log.lock().unwrap().push(exchange.operation()))
/// #     .base_url("http://127.0.0.1:8080")
///     .build()?;
/// // Each attempt adds a name such as `sessions.get`.
/// # let _ = (client, calls);
/// # Ok::<(), dintero_api::BuildError>(())
/// ```
pub struct Exchange<'e> {
    request: &'e Request,
    attempt: u32,
    headers: HeaderMap,
    body: Option<Bytes>,
    response: Result<RawResponse, &'e Failure>,
}

impl<'e> Exchange<'e> {
    pub(super) fn new(
        request: &'e Request,
        authorization: &Authorization<'_>,
        attempt: u32,
        result: &'e Attempt,
    ) -> Self {
        let mut headers = request.headers.clone();
        for value in headers.values_mut().filter(|value| value.is_sensitive()) {
            *value = HeaderValue::from_static(REDACTED);
        }
        authorization.show_in(&mut headers);
        let mut body = request.body.clone();
        let mut response = result.as_ref().cloned();
        if request.is_confidential {
            body = body.map(|_| Bytes::from_static(REDACTED.as_bytes()));
            response = response
                .map(|response| response.with_body(Bytes::from_static(REDACTED.as_bytes())));
        }
        Self { request, attempt, headers, body, response }
    }

    /// Returns the name of the operation, as in errors: `sessions.get`, or `request` for
    /// [`Client::request`](super::Client).
    #[must_use]
    pub fn operation(&self) -> &'static str {
        self.request.operation.name
    }

    /// Returns the number of this attempt within its call, starting at 1.
    ///
    /// # Examples
    ///
    /// ```
    /// use dintero_api::Client;
    ///
    /// let client = Client::builder("T12345678", "client id", "client secret")
    ///     .observer(|exchange| {
    ///         if exchange.attempt() > 1 {
    ///             println!("`{}` was retried: attempt {}", exchange.operation(), exchange.attempt());
    ///         }
    ///     })
    /// #     .base_url("http://127.0.0.1:8080")
    ///     .build()?;
    /// # let _ = client;
    /// # Ok::<(), dintero_api::BuildError>(())
    /// ```
    #[must_use]
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// Returns the HTTP method.
    #[must_use]
    pub fn method(&self) -> &Method {
        &self.request.method
    }

    /// Returns the path from the document, with `{name}` placeholders for parameters; empty for a request that is not
    /// in the document.
    #[must_use]
    pub fn path(&self) -> &'static str {
        self.request.template
    }

    /// Returns the whole URL, with ids and query.
    #[must_use]
    pub fn url(&self) -> &str {
        self.request.url.as_str()
    }

    /// Returns the request headers that the client sets. Headers that the connection adds later, such as `Host`, are
    /// not included.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Returns the body of the request, or the text `[redacted]` in its place. [`Exchange`] says which bodies are
    /// redacted.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::{Arc, Mutex};
    ///
    /// use dintero_api::Client;
    ///
    /// // Collects the captures that a test sends.
    /// let captures = Arc::new(Mutex::new(Vec::new()));
    /// let sent = Arc::clone(&captures);
    /// let client = Client::builder("T12345678", "client id", "client secret")
    ///     .observer(move |exchange| {
    ///         if exchange.operation() == "transactions.capture" {
    ///             sent.lock().unwrap().push(exchange.body().cloned());
    ///         }
    ///     })
    /// #     .base_url("http://127.0.0.1:8080")
    ///     .build()?;
    /// // Run the code under test with `client`, then compare `captures`.
    /// # let _ = (client, captures);
    /// # Ok::<(), dintero_api::BuildError>(())
    /// ```
    #[must_use]
    pub fn body(&self) -> Option<&Bytes> {
        self.body.as_ref()
    }

    /// Returns the response, whatever its status, if it was received completely. [`Exchange`] says which bodies are
    /// redacted.
    #[must_use]
    pub fn response(&self) -> Option<&RawResponse> {
        self.response.as_ref().ok()
    }

    /// Returns the reason why there is no complete response, or `None` if there is one.
    ///
    /// # Examples
    ///
    /// ```
    /// use dintero_api::Client;
    ///
    /// let client = Client::builder("T12345678", "client id", "client secret")
    ///     .observer(|exchange| match (exchange.response(), exchange.failure()) {
    ///         (Some(response), _) => println!("{} {}: {}", exchange.method(), exchange.path(), response.status()),
    ///         (None, failure) => println!("{} {}: {failure:?}", exchange.method(), exchange.path()),
    ///     })
    /// #     .base_url("http://127.0.0.1:8080")
    ///     .build()?;
    /// # let _ = client;
    /// # Ok::<(), dintero_api::BuildError>(())
    /// ```
    #[must_use]
    pub fn failure(&self) -> Option<String> {
        self.response.as_ref().err().map(ToString::to_string)
    }
}

impl fmt::Debug for Exchange<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exchange")
            .field("operation", &self.operation())
            .field("attempt", &self.attempt)
            .field("response", &self.response)
            .finish_non_exhaustive()
    }
}
