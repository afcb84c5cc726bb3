//! Responses: raw, and decoded into the type of the operation.

use std::fmt;
use std::ops::Deref;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde_core::de::DeserializeOwned;
use serde_json::Value;

use super::own::{self, Misfit, OwnError};
pub use crate::wire::Decoded;
use crate::wire::{self, BodyError, FromJson, ValueError};

/// A response as received: status, headers and body.
///
/// `Debug` shows the status and the length of the body. It omits the body itself, which may contain names, addresses
/// and tokens.
///
/// # Examples
///
/// ```
/// use dintero_api::Error;
///
/// fn log(error: &Error) {
///     if let Some(response) = error.response() {
///         let content_type = response.header("content-type");
///         eprintln!("{}, {content_type:?}, {} bytes", response.status(), response.body().len());
///     }
/// }
/// ```
#[derive(Clone)]
pub struct RawResponse {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl RawResponse {
    pub(super) fn new(status: StatusCode, headers: HeaderMap, body: Bytes) -> Self {
        Self { status, headers, body }
    }

    /// Returns the same response with a different body.
    pub(super) fn with_body(self, body: Bytes) -> Self {
        Self { body, ..self }
    }

    /// Returns the status, such as 200 OK.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    pub(super) fn is_success(&self) -> bool {
        self.status.is_success()
    }

    pub(super) fn is_error(&self) -> bool {
        self.status.is_client_error() || self.status.is_server_error()
    }

    /// Returns all headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Returns a header, if it is present and visible ASCII text.
    ///
    /// # Examples
    ///
    /// ```
    /// use dintero_api::client::RawResponse;
    ///
    /// fn is_json(response: &RawResponse) -> bool {
    ///     response.header("content-type").is_some_and(|value| value.starts_with("application/json"))
    /// }
    /// ```
    #[must_use]
    pub fn header(&self, name: &str) -> Option<String> {
        self.header_str(name).map(str::to_owned)
    }

    pub(super) fn header_str(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Returns the id by which Dintero can find the request, if there is one.
    ///
    /// The document defines only `event-request-id`, on responses with status 202; `request-id` and `x-request-id` are
    /// the names that servers commonly use.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        let names = ["event-request-id", "request-id", "x-request-id"];
        names.into_iter().find_map(|name| self.header_str(name))
    }

    /// Returns the body.
    #[must_use]
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// Deserializes the JSON body with serde into a type of your own, a [`Value`], or a type of this crate. For a type
    /// of this crate, every field that is present must be readable.
    ///
    /// # Errors
    ///
    /// Returns an error if the body is empty, cannot be parsed as JSON, or does not match `T`. The error names the
    /// location, never the value.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::collections::BTreeMap;
    ///
    /// use dintero_api::client::{DecodeError, RawResponse};
    /// use dintero_api::serde_json::Value;
    ///
    /// /// Returns a field that this release of the crate does not know.
    /// fn field(response: &RawResponse, name: &str) -> Result<Option<Value>, DecodeError> {
    ///     Ok(response.json::<BTreeMap<String, Value>>()?.remove(name))
    /// }
    /// ```
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, DecodeError> {
        Ok(own::read(self.json_body()?)?)
    }

    /// Reads the body into a type of this crate, strictly.
    pub(super) fn strictly<T: FromJson>(&self) -> Result<T, DecodeError> {
        Ok(T::from_body(self.json_body()?)?)
    }

    /// Parses the body as a JSON value, for callers that read its parts tolerantly. A part that serde_json refuses is a
    /// gap, which cannot be read as any type.
    pub(super) fn value(&self) -> Result<Value, DecodeError> {
        wire::parse(self.json_body()?).map_err(|error| DecodeError(Reason::Syntax(error)))
    }

    /// Returns the body without the byte order mark that some gateways put before JSON.
    fn json_body(&self) -> Result<&[u8], DecodeError> {
        let json = self.body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&self.body);
        if json.is_empty() { Err(DecodeError(Reason::Empty)) } else { Ok(json) }
    }
}

impl fmt::Debug for RawResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("RawResponse");
        debug.field("status", &self.status()).field("body_length", &self.body.len());
        debug.finish_non_exhaustive()
    }
}

