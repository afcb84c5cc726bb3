//! Simulated errors for merchants' tests (feature `test-util`), for example to test what a shop does after a timeout.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use super::{Error, TransportError};
use crate::client::attempt::{Failure, Trail};
use crate::client::endpoint::Operation;
use crate::client::response::RawResponse;

/// The simulated operation is one that must not arrive twice, such as a capture, because such operations are the
/// hardest to handle.
const SIMULATED: Operation = Operation { name: "simulated", repeatable: false };

/// A transport failure for [`Error::simulate_failure`]. Only with feature `test-util`.
///
/// # Examples
///
/// ```
/// use dintero_api::Error;
/// use dintero_api::client::SimulatedFailure;
///
/// /// The code under test: what to do after a failed capture.
/// fn next_step(error: &Error) -> &'static str {
///     if error.maybe_sent() { "read the transaction" } else { "capture again" }
/// }
///
/// for (failure, expected) in [
///     (SimulatedFailure::NotSent, "capture again"),
///     (SimulatedFailure::ConnectTimeout, "capture again"),
///     (SimulatedFailure::MaybeSent, "read the transaction"),
///     (SimulatedFailure::ResponseTimeout, "read the transaction"),
/// ] {
///     assert_eq!(next_step(&Error::simulate_failure(failure)), expected);
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SimulatedFailure {
    /// No connection was made, so the request was definitely not sent.
    NotSent,
    /// Connecting timed out, so the request was definitely not sent.
    ConnectTimeout,
    /// The request was sent and the connection broke, so the request may have been carried out.
    MaybeSent,
    /// The request was sent and no response arrived in time, so the request may have been carried out.
    ResponseTimeout,
}

impl Error {
    /// Creates the error of a call to which Dintero responded with this status and body. Only with feature `test-util`.
    ///
    /// Returns the error that the client would return: [`Api`](Self::Api) for a body that the API describes, or for a
    /// 4xx or 5xx status without a body; otherwise [`Unexpected`](Self::Unexpected).
    ///
    /// ```
    /// use dintero_api::Error;
    /// use dintero_api::client::StatusCode;
    ///
    /// let error = Error::simulate_response(StatusCode::NOT_FOUND, r#"{"error": {"code": "NOT FOUND"}}"#);
    /// assert!(error.is_not_found());
    /// assert_eq!(error.code(), Some("NOT FOUND"));
    /// ```
    #[must_use]
    pub fn simulate_response(status: StatusCode, body: impl Into<Bytes>) -> Self {
        Self::simulated_response(status, body.into())
    }

    fn simulated_response(status: StatusCode, body: Bytes) -> Self {
        let response = RawResponse::new(status, HeaderMap::new(), body);
        let mut trail = Trail::new(SIMULATED);
        trail.record(&Ok(response.clone()));
        Self::responded(trail, response)
    }

    /// Creates the error of a call without a response. Only with feature `test-util`.
    ///
    /// The simulated operation is one that must not arrive twice, such as a capture.
    ///
    /// ```
    /// use dintero_api::Error;
    /// use dintero_api::client::SimulatedFailure;
    ///
    /// let error = Error::simulate_failure(SimulatedFailure::ResponseTimeout);
    /// assert!(error.is_timeout() && error.maybe_sent() && !error.is_retryable());
    /// ```
    #[must_use]
    pub fn simulate_failure(failure: SimulatedFailure) -> Self {
        let mut trail = Trail::new(SIMULATED);
        let attempt = Err(Failure::simulated(failure));
        trail.record(&attempt);
        match attempt {
            Ok(response) => Self::responded(trail, response),
            Err(failure) => Self::Transport(TransportError::new(trail, failure)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn simulated_failures_match_those_of_the_client() {
        use SimulatedFailure::{ConnectTimeout, MaybeSent, NotSent, ResponseTimeout};
        for (failure, maybe_sent, is_timeout) in [
            (NotSent, false, false),
            (ConnectTimeout, false, true),
            (MaybeSent, true, false),
            (ResponseTimeout, true, true),
        ] {
            let error = Error::simulate_failure(failure);
            assert_eq!((error.maybe_sent(), error.is_timeout()), (maybe_sent, is_timeout));
            assert_eq!(error.is_retryable(), !maybe_sent, "{failure:?}");
            assert_eq!(error.attempts(), 1);
            assert!(error.status().is_none() && error.response().is_none());
            let end = if maybe_sent { "may have been carried out" } else { "nothing was sent" };
            assert!(error.to_string().ends_with(end), "{error}");
        }
    }

    #[test]
    fn simulated_responses_are_parsed() {
        let body = r#"{"error": {"code": "X", "message": "why", "errors": [1]}}"#;
        let error = Error::simulate_response(StatusCode::CONFLICT, body);
        assert_eq!((error.code(), error.message()), (Some("X"), Some("why")));
        assert!(matches!(error, Error::Api(_)) && error.maybe_sent());
        let error = Error::simulate_response(StatusCode::BAD_GATEWAY, "<html>");
        assert!(matches!(error, Error::Unexpected(_)) && error.code().is_none());
        assert_eq!(error.raw_body().map(|body| &body[..]), Some(&b"<html>"[..]));
    }
}
