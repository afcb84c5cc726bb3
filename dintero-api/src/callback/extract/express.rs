//! An axum extractor for express callbacks, and `IntoResponse` for the responses to them.

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

/// An axum extractor for a verified request to `express.shipping_address_callback_url` or
/// `express.discount_codes.callback_url`, with the session in its body.
///
/// Like [`VerifiedCallback`](super::VerifiedCallback), this extractor needs a [`CallbackVerifier`] in the router's
/// state. The signature is verified before the body is read, and the size of the body is limited by axum's
/// [`DefaultBodyLimit`](https://docs.rs/axum/0.8/axum/extract/struct.DefaultBodyLimit.html) (2 MB by default).
///
/// Fields that only describe the session, such as its URLs, may be missing or unreadable, as in responses. Such a
/// field, or the object that requires it, becomes `None` (the operator of a shipping option becomes an empty string).
/// Whatever could not be read is listed in [`unread`](Self::unread). Before you treat an absent address, country or
/// discount code as one that the customer did not enter, check that `unread` does not list it.
///
/// The callback is refused if its `order` lacks an amount, a currency or a merchant reference, or if a value from which
/// the response is computed or checked cannot be read: the prices of the items and of the chosen shipping option, gift
/// cards, splits, or the `auto_capture` setting. A response based on a guess could lead to a wrong charge. The same
/// rules apply to the options of `express`. Earlier orders among the `events` are not used, and may be unreadable.
///
/// The body is not signed. Use it only for the address and the codes that the customer entered. Take prices from your
/// own order, which `callback.order.merchant_reference` identifies.
///
/// A refused callback gets the status that [`ExpressCallbackError::response`] returns. To log the error, take
/// `Result<VerifiedExpressCallback, ExpressCallbackError>` as the argument, and return the error.
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
    /// The session at the time of the callback.
    pub callback: ExpressCallback,
    /// The values that could not be read, and are therefore absent.
    pub unread: Vec<ValueError>,
    /// Dintero's id for this delivery. Log this id, so that Dintero can trace the delivery.
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

/// Why an express callback was refused.
///
/// # Examples
///
/// ```
/// use dintero_api::callback::{CallbackResponse, ExpressCallbackError, VerifiedExpressCallback};
///
/// /// An axum handler that logs refused callbacks.
/// async fn address(
///     callback: Result<VerifiedExpressCallback, ExpressCallbackError>,
/// ) -> Result<CallbackResponse, ExpressCallbackError> {
///     let callback = callback.inspect_err(|error| eprintln!("a callback was refused: {error}"))?;
///     println!("{:?}", callback.callback.order.shipping_address);
///     Ok(CallbackResponse::NotYet) // in production, the shipping options
/// }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum ExpressCallbackError {
    /// The signature could not be verified. The body was not read.
    Signature(SignatureError),
    /// Dintero signed the request, but its body is larger than the router's limit.
    TooLarge,
    /// Dintero signed the request, but its body did not arrive completely.
    Incomplete,
    /// Dintero signed the request, but its body cannot be read.
    Body(BodyError),
}

impl ExpressCallbackError {
    /// Returns the response to send.
    ///
    /// For a signature error, this is [`SignatureError::response`]. A body that did not arrive completely gets a 503,
    /// because a retry may succeed. A body that is too large or cannot be read gets a 400, because a retry would fail
    /// too.
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
                "the body of the express callback is larger than the router accepts: raise its `DefaultBodyLimit`",
            ),
            Self::Incomplete => f.write_str("the body of the express callback did not arrive completely"),
            Self::Body(BodyError::Syntax(error)) => {
                write!(f, "the body of the express callback cannot be parsed as JSON: {error}")
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

/// Sends only the status: the reason belongs in the shop's log, not in the response.
impl IntoResponse for ExpressCallbackError {
    fn into_response(self) -> Response {
        self.response().into_response()
    }
}

/// Sends the response as JSON, with status 200.
impl IntoResponse for ShippingAddressCallbackResponse {
    fn into_response(self) -> Response {
        json(&self)
    }
}

/// Sends the response as JSON, with status 200.
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
