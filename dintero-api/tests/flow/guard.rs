//! Tests that a guarded capture, refund or void is carried out once, even if the response is lost.

use dintero_api::client::StatusCode;
use dintero_api::client::{FinishedChange, GuardError, GuardedChange, MadeBy};
use dintero_api::order::{Capture, Refund};
use dintero_api::types::{
    CaptureTransactionRequest, OrderLine, OrderShippingOption, RefundTransactionRequest,
    SessionOrder,
};
use dintero_api::{Currency, Error, MinorUnits};
use serde_json::{Value, json};

use crate::dintero::{AMOUNT, Dintero, Does, ID};

fn capture() -> CaptureTransactionRequest {
    CaptureTransactionRequest::new(AMOUNT).capture_reference("shipment-1")
}

pub(crate) fn refund() -> RefundTransactionRequest {
    RefundTransactionRequest::new(AMOUNT).refund_reference("credit-1")
}

/// Three mugs at 67.00 and shipping at 99.00, in total 300.00.
pub(crate) fn order() -> SessionOrder {
    let mugs = OrderLine::new().id("MUG").line_id("1").quantity(3).amount(20100).vat(25);
    let post = OrderShippingOption::new("post", "post", 9900, "Post", "Posten");
    SessionOrder::new(AMOUNT, Currency::NOK, "order-1001").items([mugs]).shipping_option(post)
}

/// Returns the capture from the guide's page on shipments: one mug and the shipping.
fn shipment() -> Capture<'static> {
    Capture::of(&order()).line("1", 1).shipping().reference("shipment-1")
}

const SHIPMENT: i64 = 6700 + 9900;

pub(crate) async fn capture_once(dintero: &Dintero) -> Result<GuardedChange<'_>, GuardError> {
    dintero.client.transactions().capture_once(ID, capture()).await
}

pub(crate) async fn ship(dintero: &Dintero) -> Result<GuardedChange<'_>, GuardError> {
    dintero.client.transactions().capture_once(ID, shipment()).await
}

#[track_caller]
pub(crate) fn expect_done(change: &GuardedChange<'_>, by: MadeBy) {
    assert!(matches!(change, GuardedChange::Done { .. }), "{change:?}");
    assert_eq!(change.made_by(), by);
    assert!(change.is_done());
}

#[track_caller]
pub(crate) fn expect_accepted(change: &GuardedChange<'_>, by: MadeBy, id: Option<&str>) {
    let GuardedChange::Accepted { pending, .. } = change else { panic!("{change:?}") };
    assert_eq!((change.made_by(), pending.event_request_id()), (by, id));
    assert!(!change.is_done());
}

#[tokio::test]
async fn second_call_does_nothing() {
    let dintero = Dintero::start([]).await;
    let first = capture_once(&dintero).await.unwrap();
    expect_done(&first, MadeBy::ThisCall);
    assert_eq!(first.transaction().outcome().amounts.unwrap().captured.get(), AMOUNT);
    let second = capture_once(&dintero).await.unwrap();
    expect_done(&second, MadeBy::AnotherCall);
    assert!(matches!(second.wait().await.unwrap(), FinishedChange::Succeeded { .. }));
    assert_eq!(dintero.events("CAPTURE").len(), 1);
    assert_eq!(dintero.arrived(), ["GET", "POST capture", "GET"]);
}

/// The connection closes after the request has been read and carried out.
#[tokio::test]
async fn lost_response_is_found_by_the_same_call_later() {
    let dintero = Dintero::start([Does::ActsAndIsLost]).await;
    let transactions = dintero.client.transactions();
    let error = transactions.capture_once(ID, capture()).skip_recheck().await.unwrap_err();
    let is_lost = matches!(error, GuardError::Request(Error::Transport(_)));
    assert!(is_lost && error.maybe_sent(), "{error:?}");

    let again = capture_once(&dintero).await.unwrap();
    expect_done(&again, MadeBy::AnotherCall);
    assert_eq!(dintero.events("CAPTURE").len(), 1);
    assert_eq!(dintero.arrived(), ["GET", "POST capture", "GET"]);
}

