//! The response of a shop to a callback, by what Dintero does with the status.

/// The response to a callback: done, later, or never.
///
/// Dintero calls again, up to 20 times, after a status of 5xx (or 1xx), a lost connection, or no response within 10
/// seconds. Any 4xx is final: the callback is not sent again. (Dintero's description of `callback_url`.)
///
/// With feature `axum` it is a response.
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
    /// 200: the callback was dealt with, now or when it came the first time.
    Handled,
    /// 503: not now, call again. The order is not stored yet, the database or Dintero cannot be reached.
    ///
    /// An order that is not known is the usual case: the callback may be faster than the shop, and a 404 would end the
    /// matter with a paid order that the shop never hears of.
    NotYet,
    /// 401: the signature is missing or wrong. Whoever called need not call again.
    Refused,
    /// 400: it cannot be read, and will not be readable the next time.
    Malformed,
}

impl CallbackResponse {
    /// Returns the HTTP status to respond with. No body is needed.
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
