//! What is read: every documented answer of success, as the type of its operation.

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

/// A documented answer: status, media type and body.
#[derive(Clone)]
struct Answer {
    status: u16,
    media: &'static str,
    body: Vec<u8>,
}

impl Answer {
    fn reply(self) -> Reply {
        let headers = format!("content-type: {}\r\nevent-request-id: event-1\r\n", self.media);
        Reply::Bytes { status: self.status, headers, body: self.body }
    }
}

/// Every answer of success that the document has for an operation.
fn answers(call: &Call) -> Vec<Answer> {
    let successes = document::operation(call.method, call.path).successes();
    let answer = |status, (media, schema): (_, &'static Value)| {
        let body = match schema["format"].as_str() {
            Some("binary") => b"\x89PNG\r\n\x1a\n\0\xff".to_vec(),
            _ => schema::sample(schema).to_string().into_bytes(),
        };
        Answer { status, media, body }
    };
    let contents = successes
        .into_iter()
        .flat_map(|(status, contents)| contents.into_iter().map(move |content| (status, content)));
    contents.map(|(status, content)| answer(status, content)).collect()
}

async fn outcome(call: &Call, answer: Answer) -> Result<Outcome, dintero_api::Error> {
    let reply = move |_: &_| answer.clone().reply();
    let exchange = if call.path.ends_with("/auth/token") {
        Exchange::with_tokens(reply).await
    } else {
        Exchange::start(reply).await
    };
    (call.full)(&exchange.client).await
}

/// Everything that the document has arrives in the type: written again, it is what was answered.
#[tokio::test]
async fn answers_are_read_whole() {
    let mut problems = Vec::new();
    for call in calls() {
        for answer in answers(&call) {
            let name = format!("{} {} {}", call.method, call.path, answer.status);
            match outcome(&call, answer.clone()).await {
                Ok(outcome) => {
                    let own = answer_problems(&answer, &outcome);
                    problems.extend(own.into_iter().map(|problem| format!("{name}: {problem}")));
                }
                Err(error) => problems.push(format!("{name}: {error:?}")),
            }
        }
    }
    expect_none(problems);
}

fn answer_problems(answer: &Answer, outcome: &Outcome) -> Vec<String> {
    let mut problems = Vec::new();
    if outcome.status != answer.status {
        problems.push(format!("is read with status {}", outcome.status));
    }
    if outcome.content_type.as_deref() != Some(answer.media) {
        problems.push(format!("is read with content type {:?}", outcome.content_type));
    }
    match (&outcome.bytes, answer.media) {
        (None, "application/json") => {
            let body = serde_json::from_slice(&answer.body).expect("the sample is JSON");
            problems.extend(schema::differences(&body, &outcome.value));
        }
        (Some(bytes), _) if *bytes == answer.body => {}
        _ => problems.push(format!("{} is read as something else", answer.media)),
    }
    problems
}

/// Every operation has an answer to try, and these have another than 200.
#[test]
fn answers_of_the_document_are_all_tried() {
    let mut several = Vec::new();
    for call in calls() {
        let answers = answers(&call);
        // Where the document describes no body, any is taken: see `body_that_nobody_described_is_taken`.
        let is_described = call.method != "delete" || !call.path.starts_with("/card-tokens/");
        assert_eq!(!answers.is_empty(), is_described, "{} {}", call.method, call.path);
        let other = answers.iter().map(|answer| answer.status).filter(|status| *status != 200);
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

/// Nobody knows what Dintero answers to the deletion of a card token.
#[tokio::test]
async fn body_that_nobody_described_is_taken() {
    for (status, body) in [(200, r#"{"id":"a","status":"DELETED"}"#), (204, ""), (202, "gone")] {
        let exchange = Exchange::start(move |_| {
            Answer { status, media: "application/json", body: body.as_bytes().to_vec() }.reply()
        })
        .await;
        let tokens = exchange.client.card_tokens();
        let deleted = tokens.delete("token-1").await.expect("every success is one");
        assert_eq!((deleted.status().as_u16(), &deleted.raw()[..]), (status, body.as_bytes()));
    }
}

/// A client that takes 202 for done ships what is not paid.
#[tokio::test]
async fn accepted_is_not_done() {
    let body = transaction("T12345678.1");
    for status in [200, 202] {
        let answer =
            Answer { status, media: "application/json", body: body.to_string().into_bytes() };
        let exchange = Exchange::start(move |_| answer.clone().reply()).await;
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

/// The array at the root, also when it is empty, and the bytes behind a value.
#[tokio::test]
async fn lists_and_raw_bodies_are_read() {
    let mut one = transaction("T12345678.1");
    one["new_field"] = json!({"a": 1});
    for body in [json!([]), json!([one])] {
        let answer = body.clone();
        let exchange = Exchange::start(move |_| Reply::json(200, &answer)).await;
        let list = exchange.client.transactions().list().await.expect("the call succeeds");
        assert_eq!(Some(list.len()), body.as_array().map(Vec::len));
        assert_eq!(&list.raw()[..], body.to_string().as_bytes());
    }
}

/// A success without the JSON that it should have was a success all the same, and says so.
#[tokio::test]
async fn empty_success_is_unexpected_and_maybe_done() {
    for call in calls()
        .iter()
        .filter(|call| answers(call).iter().any(|answer| answer.media == "application/json"))
    {
        let answer = Answer { status: 200, media: "application/json", body: Vec::new() };
        let error = outcome(call, answer).await.err().expect("nothing cannot be read");
        assert!(matches!(error, dintero_api::Error::Unexpected(_)), "{}: {error:?}", call.path);
        assert_eq!((error.status(), error.maybe_sent()), (Some(StatusCode::OK), true));
    }
}
