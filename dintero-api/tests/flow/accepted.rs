//! Tests guarded calls whose operation Dintero accepts with status 202: before the result arrives, after a failure, and
//! after a success that follows a failure.

use dintero_api::client::{FinishedChange, GuardError, GuardedChange, MadeBy};
use serde_json::json;

use crate::dintero::{AMOUNT, Dintero, Does, ID};
use crate::guard::{capture_once, expect_accepted, expect_done, ship};

/// Status 202 means accepted, not done, whether the operation's id is in the header, only in the event, or in neither.
#[tokio::test]
async fn accepted_capture_is_not_done_and_not_sent_again() {
    for (does, id) in [
        (Does::Accepts("r1"), Some("r1")),
        (Does::AcceptsWithoutId("r1"), Some("r1")),
        (Does::AcceptsNamelessly, None),
    ] {
        let dintero = Dintero::start([does]).await;
        let first = capture_once(&dintero).await.unwrap();
        expect_accepted(&first, MadeBy::ThisCall, id);
        let GuardedChange::Accepted { pending, .. } = &first else { unreachable!() };
        assert_eq!(pending.check().await.unwrap(), None);
        expect_accepted(&capture_once(&dintero).await.unwrap(), MadeBy::AnotherCall, id);

        let mut result = json!({"event": "CAPTURE", "success": true});
        match id {
            // The event of the result has the id, but neither a reference nor an amount.
            Some(id) => result["correlation_request_id"] = id.into(),
            None => result["event_reference"] = "shipment-1".into(),
        }
        dintero.add(result);
        assert!(matches!(first.wait().await.unwrap(), FinishedChange::Succeeded { .. }));
        expect_done(&capture_once(&dintero).await.unwrap(), MadeBy::AnotherCall);
        assert_eq!(dintero.sent().len(), 1);
    }
}

/// The events of a void may have the session's `event_reference`, on the result only or on both events.
#[tokio::test]
async fn void_with_the_reference_of_the_session_is_seen_to_finish() {
    for first_has_it in [false, true] {
        for success in [true, false] {
            let dintero = Dintero::start([]).await;
            let mut begin = json!({"event": "INITIATE_VOID", "success": true});
            if first_has_it {
                begin["event_reference"] = "order-1042".into();
            }
            dintero.add(begin);
            let void = || dintero.client.transactions().void_once(ID);
            let change = void().await.unwrap();
            expect_accepted(&change, MadeBy::AnotherCall, None);
            let GuardedChange::Accepted { pending, .. } = &change else { unreachable!() };
            assert_eq!(pending.check().await.unwrap(), None);

            dintero
                .add(json!({"event": "VOID", "success": success, "event_reference": "order-1042"}));
            let finished = pending.check().await.unwrap().expect("the event is the result");
            let has_succeeded = matches!(finished, FinishedChange::Succeeded { .. });
            assert_eq!(has_succeeded, success, "{finished:?}");
            if success {
                dintero.set("AUTHORIZATION_VOIDED", json!({}));
                expect_done(&void().await.unwrap(), MadeBy::AnotherCall);
                assert!(dintero.sent().is_empty());
            } else {
                // The failed void no longer blocks captures.
                expect_done(&capture_once(&dintero).await.unwrap(), MadeBy::ThisCall);
            }
        }
    }
}

/// If the operation has no id, a failed event is its result only if the event came after the request.
#[tokio::test]
async fn operation_without_an_id_is_not_ended_by_an_older_failure() {
    let dintero = Dintero::start([Does::Fails, Does::AcceptsNamelessly]).await;
    assert!(matches!(capture_once(&dintero).await, Err(GuardError::Failed { .. })));
    let change = capture_once(&dintero).await.unwrap();
    let GuardedChange::Accepted { pending, .. } = &change else { panic!("{change:?}") };
    assert_eq!(pending.check().await.unwrap(), None);
    dintero.add(json!({"event": "CAPTURE", "success": false, "event_reference": "shipment-1"}));
    assert!(matches!(change.wait().await.unwrap(), FinishedChange::Failed { .. }));
}

#[tokio::test]
async fn accepted_capture_that_failed_is_sent_again() {
    let dintero = Dintero::start([Does::Accepts("r1")]).await;
    let _ = capture_once(&dintero).await.unwrap();
    dintero.add(json!({"event": "CAPTURE", "success": false, "correlation_request_id": "r1"}));
    expect_done(&capture_once(&dintero).await.unwrap(), MadeBy::ThisCall);
    assert_eq!(dintero.events("CAPTURE").len(), 1);
}

/// Dintero may retry the operation after `wait` has returned a failure; the same call then finds the success.
#[tokio::test]
async fn success_after_a_failure_is_found_by_the_same_call() {
    let dintero = Dintero::start([Does::Accepts("r1")]).await;
    let change = capture_once(&dintero).await.unwrap();
    dintero.add(json!({"event": "CAPTURE", "success": false, "correlation_request_id": "r1"}));
    assert!(matches!(change.wait().await.unwrap(), FinishedChange::Failed { .. }));
    dintero.add(json!({"event": "CAPTURE", "success": true, "amount": AMOUNT,
        "event_reference": "shipment-1", "correlation_request_id": "r1"}));
    expect_done(&capture_once(&dintero).await.unwrap(), MadeBy::AnotherCall);
    assert_eq!(dintero.sent().len(), 1);
}

/// The amount of an accepted capture may arrive only with its result. If the result has no amount either, the capture
/// cannot be compared with the request.
#[tokio::test]
async fn amount_may_come_with_the_result() {
    let dintero = Dintero::start([]).await;
    let begin = json!({"event": "INITIATE_CAPTURE", "success": true, "event_reference": "shipment-1", "request_id": "r1"});
    dintero.add(begin);
    expect_accepted(&ship(&dintero).await.unwrap(), MadeBy::AnotherCall, Some("r1"));
    dintero.add(json!({"event": "CAPTURE", "success": true, "correlation_request_id": "r1"}));
    let error = ship(&dintero).await.unwrap_err();
    assert!(matches!(error, GuardError::NotPermitted(_)) && !error.maybe_sent(), "{error:?}");
    assert!(dintero.sent().is_empty());
}
