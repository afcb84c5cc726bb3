//! Tests a full transaction and a full session with one property changed at a time. An unreadable descriptive property
//! is listed as unread, an unreadable deciding property is an error, and a value that can be converted without loss is
//! converted.
//!
//! The overlay marks the descriptive properties by their location in the document.

use std::collections::BTreeSet;
use std::fmt::Debug;

use dintero_api::order::Capture;
use dintero_api::types::{
    ExpressCallback, OrderShippingOption, SessionDetails, SessionOrder, Transaction,
};
use dintero_api::wire::FromJson;
use dintero_api::{BodyError, Decoded, MinorUnits};
use dintero_tests::document::{component, document};
use dintero_tests::overlay;
use dintero_tests::shape::Found;
use serde_json::{Value, json};

const SESSION: &str =
    "/paths/~1sessions~1{session_id}/get/responses/200/content/application~1json/schema";

const EXPRESS: &str = "/components/requestBodies/example_discount_codes_callback_urlOptions/content/application~1json/schema";

fn transaction() -> Value {
    serde_json::from_str(include_str!("../fixtures/transaction.json")).expect("it is JSON")
}

fn session() -> Value {
    serde_json::from_str(include_str!("../fixtures/session.json")).expect("it is JSON")
}

/// Returns the new values that are tried for each property. `None` removes the property.
fn changes() -> Vec<Option<Value>> {
    vec![
        None,
        Some(json!(null)),
        Some(json!("")),
        Some(json!("an odd text")),
        Some(json!("NOR")),
        Some(json!("25")),
        Some(json!("2026-03-01T12:00:00")),
        Some(json!("31.12.2026")),
        Some(json!(true)),
        Some(json!(7)),
        Some(json!(-0.125)),
        Some(json!([])),
        Some(json!([7])),
        Some(json!({})),
        Some(json!({"an odd key": [true]})),
    ]
}

/// A property of a value: its JSON pointer, its path in errors, and whether the overlay marks it as lenient.
struct Property {
    pointer: String,
    path: String,
    is_lenient: bool,
}

fn properties(schema: &str, value: &Value) -> Vec<Property> {
    let lenient = overlay::places("x-lenient", &json!(true));
    let mut properties: Vec<Property> = Vec::new();
    document().shape(schema).walk(value, &mut |visit| {
        if let Found::Known(shape) = visit.found
            && !visit.at.is_empty()
            && visit.at.rsplit('/').next().is_some_and(|last| last.parse::<usize>().is_err())
        {
            properties.push(Property {
                pointer: visit.at.to_owned(),
                path: path(visit.at),
                is_lenient: !shape.places().is_disjoint(&lenient),
            });
            // A value under a user-defined key belongs to the property that contains the keys.
            if shape.places().iter().any(|place| place.contains("/additionalProperties")) {
                properties.pop();
            }
        }
    });
    properties
}

/// Returns the path that errors use for a JSON pointer.
fn path(pointer: &str) -> String {
    let mut path = String::new();
    for token in pointer.split('/').skip(1) {
        let token = token.replace("~1", "/").replace("~0", "~");
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        if token.parse::<usize>().is_ok() {
            path.push_str(&format!("[{token}]"));
        } else if token.chars().all(is_plain) {
            path.push_str(if path.is_empty() { "" } else { "." });
            path.push_str(&token);
        } else {
            path.push_str(&format!("[{token:?}]"));
        }
    }
    path
}

fn changed(value: &Value, pointer: &str, change: Option<Value>) -> Value {
    let mut value = value.clone();
    let (parent, last) = pointer.rsplit_once('/').expect("a pointer has a parent");
    let last = last.replace("~1", "/").replace("~0", "~");
    let parent = value.pointer_mut(parent).expect("the pointer exists in the value");
    let members = parent.as_object_mut().expect("a property is in an object");
    match change {
        Some(change) => drop(members.insert(last, change)),
        None => drop(members.remove(&last)),
    }
    value
}

