//! Why a call failed, and whether the request may nevertheless have reached Dintero, which matters most for payments.

mod api;
mod auth;
#[cfg(feature = "test-util")]
mod test_util;
#[cfg(test)]
mod tests;
mod transport;

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde_core::de::DeserializeOwned;
use serde_json::Value;

pub use api::{ApiError, UnexpectedResponse};
pub use auth::{AuthError, AuthFailure};
#[cfg(feature = "test-util")]
pub use test_util::SimulatedFailure;
pub use transport::TransportError;

use self::api::ErrorBody;
use super::attempt::Trail;
use super::condition::Unmet;
use super::response::{DecodeError, RawResponse};
use crate::BuildError;

/// Why a call failed.
///
/// Neither `Display` nor `Debug` shows a body, a URL or a credential. Dintero's own text is only returned by methods
/// ([`message`](Self::message), [`raw_body`](Self::raw_body)), because it may repeat personal data from the request.
///
/// # Examples
///
/// ```no_run
/// use dintero_api::types::SessionProfile;
/// use dintero_api::{Client, Error};
///
/// async fn create(client: &Client, session: &SessionProfile) -> Result<String, Error> {
///     match client.sessions().create_from_profile(session).await {
///         Ok(created) => Ok(created.into_inner().id),
///         Err(error) if error.maybe_sent() => {
///             // There may be a session: look for it before you create another.
///             Err(error)
///         }
///         Err(error) => {
///             // There is none. `error.status()` and `error.message()` say why, if Dintero responded.
///             Err(error)
///         }
///     }
/// }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The request could not be built. Nothing was sent.
    Build(BuildError),
    /// The client could not get an access token. The call itself was not carried out.
    Auth(AuthError),
    /// No complete response arrived. Unless [`maybe_sent`](Self::maybe_sent) is `false`, the request MAY have been
    /// carried out.
    Transport(TransportError),
    /// Dintero responded with an API error, or with an error status and no body.
    Api(ApiError),
    /// Dintero, or a gateway in front of it, sent a response that the API does not describe or that cannot be read.
    Unexpected(UnexpectedResponse),
}

impl Error {
    /// Creates the error for a response without a success status.
    pub(super) fn responded(trail: Trail, response: RawResponse) -> Self {
        // The API document also has errors without a body. A redirect is not such an error, because the API has no
        // redirects.
        if response.is_error() && response.body().is_empty() {
            return Self::Api(ApiError::new(trail, response, ErrorBody::default()));
        }
        match response.strictly() {
            Ok(body) => Self::Api(ApiError::new(trail, response, body)),
            Err(reason) => Self::unreadable(trail, response, reason),
        }
    }

    /// Creates the error for a response whose body cannot be read.
    pub(super) fn unreadable(trail: Trail, response: RawResponse, reason: DecodeError) -> Self {
        Self::Unexpected(UnexpectedResponse::new(trail, response, reason))
    }

    /// Returns whether any attempt MAY have reached Dintero, in which case the request may have been carried out, unless
    /// it [was refused](Self::is_refused).
    ///
    /// `false` means that the request was definitely not sent, for example because it could not be built, because there
    /// was no access token, or because no connection was made. If this is `true` after a capture, refund or void, read
    /// the transaction before you send anything again.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use dintero_api::types::CaptureTransactionRequest;
    /// use dintero_api::{Client, Error};
    ///
    /// # async fn capture(client: &Client, id: &str) -> Result<(), Error> {
    /// let request = CaptureTransactionRequest::new(29990).capture_reference("shipment-1");
    /// match client.transactions().capture(id, &request).await {
    ///     Err(error) if error.maybe_sent() => {
    ///         // The money may have moved: look for the reference before you capture again.
    ///         let transaction = client.transactions().get(id).await?;
    ///         println!("{:?}", transaction.operations());
    ///     }
    ///     other => drop(other?), // an error here means that nothing was sent
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn maybe_sent(&self) -> bool {
        self.trail().is_some_and(|trail| trail.maybe_sent)
    }