/// A type that a successful response can be decoded into.
///
/// Implemented for every [`FromJson`] type, for [`Bytes`] (images and files, unchanged), for `()` (any body, ignored),
/// and for the enums of operations with several success statuses.
///
/// # Examples
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/support/loopback.rs"));
/// use dintero_api::client::{Decode, DecodeError, Decoded, Method, RawResponse};
///
/// /// The lines of a text body.
/// struct Lines(Vec<String>);
///
/// impl Decode for Lines {
///     fn decode(response: &RawResponse) -> Result<Decoded<Self>, DecodeError> {
///         let text = String::from_utf8_lossy(response.body());
///         Ok(Self(text.lines().map(str::to_owned).collect()).into())
///     }
/// }
///
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let client = fake_dintero(&[
/// #     ("GET /v1/things", 200, "lamp\nchair\n"),
/// # ]);
/// let things = client.request(Method::GET, "/v1/things").send_as::<Lines>().await?;
/// assert_eq!(things.0, ["lamp", "chair"]);
/// # Ok(())
/// # }
/// ```
pub trait Decode: Sized {
    /// Decodes the response.
    ///
    /// # Errors
    ///
    /// Returns an error if the body cannot be decoded into the type.
    fn decode(response: &RawResponse) -> Result<Decoded<Self>, DecodeError>;
}

impl<T: FromJson> Decode for T {
    fn decode(response: &RawResponse) -> Result<Decoded<Self>, DecodeError> {
        Ok(T::from_response(response.json_body()?)?)
    }
}

impl Decode for Bytes {
    fn decode(response: &RawResponse) -> Result<Decoded<Self>, DecodeError> {
        Ok(response.body.clone().into())
    }
}

impl Decode for () {
    fn decode(_: &RawResponse) -> Result<Decoded<Self>, DecodeError> {
        Ok(().into())
    }
}

/// The error for a missing or invalid body: no response, an empty body, a body that is not JSON, or JSON of another
/// shape.
///
/// It names the location of the problem, never the value.
///
/// # Examples
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/support/loopback.rs"));
/// use std::error::Error as _;
///
/// use dintero_api::client::Method;
/// use dintero_api::serde_json::Value;
///
/// #[derive(serde::Deserialize)]
/// struct Hint {
///     hint: String,
/// }
///
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let client = fake_dintero(&[
/// #     ("GET /v1/things", 404, r#"{"error": {"message": "no"}, "hint": 7}"#),
/// # ]);
/// let error = client.request(Method::GET, "/v1/things").send::<Value>().await.unwrap_err();
/// let problem = error.body::<Hint>().map(|hint| hint.hint).unwrap_err();
/// assert_eq!(problem.source().unwrap().to_string(), "`hint` has another type");
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct DecodeError(Reason);

#[derive(Debug)]
enum Reason {
    /// There is no response at all.
    Nothing,
    Empty,
    Syntax(serde_json::Error),
    Shape(ValueError),
    /// The body does not match one of the merchant's own types.
    OwnShape(Misfit),
}

impl DecodeError {
    pub(super) fn nothing() -> Self {
        Self(Reason::Nothing)
    }
}

impl From<BodyError> for DecodeError {
    fn from(error: BodyError) -> Self {
        Self(match error {
            BodyError::Syntax(error) => Reason::Syntax(error),
            BodyError::Shape(error) => Reason::Shape(error),
        })
    }
}

impl From<OwnError> for DecodeError {
    fn from(error: OwnError) -> Self {
        Self(match error {
            OwnError::Syntax(error) => Reason::Syntax(error),
            OwnError::Shape(misfit) => Reason::OwnShape(misfit),
        })
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Reason::Nothing => f.write_str("there is no response"),
            Reason::Empty => f.write_str("the body is empty"),
            Reason::Syntax(_) => f.write_str("the body cannot be parsed as JSON"),
            Reason::Shape(_) | Reason::OwnShape(_) => {
                f.write_str("the body does not have the expected shape")
            }
        }
    }
}

impl std::error::Error for DecodeError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0 {
            Reason::Nothing | Reason::Empty => None,
            Reason::Syntax(error) => Some(error),
            Reason::Shape(error) => Some(error),
            Reason::OwnShape(misfit) => Some(misfit),
        }
    }
}

/// A successful response: the decoded value (through `Deref`), and the status, headers and body of the response.
///
/// # Examples
///
/// ```no_run
/// use dintero_api::{Client, Error};
///
/// async fn read(client: &Client, id: &str) -> Result<(), Error> {
///     let transaction = client.transactions().get(id).await?;
///     println!("{}", transaction.amount); // the value, through `Deref`
///     println!("{}, {} bytes", transaction.status(), transaction.raw().len());
///     for problem in transaction.unread() {
///         println!("not read: {problem}");
///     }
///     let transaction = transaction.into_inner(); // the value alone
///     println!("{:?}", transaction.id);
///     Ok(())
/// }
/// ```
pub struct Response<T> {
    value: T,
    unread: Vec<ValueError>,
    response: RawResponse,
}

impl<T> Response<T> {
    pub(super) fn new(decoded: Decoded<T>, response: RawResponse) -> Self {
        Self { value: decoded.value, unread: decoded.unread, response }
    }

    /// Returns how long Dintero asks the client to wait before the next request.
    pub(super) fn retry_after(&self) -> Option<Duration> {
        self.response.retry_after()
    }

    /// Returns the same response with its value converted.
    pub(super) fn map<U>(self, inner: fn(T) -> U) -> Response<U> {
        Response { value: inner(self.value), unread: self.unread, response: self.response }
    }

    /// Returns the value, discarding the rest of the response.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use dintero_api::types::Transaction;
    /// use dintero_api::{Client, Error};
    ///
    /// async fn read(client: &Client, id: &str) -> Result<Transaction, Error> {
    ///     Ok(client.transactions().get(id).await?.into_inner())
    /// }
    /// ```
    pub fn into_inner(self) -> T {
        self.value
    }

    /// Returns the fields that could not be read, each with its path and the reason. In the value, these fields are
    /// `None` or, for some strings, empty.
    ///
    /// Only descriptive fields may be unreadable: names, addresses, metadata, timestamps and similar fields, which a
    /// shop or a payment provider may have sent in a different form. If something inside such a field cannot be read,
    /// the whole field can be `None`: a transaction without a readable `session.order.amount` has no `session`, because
    /// the session is only a copy. A field on which money depends (the status, amount, currency or events of a
    /// transaction) is never lost: if it cannot be read, the call fails with an error that names its path.
    ///
    /// Check this list before you send a value back to Dintero: the unreadable fields would be missing from it. The
    /// unchanged body is in [`raw`](Self::raw).
    ///
    /// # Examples
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/support/loopback.rs"));
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let client = fake_dintero(&[
    /// #     ("GET /v1/transactions/T12345678.t1", 200, r#"{"amount": 29990, "currency": "NOK",
    /// #             "payment_product": "vipps", "payment_product_type": "vipps",
    /// #         "status": "CAPTURED", "created_at": "soon"}"#),
    /// # ]);
    /// let transaction = client.transactions().get("T12345678.t1").await?;
    /// assert_eq!(transaction.created_at, None);
    /// for problem in transaction.unread() {
    ///     eprintln!("{problem}"); // shows `created_at`, not its value
    /// }
    /// # assert_eq!(transaction.unread().len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn unread(&self) -> &[ValueError] {
        &self.unread
    }

    /// Returns the status, such as 200 OK.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.response.status()
    }

    /// Returns all headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        self.response.headers()
    }

    /// Returns the id by which Dintero can find the request, if there is one; see [`RawResponse::request_id`].
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.response.request_id()
    }

    /// Returns the unchanged body, for fields that this release of the crate does not know.
    ///
    /// # Examples
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/support/loopback.rs"));
    /// use dintero_api::serde_json::{self, Value};
    ///
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let client = fake_dintero(&[
    /// #     ("GET /v1/transactions/T12345678.t1", 200, r#"{"amount": 29990, "currency": "NOK",
    /// #             "payment_product": "vipps", "payment_product_type": "vipps",
    /// #         "status": "CAPTURED", "loyalty": {"points": 299}}"#),
    /// # ]);
    /// let transaction = client.transactions().get("T12345678.t1").await?;
    /// // Reads a field that was added to the API after this release.
    /// let body: Value = serde_json::from_slice(transaction.raw())?;
    /// assert_eq!(body["loyalty"]["points"], 299);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn raw(&self) -> &Bytes {
        self.response.body()
    }
}