#[tokio::test]
async fn lost_response_is_found_by_a_second_read() {
    let dintero = Dintero::start([Does::ActsAndIsLost]).await;
    let change = capture_once(&dintero).await.unwrap();
    expect_done(&change, MadeBy::ThisCall);
    assert_eq!(dintero.events("CAPTURE").len(), 1);
    assert_eq!(dintero.arrived(), ["GET", "POST capture", "GET"]);
}

/// Makes the same call twice. The request is computed from the transaction, and is the same the second time, even
/// though the events then include the first capture.
#[tokio::test]
async fn shipment_is_captured_once_even_if_the_first_response_is_lost() {
    for look_twice in [true, false] {
        let dintero = Dintero::start([Does::ActsAndIsLost]).await;
        let call = dintero.client.transactions().capture_once(ID, shipment());
        let call = if look_twice { call } else { call.skip_recheck() };
        assert_eq!(call.await.is_ok(), look_twice);

        let again = ship(&dintero).await.unwrap();
        expect_done(&again, MadeBy::AnotherCall);
        let captures = dintero.events("CAPTURE");
        assert_eq!(captures.len(), 1);
        assert_eq!(captures[0]["amount"], SHIPMENT);
    }
}

/// Each call is made again after later calls: it still requests the same amount, and no operation is carried out twice.
#[tokio::test]
async fn every_call_can_be_repeated_at_any_time() {
    let (dintero, order) = (Dintero::start([]).await, order());
    let transactions = dintero.client.transactions();
    let captures = [
        Capture::of(&order).line("1", 1).reference("shipment-1"),
        Capture::of(&order).line("1", 1).shipping().reference("shipment-2"),
        Capture::of(&order).everything().reference("shipment-3"),
    ];
    let refunds = [
        Refund::of(&order).line("1", 2).reference("return-1"),
        Refund::of(&order).everything().reference("return-2"),
    ];
    for made in 1..=captures.len() {
        for capture in &captures[..made] {
            let _ = transactions.capture_once(ID, capture).await.unwrap();
        }
    }
    for made in 1..=refunds.len() {
        for refund in &refunds[..made] {
            let _ = transactions.refund_once(ID, refund).await.unwrap();
        }
        for capture in &captures {
            let again = transactions.capture_once(ID, capture).await.unwrap();
            expect_done(&again, MadeBy::AnotherCall);
        }
    }
    let amounts = |kind: &str| -> Vec<Value> {
        dintero.events(kind).iter().map(|event| event["amount"].clone()).collect()
    };
    assert_eq!(amounts("CAPTURE"), [6700, 6700 + 9900, 6700]);
    assert_eq!(amounts("REFUND"), [13400, 6700 + 9900]);
}

/// `everything` means everything that was left to refund when the call was first made, even if more has been captured
/// since then.
#[tokio::test]
async fn everything_means_what_was_left_at_the_time() {
    let (dintero, order) = (Dintero::start([]).await, order());
    let transactions = dintero.client.transactions();
    let first = Capture::of(&order).line("1", 1).reference("shipment-1");
    let _ = transactions.capture_once(ID, &first).await.unwrap();
    let refund = Refund::of(&order).everything().reference("return-1");
    let _ = transactions.refund_once(ID, &refund).await.unwrap();
    dintero.set("PARTIALLY_CAPTURED_REFUNDED", json!({}));
    let second = Capture::of(&order).line("1", 1).reference("shipment-2");
    let _ = transactions.capture_once(ID, &second).await.unwrap();

    let again = transactions.refund_once(ID, &refund).await.unwrap();
    expect_done(&again, MadeBy::AnotherCall);
    assert_eq!(dintero.events("REFUND").len(), 1);
}

#[tokio::test]
async fn lost_request_is_finished_by_the_same_call() {
    let dintero = Dintero::start([Does::IsLost]).await;
    let error = capture_once(&dintero).await.unwrap_err();
    assert!(error.maybe_sent(), "{error:?}");
    assert!(dintero.events("CAPTURE").is_empty());
    let again = capture_once(&dintero).await.unwrap();
    expect_done(&again, MadeBy::ThisCall);
    assert_eq!(dintero.events("CAPTURE").len(), 1);
}

/// The response is lost, and the event appears only after the call has been made again.
#[tokio::test]
async fn request_with_unknown_outcome_is_not_resent_at_once() {
    let dintero = Dintero::start([Does::ActsLate(2)]).await;
    assert!(capture_once(&dintero).await.unwrap_err().maybe_sent());
    let again = capture_once(&dintero).await.unwrap();
    expect_done(&again, MadeBy::AnotherCall);
    assert_eq!(dintero.events("CAPTURE").len(), 1);
}

