//! Spans and events of feature `tracing`, with fields such as the operation, the number of attempts, the duration and
//! the status. They never contain a body, a filled path, a query or a credential. Without the feature, these functions
//! do nothing.

use std::time::Duration;

use super::attempt::{Attempt, Trail};
use super::error::Error;
use super::request::Request;
#[cfg(feature = "tracing")]
use super::response::RawResponse;
use super::send::Success;
use crate::wire::ValueError;

/// The span of a call, `dintero.call` at level INFO.
pub(super) struct CallTrace {
    #[cfg(feature = "tracing")]
    span: tracing::Span,
}

#[cfg(feature = "tracing")]
impl CallTrace {
    pub(super) fn new(request: &Request) -> Self {
        use tracing::field::Empty;

        let span = tracing::info_span!(
            "dintero.call",
            operation = request.operation.name,
            method = request.method.as_str(),
            path = request.template,
            attempts = Empty,
            status = Empty,
            request_id = Empty,
            duration_ms = Empty,
            error = Empty,
        );
        Self { span }
    }

    pub(super) fn run<F: Future>(&self, future: F) -> impl Future<Output = F::Output> {
        tracing::Instrument::instrument(future, self.span.clone())
    }

    pub(super) fn end(&self, result: &Result<Success, Error>, trail: &Trail, took: Duration) {
        let response = match result {
            Ok(success) => Some(&success.response),
            Err(error) => error.response(),
        };
        let status = match result {
            Ok(success) => Some(success.response.status()),
            Err(error) => error.status(),
        };
        self.span.record("attempts", trail.attempts);
        self.span.record("status", status.map(|status| status.as_u16()));
        self.span.record("request_id", response.and_then(request_id));
        self.span.record("duration_ms", milliseconds(took));
        if let Err(error) = result {
            self.span.record("error", tracing::field::display(error));
        }
    }
}

#[cfg(not(feature = "tracing"))]
impl CallTrace {
    pub(super) fn new(_: &Request) -> Self {
        Self {}
    }

    pub(super) fn run<F: Future>(&self, future: F) -> F {
        future
    }

    pub(super) fn end(&self, _: &Result<Success, Error>, _: &Trail, _: Duration) {}
}

/// Runs a future in the span of its caller, for futures that are spawned as tasks.
#[cfg(feature = "tracing")]
pub(super) fn in_current_span<F: Future>(future: F) -> impl Future<Output = F::Output> {
    tracing::Instrument::in_current_span(future)
}

#[cfg(not(feature = "tracing"))]
pub(super) fn in_current_span<F: Future>(future: F) -> F {
    future
}

/// Logs an attempt: at level DEBUG, or WARN if it will be retried after `wait`.
#[cfg(feature = "tracing")]
pub(super) fn attempt(number: u32, result: &Attempt, took: Duration, wait: Option<Duration>) {
    let response = result.as_ref().ok();
    let status = response.map(|response| response.status().as_u16());
    let request_id = response.and_then(request_id);
    let failure = result.as_ref().err().map(tracing::field::display);
    let duration_ms = milliseconds(took);
    match wait.map(milliseconds) {
        None => {
            tracing::debug!(attempt = number, status, request_id, duration_ms, failure, "attempt");
        }
        Some(wait_ms) => tracing::warn!(
            attempt = number,
            status,
            request_id,
            duration_ms,
            failure,
            wait_ms,
            "attempt will be retried"
        ),
    }
}

#[cfg(not(feature = "tracing"))]
pub(super) fn attempt(_: u32, _: &Attempt, _: Duration, _wait: Option<Duration>) {}

/// Logs the paths of unreadable values in a response at level WARN, but neither the values nor keys that are data, such
/// as those of metadata.
#[cfg(feature = "tracing")]
pub(super) fn unread(operation: &'static str, unread: &[ValueError]) {
    if unread.is_empty() {
        return;
    }
    let paths = unread.iter().map(ValueError::path_without_data).collect::<Vec<_>>().join(", ");
    tracing::warn!(operation, unread = paths, "a response has values that cannot be read");
}

#[cfg(not(feature = "tracing"))]
pub(super) fn unread(_: &'static str, _: &[ValueError]) {}

#[cfg(feature = "tracing")]
fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// Returns the request id only if it has the form of an id: the header could contain any text.
#[cfg(feature = "tracing")]
fn request_id(response: &RawResponse) -> Option<&str> {
    const LONGEST: usize = 80;
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    response.request_id().filter(|id| id.len() <= LONGEST && id.bytes().all(is_part))
}
