//! Tests operations that Dintero accepts with 202: they succeed, fail, or have no result.

use std::sync::Arc;
use std::time::Duration;

use dintero_api::Client;
use dintero_api::client::StatusCode;
use dintero_api::client::{FinishedChange, PollPolicy, WaitError};
use dintero_api::operations::TransactionChange;
use dintero_api::types::{
    CaptureTransactionRequest, RefundTransactionRequest, TransactionEventEvent,
};
use serde_json::{Value, json};

use crate::clock::TestClock;
use crate::dintero::{AMOUNT, Dintero, Does, ID, token_reply, transaction_json};
use crate::server::{Reply, Server, is_token};

/// Returns a policy that polls with very short pauses until `timeout` has passed.
fn for_at_most(timeout: Duration) -> PollPolicy {
    let short = Duration::from_millis(1);
    PollPolicy::default().initial_delay(short).max_delay(short).timeout(timeout)
}

const LONG: Duration = Duration::from_secs(60);

/// Makes a change that Dintero accepts with the id `r1`, and waits for the result of the change. The event of the
/// result appears after two reads.
async fn wait_for(kind: &str, event: Value) -> Result<FinishedChange, WaitError> {
    let dintero = Dintero::start([Does::Accepts("r1")]).await;
    let transactions = dintero.client.transactions();
    let change = match kind {
        "CAPTURE" => transactions.capture(ID, &CaptureTransactionRequest::new(AMOUNT)).await,
        "REFUND" => transactions.refund(ID, &RefundTransactionRequest::new(AMOUNT)).await,
        _ => transactions.void(ID).await,
    };
    let TransactionChange::Accepted { event_request_id: Some(id), .. } =
        change.unwrap().into_inner()
    else {
        panic!("a 202 is an accepted change with an id");
    };
    let mut event = event;
    event["event"] = kind.into();
    dintero.add_later(2, event);
    let result = transactions.pending(ID, id).poll(for_at_most(LONG)).wait().await;
    assert_eq!(dintero.arrived()[1..], ["GET", "GET", "GET"], "{kind}");
    result
}

#[tokio::test]
async fn success_and_failure_arrive_under_every_name() {
    for kind in ["CAPTURE", "REFUND", "VOID"] {
        for name in ["correlation_request_id", "initiate_request_id", "request_id"] {
            let done = wait_for(kind, json!({"success": true, name: "r1"})).await.unwrap();
            let FinishedChange::Succeeded { event, transaction, .. } = done else {
                panic!("{kind} by {name}: {done:?}");
            };
            assert_eq!(event.event.map(|event| event.to_string()).as_deref(), Some(kind));
            assert_eq!(transaction.id.as_deref(), Some(ID));

            let refused = json!({"success": false, name: "r1", "error": {"message": "no"}});
            let failed = wait_for(kind, refused).await.unwrap();
            let FinishedChange::Failed { event, .. } = failed else {
                panic!("{kind} by {name}: {failed:?}");
            };
            assert_eq!(event.error.unwrap().message, "no");
        }
    }
}

#[tokio::test]
async fn correction_takes_precedence_over_success() {
    let correction = json!({
        "status": "CAPTURED", "remaining_capture_amount": 0, "remaining_refund_amount": AMOUNT,
        "remaining_void_amount": 0,
    });
    let event = json!({"success": false, "correlation_request_id": "r1", "correction": correction});
    let done = wait_for("CAPTURE", event).await.unwrap();
    assert!(matches!(done, FinishedChange::Succeeded { .. }), "{done:?}");

    let correction = json!({
        "status": "AUTHORIZED", "remaining_capture_amount": AMOUNT, "remaining_refund_amount": 0,
        "remaining_void_amount": AMOUNT,
    });
    let event = json!({"success": true, "correlation_request_id": "r1", "correction": correction});
    let done = wait_for("CAPTURE", event).await.unwrap();
    assert!(matches!(done, FinishedChange::Failed { .. }), "{done:?}");
}

#[tokio::test]
async fn silence_is_neither_success_nor_failure() {
    let dintero = Dintero::start([Does::Accepts("r1")]).await;
    let transactions = dintero.client.transactions();
    transactions.void(ID).await.unwrap();
    // An event of another kind is not the result of this request, even if the event has this request's id. Neither is
    // the result of another request.
    dintero.add(json!({"event": "VOID", "success": true, "correlation_request_id": "r2"}));
    dintero.add(json!({"event": "SETTLEMENT", "success": true, "correlation_request_id": "r1"}));

    let pending = transactions.pending(ID, "r1").poll(for_at_most(Duration::ZERO));
    assert_eq!(pending.check().await.unwrap(), None);
    let error = pending.wait().await.unwrap_err();
    assert!(matches!(error, WaitError::TimedOut { last: None, .. }), "{error:?}");
    let shown = error.to_string();
    assert!(
        shown.contains("may still succeed") && shown.contains("do not send it again"),
        "{shown}"
    );

    // The result may still arrive later.
    dintero.add(json!({"event": "VOID", "success": true, "correlation_request_id": "r1"}));
    let done = pending.wait().await.unwrap();
    let FinishedChange::Succeeded { event, .. } = done else { panic!("{done:?}") };
    assert_eq!(event.event, Some(TransactionEventEvent::Void));
}

