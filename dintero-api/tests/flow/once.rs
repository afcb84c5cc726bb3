//! A guarded capture or refund is done once, whatever becomes of the answer.

use dintero_api::client::{Once, OnceError};
use dintero_api::types::{CaptureTransactionRequest, RefundTransactionRequest};
use dintero_api::{Error, MinorUnits};
use serde_json::json;

use crate::dintero::{AMOUNT, Dintero, Does, ID};

fn capture() -> CaptureTransactionRequest {
    CaptureTransactionRequest::new(AMOUNT).capture_reference("shipment-1")
}

fn refund() -> RefundTransactionRequest {
    RefundTransactionRequest::new(AMOUNT).refund_reference("credit-1")
}

async fn capture_once(dintero: &Dintero) -> Result<Once<'_>, OnceError> {
    dintero.client.transactions().capture_once(ID, &capture()).await
}

#[tokio::test]
async fn second_call_does_nothing() {
    let dintero = Dintero::start([]).await;
    let first = capture_once(&dintero).await.unwrap();
    assert!(matches!(first, Once::Acted { .. }) && first.pending().is_none());
    assert_eq!(first.transaction().outcome().amounts.unwrap().captured.get(), AMOUNT);
    let second = capture_once(&dintero).await.unwrap();
    assert!(matches!(second, Once::AlreadyDone { .. }));
    assert_eq!(dintero.events("CAPTURE").len(), 1);
    assert_eq!(dintero.arrived(), ["GET", "POST capture", "GET"]);
}

/// The connection is cut after the request was read, and the capture made.
#[tokio::test]
async fn lost_answer_is_found_by_the_same_call_later() {
    let dintero = Dintero::start([Does::ActsAndIsLost]).await;
    let request = capture();
    let transactions = dintero.client.transactions();
    let error = transactions.capture_once(ID, &request).look_again(false).await.unwrap_err();
    assert!(
        matches!(error, OnceError::Act(Error::Transport(_))) && error.maybe_sent(),
        "{error:?}"
    );

    let again = capture_once(&dintero).await.unwrap();
    assert!(matches!(again, Once::AlreadyDone { .. }), "{again:?}");
    assert_eq!(dintero.events("CAPTURE").len(), 1);
    assert_eq!(dintero.arrived(), ["GET", "POST capture", "GET"]);
}

#[tokio::test]
async fn lost_answer_is_found_by_looking_again() {
    let dintero = Dintero::start([Does::ActsAndIsLost]).await;
    let once = capture_once(&dintero).await.unwrap();
    assert!(matches!(once, Once::Acted { .. }), "{once:?}");
    assert_eq!(dintero.events("CAPTURE").len(), 1);
    assert_eq!(dintero.arrived(), ["GET", "POST capture", "GET"]);
}

#[tokio::test]
async fn lost_request_is_finished_by_the_same_call() {
    let dintero = Dintero::start([Does::IsLost]).await;
    let error = capture_once(&dintero).await.unwrap_err();
    assert!(error.maybe_sent(), "{error:?}");
    assert!(dintero.events("CAPTURE").is_empty());
    let again = capture_once(&dintero).await.unwrap();
    assert!(matches!(again, Once::Acted { .. }));
    assert_eq!(dintero.events("CAPTURE").len(), 1);
}

/// Any two things that can happen, in any order, with and without looking again: called until it succeeds, the capture
/// is made once, or accepted once.
#[tokio::test]
async fn calling_until_it_succeeds_captures_once_whatever_happens() {
    let all = [
        Does::IsLost,
        Does::ActsAndIsLost,
        Does::Refuses(500),
        Does::Refuses(409),
        Does::Fails,
        Does::IsRaced,
        Does::Accepts("r1"),
    ];
    let dintero = Dintero::start([]).await;
    for (first, second) in all.into_iter().flat_map(|first| all.map(|second| (first, second))) {
        for look_again in [true, false] {
            dintero.start_over([first, second]);
            let made = captures_until_success(&dintero, look_again).await;
            assert_eq!(made, 1, "{first:?}, {second:?}, looking again: {look_again}");
        }
    }
}

async fn captures_until_success(dintero: &Dintero, look_again: bool) -> usize {
    let (transactions, request) = (dintero.client.transactions(), capture());
    for _ in 0..3 {
        let call = transactions.capture_once(ID, &request).look_again(look_again);
        if call.await.is_ok() {
            return dintero.events("CAPTURE").len() + dintero.events("INITIATE_CAPTURE").len();
        }
    }
    panic!("it never succeeds");
}

