//! Tests every documented error status of every operation.

use std::time::Duration;

use dintero_api::Error;
use dintero_api::client::StatusCode;
use dintero_api::types::{CreateAuthTokenError, ErrorBody, PaySessionError};
use serde_json::{Value, json};

use crate::calls::calls;
use crate::document::{self, Documented};
use crate::exchange::Exchange;
use crate::expect_none;
use crate::schema;
use crate::server::Reply;
use crate::{bodies, exchange};

/// A documented error: its status, the schema of its body if there is one, and whether `Retry-After` is among its
/// headers.
struct Documents {
    status: u16,
    schema: Option<&'static Value>,
    has_retry_after: bool,
}

/// Returns the errors that the document lists for an operation. `default` becomes status 418, which the document lists
/// for no operation.
fn errors(documented: &Documented) -> Vec<Documents> {
    let errors = documented.responses().filter(|(status, _)| !status.starts_with('2'));
    errors
        .map(|(status, response)| Documents {
            status: status.parse().unwrap_or(418),
            schema: response["content"].get("application/json").map(|content| &content["schema"]),
            has_retry_after: response["headers"].get("Retry-After").is_some(),
        })
        .collect()
}

fn body() -> Value {
    json!({"error": {
        "code": "SOME_CODE",
        "message": "something about kari@example.com",
        "errors": [{"message": "one"}, "two"],
    }})
}

#[tokio::test]
async fn every_documented_error_says_what_it_is() {
    let mut problems = Vec::new();
    let mut tried = 0;
    for call in calls() {
        let documented = document::operation(call.method, call.path);
        for expected in errors(&documented) {
            let status = expected.status;
            let exchange = responding(call.path, status, expected.schema.is_some()).await;
            let problem = match (call.full)(&exchange.client).await {
                Ok(_) => Some("is a success".to_owned()),
                Err(error) => error_problem(&documented, &expected, &error),
            };
            let name = format!("{} {} {status}", call.method, call.path);
            problems.extend(problem.map(|problem| format!("{name}: {problem}")));
            // After a 401, the client renews its token and retries the call once. HTTP Basic credentials cannot be
            // renewed.
            let is_renewed = status == 401 && documented.schemes().contains(&"JWT");
            let times =
                if is_renewed && !documented.schemes().contains(&"clientAuth") { 2 } else { 1 };
            let own = exchange.arrived().into_iter().filter(|(_, request)| {
                request.target.ends_with("/auth/token") == call.path.ends_with("/auth/token")
            });
            let arrived = own.count();
            if arrived != times {
                problems.push(format!(
                    "{name}: the request arrived {arrived} times instead of {times}"
                ));
            }
            tried += 1;
        }
    }
    expect_none(problems);
    assert!(tried > 100, "only {tried} documented errors were tried");
}

/// Starts servers that return an error, and issue tokens unless the call under test is the token request.
async fn responding(path: &str, status: u16, has_body: bool) -> Exchange {
    let headers = "content-type: application/json\r\nretry-after: 7\r\nrequest-id: r-1\r\n";
    let text = if has_body { body().to_string() } else { String::new() };
    let reply = move |_: &_| Reply::Response { status, headers, body: text.clone() };
    if path.ends_with("/auth/token") {
        Exchange::with_tokens(reply).await
    } else {
        Exchange::start(reply).await
    }
}

fn error_problem(documented: &Documented, expected: &Documents, error: &Error) -> Option<String> {
    let status = expected.status;
    let is_retryable = (status == 429 || status >= 500) && documented.is_retryable();
    let facts = [
        ("kind", matches!(error, Error::Api(_))),
        ("status", error.status().is_some_and(|found| found == status)),
        ("is_not_found", error.is_not_found() == (status == 404)),
        ("maybe_sent", error.maybe_sent()),
        ("is_timeout", !error.is_timeout()),
        ("is_retryable", error.is_retryable() == is_retryable),
        ("request_id", error.request_id() == Some("r-1")),
        ("operation", error.to_string().starts_with(&format!("`{}`", documented.rust_name()))),
        ("personal data", !format!("{error} {error:?}").contains("kari")),
        (
            "retry_after",
            !expected.has_retry_after || error.retry_after() == Some(Duration::from_secs(7)),
        ),
    ];
    let without_body = [
        ("no code", error.code().is_none()),
        ("no message", error.message().is_none()),
        ("no errors", error.errors().is_empty()),
        ("no body", error.body::<Value>().is_err()),
    ];
    let with_body = [
        ("code", error.code() == Some("SOME_CODE")),
        ("message", error.message() == Some("something about kari@example.com")),
        ("errors", error.errors() == [json!({"message": "one"}), json!("two")]),
        ("body", error.body::<ErrorBody>().is_ok_and(|read| to_json(&read) == body())),
    ];
    let of_body = if expected.schema.is_some() { &with_body[..] } else { &without_body[..] };
    let wrong = facts.iter().chain(of_body).filter(|(_, holds)| !holds);
    let wrong: Vec<_> = wrong.map(|(fact, _)| *fact).collect();
    (!wrong.is_empty()).then(|| format!("{wrong:?} of {error:?}"))
}