/// For every pair of outcomes of the first two requests, with and without a second read, the call is made again until
/// it succeeds. The capture is carried out or accepted exactly once.
#[tokio::test]
async fn calling_until_it_succeeds_captures_once() {
    let all = [
        Does::IsLost,
        Does::ActsAndIsLost,
        Does::ActsLate(2),
        Does::Refuses(500),
        Does::Refuses(429),
        Does::Refuses(409),
        Does::ActsAndReturns(429),
        Does::ActsLateAndReturns(429, 2),
        Does::ActsLateAndReturns(503, 2),
        Does::Fails,
        Does::IsRaced,
        Does::Accepts("r1"),
        Does::AcceptsNamelessly,
    ];
    let dintero = Dintero::start([]).await;
    for (first, second) in all.into_iter().flat_map(|first| all.map(|second| (first, second))) {
        for look_twice in [true, false] {
            dintero.start_over([first, second]);
            let made = captures_until_success(&dintero, look_twice).await;
            assert_eq!(made, 1, "{first:?}, {second:?}, second read: {look_twice}");
        }
    }
}

async fn captures_until_success(dintero: &Dintero, look_twice: bool) -> usize {
    for _ in 0..3 {
        let call = dintero.client.transactions().capture_once(ID, shipment());
        let call = if look_twice { call } else { call.skip_recheck() };
        if call.await.is_ok() {
            return dintero.events("CAPTURE").len() + dintero.events("INITIATE_CAPTURE").len();
        }
    }
    panic!("the call never succeeds");
}

#[tokio::test]
async fn refunds_are_guarded_as_well() {
    let dintero = Dintero::start([Does::Acts, Does::ActsAndIsLost]).await;
    let _ = capture_once(&dintero).await.unwrap();
    for _ in 0..2 {
        let change = dintero.client.transactions().refund_once(ID, refund()).await.unwrap();
        assert_eq!(change.transaction().outcome().amounts.unwrap().refunded.get(), AMOUNT);
    }
    assert_eq!((dintero.events("CAPTURE").len(), dintero.events("REFUND").len()), (1, 1));
}

#[tokio::test]
async fn voids_are_guarded_as_well() {
    for does in [Does::Acts, Does::ActsAndIsLost, Does::Accepts("r1"), Does::AcceptsNamelessly] {
        let dintero = Dintero::start([does]).await;
        let transactions = dintero.client.transactions();
        for _ in 0..2 {
            let change = transactions.void_once(ID).await.unwrap();
            let is_accepted = matches!(does, Does::Accepts(_) | Does::AcceptsNamelessly);
            assert_eq!(change.is_done(), !is_accepted, "{does:?}");
        }
        assert_eq!(
            dintero.arrived(),
            match does {
                Does::ActsAndIsLost => vec!["GET", "POST void", "GET", "GET"],
                _ => vec!["GET", "POST void", "GET"],
            }
        );
        // A voided transaction cannot be captured, so nothing is sent.
        let error = capture_once(&dintero).await.unwrap_err();
        assert!(matches!(error, GuardError::NotPermitted(_)) && !error.maybe_sent(), "{error:?}");
    }
}

/// A capture with the same reference as the refund does not count as the refund.
#[tokio::test]
async fn kinds_are_not_mixed_up() {
    let dintero = Dintero::start([]).await;
    let _ = capture_once(&dintero).await.unwrap();
    let request = RefundTransactionRequest::new(AMOUNT).refund_reference("shipment-1");
    let change = dintero.client.transactions().refund_once(ID, request).await.unwrap();
    expect_done(&change, MadeBy::ThisCall);
    assert_eq!(dintero.events("REFUND").len(), 1);
}

#[tokio::test]
async fn other_references_do_not_count() {
    let dintero = Dintero::start([]).await;
    dintero.add(
        json!({"event": "CAPTURE", "success": true, "amount": 1, "event_reference": "shipment-0"}),
    );
    dintero.add(json!({"event": "CAPTURE", "success": true, "amount": 2}));
    let request = CaptureTransactionRequest::new(AMOUNT - 3).capture_reference("shipment-1");
    let change = dintero.client.transactions().capture_once(ID, request).await.unwrap();
    expect_done(&change, MadeBy::ThisCall);
}

