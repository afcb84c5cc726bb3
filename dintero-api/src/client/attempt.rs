//! One attempt to send a request: its result, what is known about the call afterwards, and whether the request may be
//! retried.

use std::error::Error as _;
use std::fmt;

use http::StatusCode;

use super::condition::Unmet;
use super::endpoint::Operation;
#[cfg(feature = "test-util")]
use super::error::SimulatedFailure;
use super::overload::is_refusal;
use super::response::RawResponse;
use super::runtime::Lack;

/// The result of one attempt: a complete response of any status, or a failure.
pub(super) type Attempt = Result<RawResponse, Failure>;

/// The record of a call's attempts so far, which the call's error reports.
#[derive(Debug, Clone, Copy)]
pub(super) struct Trail {
    pub(super) operation: Operation,
    /// The number of attempts so far.
    pub(super) attempts: u32,
    /// Whether any of the attempts MAY have reached Dintero.
    pub(super) maybe_sent: bool,
    /// Whether any of the attempts MAY have been carried out: it may have reached Dintero, and Dintero did not refuse it.
    pub(super) maybe_carried_out: bool,
}

impl Trail {
    pub(super) fn new(operation: Operation) -> Self {
        Self { operation, attempts: 0, maybe_sent: false, maybe_carried_out: false }
    }

    /// Records an attempt.
    pub(super) fn record(&mut self, attempt: &Attempt) {
        self.attempts += 1;
        let is_unsent = matches!(attempt, Err(failure) if failure.is_unsent());
        let status = match attempt {
            Ok(response) => Some(response.status()),
            Err(failure) => failure.status(),
        };
        self.maybe_sent |= !is_unsent;
        self.maybe_carried_out |= !is_unsent && !status.is_some_and(is_refusal);
    }

    /// Returns whether a retry after this attempt is safe and may succeed. Retries and
    /// [`Error::is_retryable`](super::Error::is_retryable) both follow this rule.
    pub(super) fn is_retryable(&self, attempt: Result<&RawResponse, &Failure>) -> bool {
        match attempt {
            Ok(response) => self.operation.repeatable && response.is_overload(),
            Err(failure) => failure.is_retryable(self.operation),
        }
    }
}

/// Why one attempt did not return a complete response.
#[derive(Debug)]
pub(super) struct Failure {
    kind: Kind,
    /// Whether the attempt timed out.
    timed_out: bool,
    source: Option<reqwest::Error>,
}

#[derive(Debug)]
enum Kind {
    /// The HTTP client rejected the request.
    NotBuilt,
    /// The runtime that polls the call cannot send requests, or there is no runtime.
    NoRuntime(Lack),
    /// The call's condition was not met when the attempt would have begun.
    Withheld(Unmet),
    NoConnection,
    /// The connection closed before a byte of the request was written.
    Unsent,
    NoResponse,
    CutShort(StatusCode),
    TooLarge {
        status: StatusCode,
        limit: usize,
    },
}

impl Failure {
    /// Creates the failure for an error that occurred before any part of the response arrived.
    pub(super) fn before_response(source: reqwest::Error) -> Self {
        let kind = if source.is_builder() {
            Kind::NotBuilt
        } else if source.is_connect() {
            Kind::NoConnection
        } else if is_unwritten(&source) {
            Kind::Unsent
        } else {
            Kind::NoResponse
        };
        Self::new(kind, source)
    }

    /// Creates the failure for an error that occurred while the body of the response was read.
    pub(super) fn in_response(status: StatusCode, source: reqwest::Error) -> Self {
        Self::new(Kind::CutShort(status), source)
    }

    /// Creates the failure for a response longer than `limit` bytes.
    pub(super) fn too_large(status: StatusCode, limit: usize) -> Self {
        Self::without_source(Kind::TooLarge { status, limit })
    }

    /// Creates the failure for a missing runtime, timer or I/O driver, or for a lost token fetch. The call itself was
    /// not sent.
    pub(super) fn no_runtime(lack: Lack) -> Self {
        Self::without_source(Kind::NoRuntime(lack))
    }

