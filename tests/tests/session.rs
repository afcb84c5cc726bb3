//! Tests the requests and responses of a purchase as a shop sees them: an order built from types, and a full session
//! and a full transaction written by hand.

use dintero_api::types::{
    ExpressOptions, MultiShipmentShippingOption, OrderLine, OrderShippingOption, SessionDetails,
    SessionOrder, SessionProfile, SessionUrls, ShippingOptionDeliveryMethod, Transaction,
};
use dintero_api::wire::FromJson;
use dintero_api::{Currency, MinorUnits};
use dintero_tests::compare::differences;
use dintero_tests::document::{component, document};
use serde::Serialize;
use serde_json::{Value, json};

const CREATE: &str = "/paths/~1sessions-profile/post/requestBody/content/application~1json/schema";
const READ: &str =
    "/paths/~1sessions~1{session_id}/get/responses/200/content/application~1json/schema";

/// Returns an express checkout of a chair that is sent to a pick-up point.
fn chair_order() -> SessionProfile {
    let chair = OrderLine::new()
        .id("chair-1")
        .line_id("1")
        .description("Stablestol")
        .quantity(1)
        .amount(29990)
        .vat_amount(6000)
        .vat(25);
    let pick_up = OrderShippingOption::new(
        "local-pick-up-point",
        "local-pick-up-point",
        3900,
        "Pick up at a pick-up point",
        "",
    )
    .delivery_method(ShippingOptionDeliveryMethod::PickUp);
    let order = SessionOrder::new(33890, Currency::NOK, "merchants_order_number")
        .items([chair])
        .shipping_option(pick_up);
    let urls = SessionUrls::new("https://example.com/thankyou")
        .callback_url("https://example.com/callback");
    let no_options: [MultiShipmentShippingOption; 0] = [];
    let express = ExpressOptions::new(no_options)
        .shipping_address_callback_url("https://example.com/shipping_address_changed");
    SessionProfile::new(urls, order, "default").express(express)
}

#[test]
fn chair_order_is_the_documented_request() {
    let expected = json!({
        "url": {
            "return_url": "https://example.com/thankyou",
            "callback_url": "https://example.com/callback",
        },
        "order": {
            "amount": 33890,
            "currency": "NOK",
            "merchant_reference": "merchants_order_number",
            "items": [{
                "id": "chair-1",
                "line_id": "1",
                "description": "Stablestol",
                "quantity": 1,
                "amount": 29990,
                "vat_amount": 6000,
                "vat": 25,
            }],
            "shipping_option": {
                "id": "local-pick-up-point",
                "line_id": "local-pick-up-point",
                "amount": 3900,
                "operator": "",
                "title": "Pick up at a pick-up point",
                "delivery_method": "pick_up",
            },
        },
        "express": {
            "shipping_options": [],
            "shipping_address_callback_url": "https://example.com/shipping_address_changed",
        },
        "profile_id": "default",
    });
    let request = serde_json::to_value(chair_order()).expect("a request is JSON");
    assert_eq!(differences(&expected, &request), [""; 0]);
    assert_eq!(document().validate(CREATE, &request), [""; 0]);
    assert_eq!(document().unknown_properties(CREATE, &request), [""; 0]);
    assert_eq!(SessionProfile::from_json(request), Ok(chair_order()));
}

#[test]
fn numbers_of_an_order_are_written_as_integers() {
    let text = serde_json::to_string(&chair_order()).expect("a request is JSON");
    for number in [r#""amount":33890"#, r#""quantity":1,"#, r#""vat":25"#] {
        assert!(text.contains(number), "{number} in {text}");
    }
}

/// Reads a fixture with additional fields that the document does not declare, and writes it back.
fn read<T: FromJson + Serialize>(schema: &str, text: &str) -> T {
    let written: Value = serde_json::from_str(text).expect("the fixture is JSON");
    assert_eq!(document().unknown_properties(schema, &written), [""; 0]);
    let mut newer = written.clone();
    newer["added in 2031"] = json!({"amount": 1});
    newer["events"][0]["added in 2031"] = json!([1]);
    let read = T::from_json(newer).expect("the fixture can be read");
    let back = serde_json::to_value(&read).expect("values that were read can be written");
    assert_eq!(differences(&written, &back), [""; 0]);
    read
}