    /// Returns whether every attempt that reached Dintero was refused: the response had a 4xx status other than 408 and
    /// 429, so the request was not carried out. The same request is usually refused again (a 401 or 409 may be
    /// temporary). If a further attempt could not be sent, this error describes that attempt, and
    /// [`is_retryable`](Self::is_retryable) can be true as well.
    ///
    /// `false` means that nothing was sent, or that at least one attempt may have been carried out. A 429 is not a
    /// refusal, because it may come from the processor behind Dintero after part of the work was done.
    ///
    /// # Examples
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/support/loopback.rs"));
    /// use dintero_api::Error;
    /// use dintero_api::types::RefundTransactionRequest;
    ///
    /// fn advice(error: &Error) -> &'static str {
    ///     if error.is_refused() {
    ///         "not carried out: `message` says why"
    ///     } else if error.maybe_sent() {
    ///         "may have been carried out: read the transaction"
    ///     } else {
    ///         "not sent"
    ///     }
    /// }
    ///
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let client = fake_dintero(&[
    /// #     ("POST /v1/transactions/T12345678.t1/refund", 400, r#"{"error": {"message": "amount is too high"}}"#),
    /// # ]);
    /// let refund = RefundTransactionRequest::new(29990).refund_reference("return-7");
    /// let error = client.transactions().refund("T12345678.t1", &refund).await.unwrap_err();
    /// assert_eq!(advice(&error), "not carried out: `message` says why");
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn is_refused(&self) -> bool {
        self.trail().is_some_and(|trail| trail.maybe_sent && !trail.maybe_carried_out)
    }

    /// Returns the number of attempts to send the call, which is 0 if no attempt was made. Token requests are not
    /// counted.
    ///
    /// # Examples
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/support/loopback.rs"));
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let client = fake_dintero(&[
    /// #     ("GET /v1/transactions/T12345678.t1", 503, ""),
    /// # ]);
    /// let error = client.transactions().get("T12345678.t1").await.unwrap_err();
    /// assert_eq!(error.attempts(), 3); // each got a 503, and reads are retried
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.trail().map_or(0, |trail| trail.attempts)
    }

    /// Returns why the last attempt was not made, if the call's condition was not met.
    pub(super) fn unmet(&self) -> Option<Unmet> {
        if let Self::Transport(error) = self { error.unmet() } else { None }
    }

    fn trail(&self) -> Option<&Trail> {
        match self {
            Self::Build(_) => None,
            Self::Auth(error) => Some(error.trail()),
            Self::Transport(error) => Some(error.trail()),
            Self::Api(error) => Some(error.trail()),
            Self::Unexpected(error) => Some(error.trail()),
        }
    }

    /// Returns whether a retry of the same call is safe and may succeed.
    ///
    /// For every operation, this is `true` if no connection was made, or if the connection closed before a byte of the
    /// request was written. After a lost response or a status of 408, 429 or 5xx, it is `true` only for operations that
    /// may safely arrive twice, such as those that only read; [`RetryPolicy`](super::RetryPolicy) has the rules. For an
    /// [`Auth`](Self::Auth) error, the same rules apply to the token request. The client has already retried as often
    /// as its policy allows, so wait before you call again.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use std::time::Duration;
    ///
    /// use dintero_api::types::Transaction;
    /// use dintero_api::{Client, Error};
    ///
    /// /// Reads a transaction, however long Dintero is unavailable.
    /// async fn read(client: &Client, id: &str) -> Result<Transaction, Error> {
    ///     loop {
    ///         match client.transactions().get(id).await {
    ///             Err(error) if error.is_retryable() => {
    ///                 let wait = error.retry_after().unwrap_or(Duration::from_secs(30));
    ///                 tokio::time::sleep(wait).await;
    ///             }
    ///             result => return result.map(|response| response.into_inner()),
    ///         }
    ///     }
    /// }
    /// ```
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Build(_) => false,
            Self::Auth(error) => error.cause().is_retryable(),
            Self::Transport(error) => error.is_retryable(),
            Self::Api(error) => error.trail().is_retryable(Ok(error.response())),
            Self::Unexpected(error) => error.trail().is_retryable(Ok(error.response())),
        }
    }

    /// Returns whether the last attempt to send the request, or to get an access token, timed out.
    /// [`maybe_sent`](Self::maybe_sent) says whether the request may have been sent.
    ///
    /// # Examples
    ///
    /// ```
    /// use dintero_api::Error;
    ///
    /// /// Returns the text to show to a customer who is waiting for the checkout.
    /// fn text(error: &Error) -> &'static str {
    ///     if error.is_timeout() { "The payment provider is slow. Please try again." } else { "Something went wrong." }
    /// }
    /// ```
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        match self {
            Self::Transport(error) => error.is_timeout(),
            Self::Auth(error) => error.cause().is_timeout(),
            _ => false,
        }
    }