    /// Creates the failure for an attempt that was not made, because the call's condition was not met.
    pub(super) fn withheld(unmet: Unmet) -> Self {
        Self::without_source(Kind::Withheld(unmet))
    }

    /// Returns why the attempt was not made, if the call's condition was not met.
    pub(super) fn unmet(&self) -> Option<Unmet> {
        if let Kind::Withheld(unmet) = self.kind { Some(unmet) } else { None }
    }

    /// Creates a simulated failure for a merchant's tests.
    #[cfg(feature = "test-util")]
    pub(super) fn simulated(failure: SimulatedFailure) -> Self {
        let (kind, timed_out) = match failure {
            SimulatedFailure::NotSent => (Kind::NoConnection, false),
            SimulatedFailure::ConnectTimeout => (Kind::NoConnection, true),
            SimulatedFailure::MaybeSent => (Kind::NoResponse, false),
            SimulatedFailure::ResponseTimeout => (Kind::NoResponse, true),
        };
        Self { timed_out, ..Self::without_source(kind) }
    }

    fn new(kind: Kind, source: reqwest::Error) -> Self {
        let timed_out = source.is_timeout();
        // The URL may contain ids and, in its query, merchant references.
        Self { kind, timed_out, source: Some(source.without_url()) }
    }

    fn without_source(kind: Kind) -> Self {
        Self { kind, timed_out: false, source: None }
    }

    /// Returns whether the request was definitely not sent.
    pub(super) fn is_unsent(&self) -> bool {
        match self.kind {
            Kind::NotBuilt
            | Kind::NoRuntime(_)
            | Kind::Withheld(_)
            | Kind::NoConnection
            | Kind::Unsent => true,
            Kind::NoResponse | Kind::CutShort(_) | Kind::TooLarge { .. } => false,
        }
    }

    pub(super) fn is_timeout(&self) -> bool {
        self.timed_out
    }

    pub(super) fn status(&self) -> Option<StatusCode> {
        match self.kind {
            Kind::CutShort(status) | Kind::TooLarge { status, .. } => Some(status),
            Kind::NotBuilt
            | Kind::NoRuntime(_)
            | Kind::Withheld(_)
            | Kind::NoConnection
            | Kind::Unsent
            | Kind::NoResponse => None,
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

    /// Returns whether a retry is safe and may succeed.
    fn is_retryable(&self, operation: Operation) -> bool {
        match self.kind {
            // A retry would fail in the same way.
            Kind::NotBuilt | Kind::NoRuntime(_) | Kind::Withheld(_) | Kind::TooLarge { .. } => {
                false
            }
            Kind::NoConnection | Kind::Unsent => true,
            Kind::NoResponse | Kind::CutShort(_) => operation.repeatable,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            Kind::NotBuilt => f.write_str("the request could not be built"),
            Kind::NoRuntime(lack) => lack.fmt(f),
            Kind::Withheld(unmet) => unmet.fmt(f),
            Kind::NoConnection if self.is_timeout() => {
                f.write_str("connecting to Dintero timed out")
            }
            Kind::NoConnection => f.write_str("could not connect to Dintero"),
            Kind::Unsent => f.write_str("the connection to Dintero closed before it was used"),
            Kind::NoResponse if self.is_timeout() => f.write_str("Dintero did not respond in time"),
            Kind::NoResponse => f.write_str("no response from Dintero"),
            Kind::CutShort(_) => f.write_str("the response from Dintero was cut short"),
            Kind::TooLarge { limit, .. } => {
                write!(f, "the response from Dintero is longer than the limit of {limit} bytes")
            }
        }
    }
}

/// Returns whether hyper returned the request because the connection closed before hyper began to write the request.
///
/// hyper reports "canceled" only for such requests; once a request has been passed to the connection, hyper reports a
/// different error. If the connection had been used before, hyper-util itself sends the request over a new connection.
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