/// Objects for which the document declares only some fields keep the fields that the merchant, Dintero or an earlier
/// version added.
#[test]
fn undeclared_members_are_kept_and_not_shown() {
    const KEPT: [&str; 4] = [
        "/metadata/ext_cart",
        "/configuration/new_wallet",
        "/configuration/age_verification/hunter2",
        "/configuration/kravia/invoice_b2c/invoice_delivery_method",
    ];
    let mut session: Value =
        serde_json::from_str(include_str!("../fixtures/session.json")).expect("it is JSON");
    session["metadata"]["ext_cart"] = json!("hunter2");
    session["configuration"]["new_wallet"] =
        json!({"enabled": true, "key": ["hunter2", null, 1.5]});
    session["configuration"]["age_verification"] =
        json!({"minimum_age_required": 18, "hunter2": true});
    session["configuration"]["kravia"] =
        json!({"invoice_b2c": {"enabled": true, "invoice_delivery_method": "provider"}});
    let read = SessionDetails::from_json(session.clone()).expect("it can be read");
    let configuration = read.configuration.as_ref().expect("a configuration");
    let age = configuration.age_verification.as_ref().expect("the configuration asks for an age");
    assert_eq!((age.minimum_age_required, age.others.len()), (Some(18), 1));
    assert_eq!(configuration.others["new_wallet"]["enabled"], true);
    let shown = format!("{read:?} {read:#?}");
    assert!(!shown.contains("hunter2") && !shown.contains("provider"), "{shown}");
    let back = serde_json::to_value(&read).expect("values that were read can be written");
    assert_eq!(differences(&session, &back), [""; 0]);
    for place in KEPT {
        assert_eq!(back.pointer(place), session.pointer(place), "{place}");
    }
}

#[test]
fn transaction_metadata_keeps_the_merchants_and_old_keys() {
    let mut transaction: Value =
        serde_json::from_str(include_str!("../fixtures/transaction.json")).expect("it is JSON");
    transaction["metadata"]["ext_shop"] = json!("hunter2");
    transaction["metadata"]["ext_till"] = json!(12);
    transaction["metadata"]["kravia:invoice_channel"] = json!("by_pigeon");
    transaction["events"][1]["metadata"]["kravia:debtor_id"] = json!("hunter2");
    transaction["events"][1]["metadata"]["kravia:case_number"] = json!("hunter2");
    let read = Transaction::from_json(transaction.clone()).expect("it can be read");
    let metadata = read.metadata.as_ref().expect("it has metadata");
    assert_eq!(metadata.others["ext_till"], 12);
    assert!(!format!("{read:?} {read:#?}").contains("hunter2"));
    let back = serde_json::to_value(&read).expect("values that were read can be written");
    assert_eq!(differences(&transaction, &back), [""; 0]);
}

/// An age verification may prove only the age.
#[test]
fn a_proven_age_is_an_identity() {
    let mut transaction: Value =
        serde_json::from_str(include_str!("../fixtures/transaction.json")).expect("it is JSON");
    transaction["verified_identity"] = json!({"age_over": 18});
    let read = Transaction::from_json(transaction).expect("it can be read");
    let identity = read.verified_identity.as_ref().expect("it was verified");
    assert_eq!((identity.age_over, &identity.iss), (Some(18), &None));
    assert!(!format!("{identity:?}").contains("18"));
}

#[test]
fn full_session_survives_a_round_trip() {
    let session: SessionDetails = read(READ, include_str!("../fixtures/session.json"));
    assert_eq!(session.order.amount, MinorUnits::new(61880));
    let items = session.order.items.expect("the order has items");
    assert_eq!(items[1].quantity.expect("cheese is weighed").to_string(), "0.35");
    let option = session.order.shipping_option.expect("an option was chosen");
    let method = option.delivery_method.expect("the option has a method");
    assert!(
        matches!(method, ShippingOptionDeliveryMethod::Other(ref other) if other.as_str() == "by_drone")
    );
}

/// An order that was read from a session can be sent again. The fields that only Dintero sets are left out.
#[test]
fn order_that_was_read_can_be_sent() {
    let session: SessionDetails = read(READ, include_str!("../fixtures/session.json"));
    let order = session.order.clone();
    let request = SessionProfile::new(session.url.expect("the fixture has URLs"), order, "default");
    let sent = serde_json::to_value(dintero_api::wire::without_read_only(&request))
        .expect("a request is JSON");
    let mut expected = serde_json::to_value(&request).expect("a request is JSON");
    let order = expected["order"].as_object_mut().expect("an order is an object");
    order.remove("gross_amount");
    order.remove("is_changed");
    let chair = expected["order"]["items"][0].as_object_mut().expect("an item is an object");
    chair.remove("gross_amount");
    assert_eq!(differences(&expected, &sent), [""; 0]);
    assert_eq!(document().unknown_properties(CREATE, &sent), [""; 0]);
}

#[test]
fn full_transaction_survives_a_round_trip() {
    let transaction: Transaction =
        read(&component("Transaction"), include_str!("../fixtures/transaction.json"));
    let events = transaction.events.expect("the transaction has events");
    // All events share one status type, even though the document's enum for Netaxept lacks
    // `PARTIALLY_CAPTURED_REFUNDED`.
    let status = events[3].transaction_status.as_ref().expect("the event has a status");
    assert!(!format!("{status:?}").contains("Other"), "{status:?} is documented");
    assert_eq!(events[2].amount, Some(MinorUnits::new(57980)));
}
