//! Tests guarded calls that send nothing, because the transaction is unclear, or because its state or its payment
//! product does not permit the operation.

use dintero_api::client::{GuardError, MadeBy};
use dintero_api::order::Refund;
use dintero_api::types::{CaptureTransactionRequest, RefundTransactionRequest};
use dintero_api::{NotPermitted, OperationKind, UnclearTransaction};
use serde_json::{Value, json};

use crate::dintero::{AMOUNT, Dintero, Does, ID};
use crate::guard::{capture_once, expect_accepted, expect_done, order, refund, ship};

fn product(product: &str, product_type: &str) -> Value {
    json!({"payment_product": product, "payment_product_type": product_type})
}

/// If the status or the events of the transaction are missing, unknown or incomplete, the call returns an error and
/// sends no capture. It does not matter whether the amount of the request is fixed or computed.
#[tokio::test]
async fn nothing_is_sent_if_something_is_unknown() {
    use UnclearTransaction as Unclear;

    let done = |fields: Value| {
        let mut event = json!({"event": "CAPTURE", "event_reference": "other"});
        event.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        event
    };
    let capture = OperationKind::Capture;
    let cases = [
        ("AUTHORIZED", json!({"events": null}), None, Unclear::NoEvents),
        ("PARTIALLY_CAPTURED", json!({"events": null}), None, Unclear::NoEvents),
        (
            "PARTIALLY_CAPTURED",
            json!({}),
            None,
            Unclear::EventsMissing("PARTIALLY_CAPTURED".into()),
        ),
        ("AUTHORIZED", json!({"status": null}), None, Unclear::Status(None)),
        ("UNKNOWN", json!({}), None, Unclear::Status(Some("UNKNOWN".into()))),
        ("NEW", json!({}), None, Unclear::Status(Some("NEW".into()))),
        (
            "AUTHORIZED",
            json!({}),
            Some(done(json!({"success": true}))),
            Unclear::Operation(capture),
        ),
        ("AUTHORIZED", json!({}), Some(done(json!({"amount": 5}))), Unclear::Operation(capture)),
        (
            "AUTHORIZED",
            json!({}),
            Some(json!({"amount": 5, "success": true})),
            Unclear::EventWithoutKind,
        ),
        // A kind that this version does not know may be a capture.
        (
            "AUTHORIZED",
            json!({}),
            Some(json!({"event": "PARTIAL_CAPTURE", "success": true, "amount": 10000,
                "event_reference": "shipment-1"})),
            Unclear::UnknownEvent("PARTIAL_CAPTURE".into()),
        ),
        // This event has the call's own reference, but does not say whether the capture succeeded.
        (
            "AUTHORIZED",
            json!({}),
            Some(json!({"event": "CAPTURE", "amount": AMOUNT, "event_reference": "shipment-1"})),
            Unclear::Operation(capture),
        ),
    ];
    for (status, fields, event, expected) in cases {
        let dintero = Dintero::start([]).await;
        dintero.set(status, fields.clone());
        event.iter().for_each(|event| dintero.add(event.clone()));
        for error in [capture_once(&dintero).await.unwrap_err(), ship(&dintero).await.unwrap_err()]
        {
            let GuardError::NotPermitted(NotPermitted::Unclear(unclear)) = &error else {
                panic!("{status} {fields} {event:?}: {error:?}")
            };
            assert_eq!((unclear, error.maybe_sent()), (&expected, false), "{status} {fields}");
        }
        assert_eq!(dintero.arrived(), ["GET", "GET"], "{status} {fields}");
    }
}

#[tokio::test]
async fn status_can_rule_out_a_capture() {
    for status in [
        "INITIATED",
        "ON_HOLD",
        "DECLINED",
        "FAILED",
        "AUTHORIZATION_VOIDED",
        "CAPTURED",
        "PARTIALLY_REFUNDED",
        "REFUNDED",
    ] {
        let dintero = Dintero::start([]).await;
        dintero.set(status, json!({}));
        let error = capture_once(&dintero).await.unwrap_err();
        let GuardError::NotPermitted(NotPermitted::Status { kind, .. }) = &error else {
            panic!("{status}: {error:?}")
        };
        assert_eq!(*kind, OperationKind::Capture);
        assert!(error.to_string().contains(status), "{error}");
        assert_eq!(dintero.arrived(), ["GET"]);
    }
}