#[tokio::test]
async fn failed_capture_does_not_count() {
    let dintero = Dintero::start([Does::Fails]).await;
    let GuardError::Failed { event, transaction, .. } = capture_once(&dintero).await.unwrap_err()
    else {
        panic!("status 200 with a failed event is not a success");
    };
    assert_eq!(event.error.as_ref().map(|error| error.message.as_str()), Some("no"));
    assert_eq!(transaction.operations().len(), 1);
    // The failed event of an earlier capture is neither a success nor the failure of the new capture.
    expect_done(&capture_once(&dintero).await.unwrap(), MadeBy::ThisCall);
    assert_eq!(dintero.events("CAPTURE").len(), 1);
}

#[tokio::test]
async fn second_failure_is_reported_separately() {
    let dintero = Dintero::start([Does::Fails, Does::Fails, Does::IsLost]).await;
    for _ in 0..2 {
        assert!(matches!(capture_once(&dintero).await, Err(GuardError::Failed { .. })));
    }
    let error = capture_once(&dintero).await.unwrap_err();
    assert!(matches!(error, GuardError::Request(_)) && error.maybe_sent(), "{error:?}");
}

#[tokio::test]
async fn reference_is_required_before_anything_is_sent() {
    let dintero = Dintero::start([]).await;
    let (transactions, order) = (dintero.client.transactions(), order());
    let without = CaptureTransactionRequest::new(AMOUNT);
    let calls = [
        transactions.capture_once(ID, &without),
        transactions.capture_once(ID, without.capture_reference("")),
        transactions.capture_once(ID, Capture::of(&order).everything()),
        transactions.refund_once(ID, RefundTransactionRequest::new(1)),
        transactions.refund_once(ID, Refund::of(&order).everything()),
    ];
    for (index, call) in calls.into_iter().enumerate() {
        let error = call.await.unwrap_err();
        assert!(matches!(error, GuardError::Request(Error::Build(_))) && !error.maybe_sent());
        let source = std::error::Error::source(&error).unwrap().to_string();
        let field = if index < 3 { "capture_reference" } else { "refund_reference" };
        assert!(source.contains(&format!("`{field}` is required")), "{source}");
    }
    assert!(dintero.arrived().is_empty());
}

#[tokio::test]
async fn adjusted_request_is_sent_and_keeps_its_reference() {
    let dintero = Dintero::start([]).await;
    let transactions = dintero.client.transactions();
    let stolen = shipment().adjust(|request| request.capture_reference("other"));
    let error = transactions.capture_once(ID, stolen).await.unwrap_err();
    assert!(matches!(error, GuardError::Request(Error::Build(_))), "{error:?}");
    assert!(dintero.events("CAPTURE").is_empty());

    let last = shipment().adjust(|request| request.final_capture(true));
    for by in [MadeBy::ThisCall, MadeBy::AnotherCall] {
        expect_done(&transactions.capture_once(ID, &last).await.unwrap(), by);
    }
    assert_eq!(dintero.sent()[0]["final_capture"], true);
}

#[tokio::test]
async fn other_amount_under_the_reference_is_an_error_with_both() {
    let dintero = Dintero::start([]).await;
    let _ = capture_once(&dintero).await.unwrap();
    let request = CaptureTransactionRequest::new(500).capture_reference("shipment-1");
    let error = dintero.client.transactions().capture_once(ID, request).await.unwrap_err();
    let GuardError::ReferenceTaken { requested, found, sent, .. } = &error else {
        panic!("{error:?}")
    };
    let expected = (Some(MinorUnits::new(500)), Some(MinorUnits::new(AMOUNT)), false);
    assert_eq!((*requested, *found, *sent), expected);
    let shown = error.to_string();
    assert!(shown.contains("500") && shown.contains("30000"), "{shown}");
    assert!(!error.maybe_sent());
    assert_eq!(dintero.events("CAPTURE").len(), 1);
}

