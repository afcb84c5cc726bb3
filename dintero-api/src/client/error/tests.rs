//! Tests of the values that errors show or hide.

use std::sync::Arc;

use http::{HeaderValue, StatusCode};

use super::*;
use crate::client::endpoint::Operation;

const READ: Operation = Operation { name: "things.get", repeatable: true };
const WRITE: Operation = Operation { name: "things.create", repeatable: false };

fn responded(operation: Operation, status: u16, body: &'static str) -> Error {
    let mut headers = HeaderMap::new();
    headers.insert("retry-after", HeaderValue::from_static("7"));
    headers.insert("request-id", HeaderValue::from_static("r1"));
    headers.insert("content-type", HeaderValue::from_static("text/html"));
    let status = StatusCode::from_u16(status).unwrap();
    let response = RawResponse::new(status, headers, Bytes::from_static(body.as_bytes()));
    let mut trail = Trail::new(operation);
    trail.record(&Ok(response.clone()));
    Error::responded(trail, response)
}

#[test]
fn api_errors_are_parsed() {
    let body =
        r#"{"error":{"code":"NOT FOUND","message":"no kari@example.com","errors":[{"a":1}]}}"#;
    let error = responded(READ, 404, body);
    assert!(matches!(error, Error::Api(_)) && error.is_not_found() && error.maybe_sent());
    assert_eq!(error.code(), Some("NOT FOUND"));
    assert_eq!(error.message(), Some("no kari@example.com"));
    assert_eq!(error.errors(), [serde_json::json!({"a": 1})]);
    assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
    assert_eq!(error.request_id(), Some("r1"));
    assert_eq!(error.to_string(), "`things.get`: Dintero responded with 404 Not Found (NOT FOUND)");
    assert!(!format!("{error:?}").contains("kari"));
    let body: std::collections::BTreeMap<String, Value> = error.body().unwrap();
    assert!(body.contains_key("error"));
}

#[test]
fn other_bodies_are_kept() {
    for body in ["<html>Bad gateway</html>", "{\"error\":{\"mess", "[]", "{\"error\":\"x\"}", "{}"]
    {
        let error = responded(READ, 502, body);
        assert!(matches!(error, Error::Unexpected(_)), "{body}");
        assert_eq!(error.status(), Some(StatusCode::BAD_GATEWAY));
        assert_eq!(error.raw_body().map(|raw| &raw[..]), Some(body.as_bytes()));
        assert_eq!(error.message(), None);
        assert!(error.body::<String>().is_err());
        assert!(!format!("{error:?} {error}").contains("Bad gateway<"));
    }
    let error = responded(READ, 502, "<html>");
    assert_eq!(
        error.to_string(),
        "`things.get`: Dintero responded with 502 Bad Gateway, but the response cannot be read"
    );
    assert_eq!(
        std::error::Error::source(&error).unwrap().to_string(),
        "the body cannot be parsed as JSON"
    );
}

#[test]
fn errors_without_a_body_are_errors_of_the_api() {
    for status in [404, 500, 503] {
        let error = responded(READ, status, "");
        assert!(matches!(error, Error::Api(_)) && error.maybe_sent(), "{error:?}");
        assert_eq!(
            (error.status(), error.is_not_found()),
            (StatusCode::from_u16(status).ok(), status == 404)
        );
        assert_eq!(error.is_retryable(), status != 404);
        assert_eq!((error.code(), error.message(), error.errors().len()), (None, None, 0));
        assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
        assert_eq!(error.raw_body().map(Bytes::len), Some(0));
        assert_eq!(error.body::<Value>().unwrap_err().to_string(), "the body is empty");
    }
    assert_eq!(
        responded(READ, 404, "").to_string(),
        "`things.get`: Dintero responded with 404 Not Found"
    );
    // A redirect is not an error status.
    assert!(matches!(responded(READ, 307, ""), Error::Unexpected(_)));
}

