//! Tests that every documented success response is decoded into the type of its operation.

use dintero_api::client::StatusCode;
use dintero_api::operations::TransactionChange;
use serde_json::{Value, json};

use crate::calls::{Call, Outcome, calls};
use crate::document;
use crate::exchange::Exchange;
use crate::expect_none;
use crate::schema;
use crate::server::Reply;
use crate::story::transaction;

/// A documented response: status, media type and body.
#[derive(Clone)]
struct Sample {
    status: u16,
    media: &'static str,
    body: Vec<u8>,
}

impl Sample {
    fn reply(self) -> Reply {
        let headers = format!("content-type: {}\r\nevent-request-id: event-1\r\n", self.media);
        Reply::Bytes { status: self.status, headers, body: self.body }
    }
}

/// Returns every success response that the document lists for an operation.
fn responses(call: &Call) -> Vec<Sample> {
    let successes = document::operation(call.method, call.path).successes();
    let response = |status, (media, schema): (_, &'static Value)| {
        let body = match schema["format"].as_str() {
            Some("binary") => b"\x89PNG\r\n\x1a\n\0\xff".to_vec(),
            _ => schema::sample(schema).to_string().into_bytes(),
        };
        Sample { status, media, body }
    };
    let contents = successes
        .into_iter()
        .flat_map(|(status, contents)| contents.into_iter().map(move |content| (status, content)));
    contents.map(|(status, content)| response(status, content)).collect()
}

async fn outcome(call: &Call, response: Sample) -> Result<Outcome, dintero_api::Error> {
    let reply = move |_: &_| response.clone().reply();
    let exchange = if call.path.ends_with("/auth/token") {
        Exchange::with_tokens(reply).await
    } else {
        Exchange::start(reply).await
    };
    (call.full)(&exchange.client).await
}

/// Every documented property is decoded: the decoded value, serialized again, equals the response.
#[tokio::test]
async fn responses_are_decoded_completely() {
    let mut problems = Vec::new();
    for call in calls() {
        for response in responses(&call) {
            let name = format!("{} {} {}", call.method, call.path, response.status);
            match outcome(&call, response.clone()).await {
                Ok(outcome) => {
                    let own = response_problems(&response, &outcome);
                    problems.extend(own.into_iter().map(|problem| format!("{name}: {problem}")));
                }
                Err(error) => problems.push(format!("{name}: {error:?}")),
            }
        }
    }
    expect_none(problems);
}

fn response_problems(response: &Sample, outcome: &Outcome) -> Vec<String> {
    let mut problems = Vec::new();
    if outcome.status != response.status {
        problems.push(format!("is decoded with status {}", outcome.status));
    }
    if outcome.content_type.as_deref() != Some(response.media) {
        problems.push(format!("is decoded with content type {:?}", outcome.content_type));
    }
    match (&outcome.bytes, response.media) {
        (None, "application/json") => {
            let body = serde_json::from_slice(&response.body).expect("the sample is JSON");
            problems.extend(schema::differences(&body, &outcome.value));
        }
        (Some(bytes), _) if *bytes == response.body => {}
        _ => problems.push(format!("{} is decoded as another value", response.media)),
    }
    problems
}

/// Every operation except the deletion of a card token has a response to test, and only the operations below have a
/// success status other than 200.
#[test]
fn all_documented_responses_are_tried() {
    let mut several = Vec::new();
    for call in calls() {
        let responses = responses(&call);
        // If the document describes no body, any body is accepted: see `undocumented_body_is_accepted`.
        let is_described = call.method != "delete" || !call.path.starts_with("/card-tokens/");
        assert_eq!(!responses.is_empty(), is_described, "{} {}", call.method, call.path);
        let other =
            responses.iter().map(|response| response.status).filter(|status| *status != 200);
        several.extend(other.map(|status| (call.path, status)));
    }
    several.sort_unstable();
    let expected = [
        ("/accounts/{aid}/settlements/reports/generate-test-report", 201),
        ("/sessions/{session_id}/pay", 202),
        ("/transactions/{id}/capture", 202),
        ("/transactions/{id}/refund", 202),
        ("/transactions/{id}/void", 202),
    ];
    assert_eq!(several, expected);
}

/// The document does not say what Dintero returns when a card token is deleted.
#[tokio::test]
async fn undocumented_body_is_accepted() {
    for (status, body) in [(200, r#"{"id":"a","status":"DELETED"}"#), (204, ""), (202, "gone")] {
        let exchange = Exchange::start(move |_| {
            Sample { status, media: "application/json", body: body.as_bytes().to_vec() }.reply()
        })
        .await;
        let tokens = exchange.client.card_tokens();
        let deleted = tokens.delete("token-1").await.expect("every success status is decoded");
        assert_eq!((deleted.status().as_u16(), &deleted.raw()[..]), (status, body.as_bytes()));
    }
}

/// If the client treated 202 as done, shops would ship unpaid goods.
#[tokio::test]
async fn accepted_is_not_done() {
    let body = transaction("T12345678.1");
    for status in [200, 202] {
        let response =
            Sample { status, media: "application/json", body: body.to_string().into_bytes() };
        let exchange = Exchange::start(move |_| response.clone().reply()).await;
        let transactions = exchange.client.transactions();
        let change = transactions.void("T12345678.1").await.expect("the call succeeds");
        let (transaction, id) = match (status, change.into_inner()) {
            (200, TransactionChange::Done(transaction)) => (transaction, None),
            (202, TransactionChange::Accepted { event_request_id, transaction, .. }) => {
                (transaction, event_request_id)
            }
            (status, other) => panic!("{status} is read as {other:?}"),
        };
        assert_eq!(id.as_deref(), (status == 202).then_some("event-1"));
        assert_eq!(serde_json::to_value(transaction).expect("it can be written"), body);
    }
}

#[tokio::test]
async fn accepted_without_an_id_is_accepted() {
    let exchange = Exchange::start(|_| Reply::json(202, &transaction("T12345678.1"))).await;
    let call = exchange.client.transactions().void("T12345678.1");
    let change = call.await.expect("the call succeeds").into_inner();
    assert!(
        matches!(change, TransactionChange::Accepted { event_request_id: None, .. }),
        "{change:?}"
    );
}

/// A response body may be an array, even an empty array, or raw bytes.
#[tokio::test]
async fn lists_and_raw_bodies_are_decoded() {
    let mut one = transaction("T12345678.1");
    one["new_field"] = json!({"a": 1});
    for body in [json!([]), json!([one])] {
        let response = body.clone();
        let exchange = Exchange::start(move |_| Reply::json(200, &response)).await;
        let list = exchange.client.transactions().list().await.expect("the call succeeds");
        assert_eq!(Some(list.len()), body.as_array().map(Vec::len));
        assert_eq!(&list.raw()[..], body.to_string().as_bytes());
    }
}

/// A success response with an empty body is an error, which still says that the request may have been carried out.
#[tokio::test]
async fn empty_success_is_unexpected_and_maybe_done() {
    for call in calls()
        .iter()
        .filter(|call| responses(call).iter().any(|response| response.media == "application/json"))
    {
        let response = Sample { status: 200, media: "application/json", body: Vec::new() };
        let error = outcome(call, response).await.err().expect("an empty body cannot be decoded");
        assert!(matches!(error, dintero_api::Error::Unexpected(_)), "{}: {error:?}", call.path);
        assert_eq!((error.status(), error.maybe_sent()), (Some(StatusCode::OK), true));
    }
}
