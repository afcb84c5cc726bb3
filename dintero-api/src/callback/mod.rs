//! What Dintero sends to the merchant: callbacks of a session, express callbacks, and webhooks of the account.
//!
//! No HTTP framework is required: the verifiers take strings and bytes. With the `axum` feature, `VerifiedCallback` and
//! `VerifiedExpressCallback` are extractors, and [`CallbackResponse`] and the responses to express callbacks implement
//! `IntoResponse`.
//!
//! # Handling a payment callback, step by step
//!
//! 1. **Ask for it.** [`CallbackUrl`] builds the `callback_url` of the session. By default, Dintero calls it when a
//!    payment is authorized, captured or on hold. Methods of `CallbackUrl` also request callbacks for failed payments
//!    and for later captures, refunds and voids, or ask for the transaction in the body.
//! 2. **Verify it.** A [`CallbackVerifier`], built from the account id and the signature secret, checks
//!    `Dintero-Signature`. Do not rely on the sender's IP address: Dintero publishes its two addresses for firewall
//!    rules, and behind a proxy you see the proxy's address.
//! 3. **Read it.** [`CallbackVerifier::callback`] returns the [`CallbackQuery`]. With `method=POST`, the request also
//!    has a body: a [`Transaction`](crate::types::Transaction).
//! 4. **Read the transaction again** (`client.transactions().get(…)`). The signature covers account, method, URL and
//!    time, but not the body, so the body is only a hint. Compare the transaction with the order:
//!    [`Transaction::payment_for`](crate::types::Transaction::payment_for) distinguishes the first payment of an order
//!    from a second payment (two sessions for one order can both be paid) and from a payment with a different amount.
//!    If another transaction is already stored for the order, read it again first and pass it. Void a second payment
//!    with `void_once`, or refund it if it has already been captured.
//! 5. **Act on its status**, and only once: a callback can arrive several times, in any order, and at the moment when
//!    the customer returns. A payment can be `CAPTURED` without ever being `AUTHORIZED`, and Dintero calls again once a
//!    payment that was `ON_HOLD` is decided. Store [`CallbackQuery::deduplication_key`] in the same database
//!    transaction as the order, but only once the transaction shows the reported event ([`CallbackQuery::is_shown_by`]).
//!    If a callback has no key, compare the transaction's events with those you have stored.
//! 6. **Respond** with [`CallbackResponse::Handled`] when the callback is processed, or with
//!    [`CallbackResponse::NotYet`] when the order is not known yet or something you depend on is unavailable: Dintero
//!    retries after a 5xx, and never after a 4xx.
//!
//! ```
//! use dintero_api::callback::{CallbackResponse, CallbackQuery, CallbackVerifier};
//!
//! /// Works with any web framework: takes the method, the path with its query, and the header, if present.
//! fn callback(verifier: &CallbackVerifier, method: &str, path_and_query: &str, signature: Option<&str>) -> u16 {
//!     let response = match verifier.callback(method, path_and_query, signature) {
//!         Ok(query) => process(&query),
//!         Err(error) => {
//!             eprintln!("a callback was not accepted: {error}");
//!             error.response()
//!         }
//!     };
//!     response.status_code()
//! }
//!
//! fn process(query: &CallbackQuery) -> CallbackResponse {
//!     # let order_is_stored = false;
//!     // Look up the order by `query.merchant_reference`.
//!     if !order_is_stored {
//!         return CallbackResponse::NotYet;
//!     }
//!     // Read the transaction `query.transaction_id`, act on its status, and store the result with the deduplication key.
//!     CallbackResponse::Handled
//! }
//! #
//! # let verifier = CallbackVerifier::builder("T12345678", ["s3cret"]).public_url("https://h").build().unwrap();
//! # let url = "/cb?merchant_reference=17";
//! # assert_eq!(callback(&verifier, "GET", url, Some(&verifier.sign("GET", url).unwrap())), 503);
//! # assert_eq!(callback(&verifier, "GET", url, None), 401);
//! ```
//!
//! Dintero does not document whether it signs a retry anew. If Dintero sends the first signature again, retries that
//! arrive later than [`tolerance`](CallbackVerifierBuilder::tolerance) fail as too old. Such retries get a 503, so that
//! Dintero keeps retrying and a longer tolerance can still accept them.
//!
//! # What else Dintero sends
//!
//! | | verify with | read as | respond with |
//! | --- | --- | --- | --- |
//! | `url.callback_url` | [`CallbackVerifier::callback`] | [`CallbackQuery`], body [`Transaction`](crate::types::Transaction) | [`CallbackResponse`] |
//! | `express.shipping_address_callback_url` | [`CallbackVerifier::verify`] | [`ExpressCallback`](crate::types::ExpressCallback) | [`ShippingResponseBuilder`] |
//! | `express.discount_codes.callback_url` | [`CallbackVerifier::verify`] | [`ExpressCallback`](crate::types::ExpressCallback) | [`DiscountResponseBuilder`] |
//! | the customer's return to `url.return_url` | nothing: anyone can open it | [`ReturnQuery`] | a page |
//! | a webhook of the account | [`WebhookVerifier`] | header [`EVENT_HEADER`], JSON | any 2xx; otherwise Dintero tries 5 times in all |
//!
//! After an express checkout, the transaction's amount includes the shipping option that the customer chose:
//! [`Transaction::express_payment_for`](crate::types::Transaction::express_payment_for) compares the amount with the
//! order and the offered options.
//!
//! # Sources
//!
//! This module follows Dintero's public documentation: the API document (URL settings, retries, express callbacks), the
//! page about `POST /v1/admin/signature` (what is signed, the example in the tests, the tolerance of five minutes),
//! "Validating callbacks" (query order, spaces as `+`), and "Webhooks". It has not been tested against Dintero.
//!
//! Create the signature secret once, with `client.signature_secrets().create()`; `get()` reads it again. Once an
//! account has a secret, Dintero signs everything it sends.

