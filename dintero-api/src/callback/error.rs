//! Why a callback or its signature is refused, and the status to respond with.

use std::fmt;
use std::time::Duration;

use super::CallbackResponse;
use crate::ValueError;

/// A `Dintero-Signature` that does not vouch for its request.
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
    /// There is no signature.
    Missing,
    /// The header is not of the form `t=<unix seconds>,v0-hmac-sha256=<hex>`.
    #[non_exhaustive]
    Malformed {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The URL that was to be verified has no usable host or path.
    #[non_exhaustive]
    Url {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// No secret makes this signature for this request.
    NoMatch,
    /// The signature is right, but was made too long ago.
    #[non_exhaustive]
    TooOld {
        /// How long ago.
        age: Duration,
    },
    /// The signature is right, but was made too far in the future.
    #[non_exhaustive]
    InFuture {
        /// How far ahead of this machine's clock.
        ahead: Duration,
    },
}

impl SignatureError {
    /// Returns what to respond with.
    ///
    /// 401 for a signature that is missing or wrong, 400 for one that cannot be read. 503 for one that is right but out
    /// of time, and where no public URL is known: the fault may be this machine's clock or configuration, and after a
    /// 4xx Dintero would never call again.
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
                "`Dintero-Signature` cannot be read: {reason}; hand over the header's whole value, unchanged"
            ),
            Self::Url { reason } => write!(f, "the signature cannot be checked: {reason}"),
            Self::NoMatch => f.write_str(
                "no secret makes this signature: check that the secret is the account's present one, that the account \
                 id is the session's (T or P), and that host, path and query are those that Dintero called \
                 (behind a proxy: `public_url`)",
            ),
            Self::TooOld { age } => write!(
                f,
                "the signature was made {} seconds ago, which is too long: a replay, or this machine's clock is fast",
                age.as_secs()
            ),
            Self::InFuture { ahead } => write!(
                f,
                "the signature is {} seconds in the future: set this machine's clock, which is slow",
                ahead.as_secs()
            ),
        }
    }
}

impl std::error::Error for SignatureError {}

/// A callback that was not accepted.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum CallbackError {
    /// Its signature does not vouch for it.
    Signature(SignatureError),
    /// It is from Dintero, but its query cannot be read.
    Query(ValueError),
}

impl CallbackError {
    /// Returns what to respond with: [`SignatureError::response`], and 400 for a query that cannot be read.
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
                "the query of the callback cannot be read: {error}; response by hand and look at the URL that came"
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