#[test]
fn odd_codes_are_not_displayed() {
    for body in [
        r#"{"error":{"code":"kari@example.com","message":"m"}}"#,
        r#"{"error":{"code":"Kari Nordmann","message":"m"}}"#,
        r#"{"error":{"code":"4799999999","message":"m"}}"#,
    ] {
        let error = responded(READ, 400, body);
        assert_eq!(error.to_string(), "`things.get`: Dintero responded with 400 Bad Request");
    }
    let error = responded(READ, 400, r#"{"error":{"code":17,"message":"m"}}"#);
    assert_eq!((error.code(), error.message()), (None, Some("m")));
}

/// A gateway's 404, and a 404 in response to the token request, say nothing about the resource.
#[test]
fn only_an_error_of_the_api_says_that_a_resource_does_not_exist() {
    let body = r#"{"error":{"message":"m"}}"#;
    assert!(responded(READ, 404, body).is_not_found());
    assert!(!responded(READ, 410, body).is_not_found());
    let html = responded(READ, 404, "<h1>Not here</h1>");
    assert!(!html.is_not_found() && html.status() == Some(StatusCode::NOT_FOUND));
    let cause = Arc::new(responded(READ, 404, body));
    let token = Error::Auth(AuthError::new(Trail::new(READ), cause));
    assert!(!token.is_not_found() && token.status() == Some(StatusCode::NOT_FOUND));
}

/// A request is refused only if no attempt may have been carried out.
#[test]
fn refusals_are_those_of_every_attempt() {
    let body = r#"{"error":{"message":"m"}}"#;
    for (status, is_refused) in [
        (200, false),
        (307, false),
        (400, true),
        (403, true),
        (404, true),
        (408, false),
        (409, true),
        (429, false),
        (500, false),
        (503, false),
    ] {
        assert_eq!(responded(WRITE, status, body).is_refused(), is_refused, "{status}");
    }
    let response = |status| {
        RawResponse::new(StatusCode::from_u16(status).unwrap(), HeaderMap::new(), Bytes::new())
    };
    let mut trail = Trail::new(READ);
    trail.record(&Ok(response(503)));
    trail.record(&Ok(response(400)));
    assert!(!Error::responded(trail, response(400)).is_refused());

    // The call was sent with a token that Dintero refused, and there was no other token.
    let mut trail = Trail::new(WRITE);
    assert!(!Error::Auth(AuthError::new(trail, Arc::new(responded(READ, 503, "")))).is_refused());
    trail.record(&Ok(response(401)));
    let error = Error::Auth(AuthError::new(trail, Arc::new(responded(READ, 503, ""))));
    assert!(error.maybe_sent() && error.is_refused());
}

#[test]
fn is_retryable_depends_on_status_and_operation() {
    let body = r#"{"error":{"message":"m"}}"#;
    assert!(responded(READ, 429, body).is_retryable());
    assert!(!responded(WRITE, 429, body).is_retryable());
    assert!(responded(READ, 503, body).is_retryable());
    assert!(!responded(WRITE, 503, body).is_retryable());
    assert!(!responded(READ, 400, body).is_retryable());
    assert!(responded(READ, 502, "<html>").is_retryable());
    assert!(!responded(READ, 200, "<html>").is_retryable());
}

#[test]
fn auth_error_reports_its_cause_and_was_not_sent() {
    let body = r#"{"error":{"code":"mfa_required","message":"m"}}"#;
    let auth = |cause| AuthError::new(Trail::new(WRITE), Arc::new(cause));
    let error = Error::Auth(auth(responded(READ, 403, body)));
    assert!(!error.maybe_sent() && error.is_mfa_required());
    assert_eq!((error.status(), error.code()), (Some(StatusCode::FORBIDDEN), Some("mfa_required")));
    assert_eq!(
        error.to_string(),
        "`things.create`: could not get an access token from Dintero, which asks for a second factor; use the \
         credentials of an API client, not of a person"
    );
    let source = std::error::Error::source(&error).unwrap();
    assert_eq!(
        source.to_string(),
        "`things.get`: Dintero responded with 403 Forbidden (mfa_required)"
    );
    assert!(size_of::<Error>() <= 2 * size_of::<usize>());

    let reason = |status, body| auth(responded(READ, status, body)).reason();
    assert_eq!(reason(403, body), AuthFailure::MfaRequired);
    assert_eq!(reason(403, ""), AuthFailure::Refused);
    assert_eq!(reason(401, body), AuthFailure::Refused);
    assert_eq!(reason(429, body), AuthFailure::Unavailable);
    // A gateway's response says nothing about the credentials.
    assert_eq!(reason(403, "<html>"), AuthFailure::Unavailable);
    assert_eq!(reason(200, "<html>"), AuthFailure::Unavailable);
}