/// A capture of the same amount for other lines is a different capture.
#[tokio::test]
async fn other_lines_under_the_reference_are_an_error() {
    let dintero = Dintero::start([]).await;
    let line = |id: &str| OrderLine::new().id(id).line_id(id).quantity(1).amount(15000);
    let order = SessionOrder::new(AMOUNT, Currency::NOK, "order-1").items([line("a"), line("b")]);
    let transactions = dintero.client.transactions();
    let capture = |id| Capture::of(&order).whole_line(id).reference("shipment-1");
    let _ = transactions.capture_once(ID, capture("a")).await.unwrap();
    let error = transactions.capture_once(ID, capture("b")).await.unwrap_err();
    assert!(matches!(error, GuardError::ReferenceTaken { sent: false, .. }), "{error:?}");
    assert!(error.to_string().contains("different lines"), "{error}");
    expect_done(&transactions.capture_once(ID, capture("a")).await.unwrap(), MadeBy::AnotherCall);
    assert_eq!(dintero.events("CAPTURE").len(), 1);
}

#[tokio::test]
async fn unreadable_transaction_is_not_captured() {
    let dintero = Dintero::start([]).await;
    dintero.break_reads([404]);
    let error = capture_once(&dintero).await.unwrap_err();
    assert!(matches!(&error, GuardError::Read(error) if error.is_not_found()), "{error:?}");
    assert!(!error.maybe_sent());
    assert_eq!(dintero.arrived(), ["GET"]);
}

#[tokio::test]
async fn refusal_is_returned_unchanged() {
    for look_twice in [true, false] {
        let dintero = Dintero::start([Does::Refuses(403)]).await;
        let call = dintero.client.transactions().capture_once(ID, capture());
        let call = if look_twice { call } else { call.skip_recheck() };
        let error = call.await.unwrap_err();
        // The operation was not carried out, so a job must not simply retry.
        assert!(!error.maybe_sent(), "{error:?}");
        assert_eq!(error.to_string(), "Dintero refused the operation, which was not carried out");
        let GuardError::Refused(error) = error else {
            panic!("a refusal is returned as the error of the request");
        };
        assert_eq!((error.status(), error.code()), (Some(StatusCode::FORBIDDEN), Some("X")));
        assert!(error.is_refused() && error.maybe_sent());
        let expected: &[_] =
            if look_twice { &["GET", "POST capture", "GET"] } else { &["GET", "POST capture"] };
        assert_eq!(dintero.arrived(), expected);
    }
}

/// The access token has expired, and there is no other one because of an outage. The error describes
/// the outage, not the refusal.
#[tokio::test]
async fn outage_after_a_refusal_is_not_a_refusal() {
    for look_twice in [true, false] {
        let dintero = Dintero::start([Does::Refuses(401)]).await;
        let _ = dintero.client.transactions().get(ID).await.unwrap();
        dintero.break_tokens(Some(503));
        let call = dintero.client.transactions().capture_once(ID, capture());
        let call = if look_twice { call } else { call.skip_recheck() };
        let error = call.await.unwrap_err();
        assert!(!error.maybe_sent(), "{error:?}");
        let shown = error.to_string();
        assert!(shown.ends_with("could not be sent again; it was not carried out"), "{shown}");
        let GuardError::Request(request) = error else { panic!("{error:?}") };
        assert!(matches!(request, Error::Auth(_)) && request.is_retryable(), "{request:?}");
        assert!(request.maybe_sent() && request.is_refused());

        dintero.break_tokens(None);
        expect_done(&capture_once(&dintero).await.unwrap(), MadeBy::ThisCall);
        assert_eq!((dintero.sent().len(), dintero.events("CAPTURE").len()), (2, 1));
    }
}

/// Status 429 does not mean that Dintero refused the operation.
#[tokio::test]
async fn rate_limit_is_not_a_refusal() {
    let dintero = Dintero::start([Does::Refuses(429)]).await;
    let error = capture_once(&dintero).await.unwrap_err();
    assert!(matches!(error, GuardError::Request(_)) && error.maybe_sent(), "{error:?}");
    let shown = error.to_string();
    assert!(!shown.contains("refused") && shown.contains("make the same call again"), "{shown}");
    expect_done(&capture_once(&dintero).await.unwrap(), MadeBy::ThisCall);
}