fn decode<T: FromJson>(value: &Value) -> Result<Decoded<T>, String> {
    Decoded::from_slice(value.to_string().as_bytes()).map_err(|error| match error {
        BodyError::Shape(error) => error.path(),
        error => panic!("{error}"),
    })
}

/// Changes one property at a time, and checks the results. `decided` returns what the runtime derives from a value.
/// This result must not depend on any unreadable property.
fn unexpected_results<T: FromJson, D: PartialEq + Debug>(
    schema: &str,
    value: &Value,
    decided: fn(&T) -> D,
) -> Vec<String> {
    let original = decided(&decode(value).expect("the fixture can be read").value);
    let mut wrong = Vec::new();
    let (mut errors, mut unread) = (0, 0);
    for property in properties(schema, value) {
        for change in changes() {
            let at = format!("{} = {change:?}", property.path);
            let changed = changed(value, &property.pointer, change);
            let is_here = |path: &str| path.starts_with(&property.path);
            match decode::<T>(&changed) {
                Ok(decoded) if decoded.unread.is_empty() => {}
                Ok(decoded) => {
                    unread += 1;
                    let paths: Vec<_> = decoded.unread.iter().map(|error| error.path()).collect();
                    if !property.is_lenient && paths.contains(&property.path) {
                        wrong.push(format!("{at}: a deciding property was skipped as unreadable"));
                    }
                    if paths.len() != 1 || !is_here(&paths[0]) {
                        wrong.push(format!("{at}: unread is {paths:?}"));
                    }
                    if decided(&decoded.value) != original {
                        wrong.push(format!("{at}: the derived values changed"));
                    }
                }
                Err(path) => {
                    errors += 1;
                    if !is_here(&path) {
                        wrong.push(format!("{at}: error at {path}"));
                    }
                    if property.is_lenient && path == property.path {
                        wrong.push(format!("{at}: a descriptive property caused an error"));
                    }
                }
            }
        }
    }
    assert!(
        errors > 50 && unread > 50,
        "too few changes were tried: {errors} errors, {unread} unread"
    );
    wrong
}

/// Returns those values of a shipping option that are used to calculate amounts.
fn freight(option: Option<&OrderShippingOption>) -> impl PartialEq + Debug + use<> {
    option.map(|option| {
        (
            option.line_id.clone(),
            option.amount,
            option.vat,
            option.vat_amount,
            option.splits.clone(),
        )
    })
}

/// Returns everything that the runtime derives from a transaction.
fn decided_by_transaction(transaction: &Transaction) -> impl PartialEq + Debug + use<> {
    let operations: Vec<_> = transaction
        .operations()
        .into_iter()
        .map(|operation| {
            let reference = operation.reference.map(str::to_owned);
            (operation.kind, operation.state, operation.amount, reference)
        })
        .collect();
    let order = SessionOrder::new(transaction.amount, transaction.currency, "order-2026-17");
    let rest = Capture::after(&order, transaction)
        .everything()
        .request()
        .map_err(|error| error.to_string());
    (transaction.outcome(), operations, rest, freight(transaction.shipping_option.as_ref()))
}

/// Returns everything that the runtime derives from the order of a session.
fn decided_by_session(session: &SessionDetails) -> impl PartialEq + Debug + use<> {
    decided_by_order(&session.order)
}

/// Returns everything that the runtime derives from an express callback.
fn decided_by_express(callback: &ExpressCallback) -> impl PartialEq + Debug + use<> {
    let configuration = callback.configuration.as_ref();
    let auto_capture = configuration.map(|configuration| configuration.auto_capture);
    (decided_by_order(&callback.order), callback.order.partial_payment, auto_capture)
}

fn decided_by_order(order: &SessionOrder) -> impl PartialEq + Debug + use<> {
    let lines: Vec<_> = order
        .items
        .iter()
        .flatten()
        .map(|item| (item.line_id.clone(), item.amount, item.quantity, item.vat, item.vat_amount))
        .collect();
    (
        order.amount,
        order.currency,
        order.merchant_reference.clone(),
        order.gift_cards.clone(),
        lines,
        freight(order.shipping_option.as_ref()),
        Capture::of(order).everything().request().map_err(|error| error.to_string()),
    )
}