impl<T> Deref for Response<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: fmt::Debug> fmt::Debug for Response<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Response");
        debug.field("status", &self.status()).field("value", &self.value).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(body: &'static str) -> RawResponse {
        let mut headers = HeaderMap::new();
        headers.insert("event-request-id", http::HeaderValue::from_static("abc"));
        RawResponse::new(StatusCode::ACCEPTED, headers, Bytes::from_static(body.as_bytes()))
    }

    #[test]
    fn bodies_are_decoded_or_the_problem_is_named() {
        assert_eq!(response("[1, 2]").json::<Vec<i64>>().unwrap(), [1, 2]);
        assert_eq!(response("\u{feff}[1, 2]").json::<Vec<i64>>().unwrap(), [1, 2]);
        assert_eq!(response("x").header("Event-Request-Id").as_deref(), Some("abc"));
        assert_eq!(Bytes::decode(&response("<svg/>")).unwrap().value, "<svg/>");
        assert!(<()>::decode(&response("")).is_ok());
        for (body, message) in [
            ("", "the body is empty"),
            ("\u{feff}", "the body is empty"),
            ("[1]\u{feff}", "the body cannot be parsed as JSON"),
            ("[1, 2", "the body cannot be parsed as JSON"),
            ("[\"hunter2\"]", "the body does not have the expected shape"),
        ] {
            let error = response(body).json::<Vec<i64>>().unwrap_err();
            assert_eq!(error.to_string(), message);
            assert!(!format!("{error:?}").contains("hunter2"));
        }
    }

    #[test]
    fn debug_shows_no_body() {
        let shown = format!("{:?}", response("hunter2"));
        assert_eq!(shown, "RawResponse { status: 202, body_length: 7, .. }");
        let response = Response::new(5.into(), response("hunter2"));
        assert_eq!(format!("{response:?}"), "Response { status: 202, value: 5, .. }");
        assert_eq!(*response, 5);
    }
}
