//! Transport errors: no connection, no response, an incomplete response, or one that is too long.

use std::fmt;

use http::StatusCode;

use crate::client::attempt::{Failure, Trail};
use crate::client::condition::Unmet;

/// The error for a call without a complete response. Unless [`maybe_sent`](Self::maybe_sent) is `false`, the request
/// MAY have been carried out.
///
/// After several attempts, the error describes the last one; only [`maybe_sent`](Self::maybe_sent) covers all of them.
///
/// # Examples
///
/// ```
/// use dintero_api::Error;
///
/// fn advice(error: &Error) -> &'static str {
///     match error {
///         Error::Transport(error) if error.is_too_large() => "raise the client's `response_limit`",
///         Error::Transport(error) if !error.maybe_sent() => "nothing was sent: check the network, and try again",
///         Error::Transport(error) if error.is_timeout() => "read the transaction to see what happened",
///         Error::Transport(_) => "the connection broke: read the transaction to see what happened",
///         _ => "Dintero has responded",
///     }
/// }
/// ```
pub struct TransportError(Box<Inner>);

struct Inner {
    trail: Trail,
    failure: Failure,
}

impl TransportError {
    pub(in crate::client) fn new(trail: Trail, failure: Failure) -> Self {
        Self(Box::new(Inner { trail, failure }))
    }

    /// Returns whether any attempt MAY have reached Dintero.
    #[must_use]
    pub fn maybe_sent(&self) -> bool {
        self.0.trail.maybe_sent
    }

    /// Returns whether no connection was made, because the connection was refused, the host was not found, TLS failed,
    /// or connecting timed out.
    #[must_use]
    pub fn is_connect(&self) -> bool {
        self.0.failure.is_connect()
    }

    /// Returns whether the last attempt timed out.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        self.0.failure.is_timeout()
    }

    /// Returns whether the response is longer than the client's [limit](crate::ClientBuilder::response_limit).
    #[must_use]
    pub fn is_too_large(&self) -> bool {
        self.0.failure.is_too_large()
    }

    /// Returns the status of the response, if one arrived before the body was cut short or exceeded the limit.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.0.failure.status()
    }

    pub(super) fn unmet(&self) -> Option<Unmet> {
        self.0.failure.unmet()
    }

    pub(super) fn is_retryable(&self) -> bool {
        self.0.trail.is_retryable(Err(&self.0.failure))
    }

    pub(super) fn trail(&self) -> &Trail {
        &self.0.trail
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { trail, failure } = &*self.0;
        write!(f, "`{}`: {failure}; ", trail.operation.name)?;
        f.write_str(if trail.maybe_sent {
            "the request may have been carried out"
        } else {
            "nothing was sent"
        })
    }
}

impl fmt::Debug for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { trail, failure } = &*self.0;
        f.debug_struct("TransportError")
            .field("operation", &trail.operation.name)
            .field("attempts", &trail.attempts)
            .field("maybe_sent", &trail.maybe_sent)
            .field("failure", failure)
            .finish()
    }
}

impl std::error::Error for TransportError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.failure.source()
    }
}