#[tokio::test]
async fn refunds_are_guarded_as_well() {
    let dintero = Dintero::start([Does::Acts, Does::ActsAndIsLost]).await;
    let _ = capture_once(&dintero).await.unwrap();
    let request = refund();
    for _ in 0..2 {
        let once = dintero.client.transactions().refund_once(ID, &request).await.unwrap();
        assert_eq!(once.transaction().outcome().amounts.unwrap().refunded.get(), AMOUNT);
    }
    assert_eq!((dintero.events("CAPTURE").len(), dintero.events("REFUND").len()), (1, 1));
}

/// A capture's reference says nothing about a refund.
#[tokio::test]
async fn kinds_are_not_mixed_up() {
    let dintero = Dintero::start([]).await;
    let _ = capture_once(&dintero).await.unwrap();
    let request = RefundTransactionRequest::new(AMOUNT).refund_reference("shipment-1");
    let once = dintero.client.transactions().refund_once(ID, &request).await.unwrap();
    assert!(matches!(once, Once::Acted { .. }));
    assert_eq!(dintero.events("REFUND").len(), 1);
}

#[tokio::test]
async fn other_references_do_not_count() {
    let dintero = Dintero::start([]).await;
    dintero.add(
        json!({"event": "CAPTURE", "success": true, "amount": 1, "event_reference": "shipment-0"}),
    );
    dintero.add(json!({"event": "CAPTURE", "success": true, "amount": 2}));
    assert!(matches!(capture_once(&dintero).await.unwrap(), Once::Acted { .. }));
}

#[tokio::test]
async fn failed_capture_does_not_count() {
    let dintero = Dintero::start([Does::Fails]).await;
    let OnceError::Failed { event, transaction, .. } = capture_once(&dintero).await.unwrap_err()
    else {
        panic!("200 is no success when the event failed");
    };
    assert_eq!(event.error.as_ref().map(|error| error.message.as_str()), Some("no"));
    assert_eq!(transaction.movements().len(), 1);
    // The old failure neither counts as done nor as the failure of the new one.
    assert!(matches!(capture_once(&dintero).await.unwrap(), Once::Acted { .. }));
    assert_eq!(dintero.events("CAPTURE").len(), 1);
}

#[tokio::test]
async fn second_failure_is_a_failure_of_its_own() {
    let dintero = Dintero::start([Does::Fails, Does::Fails, Does::IsLost]).await;
    for _ in 0..2 {
        assert!(matches!(capture_once(&dintero).await, Err(OnceError::Failed { .. })));
    }
    let error = capture_once(&dintero).await.unwrap_err();
    assert!(matches!(error, OnceError::Act(_)) && error.maybe_sent(), "{error:?}");
}

#[tokio::test]
async fn reference_is_asked_for_before_anything_is_sent() {
    let dintero = Dintero::start([]).await;
    let transactions = dintero.client.transactions();
    let without = CaptureTransactionRequest::new(AMOUNT);
    let empty = without.clone().capture_reference("");
    for request in [without, empty] {
        let error = transactions.capture_once(ID, &request).await.unwrap_err();
        assert!(matches!(error, OnceError::Act(Error::Build(_))) && !error.maybe_sent());
        let source = std::error::Error::source(&error).unwrap().to_string();
        assert!(source.contains("`capture_reference` must be set"), "{source}");
    }
    let request = RefundTransactionRequest::new(1);
    let error = transactions.refund_once(ID, &request).await.unwrap_err();
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert!(source.contains("`refund_reference` must be set"), "{source}");
    assert!(dintero.arrived().is_empty());
}

#[tokio::test]
async fn other_amount_is_an_error_with_both() {
    let dintero = Dintero::start([]).await;
    let _ = capture_once(&dintero).await.unwrap();
    let request = CaptureTransactionRequest::new(500).capture_reference("shipment-1");
    let error = dintero.client.transactions().capture_once(ID, &request).await.unwrap_err();
    let OnceError::AmountDiffers { asked, found, sent, .. } = &error else { panic!("{error:?}") };
    assert_eq!((*asked, *found, *sent), (MinorUnits::new(500), MinorUnits::new(AMOUNT), false));
    let shown = error.to_string();
    assert!(shown.contains("500") && shown.contains("30000"), "{shown}");
    assert!(!error.maybe_sent());
    assert_eq!(dintero.events("CAPTURE").len(), 1);
}

#[tokio::test]
async fn unreadable_transaction_is_not_captured() {
    let dintero = Dintero::start([]).await;
    dintero.break_reads([404]);
    let error = capture_once(&dintero).await.unwrap_err();
    assert!(matches!(&error, OnceError::Read(error) if error.is_not_found()), "{error:?}");
    assert!(!error.maybe_sent());
    assert_eq!(dintero.arrived(), ["GET"]);
}

