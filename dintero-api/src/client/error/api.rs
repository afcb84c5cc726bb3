//! Errors with a response: API errors, and responses that the API does not describe.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

use crate::client::attempt::Trail;
use crate::client::response::{DecodeError, RawResponse};
use crate::wire::{FromJson, ObjectReader, ValueError};

/// Longer codes are not displayed; Dintero's codes are one or two words.
const DISPLAYED_CODE_LENGTH: usize = 40;
/// Codes with more digits are not displayed, because they could be phone numbers.
const DISPLAYED_CODE_DIGITS: usize = 4;

/// An API error: a status other than 2xx with a body `{"error": {"code", "message", "errors"}}`, or a 4xx or 5xx status
/// without a body. In the latter case, there is no code and no message.
///
/// # Examples
///
/// ```
/// use dintero_api::Error;
///
/// /// Returns the line for the shop's log. It omits `message`, which may repeat personal data.
/// fn log_line(error: &Error) -> String {
///     match error {
///         Error::Api(api) => {
///             let id = api.response().request_id().unwrap_or("none");
///             format!("{}: code {:?}, request {id}", api.response().status(), api.code())
///         }
///         other => other.to_string(),
///     }
/// }
/// ```
pub struct ApiError(Box<ApiInner>);

struct ApiInner {
    trail: Trail,
    response: RawResponse,
    body: ErrorBody,
}

impl ApiError {
    pub(super) fn new(trail: Trail, response: RawResponse, body: ErrorBody) -> Self {
        Self(Box::new(ApiInner { trail, response, body }))
    }

    /// Returns Dintero's error code, free text such as `NOT FOUND`.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.0.body.code.as_deref()
    }

    /// Returns Dintero's description of the error. It may repeat personal data from the request.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.0.body.message.as_deref()
    }

    /// Returns the details of the error, whose shape the API does not describe.
    #[must_use]
    pub fn errors(&self) -> &[Value] {
        &self.0.body.errors
    }

    /// Returns the whole response.
    #[must_use]
    pub fn response(&self) -> &RawResponse {
        &self.0.response
    }

    pub(super) fn trail(&self) -> &Trail {
        &self.0.trail
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_status(f, &self.0.trail, &self.0.response)?;
        match self.code() {
            Some(code) if is_displayed(code) => write!(f, " ({code})"),
            _ => Ok(()),
        }
    }
}

impl fmt::Debug for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiError")
            .field("operation", &self.0.trail.operation.name)
            .field("attempts", &self.0.trail.attempts)
            .field("code", &self.code().filter(|code| is_displayed(code)))
            .field("response", &self.0.response)
            .finish_non_exhaustive()
    }
}

impl std::error::Error for ApiError {}

/// A response that the API does not describe, such as a gateway's HTML, or that cannot be decoded into the expected
/// type.
///
/// If the status is a success, the request was carried out, and only its result is unknown.
///
/// # Examples
///
/// ```
/// use dintero_api::Error;
///
/// fn explain(error: &Error) -> &'static str {
///     match error {
///         Error::Unexpected(unexpected) if unexpected.response().status().is_success() => {
///             "carried out, but the result is unknown: read the resource again"
///         }
///         Error::Unexpected(_) => "not Dintero's usual response: is there a gateway in between?",
///         _ => "another error",
///     }
/// }
/// ```
pub struct UnexpectedResponse(Box<UnexpectedInner>);

struct UnexpectedInner {
    trail: Trail,
    response: RawResponse,
    reason: DecodeError,
}

impl UnexpectedResponse {
    pub(super) fn new(trail: Trail, response: RawResponse, reason: DecodeError) -> Self {
        Self(Box::new(UnexpectedInner { trail, response, reason }))
    }

    /// Returns the whole response.
    #[must_use]
    pub fn response(&self) -> &RawResponse {
        &self.0.response
    }

    pub(super) fn trail(&self) -> &Trail {
        &self.0.trail
    }
}

impl fmt::Display for UnexpectedResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_status(f, &self.0.trail, &self.0.response)?;
        f.write_str(", but the response cannot be read")
    }
}

impl fmt::Debug for UnexpectedResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnexpectedResponse")
            .field("operation", &self.0.trail.operation.name)
            .field("attempts", &self.0.trail.attempts)
            .field("response", &self.0.response)
            .field("reason", &self.0.reason)
            .finish()
    }
}

impl std::error::Error for UnexpectedResponse {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0.reason)
    }
}

fn write_status(f: &mut fmt::Formatter<'_>, trail: &Trail, response: &RawResponse) -> fmt::Result {
    // A status is displayed with its reason phrase: `404 Not Found`.
    write!(f, "`{}`: Dintero responded with {}", trail.operation.name, response.status())
}

/// Returns whether the text looks like an error code, such as `NOT FOUND` or `mfa_required`, rather than a name or
/// number from the request.
fn is_displayed(code: &str) -> bool {
    let count = |is_counted: fn(&u8) -> bool| code.bytes().filter(is_counted).count();
    let is_word = count(u8::is_ascii_uppercase) == 0 || count(u8::is_ascii_lowercase) == 0;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b' ');
    is_word
        && code.len() <= DISPLAYED_CODE_LENGTH
        && count(u8::is_ascii_digit) <= DISPLAYED_CODE_DIGITS
        && code.bytes().all(is_plain)
}

/// The body of an API error. Only the `error` object is required, so that the message can be read even if, for example,
/// the code is a number.
#[derive(Default)]
pub(super) struct ErrorBody {
    code: Option<String>,
    message: Option<String>,
    errors: Vec<Value>,
}

impl FromJson for ErrorBody {
    fn from_json(value: Value) -> Result<Self, ValueError> {
        let mut error: BTreeMap<String, Value> = ObjectReader::new(value).required("error")?;
        // A field of another type counts as absent: an error about the error body would help nobody.
        let mut text = |name| String::from_json(error.remove(name)?).ok();
        let (code, message) = (text("code"), text("message"));
        let errors = error.remove("errors").and_then(|errors| Vec::from_json(errors).ok());
        Ok(Self { code, message, errors: errors.unwrap_or_default() })
    }
}
