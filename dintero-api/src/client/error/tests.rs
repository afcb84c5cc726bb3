//! Tests of the values that errors show or hide.

use std::sync::Arc;

use http::{HeaderValue, StatusCode};

use super::*;
use crate::client::endpoint::Operation;

const READ: Operation = Operation { name: "things.get", repeatable: true };
const WRITE: Operation = Operation { name: "things.create", repeatable: false };

fn trail(operation: Operation) -> Trail {
    Trail { attempts: 1, maybe_sent: true, ..Trail::new(operation) }
}

fn responded(operation: Operation, status: u16, body: &'static str) -> Error {
    let mut headers = HeaderMap::new();
    headers.insert("retry-after", HeaderValue::from_static("7"));
    headers.insert("request-id", HeaderValue::from_static("r1"));
    headers.insert("content-type", HeaderValue::from_static("text/html"));
    let status = StatusCode::from_u16(status).unwrap();
    Error::responded(
        trail(operation),
        RawResponse::new(status, headers, Bytes::from_static(body.as_bytes())),
    )
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
    assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "the body is not JSON");
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
    assert_eq!(reason(200, "<html>"), AuthFailure::Unavailable);
}
