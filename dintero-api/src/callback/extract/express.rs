//! The express callbacks as an argument of an axum handler, and their responses.

use std::fmt;

use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, FailedToBufferBody};
use axum::extract::{FromRef, FromRequest, Request};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde_core::Serialize;

use super::{Verified, delivery_id};
use crate::callback::{CallbackResponse, CallbackVerifier, SignatureError};
use crate::types::{
    DiscountCodesCallbackResponse, ExpressCallback, ShippingAddressCallbackResponse,
};
use crate::{BodyError, Decoded, ValueError};

/// A call of `express.shipping_address_callback_url` or `express.discount_codes.callback_url` whose signature was verified,
/// with the session that is its body. An extractor for axum.
///
/// Like [`VerifiedCallback`](super::VerifiedCallback) it needs a [`CallbackVerifier`] in the router's state. The signature is
/// verified before the body is read, and the body is read within axum's limit
/// ([`DefaultBodyLimit`](https://docs.rs/axum/0.8/axum/extract/struct.DefaultBodyLimit.html), 2 MB unless set). What only
/// describes may be missing or unreadable, as in responses: see [`unread`](Self::unread).
///
/// The body is not signed. It says which address and codes the customer entered; take prices from the shop's own order, which
/// `callback.order.merchant_reference` names.
///
/// What is not accepted is responded to as [`ExpressCallbackError::response`] says. To log it, take
/// `Result<VerifiedExpressCallback, ExpressCallbackError>`, and return the error.
///
/// # Examples
///
/// ```
/// use axum::Router;
/// use axum::routing::post;
/// use dintero_api::callback::{
///     CallbackResponse, CallbackVerifier, ShippingResponseBuilder, VerifiedExpressCallback,
/// };
/// use dintero_api::types::{MultiShipmentShippingOption, ShippingAddressCallbackResponse};
///
/// async fn address(
///     VerifiedExpressCallback { callback, .. }: VerifiedExpressCallback,
/// ) -> Result<ShippingAddressCallbackResponse, CallbackResponse> {
///     let home = MultiShipmentShippingOption::new("home", "home", 7900, "Home delivery", "Bring");
///     let response = ShippingResponseBuilder::new(&callback, [home]).build();
///     response.map_err(|error| {
///         eprintln!("no shipping options: {error}");
///         CallbackResponse::NotYet
///     })
/// }
///
/// # fn main() -> Result<(), dintero_api::BuildError> {
/// let verifier = CallbackVerifier::builder("T12345678", ["the account's signature secret"])
///     .public_url("https://shop.example.com")
///     .build()?;
/// let router: Router = Router::new().route("/dintero/address", post(address)).with_state(verifier);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct VerifiedExpressCallback {
    /// The session as it is when Dintero calls.
    pub callback: ExpressCallback,
    /// What could not be read of it, and is absent therefore.
    pub unread: Vec<ValueError>,
    /// Dintero's id of this delivery, for the log.
    pub delivery_id: Option<String>,
    /// When Dintero signed the request.
    pub signed_at: Timestamp,
}

impl<S> FromRequest<S> for VerifiedExpressCallback
where
    CallbackVerifier: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = ExpressCallbackError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ExpressCallbackError> {
        let (parts, body) = request.into_parts();
        let signed_at = Verified::of(&parts, &CallbackVerifier::from_ref(state))?.signed_at;
        let delivery_id = delivery_id(&parts.headers);
        let body = Bytes::from_request(Request::from_parts(parts, body), state).await?;
        let Decoded { value: callback, unread } = Decoded::from_slice(&body)?;
        Ok(Self { callback, unread, delivery_id, signed_at })
    }
}

/// An express callback that was not accepted.
#[derive(Debug)]
#[non_exhaustive]
pub enum ExpressCallbackError {
    /// Its signature does not vouch for it. Nothing of the body was read.
    Signature(SignatureError),
    /// It is signed by Dintero, but its body is longer than the router's limit.
    TooLarge,
    /// It is signed by Dintero, but its body did not arrive whole.
    Incomplete,
    /// It is signed by Dintero, but its body cannot be read.
    Body(BodyError),
}

impl ExpressCallbackError {
    /// Returns what to respond with: [`SignatureError::response`]; 503 for a body that did not arrive whole, which may arrive
    /// the next time; 400 for one that is too large or cannot be read, and will not be the next time.
    #[must_use]
    pub const fn response(&self) -> CallbackResponse {
        match self {
            Self::Signature(error) => error.response(),
            Self::Incomplete => CallbackResponse::NotYet,
            Self::TooLarge | Self::Body(_) => CallbackResponse::Malformed,
        }
    }
}

impl fmt::Display for ExpressCallbackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Signature(error) => error.fmt(f),
            Self::TooLarge => f.write_str(
                "the body of the express callback is larger than the router takes: raise its `DefaultBodyLimit`",
            ),
            Self::Incomplete => f.write_str("the body of the express callback did not arrive whole"),
            Self::Body(BodyError::Syntax(error)) => {
                write!(f, "the body of the express callback is not JSON: {error}")
            }
            Self::Body(BodyError::Shape(error)) => {
                write!(f, "the body of the express callback cannot be read: {error}")
            }
        }
    }
}

impl std::error::Error for ExpressCallbackError {}

impl From<SignatureError> for ExpressCallbackError {
    fn from(error: SignatureError) -> Self {
        Self::Signature(error)
    }
}

impl From<BodyError> for ExpressCallbackError {
    fn from(error: BodyError) -> Self {
        Self::Body(error)
    }
}

impl From<BytesRejection> for ExpressCallbackError {
    fn from(error: BytesRejection) -> Self {
        match error {
            BytesRejection::FailedToBufferBody(FailedToBufferBody::LengthLimitError(_)) => {
                Self::TooLarge
            }
            _ => Self::Incomplete,
        }
    }
}

/// The status alone: what is wrong is for the shop's log, not for whoever called.
impl IntoResponse for ExpressCallbackError {
    fn into_response(self) -> Response {
        self.response().into_response()
    }
}

/// As JSON, with status 200.
impl IntoResponse for ShippingAddressCallbackResponse {
    fn into_response(self) -> Response {
        json(&self)
    }
}

/// As JSON, with status 200.
impl IntoResponse for DiscountCodesCallbackResponse {
    fn into_response(self) -> Response {
        json(&self)
    }
}

fn json(response: &impl Serialize) -> Response {
    match serde_json::to_vec(response) {
        Ok(body) => ([(CONTENT_TYPE, "application/json")], body).into_response(),
        Err(_) => CallbackResponse::NotYet.into_response(),
    }
}
