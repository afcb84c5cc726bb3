//! Errors below HTTP: no connection, no answer, or half of one.

use std::fmt;

use http::StatusCode;

use crate::client::endpoint::Endpoint;

/// There is no whole answer. Unless no connection was made, the request MAY have been carried out.
pub struct TransportError(Box<Inner>);

struct Inner {
    endpoint: &'static Endpoint,
    /// Of an answer that broke off.
    status: Option<StatusCode>,
    source: reqwest::Error,
}

impl TransportError {
    /// An error before the first byte of the answer.
    pub(in crate::client) fn before_answer(
        endpoint: &'static Endpoint,
        source: reqwest::Error,
    ) -> Self {
        Self::new(endpoint, None, source)
    }

    /// An error in the middle of the answer.
    pub(in crate::client) fn in_answer(
        endpoint: &'static Endpoint,
        status: StatusCode,
        source: reqwest::Error,
    ) -> Self {
        Self::new(endpoint, Some(status), source)
    }

    fn new(
        endpoint: &'static Endpoint,
        status: Option<StatusCode>,
        source: reqwest::Error,
    ) -> Self {
        // The URL holds ids and, in queries, merchants' references.
        Self(Box::new(Inner { endpoint, status, source: source.without_url() }))
    }

    /// Whether the request MAY have reached Dintero.
    #[must_use]
    pub fn maybe_sent(&self) -> bool {
        !(self.is_connect() || self.0.source.is_builder())
    }

    /// Whether no connection was made: refused, host not found, no TLS. Surely nothing was sent.
    #[must_use]
    pub fn is_connect(&self) -> bool {
        self.0.status.is_none() && self.0.source.is_connect()
    }

    /// Whether time ran out.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        self.0.source.is_timeout()
    }

    /// Returns the status of the answer, if it broke off after that.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.0.status.map(|status| status.as_u16())
    }

    pub(super) fn is_repeatable(&self) -> bool {
        self.is_connect() || (self.0.endpoint.repeatable && self.maybe_sent())
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = if self.is_connect() {
            "no connection to Dintero; nothing was sent"
        } else if !self.maybe_sent() {
            "the request could not be made; nothing was sent"
        } else if self.is_timeout() {
            "no answer from Dintero in time; the request may have been carried out"
        } else if self.0.status.is_some() {
            "the answer from Dintero broke off; the request may have been carried out"
        } else {
            "no answer from Dintero; the request may have been carried out"
        };
        write!(f, "`{}`: {what}", self.0.endpoint.name)
    }
}

impl fmt::Debug for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransportError")
            .field("operation", &self.0.endpoint.name)
            .field("status", &self.status())
            .field("source", &self.0.source)
            .finish()
    }
}

impl std::error::Error for TransportError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0.source)
    }
}
