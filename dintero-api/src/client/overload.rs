//! Reads from a response whether the request was refused or may succeed later (from the status), and when to send the
//! request again (from `Retry-After`).

use std::time::Duration;

use http::{StatusCode, header};
use jiff::Timestamp;
use jiff::fmt::rfc2822;

use super::response::RawResponse;

/// Returns whether a response with this status leaves open whether the request was carried out: 408, 429 or 5xx. The
/// same request may succeed later.
///
/// A 429 does not rule out that something was done: the document defines this status only for the token request, so for
/// a payment, it may come from the processor behind Dintero after part of the work.
pub(super) fn is_undecided(status: StatusCode) -> bool {
    let undecided = [StatusCode::REQUEST_TIMEOUT, StatusCode::TOO_MANY_REQUESTS];
    undecided.contains(&status) || status.is_server_error()
}

/// Returns whether a response with this status says that the request was not carried out: 4xx except 408 and 429.
pub(super) fn is_refusal(status: StatusCode) -> bool {
    status.is_client_error() && !is_undecided(status)
}

impl RawResponse {
    /// Returns whether the status says that the same request may succeed later: 408, 429 or 5xx.
    pub(super) fn is_overload(&self) -> bool {
        is_undecided(self.status())
    }

    /// Parses `Retry-After`: seconds, or an HTTP date. A date is measured from the response's own `Date`, because
    /// clocks differ, or from this machine's time if there is no `Date`. A date in the past counts as zero.
    pub(super) fn retry_after(&self) -> Option<Duration> {
        let text = self.header_str(header::RETRY_AFTER.as_str())?.trim();
        if let Ok(seconds) = text.parse() {
            return Some(Duration::from_secs(seconds));
        }
        let until = http_date(text)?;
        let sent = self.header_str(header::DATE.as_str()).and_then(|date| http_date(date.trim()));
        let now = sent.unwrap_or_else(Timestamp::now);
        Some(until.duration_since(now).try_into().unwrap_or(Duration::ZERO))
    }
}

fn http_date(text: &str) -> Option<Timestamp> {
    rfc2822::DateTimeParser::new().parse_timestamp(text).ok()
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::{HeaderMap, StatusCode};

    use super::*;

    fn after(value: &str, date: Option<&str>) -> Option<u64> {
        let mut headers = HeaderMap::new();
        headers.insert(header::RETRY_AFTER, value.parse().unwrap());
        if let Some(date) = date {
            headers.insert(header::DATE, date.parse().unwrap());
        }
        let response = RawResponse::new(StatusCode::SERVICE_UNAVAILABLE, headers, Bytes::new());
        response.retry_after().map(|wait| wait.as_secs())
    }

    #[test]
    fn status_says_whether_the_request_was_refused() {
        let ask = |is: fn(StatusCode) -> bool, codes: [u16; 12]| {
            codes.map(|code| is(StatusCode::from_u16(code).unwrap()))
        };
        let codes = [200, 202, 307, 400, 401, 403, 404, 408, 409, 429, 500, 503];
        let [o, x] = [false, true];
        assert_eq!(ask(is_refusal, codes), [o, o, o, x, x, x, x, o, x, o, o, o]);
        assert_eq!(ask(is_undecided, codes), [o, o, o, o, o, o, o, x, o, x, x, x]);
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let date = Some("Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(after("7", None), Some(7));
        assert_eq!(after(" 0 ", date), Some(0));
        assert_eq!(after("Sun, 06 Nov 1994 08:50:07 GMT", date), Some(30));
        assert_eq!(after("Sun, 06 Nov 1994 08:49:07 GMT", date), Some(0));
        // Measured from this machine's clock.
        assert_eq!(after("Sun, 06 Nov 1994 08:49:37 GMT", None), Some(0));
        assert!(after("Fri, 06 Nov 2893 08:49:37 GMT", None) > Some(1_000_000));
        for nonsense in ["", "-1", "soon", "1.5", "99999999999999999999999"] {
            assert_eq!(after(nonsense, date), None, "{nonsense}");
        }
    }
}