/// The processor behind Dintero limits the rate after it has captured. The event appears at once or only later.
#[tokio::test]
async fn rate_limit_after_the_work_was_done_is_recognized() {
    for status in [408, 429, 500, 503] {
        let dintero = Dintero::start([Does::ActsAndReturns(status)]).await;
        expect_done(&capture_once(&dintero).await.unwrap(), MadeBy::ThisCall);
        assert_eq!(dintero.sent().len(), 1);

        let dintero = Dintero::start([Does::ActsLateAndReturns(status, 2)]).await;
        assert!(capture_once(&dintero).await.unwrap_err().maybe_sent());
        expect_done(&capture_once(&dintero).await.unwrap(), MadeBy::AnotherCall);
        assert_eq!(dintero.sent().len(), 1, "{status}");
    }
}

/// Two processes capture at the same moment. Dintero refuses the second capture, because everything is already
/// captured.
#[tokio::test]
async fn capture_of_a_faster_process_is_recognized() {
    let dintero = Dintero::start([Does::IsRaced]).await;
    let change = capture_once(&dintero).await.unwrap();
    expect_done(&change, MadeBy::AnotherCall);
    assert_eq!(dintero.events("CAPTURE").len(), 1);
}

/// The operation of the faster process has a different amount. Dintero refused the request of this call.
#[tokio::test]
async fn reference_taken_by_a_faster_process_has_sent_false() {
    let dintero = Dintero::start([Does::IsRacedBy(500)]).await;
    let error = capture_once(&dintero).await.unwrap_err();
    assert!(matches!(error, GuardError::ReferenceTaken { sent: false, .. }), "{error:?}");
    assert!(!error.maybe_sent());
    assert_eq!(dintero.sent().len(), 1);
}

#[tokio::test]
async fn success_without_a_trace_is_not_trusted() {
    let dintero = Dintero::start([Does::Forgets, Does::Forgets]).await;
    let error = capture_once(&dintero).await.unwrap_err();
    assert!(matches!(error, GuardError::Unconfirmed { cause: None, .. }), "{error:?}");
    assert!(error.maybe_sent());
    assert_eq!(dintero.arrived(), ["GET", "POST capture", "GET"]);

    // The event may appear a moment later. The next call then finds the event, and does not send the request again.
    let late = json!({"event": "CAPTURE", "success": true, "amount": AMOUNT, "event_reference": "shipment-1"});
    dintero.add_later(1, late);
    expect_done(&capture_once(&dintero).await.unwrap(), MadeBy::AnotherCall);
    assert_eq!(dintero.sent().len(), 1);
}

/// The reference may be missing in the event that begins an operation, or in all of its events.
#[tokio::test]
async fn operation_without_a_reference_may_be_ours() {
    let begin = |kind: &str, amount: i64| json!({"event": kind, "success": true, "amount": amount, "request_id": "r1"});
    let small = || CaptureTransactionRequest::new(10000).capture_reference("shipment-1");
    for (kind, id) in [("INITIATE_CAPTURE", Some("r1")), ("CAPTURE", Some("r1"))] {
        let dintero = Dintero::start([]).await;
        dintero.add(begin(kind, 9000));
        dintero.add(begin(kind, 10000));
        let call = dintero.client.transactions().capture_once(ID, small());
        let error = call.await.unwrap_err();
        let GuardError::MaybeSame { event_request_id, .. } = &error else { panic!("{error:?}") };
        assert_eq!(event_request_id.as_deref(), id);
        assert!(!error.maybe_sent());
        assert_eq!(dintero.arrived(), ["GET"]);

        let call = dintero.client.transactions().capture_once(ID, small());
        expect_done(&call.ignore_unreferenced().await.unwrap(), MadeBy::ThisCall);
    }
    // An operation with a different amount is another operation.
    let dintero = Dintero::start([]).await;
    dintero.add(begin("INITIATE_CAPTURE", 9000));
    let call = dintero.client.transactions().capture_once(ID, small());
    expect_done(&call.await.unwrap(), MadeBy::ThisCall);
}

/// A guarded call can be awaited in a spawned task, which can return the transaction.
#[tokio::test]
async fn call_can_be_spawned() {
    let dintero = Dintero::start([]).await;
    let client = dintero.client.clone();
    let task = tokio::spawn(async move {
        let transactions = client.transactions();
        let change = { transactions.capture_once(ID, capture()).await };
        change.map(|change| change.transaction().clone())
    });
    assert!(task.await.unwrap().is_ok());
}
