//! A shop's response to a callback, which determines whether Dintero calls again.

/// The response to a callback: handled, retry later, or do not retry.
///
/// Dintero retries up to 20 times after a 5xx (or 1xx) status, a lost connection, or no response within 10 seconds. Any
/// 4xx is final: the callback is not sent again. (Source: Dintero's description of `callback_url`.)
///
/// With the `axum` feature, this type implements `IntoResponse`.
///
/// # Examples
///
/// ```
/// use dintero_api::callback::CallbackResponse;
///
/// let is_order_stored = false;
/// let response = if is_order_stored { CallbackResponse::Handled } else { CallbackResponse::NotYet };
/// assert_eq!(response.status_code(), 503);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CallbackResponse {
    /// 200: the callback was processed, now or on an earlier delivery.
    Handled,
    /// 503: retry later. The order is not stored yet, or the database or Dintero cannot be reached.
    ///
    /// An unknown order is the usual case: the callback may arrive before the shop has stored the order. A 404 would be
    /// final, and the shop would never learn that the order was paid.
    NotYet,
    /// 401: the signature is missing or does not match. The callback is not sent again.
    Refused,
    /// 400: the callback cannot be read, and a retry would not change that.
    Malformed,
}

impl CallbackResponse {
    /// Returns the HTTP status to send. No body is needed.
    #[must_use]
    pub const fn status_code(self) -> u16 {
        match self {
            Self::Handled => 200,
            Self::NotYet => 503,
            Self::Refused => 401,
            Self::Malformed => 400,
        }
    }
}