    /// Returns whether Dintero responded that the resource does not exist: an [`Api`](Self::Api) error with status 404.
    ///
    /// The 404 of a gateway, with a body that the API does not describe, does not count. Neither does a 404 in response
    /// to the token request. Neither says anything about the resource.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use dintero_api::types::Transaction;
    /// use dintero_api::{Client, Error};
    ///
    /// async fn find(client: &Client, id: &str) -> Result<Option<Transaction>, Error> {
    ///     match client.transactions().get(id).await {
    ///         Ok(transaction) => Ok(Some(transaction.into_inner())),
    ///         Err(error) if error.is_not_found() => Ok(None),
    ///         Err(error) => Err(error),
    ///     }
    /// }
    /// ```
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::Api(error) if error.response().status() == StatusCode::NOT_FOUND)
    }

    /// Returns whether Dintero requires a second factor for an access token (403, `mfa_required`); see
    /// [`AuthFailure::MfaRequired`].
    ///
    /// # Examples
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/support/loopback.rs"));
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let client = fake_dintero(&[
    /// #     ("GET /v1/transactions/T12345678.t1", 401, "{}"),
    /// #     ("POST /v1/accounts/T12345678/auth/token", 403, r#"{"error": {"code": "mfa_required", "message": "…"}}"#),
    /// # ]);
    /// let error = client.transactions().get("T12345678.t1").await.unwrap_err();
    /// if error.is_mfa_required() {
    ///     eprintln!("these are the credentials of a person: create an API client in the back office");
    /// }
    /// # assert!(error.is_mfa_required());
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn is_mfa_required(&self) -> bool {
        self.status() == Some(StatusCode::FORBIDDEN) && self.code() == Some("mfa_required")
    }

    /// Returns the status of the response, such as 404. For an [`Auth`](Self::Auth) error, this is the status of the
    /// response to the token request.
    ///
    /// # Examples
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/support/loopback.rs"));
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let client = fake_dintero(&[
    /// #     ("GET /v1/sessions/T12345678.s1", 410, r#"{"error": {"message": "expired"}}"#),
    /// # ]);
    /// let error = client.sessions().get("T12345678.s1").await.unwrap_err();
    /// match error.status() {
    ///     None => println!("no response: {error}"),
    ///     Some(status) => println!("Dintero responded with {status}"), // 410 Gone
    /// }
    /// # assert_eq!(error.status().map(|status| status.as_u16()), Some(410));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Transport(error) => error.status(),
            Self::Auth(error) => error.cause().status(),
            _ => self.response().map(RawResponse::status),
        }
    }

    /// Returns Dintero's error code, free text such as `NOT FOUND`.
    ///
    /// # Examples
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/support/loopback.rs"));
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let client = fake_dintero(&[
    /// #     ("GET /v1/sessions/T12345678.s1", 400, r#"{"error": {"code": "VALIDATION", "message": "amount is too high", "errors": [{"path": "amount"}]}}"#),
    /// # ]);
    /// let error = client.sessions().get("T12345678.s1").await.unwrap_err();
    /// assert_eq!(error.code(), Some("VALIDATION"));
    /// assert_eq!(error.message(), Some("amount is too high"));
    /// assert_eq!(error.errors()[0]["path"], "amount");
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.api().and_then(ApiError::code)
    }

    /// Returns Dintero's description of the error. It may repeat personal data from the request, so be careful when you
    /// log it.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.api().and_then(ApiError::message)
    }

    /// Returns the details of the error, whose shape the API does not describe.
    #[must_use]
    pub fn errors(&self) -> &[Value] {
        self.api().map_or(&[], ApiError::errors)
    }

    /// Returns the id by which Dintero can find the request, if the response has one; see [`RawResponse::request_id`].
    ///
    /// # Examples
    ///
    /// ```
    /// use dintero_api::Error;
    ///
    /// /// Returns the line to send to Dintero's support.
    /// fn support_line(error: &Error) -> String {
    ///     match error.request_id() {
    ///         Some(id) => format!("{error}; request {id}"),
    ///         None => error.to_string(),
    ///     }
    /// }
    /// ```
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.response()?.request_id()
    }

    /// Returns how long Dintero asks the client to wait before the next request, from `Retry-After`. A date in that
    /// header is measured from the response's own `Date`, or from this machine's time if there is none. The document
    /// defines the header only for a 429 response to the token request.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use dintero_api::Error;
    ///
    /// /// Returns when a job queue should run a failed job again.
    /// fn delay(error: &Error) -> Option<Duration> {
    ///     error.is_retryable().then(|| error.retry_after().unwrap_or(Duration::from_secs(60)))
    /// }
    /// ```
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.response()?.retry_after()
    }

    /// Returns the headers of the response.
    #[must_use]
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.response().map(RawResponse::headers)
    }

    /// Returns the unchanged body of the response, whether it is JSON or not.
    ///
    /// # Examples
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/support/loopback.rs"));
    /// use dintero_api::Error;
    ///
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let client = fake_dintero(&[
    /// #     ("GET /v1/sessions/T12345678.s1", 404, "<h1>Not here</h1>"),
    /// # ]);
    /// let error = client.sessions().get("T12345678.s1").await.unwrap_err();
    /// // The API does not describe this error, so a gateway may have responded. Do not log bodies in production.
    /// if let (Error::Unexpected(_), Some(body)) = (&error, error.raw_body()) {
    ///     eprintln!("{}", String::from_utf8_lossy(body));
    /// }
    /// # assert!(matches!(error, Error::Unexpected(_)));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn raw_body(&self) -> Option<&Bytes> {
        self.response().map(RawResponse::body)
    }

    /// Deserializes the JSON body of the response with serde, into the model that the operation's documentation names
    /// or into a type of your own. Use this method for operations whose error responses have their own schema.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no response, or if its body is not JSON that can be deserialized into `T`. The
    /// error names the location, never the value.
    ///
    /// # Examples
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/support/loopback.rs"));
    /// #[derive(serde::Deserialize)]
    /// struct Hint {
    ///     hint: String,
    /// }
    ///
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let client = fake_dintero(&[
    /// #     ("GET /v1/sessions/T12345678.s1", 400, r#"{"error": {"message": "…"}, "hint": "renew the session"}"#),
    /// # ]);
    /// let error = client.sessions().get("T12345678.s1").await.unwrap_err();
    /// let Hint { hint } = error.body()?;
    /// assert_eq!(hint, "renew the session");
    /// # Ok(())
    /// # }
    /// ```
    pub fn body<T: DeserializeOwned>(&self) -> Result<T, DecodeError> {
        self.response().ok_or_else(DecodeError::nothing)?.json()
    }

    /// Returns the response, if a complete one arrived.
    #[must_use]
    pub fn response(&self) -> Option<&RawResponse> {
        match self {
            Self::Build(_) | Self::Transport(_) => None,
            Self::Auth(error) => error.cause().response(),
            Self::Api(error) => Some(error.response()),
            Self::Unexpected(error) => Some(error.response()),
        }
    }

    fn api(&self) -> Option<&ApiError> {
        match self {
            Self::Api(error) => Some(error),
            Self::Auth(error) => error.cause().api(),
            _ => None,
        }
    }

    /// Returns the inner error, to which `Display` and `source` forward.
    fn inner(&self) -> &(dyn std::error::Error + 'static) {
        match self {
            Self::Build(error) => error,
            Self::Auth(error) => error,
            Self::Transport(error) => error,
            Self::Api(error) => error,
            Self::Unexpected(error) => error,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.inner(), f)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        // Skips the inner error itself, because `Display` already shows it.
        self.inner().source()
    }
}

macro_rules! from_parts {
    ($($variant:ident($part:ident)),*) => {$(
        impl From<$part> for Error {
            fn from(error: $part) -> Self {
                Self::$variant(error)
            }
        }
    )*};
}

from_parts!(Build(BuildError), Auth(AuthError), Transport(TransportError));
