//! Errors below HTTP: no connection, no answer, half of one, or too much of it.

use std::error::Error as _;
use std::fmt;

use http::StatusCode;

use crate::client::endpoint::Operation;
use crate::client::retry::Trail;

/// There is no whole answer. Unless no connection was made, the request MAY have been carried out.
///
/// After several attempts this is about the last one, except for [`maybe_sent`](Self::maybe_sent).
pub struct TransportError(Box<Inner>);

struct Inner {
    trail: Trail,
    failure: Failure,
}

impl TransportError {
    pub(in crate::client) fn new(trail: Trail, failure: Failure) -> Self {
        Self(Box::new(Inner { trail, failure }))
    }

    /// Whether the request MAY have reached Dintero, with any of its attempts.
    #[must_use]
    pub fn maybe_sent(&self) -> bool {
        self.0.trail.maybe_sent
    }

    /// Whether no connection was made: refused, host not found, no TLS, not in time.
    #[must_use]
    pub fn is_connect(&self) -> bool {
        matches!(self.0.failure.kind, Kind::NoConnection)
    }

    /// Whether time ran out.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        self.0.failure.is_timeout()
    }

    /// Whether the answer is longer than the client's [limit](crate::ClientBuilder::answer_limit).
    #[must_use]
    pub fn is_too_large(&self) -> bool {
        matches!(self.0.failure.kind, Kind::TooLarge { .. })
    }

    /// Returns the status of the answer, if it was too long or broke off after that.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.0.failure.status().map(|status| status.as_u16())
    }

    pub(super) fn is_repeatable(&self) -> bool {
        self.0.failure.is_repeatable(self.0.trail.operation)
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
        self.0.failure.source.as_ref().map(|source| source as _)
    }
}

/// Why one attempt has no whole answer.
#[derive(Debug)]
pub(in crate::client) struct Failure {
    kind: Kind,
    source: Option<reqwest::Error>,
}

#[derive(Debug)]
enum Kind {
    /// The HTTP client did not take the request.
    NotMade,
    NoConnection,
    /// The connection closed before a byte of the request was written.
    Unsent,
    NoAnswer,
    BrokenOff(StatusCode),
    TooLarge {
        status: StatusCode,
        limit: usize,
    },
}

impl Failure {
    /// An error before the first byte of the answer.
    pub(in crate::client) fn before_answer(source: reqwest::Error) -> Self {
        let kind = if source.is_builder() {
            Kind::NotMade
        } else if source.is_connect() {
            Kind::NoConnection
        } else if is_unwritten(&source) {
            Kind::Unsent
        } else {
            Kind::NoAnswer
        };
        Self::new(kind, source)
    }

    /// An error in the middle of the answer.
    pub(in crate::client) fn in_answer(status: StatusCode, source: reqwest::Error) -> Self {
        Self::new(Kind::BrokenOff(status), source)
    }

    /// An answer longer than `limit` bytes.
    pub(in crate::client) fn too_large(status: StatusCode, limit: usize) -> Self {
        Self { kind: Kind::TooLarge { status, limit }, source: None }
    }

    fn new(kind: Kind, source: reqwest::Error) -> Self {
        // The URL holds ids and, in queries, merchants' references.
        Self { kind, source: Some(source.without_url()) }
    }

    /// Whether surely nothing was sent.
    pub(in crate::client) fn is_unsent(&self) -> bool {
        matches!(self.kind, Kind::NotMade | Kind::NoConnection | Kind::Unsent)
    }

    pub(in crate::client) fn is_timeout(&self) -> bool {
        self.source.as_ref().is_some_and(reqwest::Error::is_timeout)
    }

    pub(in crate::client) fn status(&self) -> Option<StatusCode> {
        match self.kind {
            Kind::BrokenOff(status) | Kind::TooLarge { status, .. } => Some(status),
            Kind::NotMade | Kind::NoConnection | Kind::Unsent | Kind::NoAnswer => None,
        }
    }

    pub(in crate::client) fn is_repeatable(&self, operation: Operation) -> bool {
        match self.kind {
            // The next time would be the same.
            Kind::NotMade | Kind::TooLarge { .. } => false,
            Kind::NoConnection | Kind::Unsent => true,
            Kind::NoAnswer | Kind::BrokenOff(_) => operation.repeatable,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            Kind::NotMade => f.write_str("the request could not be made"),
            Kind::NoConnection if self.is_timeout() => {
                f.write_str("no connection to Dintero in time")
            }
            Kind::NoConnection => f.write_str("no connection to Dintero"),
            Kind::Unsent => f.write_str("the connection to Dintero closed before it was used"),
            Kind::NoAnswer if self.is_timeout() => f.write_str("no answer from Dintero in time"),
            Kind::NoAnswer => f.write_str("no answer from Dintero"),
            Kind::BrokenOff(_) => f.write_str("the answer from Dintero broke off"),
            Kind::TooLarge { limit, .. } => {
                write!(f, "the answer from Dintero is longer than the limit of {limit} bytes")
            }
        }
    }
}

/// Whether hyper gave the request back because its connection closed before it began to write it.
///
/// hyper says "canceled" of such requests alone: what has been handed to the connection gets another error. On a
/// connection that had been used before, hyper-util sends it over another one by itself.
fn is_unwritten(error: &reqwest::Error) -> bool {
    let mut source = error.source();
    while let Some(error) = source {
        if let Some(error) = error.downcast_ref::<hyper::Error>() {
            return error.is_canceled();
        }
        source = error.source();
    }
    false
}