#[test]
fn transaction_with_one_property_changed() {
    let wrong = unexpected_results::<Transaction, _>(
        &component("Transaction"),
        &transaction(),
        decided_by_transaction,
    );
    assert!(wrong.is_empty(), "{} unexpected results: {wrong:#?}", wrong.len());
}

#[test]
fn session_with_one_property_changed() {
    let wrong = unexpected_results::<SessionDetails, _>(SESSION, &session(), decided_by_session);
    assert!(wrong.is_empty(), "{} unexpected results: {wrong:#?}", wrong.len());
}

#[test]
fn express_callback_with_one_property_changed() {
    let wrong = unexpected_results::<ExpressCallback, _>(EXPRESS, &session(), decided_by_express);
    assert!(wrong.is_empty(), "{} unexpected results: {wrong:#?}", wrong.len());
}

/// Without one of these properties, a session or an express callback cannot be read. All others may be missing.
///
/// A type has the same required properties wherever it appears, so the list also contains properties in `express`,
/// `customer` and `events`.
#[test]
fn only_deciding_properties_must_be_present() {
    let value = session();
    let mut required = BTreeSet::new();
    for Property { pointer, path, .. } in properties(SESSION, &value) {
        let changed = changed(&value, &pointer, None);
        let session = decode::<SessionDetails>(&changed).map(drop);
        assert_eq!(session, decode::<ExpressCallback>(&changed).map(drop), "{path}");
        required.extend(session.err());
    }
    let expected = [
        "order",
        "order.amount",
        "order.currency",
        "order.merchant_reference",
        "order.items[0].fee_split.type",
        "order.items[0].splits[0].amount",
        "order.items[0].splits[0].payout_destination_id",
        "order.shipping_option.id",
        "order.shipping_option.line_id",
        "order.shipping_option.title",
        "order.shipping_option.amount",
        "order.gift_cards[0].type",
        "order.gift_cards[0].card_id",
        "order.gift_cards[0].amount",
        "express.shipping_options",
        "express.shipping_options[0].id",
        "express.shipping_options[0].line_id",
        "express.shipping_options[0].title",
        "express.shipping_options[0].amount",
        "customer.gift_cards[\"dintero.wallets\"][0].card_id",
        "events[0].details.previous_order.amount",
        "events[0].details.previous_order.currency",
        "events[0].details.previous_order.merchant_reference",
    ];
    assert_eq!(required, expected.map(str::to_owned).into());
}

/// Changes that real shop systems make, and that have caused problems.
#[test]
fn changes_that_shop_systems_make() {
    let value = transaction();
    for (pointer, change, unread) in [
        ("/billing_address/country", Some(json!("")), None),
        ("/billing_address/country", Some(json!("NOR")), Some("billing_address.country")),
        ("/created_at", Some(json!("2026-03-01T12:01:00")), Some("created_at")),
        ("/created_at", Some(json!("")), None),
        ("/items/0/vat", Some(json!("25")), None),
        ("/items/0/line_id", Some(json!(1)), None),
        ("/metadata", Some(json!([])), Some("metadata")),
        ("/shipping_option/operator", None, Some("shipping_option.operator")),
        ("/amount", Some(json!("61880")), None),
        ("/card/type", Some(json!(5)), Some("card.type")),
    ] {
        let changed = changed(&value, pointer, change.clone());
        let decoded = decode::<Transaction>(&changed).expect("it can be read");
        let paths: Vec<_> = decoded.unread.iter().map(|error| error.path()).collect();
        assert_eq!(paths, Vec::from_iter(unread), "{pointer} = {change:?}");
        assert_eq!(decoded.value.amount, MinorUnits::new(61880));
        if let Some(items) = &decoded.value.items {
            assert_eq!(items[0].line_id.as_deref(), Some("1"));
        }
    }
    for (pointer, change) in [
        ("/status", json!(3)),
        ("/amount", json!("all")),
        ("/amount", json!(618.5)),
        ("/currency", json!("kroner")),
        ("/events/2/amount", json!({})),
        ("/events/2/items", json!({})),
        ("/events/2/items/0/amount", json!("all")),
        ("/events/2/success", json!("yes")),
        ("/events/3/correction/remaining_refund_amount", json!(null)),
        ("/events", json!({})),
        ("/shipping_option", json!([])),
        ("/shipping_option/amount", json!("free")),
        ("/shipping_option/line_id", json!(null)),
        ("/shipping_option/splits", json!({})),
    ] {
        let changed = changed(&value, pointer, Some(change));
        assert_eq!(decode::<Transaction>(&changed).map(drop), Err(path(pointer)));
    }
}