mod error;
mod express;
#[cfg(feature = "axum")]
mod extract;
mod hex;
mod query;
mod response;
mod signature;
mod url;
mod webhook;

use hmac::KeyInit;

pub use error::{CallbackError, SignatureError};
pub use express::{DiscountResponseBuilder, ShippingResponseBuilder};
#[cfg(feature = "axum")]
pub use extract::{ExpressCallbackError, VerifiedCallback, VerifiedExpressCallback};
pub use query::{CallbackQuery, PaymentError, ReturnQuery};
pub use response::CallbackResponse;
pub use signature::{CallbackVerifier, CallbackVerifierBuilder, VerifiedSignature};
pub use url::CallbackUrl;
pub use webhook::{WebhookError, WebhookEvent, WebhookVerifier};

use crate::Secret;

/// The header with the signature of a session's callback, which [`CallbackVerifier`] verifies.
///
/// # Examples
///
/// ```
/// use dintero_api::callback::{CallbackError, CallbackQuery, CallbackVerifier, SIGNATURE_HEADER};
///
/// /// `header` returns a header of the request by its lower-case name.
/// fn callback<'r>(
///     verifier: &CallbackVerifier,
///     path_and_query: &str,
///     header: impl Fn(&str) -> Option<&'r str>,
/// ) -> Result<CallbackQuery, CallbackError> {
///     verifier.callback("GET", path_and_query, header(SIGNATURE_HEADER))
/// }
/// ```
pub const SIGNATURE_HEADER: &str = "dintero-signature";

/// The header with Dintero's id for a delivery, sent with callbacks and webhooks. Log this id, so that Dintero can
/// trace the delivery.
pub const DELIVERY_HEADER: &str = "event-delivery";

/// The header with the signature of an account webhook, which [`WebhookVerifier`] verifies.
///
/// # Examples
///
/// ```
/// use dintero_api::callback::{
///     EVENT_HEADER, WEBHOOK_SIGNATURE_HEADER, WebhookError, WebhookEvent, WebhookVerifier,
/// };
///
/// /// `header` returns a header of the request by its lower-case name.
/// fn event<'r>(
///     verifier: &WebhookVerifier,
///     body: &[u8],
///     header: impl Fn(&str) -> Option<&'r str>,
/// ) -> Result<Option<WebhookEvent>, WebhookError> {
///     verifier.verify(body, header(WEBHOOK_SIGNATURE_HEADER))?;
///     Ok(header(EVENT_HEADER).map(WebhookEvent::from))
/// }
/// ```
pub const WEBHOOK_SIGNATURE_HEADER: &str = "event-signature";

/// The header that names the event of an account webhook: a [`WebhookEvent`].
pub const EVENT_HEADER: &str = "event";

/// Creates the keys of a verifier and reports unusable secrets. With an empty secret, anyone could sign; with
/// whitespace around a secret, no signature would match, and every callback would get a final 401.
fn keys<K: KeyInit>(secrets: &[Secret], problems: &mut Vec<String>) -> Vec<K> {
    if secrets.is_empty() {
        problems.push("there is no secret".to_owned());
    }
    if secrets.iter().any(|secret| secret.expose().is_empty()) {
        problems.push("a secret is empty".to_owned());
    }
    if secrets.iter().any(Secret::has_blank_ends) {
        problems.push(
            "a secret begins or ends with whitespace: remove what was copied with it, such as the line break at the end of a file".to_owned(),
        );
    }
    // HMAC accepts keys of any length, so no secret is skipped here.
    let keys =
        secrets.iter().filter_map(|secret| K::new_from_slice(secret.expose().as_bytes()).ok());
    keys.collect()
}
