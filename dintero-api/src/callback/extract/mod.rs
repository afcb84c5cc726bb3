//! Axum extractors for callbacks, and `IntoResponse` for their responses. This file contains the extractor for payment
//! callbacks and the shared parts; `express` handles the callbacks of an express checkout.

mod express;

use axum::extract::{FromRef, FromRequestParts, OriginalUri};
use axum::http::header::{HOST, HeaderMap};
use axum::http::request::Parts;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;

use super::error::{CallbackError, SignatureError};
use super::signature::Target;
use super::{CallbackQuery, CallbackResponse, CallbackVerifier, DELIVERY_HEADER, SIGNATURE_HEADER};

pub use express::{ExpressCallbackError, VerifiedExpressCallback};

/// An axum extractor for a verified GET or POST request to `callback_url`.
///
/// The router's state must contain a [`CallbackVerifier`] ([`FromRef`]). Set the verifier's
/// [`public_url`](super::CallbackVerifierBuilder::public_url); without it, the host is taken from the request. Nested
/// routers are supported. The body is not read, because it is not signed.
///
/// A refused callback gets the status that [`CallbackError::response`] returns. To log the error, take
/// `Result<VerifiedCallback, CallbackError>` as the argument, and return the error.
///
/// # Examples
///
/// ```
/// use axum::Router;
/// use axum::routing::get;
/// use dintero_api::callback::{CallbackResponse, VerifiedCallback, CallbackVerifier};
///
/// async fn callback(callback: VerifiedCallback) -> CallbackResponse {
///     let Some(transaction_id) = callback.query.transaction_id else {
///         return CallbackResponse::Handled; // an abandoned payment
///     };
///     // Look up the order, read the transaction from Dintero, and act on its status. If the order does not exist yet:
///     CallbackResponse::NotYet
/// }
///
/// # fn main() -> Result<(), dintero_api::BuildError> {
/// let verifier = CallbackVerifier::builder("T12345678", ["the account's signature secret"])
///     .public_url("https://shop.example.com")
///     .build()?;
/// let router: Router = Router::new()
///     .route("/dintero/callback", get(callback).post(callback))
///     .with_state(verifier);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct VerifiedCallback {
    /// The parameters of the query.
    pub query: CallbackQuery,
    /// Dintero's id for this delivery. Log this id, so that Dintero can trace the delivery.
    pub delivery_id: Option<String>,
    /// When Dintero signed the request.
    pub signed_at: Timestamp,
}

impl<S> FromRequestParts<S> for VerifiedCallback
where
    CallbackVerifier: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = CallbackError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, CallbackError> {
        let Verified { query, signed_at } =
            Verified::of(parts, &CallbackVerifier::from_ref(state))?;
        let delivery_id = delivery_id(&parts.headers);
        Ok(Self { query: CallbackQuery::from_query(query)?, delivery_id, signed_at })
    }
}

/// The parts of a request that its signature covers.
struct Verified<'p> {
    /// As received, percent-encoded.
    query: &'p str,
    signed_at: Timestamp,
}

impl<'p> Verified<'p> {
    fn of(parts: &'p Parts, verifier: &CallbackVerifier) -> Result<Self, SignatureError> {
        // A nested router strips its prefix from the URI, but the signature covers the whole path.
        let uri = parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |original| &original.0);
        let path_and_query = uri.path_and_query().map_or("/", |both| both.as_str());
        let target = Target::of_parts(authority(uri, &parts.headers), path_and_query)?;
        let signature = signature(&parts.headers)?;
        let verified = verifier.verify_target(parts.method.as_str(), &target, signature)?;
        Ok(Self { query: target.query, signed_at: verified.signed_at })
    }
}

fn delivery_id(headers: &HeaderMap) -> Option<String> {
    text(headers, DELIVERY_HEADER).map(ToOwned::to_owned)
}

/// Returns the host, which HTTP/2 puts in the URI and HTTP/1 in a header.
fn authority<'a>(uri: &'a Uri, headers: &'a HeaderMap) -> Option<&'a str> {
    uri.authority().map(|authority| authority.as_str()).or_else(|| text(headers, HOST.as_str()))
}

fn signature(headers: &HeaderMap) -> Result<Option<&str>, SignatureError> {
    let mut signatures = headers.get_all(SIGNATURE_HEADER).iter();
    let Some(signature) = signatures.next() else { return Ok(None) };
    if signatures.next().is_some() {
        return Err(SignatureError::Malformed {
            reason: "the request has the header more than once",
        });
    }
    let not_ascii = |_| SignatureError::Malformed { reason: "it is not ASCII" };
    signature.to_str().map(Some).map_err(not_ascii)
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

impl IntoResponse for CallbackResponse {
    fn into_response(self) -> Response {
        status(self).into_response()
    }
}

/// Sends only the status: the reason belongs in the shop's log, not in the response.
impl IntoResponse for CallbackError {
    fn into_response(self) -> Response {
        self.response().into_response()
    }
}

fn status(response: CallbackResponse) -> StatusCode {
    // Every status code of `CallbackResponse` is valid.
    StatusCode::from_u16(response.status_code()).unwrap_or(StatusCode::SERVICE_UNAVAILABLE)
}