#[tokio::test]
async fn more_than_is_left_is_not_sent() {
    let dintero = Dintero::start([]).await;
    dintero
        .add(json!({"event": "CAPTURE", "success": true, "amount": 20000, "event_reference": "a"}));
    dintero.add(json!({"event": "INITIATE_CAPTURE", "success": true, "amount": 4000,
        "event_reference": "b", "request_id": "r1"}));
    let transactions = dintero.client.transactions();
    let capture = |amount| CaptureTransactionRequest::new(amount).capture_reference("c");
    let error = transactions.capture_once(ID, capture(6001)).await.unwrap_err();
    let shown = error.to_string();
    assert!(shown.contains("6001") && shown.contains("6000"), "{shown}");
    let refund = |amount| RefundTransactionRequest::new(amount).refund_reference("d");
    let error = transactions.refund_once(ID, refund(20001)).await.unwrap_err();
    assert!(matches!(error, GuardError::NotPermitted(NotPermitted::MoreThanLeft { .. })));
    assert_eq!(dintero.arrived(), ["GET", "GET"]);
    expect_done(&transactions.capture_once(ID, capture(6000)).await.unwrap(), MadeBy::ThisCall);
}

/// A Kravia capture is in progress until the invoice is paid. An invoice cannot be refunded, and a void cancels it.
#[tokio::test]
async fn kravia_invoice_is_captured_voided_and_never_refunded() {
    let dintero = Dintero::start([Does::AcceptsWithoutId("r1")]).await;
    dintero.set("AUTHORIZED", product("kravia", "kravia.invoice_b2c"));
    let transactions = dintero.client.transactions();
    for by in [MadeBy::ThisCall, MadeBy::AnotherCall] {
        let change = capture_once(&dintero).await.unwrap();
        expect_accepted(&change, by, Some("r1"));
        let outcome = change.transaction().outcome();
        assert_eq!(outcome.in_progress, [OperationKind::Capture]);
        assert!(outcome.may_ship() && outcome.amounts.unwrap().captured.get() == 0);
    }
    let error = transactions.refund_once(ID, refund()).await.unwrap_err();
    assert!(matches!(error, GuardError::NotPermitted(NotPermitted::RefundOfInvoice)), "{error:?}");
    expect_done(&transactions.void_once(ID).await.unwrap(), MadeBy::ThisCall);
    assert_eq!(dintero.sent().len(), 2);
}

/// With other products, a void is not permitted while a capture is in progress, and vice versa.
#[tokio::test]
async fn captures_and_voids_wait_for_each_other() {
    for (first, second) in [("CAPTURE", OperationKind::Void), ("VOID", OperationKind::Capture)] {
        let dintero = Dintero::start([]).await;
        dintero.add(json!({"event": format!("INITIATE_{first}"), "success": true, "amount": 100,
            "event_reference": "a", "request_id": "r1"}));
        let transactions = dintero.client.transactions();
        let error = match second {
            OperationKind::Void => transactions.void_once(ID).await.unwrap_err(),
            _ => capture_once(&dintero).await.unwrap_err(),
        };
        let GuardError::NotPermitted(NotPermitted::InProgress { kind, .. }) = error else {
            panic!("{error:?}")
        };
        assert_eq!((kind, dintero.sent().len()), (second, 0));
    }
}

/// The error names what is unknown: a refund without a result is no missing event.
#[tokio::test]
async fn unknown_refund_is_not_reported_as_a_missing_event() {
    let dintero = Dintero::start([]).await;
    dintero.set("PARTIALLY_CAPTURED", product("vipps", "vipps"));
    dintero.add(json!({"event": "CAPTURE", "success": true, "amount": 100}));
    // Either 20 were refunded, or more, and a part of the reserved amount was captured.
    dintero.add(json!({"event": "REFUND", "success": true, "amount": 50, "correction": {
        "status": "PARTIALLY_CAPTURED_REFUNDED", "event_ids": [], "remaining_refund_amount": 80,
        "remaining_capture_amount": AMOUNT - 200, "remaining_void_amount": AMOUNT - 200,
    }}));
    let error = dintero.client.transactions().void_once(ID).await.unwrap_err();
    let GuardError::NotPermitted(NotPermitted::Unclear(unclear)) = &error else {
        panic!("{error:?}")
    };
    assert_eq!(unclear, &UnclearTransaction::Operation(OperationKind::Refund));
}

