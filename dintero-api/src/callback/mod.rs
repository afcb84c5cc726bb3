//! What Dintero sends to the merchant: callbacks of a session, express callbacks, and webhooks of the account.
//!
//! Needs no HTTP framework: what is verified and read are texts. With feature `axum` a callback is an argument of a
//! handler (`VerifiedCallback`, and `VerifiedExpressCallback` with its body), and a [`CallbackResponse`] and the responses to
//! express callbacks are responses.
//!
//! # A payment's callback, from beginning to end
//!
//! 1. **Ask for it.** [`CallbackUrl`] makes the `callback_url` of the session. By itself Dintero calls it when a payment
//!    is authorised, captured or on hold; its settings ask for failed payments, later captures and refunds, and for the
//!    transaction in the body.
//! 2. **Verify it.** A [`CallbackVerifier`], made of the account id and the signature secret, checks `Dintero-Signature`. The
//!    sender's address is no check: Dintero names its two for the sake of firewalls, and a proxy shows its own.
//! 3. **Read it.** [`CallbackVerifier::callback`] returns the [`CallbackQuery`]. With `method=POST` there is a body too, a
//!    [`Transaction`](crate::types::Transaction).
//! 4. **Read the transaction again** (`client.transactions().get(…)`). The signature covers account, method, URL and time,
//!    but not the body, so the body is only a hint. Compare the transaction with the order:
//!    [`Transaction::payment_for`](crate::types::Transaction::payment_for) tells the first payment of an order from a
//!    second one (two sessions of one order can both be paid) and from one with another amount. Void a second payment
//!    with `void_once`, or refund it if it is captured.
//! 5. **Decide by its status**, and only once: a callback can come several times, at the same time as the customer, and
//!    in any order. A payment can be `CAPTURED` without ever being `AUTHORIZED`, and one that is `ON_HOLD` is called
//!    for again. [`CallbackQuery::deduplication_key`] is what to store, in the same database transaction as the order.
//!    Where there is none, compare the transaction's events with those that you have stored.
//! 6. **Respond** with [`CallbackResponse::Handled`] when it is done, or with [`CallbackResponse::NotYet`] when the order is
//!    not known yet or something is out of order: Dintero calls again after a 5xx, and never after a 4xx.
//!
//! ```
//! use dintero_api::callback::{CallbackResponse, CallbackQuery, CallbackVerifier};
//!
//! /// Of any web framework: method, path with query, and the header, if there is one.
//! fn callback(verifier: &CallbackVerifier, method: &str, path_and_query: &str, signature: Option<&str>) -> u16 {
//!     let response = match verifier.callback(method, path_and_query, signature) {
//!         Ok(query) => settle(&query),
//!         Err(error) => {
//!             eprintln!("a callback was not accepted: {error}");
//!             error.response()
//!         }
//!     };
//!     response.status_code()
//! }
//!
//! fn settle(query: &CallbackQuery) -> CallbackResponse {
//!     # let order_is_stored = false;
//!     // Look up the order by `query.merchant_reference`.
//!     if !order_is_stored {
//!         return CallbackResponse::NotYet;
//!     }
//!     // Read the transaction `query.transaction_id`, decide by its status, store that with the deduplication key.
//!     CallbackResponse::Handled
//! }
//! #
//! # let verifier = CallbackVerifier::builder("T12345678", ["s3cret"]).public_url("https://h").build().unwrap();
//! # let url = "/cb?merchant_reference=17";
//! # assert_eq!(callback(&verifier, "GET", url, Some(&verifier.sign("GET", url).unwrap())), 503);
//! # assert_eq!(callback(&verifier, "GET", url, None), 401);
//! ```
//!
//! Whether Dintero signs a repeated call anew is not documented. If it does not, repetitions that come later than
//! [`tolerance`](CallbackVerifierBuilder::tolerance) fail as too old. The response to them is 503, so that the next ones still come
//! and a longer tolerance can let them in.
//!
//! # The other things Dintero sends
//!
//! | | verified by | read as | responded with |
//! | --- | --- | --- | --- |
//! | `url.callback_url` | [`CallbackVerifier::callback`] | [`CallbackQuery`], body [`Transaction`](crate::types::Transaction) | [`CallbackResponse`] |
//! | `express.shipping_address_callback_url` | [`CallbackVerifier::verify`] | [`ExpressCallback`](crate::types::ExpressCallback) | [`ShippingResponseBuilder`] |
//! | `express.discount_codes.callback_url` | [`CallbackVerifier::verify`] | [`ExpressCallback`](crate::types::ExpressCallback) | [`DiscountResponseBuilder`] |
//! | the customer, to `url.return_url` | nothing: anybody can | [`ReturnQuery`] | a page |
//! | a webhook of the account | [`WebhookVerifier`] | header [`EVENT_HEADER`], JSON | any 2xx, else 5 tries |
//!
//! After an express checkout the transaction's amount has the shipping option that the customer chose:
//! [`Transaction::express_payment_for`](crate::types::Transaction::express_payment_for) compares it with the order and the
//! options that were offered.
//!
//! # Where this is from
//!
//! From Dintero's public documentation, in our own words: the API document (settings of the URL, repetitions, express
//! callbacks), the page of `POST /v1/admin/signature` (what is signed, the example in the tests, five minutes),
//! "Validating callbacks" (order of the query, spaces as `+`), and "Webhooks". It was not tried against Dintero.
//!
//! The signature secret is created once, by `client.signature_secrets().create()`, and can be read again by `get()`. From
//! the first secret on, Dintero signs everything it sends.

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

/// The header with the signature of what is called for a session: [`CallbackVerifier`].
pub const SIGNATURE_HEADER: &str = "dintero-signature";

/// The header with Dintero's id of a delivery, of callbacks and webhooks alike. For the log: Dintero can trace it.
pub const DELIVERY_HEADER: &str = "event-delivery";

/// The header with the signature of a webhook of the account: [`WebhookVerifier`].
pub const WEBHOOK_SIGNATURE_HEADER: &str = "event-signature";

/// The header with what a webhook of the account is about: [`WebhookEvent`].
pub const EVENT_HEADER: &str = "event";

/// Makes the keys of a verifier. An empty one would let anybody sign, and one with white space around it nobody: every
/// callback would be answered with a final 401.
fn keys<K: KeyInit>(secrets: &[Secret], problems: &mut Vec<String>) -> Vec<K> {
    if secrets.is_empty() {
        problems.push("there is no secret".to_owned());
    }
    if secrets.iter().any(|secret| secret.expose().is_empty()) {
        problems.push("a secret is empty".to_owned());
    }
    if secrets.iter().any(Secret::has_blank_ends) {
        problems.push(
            "a secret begins or ends with white space: take off what was copied with it, such as a line break of its file".to_owned(),
        );
    }
    // HMAC takes keys of every length.
    let keys =
        secrets.iter().filter_map(|secret| K::new_from_slice(secret.expose().as_bytes()).ok());
    keys.collect()
}