/// An order that was read from a session is captured with its freight, even if other values of its shipping option are
/// unreadable.
#[test]
fn freight_is_never_lost() {
    let value = session();
    let whole = decode::<SessionDetails>(&value).expect("the fixture can be read").value.order;
    let captured = |order: &SessionOrder| {
        Capture::of(order).everything().request().map_err(|error| error.to_string())
    };
    for (field, change) in [
        ("operator", None),
        ("operator", Some(json!(null))),
        ("operator", Some(json!({}))),
        ("description", Some(json!([]))),
        ("delivery_method", Some(json!({}))),
        ("countries", Some(json!(["NOR"]))),
        ("metadata", Some(json!([]))),
        ("eta", Some(json!("soon"))),
        ("time_slot", Some(json!({"starts_at": "2026-03-01T12:00:00"}))),
        ("pick_up_address", Some(json!({"country": "Norway"}))),
    ] {
        let pointer = format!("/order/shipping_option/{field}");
        let decoded = decode::<SessionDetails>(&changed(&value, &pointer, change.clone()))
            .unwrap_or_else(|path| panic!("{field} = {change:?}: error at {path}"));
        assert_eq!(decoded.unread.len(), 1, "{field} = {change:?}: {:?}", decoded.unread);
        assert!(decoded.unread[0].path().starts_with(&path(&pointer)));
        assert_eq!(captured(&decoded.value.order), captured(&whole), "{field} = {change:?}");
        let option = decoded.value.order.shipping_option.expect("the option is kept");
        assert_eq!(option.amount, MinorUnits::new(3900));
        if field == "operator" {
            assert_eq!(
                option.operator, "",
                "the API itself uses an empty string if there is no operator"
            );
        }
    }
    for change in [None, Some(json!("free")), Some(json!({})), Some(json!(null))] {
        let changed = changed(&value, "/order/shipping_option/amount", change);
        let path = decode::<SessionDetails>(&changed).map(drop);
        assert_eq!(path, Err("order.shipping_option.amount".to_owned()));
    }
}

/// Stored values are read strictly.
#[test]
fn storage_is_read_strictly() {
    let changed = changed(&transaction(), "/billing_address/country", Some(json!("NOR")));
    let error = serde_json::from_value::<Transaction>(changed.clone())
        .expect_err("stored values are read strictly");
    assert!(error.to_string().starts_with("`billing_address.country`"), "{error}");
    assert!(Transaction::from_json(changed).is_err());
}

/// The generator checks that no property is both lenient and deciding. This test checks that properties that the
/// runtime reads are marked as deciding.
#[test]
fn properties_that_the_runtime_reads_are_marked() {
    let decides = overlay::places("x-decides", &json!(true));
    let lenient = overlay::places("x-lenient", &json!(true));
    assert_eq!(decides.intersection(&lenient).collect::<BTreeSet<_>>(), BTreeSet::new());
    for place in [
        "Transaction/allOf/1/properties/amount",
        "Transaction/allOf/1/properties/status",
        "Transaction/allOf/1/properties/events",
        "TransactionEvent/properties/success",
        "TransactionEvent/properties/correction",
        "OrderItem/properties/amount",
        "SessionOrderUpdate/properties/amount",
        "ShippingOption/properties/amount",
        "SessionOrderUpdate/properties/shipping_option",
        "PayoutSplit/properties/amount",
    ] {
        let place = format!("/components/schemas/{place}");
        assert!(document().at(&place).is_object());
        assert!(decides.contains(&place), "{place}");
    }
}