/// The event says that everything was refunded, so the event of another refund is missing.
#[tokio::test]
async fn refund_waits_for_the_events_of_a_full_refund() {
    for (after, is_missing) in [("REFUNDED", true), ("PARTIALLY_REFUNDED", false)] {
        let dintero = Dintero::start([]).await;
        dintero.set("CAPTURED", product("vipps", "vipps"));
        dintero.add(json!({"event": "CAPTURE", "success": true, "amount": AMOUNT}));
        dintero.add(json!({"event": "REFUND", "success": true, "amount": 5000,
            "transaction_status": after}));
        let refund = RefundTransactionRequest::new(100).refund_reference("credit-2");
        let result = dintero.client.transactions().refund_once(ID, refund).await;
        match result {
            Ok(_) => assert!(!is_missing, "{after}"),
            Err(GuardError::NotPermitted(NotPermitted::Unclear(unclear))) => {
                assert!(is_missing, "{after}");
                assert_eq!(unclear, UnclearTransaction::EventsMissing("REFUNDED".into()));
            }
            Err(error) => panic!("{after}: {error:?}"),
        }
    }
}

#[tokio::test]
async fn rest_is_voided_only_if_the_product_supports_it() {
    for (name, can) in [("vipps", true), ("bambora.creditcard", false), ("new.product", false)] {
        let dintero = Dintero::start([]).await;
        dintero.set("PARTIALLY_CAPTURED", product(name.split('.').next().unwrap(), name));
        dintero.add(json!({"event": "CAPTURE", "success": true, "amount": 100}));
        let result = dintero.client.transactions().void_once(ID).await;
        match result {
            Ok(_) => assert!(can, "{name}"),
            Err(GuardError::NotPermitted(NotPermitted::VoidOfRest)) => assert!(!can, "{name}"),
            Err(error) => panic!("{name}: {error:?}"),
        }
    }
}

/// A Swish payment is captured when the customer pays, so the events need not show a capture.
#[tokio::test]
async fn swish_payment_is_refunded_by_line() {
    let dintero = Dintero::start([]).await;
    dintero.set("CAPTURED", product("swish", "swish.swish"));
    let transactions = dintero.client.transactions();
    let error = ship(&dintero).await.unwrap_err();
    assert!(matches!(error, GuardError::NotPermitted(NotPermitted::Status { .. })), "{error:?}");
    let order = order();
    for _ in 0..2 {
        let refund = Refund::of(&order).line("1", 1).reference("return-1");
        let _ = transactions.refund_once(ID, refund).await.unwrap();
    }
    let rest = Refund::of(&order).everything().reference("return-2");
    let _ = transactions.refund_once(ID, rest).await.unwrap();
    let amounts: Vec<_> =
        dintero.events("REFUND").iter().map(|event| event["amount"].clone()).collect();
    assert_eq!(amounts, [6700, AMOUNT - 6700]);
}

#[tokio::test]
async fn terminal_refund_names_the_terminal() {
    let dintero = Dintero::start([]).await;
    dintero.set("CAPTURED", product("seitatech", "seitatech.in_person"));
    dintero.add(json!({"event": "CAPTURE", "success": true, "amount": AMOUNT}));
    let (transactions, order) = (dintero.client.transactions(), order());
    let refund = || Refund::of(&order).line("1", 1).reference("return-1").reason("broken");
    let error = transactions.refund_once(ID, refund()).await.unwrap_err();
    let is_expected =
        matches!(error, GuardError::NotPermitted(NotPermitted::RefundWithoutTerminal));
    assert!(is_expected && error.to_string().contains("terminal_id"), "{error:?}");
    let refund = refund().terminal_id("T12345678-T0007");
    let _ = transactions.refund_once(ID, refund).await.unwrap();
    let sent = &dintero.sent()[0];
    assert_eq!(
        (&sent["terminal_id"], &sent["reason"]),
        (&json!("T12345678-T0007"), &json!("broken"))
    );
}
