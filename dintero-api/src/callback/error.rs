//! Why a callback or its signature is refused, and the status to respond with.

use std::fmt;
use std::time::Duration;

use super::CallbackResponse;
use crate::ValueError;

/// Why the `Dintero-Signature` of a request could not be verified.
///
/// # Examples
///
/// ```
/// use dintero_api::callback::{CallbackResponse, CallbackVerifier, SignatureError};
///
/// let verifier = CallbackVerifier::builder("T12345678", ["secret"])
///     .public_url("https://shop.example.com")
///     .build()?;
/// let error = verifier.verify("GET", "/callback?merchant_reference=1", None).unwrap_err();
/// assert_eq!(error, SignatureError::Missing);
/// assert_eq!(error.response(), CallbackResponse::Refused);
/// # Ok::<(), dintero_api::BuildError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignatureError {
    /// The request has no signature.
    Missing,
    /// The header does not have the form `t=<unix seconds>,v0-hmac-sha256=<hex>`, or occurs more than once.
    #[non_exhaustive]
    Malformed {
        /// What is wrong.
        reason: &'static str,
    },
    /// The URL to verify has no usable host or path.
    #[non_exhaustive]
    Url {
        /// What is wrong.
        reason: &'static str,
    },
    /// The signature matches none of the secrets.
    NoMatch,
    /// The signature matches, but was created too long ago.
    #[non_exhaustive]
    TooOld {
        /// How long ago the signature was created.
        age: Duration,
    },
    /// The signature matches, but its time is too far in the future.
    #[non_exhaustive]
    InFuture {
        /// How far the signature's time is ahead of this machine's clock.
        ahead: Duration,
    },
}

impl SignatureError {
    /// Returns the response to send.
    ///
    /// A missing signature, or one that does not match, gets a 401. A malformed signature gets a 400. A signature
    /// outside the tolerance, or a URL that cannot be verified, gets a 503: the cause may be this machine's clock or
    /// configuration, and after a 4xx Dintero would never retry.
    ///
    /// # Examples
    ///
    /// ```
    /// use dintero_api::callback::CallbackVerifier;
    ///
    /// /// Returns the status to respond with if the request is not accepted.
    /// fn refusal(verifier: &CallbackVerifier, path_and_query: &str, signature: Option<&str>) -> Option<u16> {
    ///     let error = verifier.verify("POST", path_and_query, signature).err()?;
    ///     eprintln!("a request was not accepted: {error}");
    ///     Some(error.response().status_code())
    /// }
    /// # let verifier = CallbackVerifier::builder("T12345678", ["secret"]).public_url("https://h").build().unwrap();
    /// # assert_eq!(refusal(&verifier, "/address", None), Some(401));
    /// ```
    #[must_use]
    pub const fn response(&self) -> CallbackResponse {
        match self {
            Self::Missing | Self::NoMatch => CallbackResponse::Refused,
            Self::Malformed { .. } => CallbackResponse::Malformed,
            Self::Url { .. } | Self::TooOld { .. } | Self::InFuture { .. } => {
                CallbackResponse::NotYet
            }
        }
    }
}

impl fmt::Display for SignatureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str(
                "the request has no `Dintero-Signature`: it is not from Dintero, or the account has no signature \
                 secret yet (create one with `client.signature_secrets().create()`)",
            ),
            Self::Malformed { reason } => write!(
                f,
                "`Dintero-Signature` cannot be read: {reason}; pass the header's whole value, unchanged"
            ),
            Self::Url { reason } => write!(f, "the signature cannot be checked: {reason}"),
            Self::NoMatch => f.write_str(
                "no secret matches this signature: check that the secret is the account's current one, that the account \
                 id is that of the session (T or P), and that host, path and query are those that Dintero called \
                 (behind a proxy: `public_url`)",
            ),
            Self::TooOld { age } => write!(
                f,
                "the signature is {} seconds old, which is too old: the request is a replay, or this machine's clock is fast",
                age.as_secs()
            ),
            Self::InFuture { ahead } => write!(
                f,
                "the signature is {} seconds in the future: correct this machine's clock, which is slow",
                ahead.as_secs()
            ),
        }
    }
}

impl std::error::Error for SignatureError {}

/// Why a callback was refused.
///
/// # Examples
///
/// ```
/// use dintero_api::callback::{CallbackError, CallbackVerifier, SignatureError};
///
/// let verifier = CallbackVerifier::builder("T12345678", ["secret"])
///     .public_url("https://shop.example.com")
///     .build()?;
/// let url = "/callback?transaction_id=T1.x"; // without `merchant_reference`
/// match verifier.callback("GET", url, Some(&verifier.sign("GET", url)?)) {
///     Ok(query) => println!("{}", query.merchant_reference),
///     Err(CallbackError::Signature(SignatureError::NoMatch)) => eprintln!("wrong secret, or not from Dintero"),
///     Err(error) => eprintln!("{error}; respond with {}", error.response().status_code()),
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum CallbackError {
    /// The signature could not be verified.
    Signature(SignatureError),
    /// Dintero signed the request, but its query cannot be read.
    Query(ValueError),
}

impl CallbackError {
    /// Returns the response to send: [`SignatureError::response`], or a 400 for a query that cannot be read.
    #[must_use]
    pub const fn response(&self) -> CallbackResponse {
        match self {
            Self::Signature(error) => error.response(),
            Self::Query(_) => CallbackResponse::Malformed,
        }
    }
}

impl fmt::Display for CallbackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Signature(error) => error.fmt(f),
            Self::Query(error) => write!(
                f,
                "the query of the callback cannot be read: {error}; compare the URL of the request with the session's `callback_url`"
            ),
        }
    }
}

impl std::error::Error for CallbackError {}

impl From<SignatureError> for CallbackError {
    fn from(error: SignatureError) -> Self {
        Self::Signature(error)
    }
}

impl From<ValueError> for CallbackError {
    fn from(error: ValueError) -> Self {
        Self::Query(error)
    }
}
