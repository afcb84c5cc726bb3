//! Webhooks of the account: subscriptions to events, which Dintero signs in a way of their own.

use std::fmt;
use std::sync::Arc;

use hmac::{Hmac, Mac as _};
use sha1::Sha1;

use super::{hex, keys};
use crate::BuildError;
use crate::wire;
use crate::{Secret, UnknownValue};

/// Verifies a webhook of the account, by its header `event-signature`.
///
/// This is *not* the `Dintero-Signature` of a session's callbacks (that is [`CallbackVerifier`](super::CallbackVerifier)). A webhook is
/// ordered by a subscription (`POST https://api.dintero.com/v1/accounts/{account id}/hooks/subscriptions`), whose
/// `config.secret` the shop chooses. Its signature is the HMAC-SHA1 of the body, in hexadecimal, and covers neither
/// headers nor time: a recorded webhook can be repeated for ever, so read again what it speaks of.
///
/// Cloning is cheap. The comparison takes the same time whatever the signature is.
///
/// Respond with any 2xx within 60 seconds. Everything else, a redirect included, counts as a failure: Dintero tries five
/// times in all, 120 seconds apart, and deletes a subscription whose webhooks fail again and again. Nobody tells you, so
/// check now and then that the subscription is still there.
///
/// # Examples
///
/// ```
/// use dintero_api::callback::WebhookVerifier;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let verifier = WebhookVerifier::new(["Jefe"])?;
/// let body = b"what do ya want for nothing?"; // the bytes as they came, before any parser
/// verifier.verify(body, Some("effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"))?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct WebhookVerifier(Arc<[Hmac<Sha1>]>);

impl WebhookVerifier {
    /// Takes the secret of the subscription, or several while they are being changed.
    ///
    /// # Errors
    ///
    /// There is no secret, or an empty one, with which anybody could sign, or one with white space around it, with which nobody
    /// could.
    pub fn new<S: Into<Secret>>(secrets: impl IntoIterator<Item = S>) -> Result<Self, BuildError> {
        let secrets: Vec<Secret> = secrets.into_iter().map(Into::into).collect();
        let mut problems = Vec::new();
        let keys: Vec<Hmac<Sha1>> = keys(&secrets, &mut problems);
        BuildError::unless("verifier of webhooks", Some(Self(keys.into())), problems)
    }

    /// Verifies a webhook: the bytes of its body as they came, and the header `event-signature`, `None` if there is
    /// none.
    ///
    /// JSON that was parsed and written again has other bytes, and fails.
    ///
    /// # Errors
    ///
    /// The header is missing, or not an HMAC-SHA1 in hexadecimal, or no secret makes it. CallbackResponse all of these with
    /// [`Refused`](super::CallbackResponse::Refused).
    pub fn verify(&self, body: &[u8], signature: Option<&str>) -> Result<(), WebhookError> {
        let signature = signature.ok_or(WebhookError::Missing)?;
        let signature: [u8; 20] = hex::decode(signature.trim()).ok_or(WebhookError::Malformed)?;
        let made_by =
            |key: &Hmac<Sha1>| key.clone().chain_update(body).verify_slice(&signature).is_ok();
        if self.0.iter().any(made_by) { Ok(()) } else { Err(WebhookError::NoMatch) }
    }
}

impl fmt::Debug for WebhookVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebhookVerifier").field("secrets", &self.0.len()).finish_non_exhaustive()
    }
}

/// An `event-signature` that does not vouch for its webhook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum WebhookError {
    /// There is no signature.
    Missing,
    /// The header is not an HMAC-SHA1 in hexadecimal.
    Malformed,
    /// No secret makes this signature for this body.
    NoMatch,
}

impl fmt::Display for WebhookError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => {
                "the request has no `event-signature`: it is not from Dintero, or the subscription has no secret"
            }
            Self::Malformed => {
                "`event-signature` is not 40 hexadecimal digits in lower case (the callbacks of a session have another \
                 signature, for `CallbackVerifier`)"
            }
            Self::NoMatch => {
                "no secret makes this signature: check that the secret is the subscription's, and that the body is the \
                 bytes as they came"
            }
        })
    }
}

impl std::error::Error for WebhookError {}

/// What a webhook is about, from its header [`event`](super::EVENT_HEADER).
///
/// The document of the payments API does not hold webhooks; only what the checkout's pages of Dintero's documentation
/// speak of is named here.
///
/// # Examples
///
/// ```
/// use dintero_api::callback::WebhookEvent;
///
/// let header = "settlement_add"; // the value of the header `event`
/// assert!(matches!(WebhookEvent::from(header), WebhookEvent::SettlementAdd));
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum WebhookEvent {
    /// `checkout_transaction`: a transaction was created, captured, refunded or voided.
    CheckoutTransaction,
    /// `checkout_authorization`: a session was paid. The payload is that of its `callback_url`.
    CheckoutAuthorization,
    /// `settlement_add`: there is a new settlement.
    SettlementAdd,
    /// A value that this version does not know, kept as it is.
    Other(UnknownValue),
}

wire::open_enum! {
    WebhookEvent {
        CheckoutTransaction = "checkout_transaction",
        CheckoutAuthorization = "checkout_authorization",
        SettlementAdd = "settlement_add",
    }
}