fn to_json(value: &impl serde_core::Serialize) -> Value {
    serde_json::to_value(value).expect("the value can be serialized")
}

/// The error bodies documented for `/sessions/pay` (400, 500 and `default`) have the additional property `success`.
#[tokio::test]
async fn errors_of_a_payment_have_their_own_body() {
    let documented = document::operation("post", "/sessions/pay");
    let own = errors(&documented).into_iter().filter(|error| {
        let schema = error.schema.expect("an error of a payment has a body");
        schema::sample(schema).get("success").is_some()
    });
    let statuses: Vec<_> = own.map(|error| (error.status, error.schema)).collect();
    assert_eq!(statuses.iter().map(|(status, _)| *status).collect::<Vec<_>>(), [400, 500, 418]);
    for (status, schema) in statuses {
        let body = schema::sample(schema.expect("it has a body"));
        let response = body.clone();
        let exchange = Exchange::start(move |_| Reply::json(status, &response)).await;
        let call = exchange.client.sessions().pay(&bodies::pay_session());
        let error = call.await.expect_err("the response is an error");
        assert!(matches!(error, Error::Api(_)), "{error:?}");
        let read = error.body::<PaySessionError>().expect("the body is the documented one");
        assert_eq!(schema::differences(&body, &to_json(&read)), [""; 0]);
        assert!(!error.is_retryable(), "a payment is never retried: {status}");
    }
}

/// Without `success`, the body is still that of an error with a code and a message.
#[tokio::test]
async fn error_of_a_payment_without_its_own_property_is_still_an_error() {
    let exchange = Exchange::start(|_| Reply::json(402, &body())).await;
    let call = exchange.client.sessions().pay(&bodies::pay_session());
    let error = call.await.expect_err("the response is an error");
    assert_eq!(
        (error.status(), error.code()),
        (Some(StatusCode::PAYMENT_REQUIRED), Some("SOME_CODE"))
    );
    error.body::<PaySessionError>().expect_err("`success` is missing");
}

#[tokio::test]
async fn token_that_needs_a_second_factor_says_so() {
    let mut body = body();
    body["error"]["code"] = "mfa_required".into();
    body["mfa_token"] = "mfa-hunter2".into();
    let exchange = Exchange::with_tokens(move |_| Reply::json(403, &body)).await;
    let call = exchange.client.auth().create_token(&bodies::token());
    let error = call.await.expect_err("the response is an error");
    assert_eq!((error.status(), error.code()), (Some(StatusCode::FORBIDDEN), Some("mfa_required")));
    let read = error.body::<CreateAuthTokenError>().expect("the body is the documented one");
    assert_eq!(read.mfa_token.as_ref().map(|token| token.expose()), Some("mfa-hunter2"));
    assert!(!format!("{read:?} {error:?} {error}").contains("hunter2"));
}

/// If the token request is refused, the call is not sent, and its error differs from the error for a refused call.
#[tokio::test]
async fn call_is_not_sent_if_its_token_is_refused() {
    let exchange = Exchange::with_tokens(|_| Reply::json(403, &body())).await;
    let call = exchange.client.transactions().capture("T12345678.1", &bodies::capture());
    let error = call.await.expect_err("the response is an error");
    assert!(matches!(error, Error::Auth(_)) && !error.maybe_sent(), "{error:?}");
    assert_eq!(error.status(), Some(StatusCode::FORBIDDEN));
    let arrived = exchange.arrived();
    assert_eq!((arrived.len(), arrived[0].0), (1, exchange::API));
}
