//! Webhooks of the account: deliveries for event subscriptions, with a signature scheme of their own.

use std::fmt;
use std::sync::Arc;

use hmac::{Hmac, Mac as _};
use sha1::Sha1;

use super::{hex, keys};
use crate::BuildError;
use crate::wire;
use crate::{Secret, UnknownValue};

/// Verifies account webhooks by their `event-signature` header.
///
/// This header is *not* the `Dintero-Signature` of a session's callbacks, which
/// [`CallbackVerifier`](super::CallbackVerifier) verifies. You request webhooks with a subscription (`POST
/// https://api.dintero.com/v1/accounts/{account id}/hooks/subscriptions`) and choose its `config.secret`. The signature
/// is the HMAC-SHA1 of the body, in hexadecimal. It covers neither headers nor time, so a recorded webhook can be
/// replayed at any time: read the resource from Dintero again.
///
/// Cloning is cheap. Signatures are compared in constant time.
///
/// Respond with any 2xx within 60 seconds. Any other response, including a redirect, counts as a failure: Dintero tries
/// five times in all, 120 seconds apart, and deletes a subscription whose webhooks keep failing. You are not notified,
/// so check from time to time that the subscription still exists.
///
/// # Examples
///
/// ```
/// use dintero_api::callback::WebhookVerifier;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let verifier = WebhookVerifier::new(["Jefe"])?;
/// let body = b"what do ya want for nothing?"; // the bytes as received, before any parsing
/// verifier.verify(body, Some("effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"))?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct WebhookVerifier(Arc<[Hmac<Sha1>]>);

impl WebhookVerifier {
    /// Creates a verifier from the secret of the subscription, or from several secrets during a rotation.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no secret, if one is empty (anyone could sign with it), or if one has whitespace
    /// around it (no signature would match).
    ///
    /// # Examples
    ///
    /// ```
    /// use dintero_api::callback::WebhookVerifier;
    ///
    /// // While you replace the secret of the subscription, both secrets are valid.
    /// let verifier = WebhookVerifier::new(["new secret", "old secret"])?;
    /// assert!(WebhookVerifier::new([""]).is_err()); // anyone could sign with an empty secret
    /// # let _ = verifier;
    /// # Ok::<(), dintero_api::BuildError>(())
    /// ```
    pub fn new<S: Into<Secret>>(secrets: impl IntoIterator<Item = S>) -> Result<Self, BuildError> {
        let secrets: Vec<Secret> = secrets.into_iter().map(Into::into).collect();
        let mut problems = Vec::new();
        let keys: Vec<Hmac<Sha1>> = keys(&secrets, &mut problems);
        BuildError::unless("webhook verifier", Some(Self(keys.into())), problems)
    }

    /// Verifies a webhook, given the bytes of its body as received and its `event-signature` header (`None` if absent).
    ///
    /// JSON that was parsed and serialized again has different bytes, so its verification fails.
    ///
    /// # Errors
    ///
    /// Returns an error if the header is missing, is not an HMAC-SHA1 in hexadecimal, or matches none of the secrets.
    /// In each case, respond with [`Refused`](super::CallbackResponse::Refused).
    ///
    /// # Examples
    ///
    /// ```
    /// use dintero_api::callback::{CallbackResponse, WebhookEvent, WebhookVerifier};
    ///
    /// /// Returns the status to respond with.
    /// fn webhook(verifier: &WebhookVerifier, signature: Option<&str>, event: &str, body: &[u8]) -> u16 {
    ///     if let Err(error) = verifier.verify(body, signature) {
    ///         eprintln!("a webhook was refused: {error}");
    ///         return CallbackResponse::Refused.status_code();
    ///     }
    ///     if let WebhookEvent::SettlementAdd = WebhookEvent::from(event) {
    ///         println!("there is a new settlement: run the reconciliation");
    ///     }
    ///     CallbackResponse::Handled.status_code()
    /// }
    /// # let verifier = WebhookVerifier::new(["Jefe"]).unwrap();
    /// # let signature = Some("effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
    /// # assert_eq!(webhook(&verifier, signature, "settlement_add", b"what do ya want for nothing?"), 200);
    /// # assert_eq!(webhook(&verifier, None, "settlement_add", b"{}"), 401);
    /// ```
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

/// Why the `event-signature` of a webhook could not be verified.
///
/// # Examples
///
/// ```
/// use dintero_api::callback::{WebhookError, WebhookVerifier};
///
/// let verifier = WebhookVerifier::new(["the secret of the subscription"])?;
/// assert_eq!(verifier.verify(b"{}", None), Err(WebhookError::Missing));
/// assert_eq!(verifier.verify(b"{}", Some("abc")), Err(WebhookError::Malformed));
/// let forged = "0".repeat(40);
/// assert_eq!(verifier.verify(b"{}", Some(&forged)), Err(WebhookError::NoMatch));
/// # Ok::<(), dintero_api::BuildError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum WebhookError {
    /// The request has no signature.
    Missing,
    /// The header is not an HMAC-SHA1 in hexadecimal.
    Malformed,
    /// The signature matches none of the secrets.
    NoMatch,
}

impl fmt::Display for WebhookError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => {
                "the request has no `event-signature`: it is not from Dintero, or the subscription has no secret"
            }
            Self::Malformed => {
                "`event-signature` is not 40 hexadecimal digits in lower case (callbacks of a session have a different \
                 signature, which `CallbackVerifier` verifies)"
            }
            Self::NoMatch => {
                "no secret matches this signature: check that the secret is the subscription's, and that the body is the \
                 bytes as received"
            }
        })
    }
}

impl std::error::Error for WebhookError {}

/// The event of a webhook, from its [`event`](super::EVENT_HEADER) header.
///
/// Dintero's API document does not cover webhooks; these are the events that its checkout documentation mentions.
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
    /// `checkout_authorization`: a session was paid. The payload is the same as in the session's callback.
    CheckoutAuthorization,
    /// `settlement_add`: there is a new settlement.
    SettlementAdd,
    /// A value this version does not know; it is preserved as is.
    Other(UnknownValue),
}

wire::open_enum! {
    WebhookEvent {
        CheckoutTransaction = "checkout_transaction",
        CheckoutAuthorization = "checkout_authorization",
        SettlementAdd = "settlement_add",
    }
}

wire::texts! { WebhookEvent }