#[tokio::test]
async fn result_that_names_no_request_is_found_by_its_initiate_event() {
    let dintero = Dintero::start([Does::Accepts("r1")]).await;
    let transactions = dintero.client.transactions();
    let request = CaptureTransactionRequest::new(AMOUNT).capture_reference("shipment-1");
    transactions.capture(ID, &request).await.unwrap();
    let pending = transactions.pending(ID, "r1").poll(for_at_most(Duration::ZERO));
    // This event has a different amount, so it belongs to another capture.
    dintero.add(json!({"event": "CAPTURE", "success": true, "amount": 1}));
    assert_eq!(pending.check().await.unwrap(), None);
    dintero.add(json!({"event": "CAPTURE", "success": true, "event_reference": "shipment-1"}));
    assert!(matches!(pending.check().await.unwrap(), Some(FinishedChange::Succeeded { .. })));
}

/// Dintero may attempt a capture more than once.
#[tokio::test]
async fn success_after_a_failure_is_the_result() {
    let dintero = Dintero::start([]).await;
    for success in [false, true] {
        let event = json!({"event": "CAPTURE", "success": success, "correlation_request_id": "r1"});
        dintero.add(event);
    }
    let pending = dintero.client.transactions().pending(ID, "r1");
    assert!(matches!(pending.wait().await.unwrap(), FinishedChange::Succeeded { .. }));
}

#[tokio::test]
async fn initiate_event_that_failed_is_the_result() {
    let dintero = Dintero::start([]).await;
    dintero.add(json!({"event": "INITIATE_CAPTURE", "success": false, "request_id": "r1"}));
    let pending = dintero.client.transactions().pending(ID, "r1");
    assert!(matches!(pending.wait().await.unwrap(), FinishedChange::Failed { .. }));
}

/// A retryable failure of a read does not end the wait. If the wait times out, its error contains the last failure.
#[tokio::test]
async fn reads_may_fail_during_the_wait() {
    let dintero = Dintero::start([Does::Accepts("r1")]).await;
    let transactions = dintero.client.transactions();
    transactions.void(ID).await.unwrap();
    dintero.add(json!({"event": "VOID", "success": true, "correlation_request_id": "r1"}));

    dintero.break_reads([503; 8]);
    let impatient = transactions.pending(ID, "r1").poll(for_at_most(Duration::ZERO));
    let error = impatient.wait().await.unwrap_err();
    let WaitError::TimedOut { last: Some(last), .. } = &error else { panic!("{error:?}") };
    assert_eq!(last.status(), Some(StatusCode::SERVICE_UNAVAILABLE));

    let done = transactions.pending(ID, "r1").poll(for_at_most(LONG)).wait().await.unwrap();
    assert!(matches!(done, FinishedChange::Succeeded { .. }));

    dintero.break_reads([403]);
    let error = transactions.pending(ID, "r1").wait().await.unwrap_err();
    assert!(
        matches!(&error, WaitError::Read(error) if error.status() == Some(StatusCode::FORBIDDEN)),
        "{error:?}"
    );
}

/// A failure is the result only if no later attempt is in progress.
#[tokio::test]
async fn failure_before_another_attempt_is_not_the_end() {
    let dintero = Dintero::start([]).await;
    for event in [
        json!({"event": "INITIATE_CAPTURE", "success": true, "request_id": "r1"}),
        json!({"event": "CAPTURE", "success": false, "correlation_request_id": "r1"}),
        json!({"event": "INITIATE_CAPTURE", "success": true, "request_id": "r1"}),
    ] {
        dintero.add(event);
    }
    let pending = dintero.client.transactions().pending(ID, "r1");
    assert_eq!(pending.check().await.unwrap(), None);
    dintero.add(json!({"event": "CAPTURE", "correlation_request_id": "r1"}));
    assert_eq!(
        pending.check().await.unwrap(),
        None,
        "the event does not say whether the capture succeeded"
    );
}

/// The client waits 60 seconds between reads if `Retry-After` says so, both in an error and in a successful response.
#[tokio::test]
async fn retry_after_is_obeyed() {
    for status in [200, 503] {
        let clock = Arc::new(TestClock::default());
        let server = Server::start(move |request, _| match is_token(request) {
            true => token_reply(),
            false => Reply::Response {
                status,
                headers: "content-type: application/json\r\nretry-after: 60\r\n",
                body: transaction_json("AUTHORIZED", &json!([])).to_string(),
            },
        })
        .await;
        let builder = Client::builder("T12345678", "id", "secret");
        let client = builder.base_url(server.url()).clock(clock.clone()).build().unwrap();
        let wait = async |minutes: u64| {
            let policy = PollPolicy::default().timeout(Duration::from_secs(minutes * 60));
            client.transactions().pending(ID, "r1").poll(policy).wait().await
        };
        assert!(matches!(wait(3).await, Err(WaitError::TimedOut { .. })));
        assert_eq!(
            server.calls().len(),
            4,
            "{status}: the reads are at 0, 60, 120 and 180 seconds"
        );
        assert!(clock.waits().iter().all(|wait| wait.as_secs() == 60), "{:?}", clock.waits());
        // Two pauses of 60 seconds fit in two and a half minutes.
        let read = server.calls().len();
        let policy = PollPolicy::default().timeout(Duration::from_secs(150));
        let error = client.transactions().pending(ID, "r1").poll(policy).wait().await.unwrap_err();
        let WaitError::TimedOut { waited, .. } = error else { panic!("{error:?}") };
        assert_eq!((waited.as_secs(), server.calls().len() - read), (120, 3));
    }
}
