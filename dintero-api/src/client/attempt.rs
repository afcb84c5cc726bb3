//! One attempt to send a request: how it ended, what is known of the call after it, and whether another one may follow.

use std::error::Error as _;
use std::fmt;

use http::StatusCode;

use super::endpoint::Operation;
#[cfg(feature = "test-util")]
use super::error::SimulatedFailure;
use super::response::RawResponse;
use super::runtime::Lack;

/// How one attempt ended: with a response, whatever its status, or without a whole one.
pub(super) type Attempt = Result<RawResponse, Failure>;

/// What is known of a call so far, and of the error that it may end with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Trail {
    pub(super) operation: Operation,
    /// How many attempts there were.
    pub(super) attempts: u32,
    /// Whether any of the attempts MAY have reached Dintero.
    pub(super) maybe_sent: bool,
}

impl Trail {
    pub(super) fn new(operation: Operation) -> Self {
        Self { operation, attempts: 0, maybe_sent: false }
    }

    /// Records an attempt.
    pub(super) fn record(&mut self, attempt: &Attempt) {
        self.attempts += 1;
        self.maybe_sent |= !matches!(attempt, Err(failure) if failure.is_unsent());
    }

    /// Whether the request may be sent again after such an attempt: without doing something twice, and with a chance
    /// of success. Retries and [`Error::is_retryable`](super::Error::is_retryable) both follow this rule.
    pub(super) fn is_retryable(&self, attempt: Result<&RawResponse, &Failure>) -> bool {
        match attempt {
            Ok(response) => self.operation.repeatable && response.is_overload(),
            Err(failure) => failure.is_retryable(self.operation),
        }
    }
}

/// Why one attempt has no whole response.
#[derive(Debug)]
pub(super) struct Failure {
    kind: Kind,
    /// Whether time ran out.
    timed_out: bool,
    source: Option<reqwest::Error>,
}

#[derive(Debug)]
enum Kind {
    /// The HTTP client did not take the request.
    NotMade,
    /// Nothing can be sent from where the call is polled.
    NoRuntime(Lack),
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
    /// An error before the first byte of the response.
    pub(super) fn before_answer(source: reqwest::Error) -> Self {
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

    /// An error in the middle of the response.
    pub(super) fn in_answer(status: StatusCode, source: reqwest::Error) -> Self {
        Self::new(Kind::BrokenOff(status), source)
    }

    /// A response longer than `limit` bytes.
    pub(super) fn too_large(status: StatusCode, limit: usize) -> Self {
        Self::without_source(Kind::TooLarge { status, limit })
    }

    /// Nothing was sent, for want of a runtime or of a part of it.
    pub(super) fn no_runtime(lack: Lack) -> Self {
        Self::without_source(Kind::NoRuntime(lack))
    }

    /// A failure that a merchant's test makes up.
    #[cfg(feature = "test-util")]
    pub(super) fn simulated(failure: SimulatedFailure) -> Self {
        let (kind, timed_out) = match failure {
            SimulatedFailure::NotSent => (Kind::NoConnection, false),
            SimulatedFailure::ConnectTimeout => (Kind::NoConnection, true),
            SimulatedFailure::MaybeSent => (Kind::NoAnswer, false),
            SimulatedFailure::ResponseTimeout => (Kind::NoAnswer, true),
        };
        Self { timed_out, ..Self::without_source(kind) }
    }

    fn new(kind: Kind, source: reqwest::Error) -> Self {
        let timed_out = source.is_timeout();
        // The URL holds ids and, in queries, merchants' references.
        Self { kind, timed_out, source: Some(source.without_url()) }
    }

    fn without_source(kind: Kind) -> Self {
        Self { kind, timed_out: false, source: None }
    }

    /// Whether the request was definitely not sent.
    pub(super) fn is_unsent(&self) -> bool {
        matches!(self.kind, Kind::NotMade | Kind::NoRuntime(_) | Kind::NoConnection | Kind::Unsent)
    }

    pub(super) fn is_timeout(&self) -> bool {
        self.timed_out
    }

    pub(super) fn status(&self) -> Option<StatusCode> {
        match self.kind {
            Kind::BrokenOff(status) | Kind::TooLarge { status, .. } => Some(status),
            Kind::NotMade
            | Kind::NoRuntime(_)
            | Kind::NoConnection
            | Kind::Unsent
            | Kind::NoAnswer => None,
        }
    }

    pub(super) fn is_connect(&self) -> bool {
        matches!(self.kind, Kind::NoConnection)
    }

    pub(super) fn is_too_large(&self) -> bool {
        matches!(self.kind, Kind::TooLarge { .. })
    }

    /// Returns the error of the HTTP client, if there is one.
    pub(super) fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|source| source as _)
    }

    /// Whether another attempt does no harm and may succeed.
    fn is_retryable(&self, operation: Operation) -> bool {
        match self.kind {
            // Another attempt would fail in the same way.
            Kind::NotMade | Kind::NoRuntime(_) | Kind::TooLarge { .. } => false,
            Kind::NoConnection | Kind::Unsent => true,
            Kind::NoAnswer | Kind::BrokenOff(_) => operation.repeatable,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            Kind::NotMade => f.write_str("the request could not be made"),
            Kind::NoRuntime(lack) => lack.fmt(f),
            Kind::NoConnection if self.is_timeout() => {
                f.write_str("no connection to Dintero in time")
            }
            Kind::NoConnection => f.write_str("no connection to Dintero"),
            Kind::Unsent => f.write_str("the connection to Dintero closed before it was used"),
            Kind::NoAnswer if self.is_timeout() => f.write_str("no response from Dintero in time"),
            Kind::NoAnswer => f.write_str("no response from Dintero"),
            Kind::BrokenOff(_) => f.write_str("the response from Dintero broke off"),
            Kind::TooLarge { limit, .. } => {
                write!(f, "the response from Dintero is longer than the limit of {limit} bytes")
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