#[tokio::test]
async fn refusal_is_returned_as_it_came() {
    let dintero = Dintero::start([Does::Refuses(403)]).await;
    let error = capture_once(&dintero).await.unwrap_err();
    assert_eq!(error.to_string(), "Dintero refused the capture or refund");
    let OnceError::Act(error) = error else {
        panic!("a refusal is the error of the request");
    };
    assert_eq!((error.status(), error.code()), (Some(403), Some("X")));
    assert_eq!(dintero.arrived(), ["GET", "POST capture", "GET"]);
}

/// Two processes at the same moment: Dintero refuses the second, because all is captured.
#[tokio::test]
async fn quicker_process_is_recognised() {
    let dintero = Dintero::start([Does::IsRaced]).await;
    let once = capture_once(&dintero).await.unwrap();
    assert!(matches!(once, Once::AlreadyDone { .. }), "{once:?}");
    assert_eq!(dintero.events("CAPTURE").len(), 1);
}

#[tokio::test]
async fn success_without_a_trace_is_not_trusted() {
    let dintero = Dintero::start([Does::Forgets, Does::Forgets]).await;
    let error = capture_once(&dintero).await.unwrap_err();
    assert!(matches!(error, OnceError::Unconfirmed { cause: None, .. }), "{error:?}");
    assert!(error.maybe_sent());
    assert_eq!(dintero.arrived(), ["GET", "POST capture", "GET"]);

    // The event may come a moment later.
    let late = json!({"event": "CAPTURE", "success": true, "amount": AMOUNT, "event_reference": "shipment-1"});
    dintero.add_later(1, late);
    assert!(matches!(capture_once(&dintero).await.unwrap(), Once::Acted { .. }));
}

#[tokio::test]
async fn accepted_capture_is_not_sent_again() {
    for does in [Does::Accepts("r1"), Does::AcceptsWithoutId("r1")] {
        let dintero = Dintero::start([does]).await;
        let first = capture_once(&dintero).await.unwrap();
        assert!(matches!(first, Once::Acted { .. }));
        assert_eq!(first.pending().map(|pending| pending.event_request_id()), Some("r1"));
        let second = capture_once(&dintero).await.unwrap();
        assert!(matches!(second, Once::AlreadyDone { .. }));
        assert_eq!(second.pending().map(|pending| pending.event_request_id()), Some("r1"));

        // The result has the id alone, neither reference nor amount.
        dintero.add(json!({"event": "CAPTURE", "success": true, "correlation_request_id": "r1"}));
        let third = capture_once(&dintero).await.unwrap();
        assert!(matches!(third, Once::AlreadyDone { .. }) && third.pending().is_none());
        assert_eq!(dintero.arrived(), ["GET", "POST capture", "GET", "GET"]);
    }
}

/// Dintero may name the reference only with the result.
#[tokio::test]
async fn what_is_under_way_without_a_reference_may_be_ours() {
    let dintero = Dintero::start([]).await;
    let begin = |kind: &str, amount: i64| json!({"event": kind, "success": true, "amount": amount, "request_id": "r1"});
    dintero.add(begin("INITIATE_REFUND", AMOUNT));
    dintero.add(begin("INITIATE_CAPTURE", AMOUNT - 1));
    dintero.add(begin("INITIATE_CAPTURE", AMOUNT));
    let error = capture_once(&dintero).await.unwrap_err();
    let OnceError::MaybeUnderWay { event_request_id, .. } = &error else { panic!("{error:?}") };
    assert_eq!(event_request_id.as_deref(), Some("r1"));
    assert!(!error.maybe_sent());
    assert_eq!(dintero.arrived(), ["GET"]);

    dintero.start_over([]);
    dintero.add(begin("INITIATE_REFUND", AMOUNT));
    dintero.add(begin("INITIATE_CAPTURE", AMOUNT - 1));
    assert!(matches!(capture_once(&dintero).await.unwrap(), Once::Acted { .. }));
}

#[tokio::test]
async fn accepted_capture_that_failed_is_made_again() {
    let dintero = Dintero::start([Does::Accepts("r1")]).await;
    let _ = capture_once(&dintero).await.unwrap();
    dintero.add(json!({"event": "CAPTURE", "success": false, "correlation_request_id": "r1"}));
    assert!(matches!(capture_once(&dintero).await.unwrap(), Once::Acted { .. }));
    assert_eq!(dintero.events("CAPTURE").len(), 1);
}

/// The future can be spawned, and its result outlives the request.
#[tokio::test]
async fn call_is_a_task() {
    let dintero = Dintero::start([]).await;
    let client = dintero.client.clone();
    let task = tokio::spawn(async move {
        let transactions = client.transactions();
        let once = { transactions.capture_once(ID, &capture()).await };
        once.map(|once| once.transaction().clone())
    });
    assert!(task.await.unwrap().is_ok());
}
