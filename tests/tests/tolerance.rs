//! Tests transactions, sessions and express callbacks with one property changed at a time. An unreadable lenient property
//! is listed as unread, whatever it contains; every other unreadable property is an error; and a value that can be
//! converted without loss is converted.
//!
//! The overlay marks the lenient properties by their location in the document. For each property of a schema, a small
//! value that contains it is generated from the document. Two hand-written values show that nothing that the runtime
//! derives depends on an unreadable property.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use dintero_api::order::Capture;
use dintero_api::types::{
    ExpressCallback, OrderShippingOption, SessionDetails, SessionOrder, Transaction,
};
use dintero_api::wire::FromJson;
use dintero_api::{BodyError, Decoded, MinorUnits};
use dintero_tests::compare::escape;
use dintero_tests::document::{component, document};
use dintero_tests::overlay;
use dintero_tests::shape::{Found, Shape};
use dintero_tests::values::least;
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

/// A property of a value: its JSON pointer, its path in errors, and whether the overlay marks it, or a property that
/// contains it, as lenient.
struct Property {
    pointer: String,
    path: String,
    is_protected: bool,
}

fn properties(schema: &str, value: &Value) -> Vec<Property> {
    let lenient = overlay::places("x-lenient", &json!(true));
    let mut properties: Vec<Property> = Vec::new();
    let mut lenient_around: Vec<String> = Vec::new();
    document().shape(schema).walk(value, &mut |visit| {
        if let Found::Known(shape) = visit.found
            && !visit.at.is_empty()
            && visit.at.rsplit('/').next().is_some_and(|last| last.parse::<usize>().is_err())
        {
            if !shape.places().is_disjoint(&lenient) {
                lenient_around.push(visit.at.to_owned());
            }
            // Every value is visited before the values inside it.
            let is_around = |lenient: &String| {
                visit
                    .at
                    .strip_prefix(lenient.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            };
            properties.push(Property {
                pointer: visit.at.to_owned(),
                path: path(visit.at),
                is_protected: lenient_around.iter().any(is_around),
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

/// Returns the problem with the result of a change of one property, if there is one.
fn problem_of<T>(property: &Property, result: &Result<Decoded<T>, String>) -> Option<String> {
    let is_here = |path: &str| path.starts_with(&property.path);
    match result {
        Ok(decoded) => {
            let paths: Vec<_> = decoded.unread.iter().map(|error| error.path()).collect();
            match &paths[..] {
                [] => None,
                [path] if path == &property.path && !property.is_protected => {
                    Some("a property that is not lenient was skipped as unreadable".to_owned())
                }
                [path] if is_here(path) => None,
                _ => Some(format!("unread is {paths:?}")),
            }
        }
        Err(path) if !is_here(path) => Some(format!("error at {path}")),
        Err(_) if property.is_protected => {
            Some("a lenient property made the whole value unreadable".to_owned())
        }
        Err(_) => None,
    }
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
            let result = decode::<T>(&changed(value, &property.pointer, change));
            wrong.extend(problem_of(&property, &result).map(|problem| format!("{at}: {problem}")));
            match result {
                Ok(decoded) if decoded.unread.is_empty() => {}
                Ok(decoded) => {
                    unread += 1;
                    if decided(&decoded.value) != original {
                        wrong.push(format!("{at}: the derived values changed"));
                    }
                }
                Err(_) => errors += 1,
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

/// Calls `each` with every property of a schema, in a value that contains little else: the required properties, and the
/// properties that lead to the property.
struct Walk<'e> {
    each: &'e mut dyn FnMut(&Value, &Property),
    lenient: BTreeSet<String>,
    /// The places of the schemas around the current one, so that a schema that contains itself is walked once.
    around: Vec<BTreeSet<String>>,
}

impl Walk<'_> {
    fn walk(schema: &str, each: &mut dyn FnMut(&Value, &Property)) {
        let lenient = overlay::places("x-lenient", &json!(true));
        let shape = document().shape(schema);
        let root = least(&shape);
        Walk { each, lenient, around: Vec::new() }.inside(&shape, &root, "", false);
    }

    /// Walks everything inside the value at `pointer`, which is valid for `shape`.
    fn inside(&mut self, shape: &Shape<'_>, root: &Value, pointer: &str, is_protected: bool) {
        if self.around.iter().any(|places| !places.is_disjoint(shape.places())) {
            return;
        }
        self.around.push(shape.places().clone());
        for (_, variant) in shape.variants() {
            let root = with(root, pointer, least(&variant));
            self.properties(&variant, &root, pointer, is_protected);
        }
        if shape.variants().is_empty() {
            self.properties(shape, root, pointer, is_protected);
        }
        if let Some(items) = shape.items() {
            let item = least(&items);
            let root = with(root, pointer, json!([item]));
            self.inside(&items, &root, &format!("{pointer}/0"), is_protected);
        }
        self.around.pop();
    }

    fn properties(&mut self, shape: &Shape<'_>, root: &Value, pointer: &str, is_protected: bool) {
        for name in shape.names() {
            let property = shape.property(name).expect("the name is declared");
            let pointer = format!("{pointer}/{}", escape(name));
            let root = match root.pointer(&pointer) {
                Some(value) if !value.is_null() => root.clone(),
                _ => with(root, &pointer, least(&property)),
            };
            let is_protected = is_protected || !property.places().is_disjoint(&self.lenient);
            (self.each)(
                &root,
                &Property { path: path(&pointer), pointer: pointer.clone(), is_protected },
            );
            self.inside(&property, &root, &pointer, is_protected);
        }
    }
}

/// Returns a value with another value at a pointer.
fn with(value: &Value, pointer: &str, inner: Value) -> Value {
    if pointer.is_empty() {
        return inner;
    }
    let mut value = value.clone();
    match value.pointer_mut(pointer) {
        Some(place) => *place = inner,
        None => return changed(&value, pointer, Some(inner)),
    }
    value
}

/// Changes each property of a schema, and checks the results. Returns the number of properties that are protected and
/// that are not, and the unexpected results.
fn each_of_schema<T: FromJson>(schema: &str) -> (BTreeMap<bool, usize>, Vec<String>) {
    let (mut counts, mut wrong) = (BTreeMap::new(), Vec::new());
    Walk::walk(schema, &mut |value, property| {
        *counts.entry(property.is_protected).or_default() += 1;
        for change in changes() {
            let at = format!("{} = {change:?}", property.path);
            let result = decode::<T>(&changed(value, &property.pointer, change));
            wrong.extend(problem_of(property, &result).map(|problem| format!("{at}: {problem}")));
        }
    });
    (counts, wrong)
}

#[test]
fn every_property_of_a_transaction() {
    let (counts, wrong) = each_of_schema::<Transaction>(&component("Transaction"));
    assert!(wrong.is_empty(), "{} unexpected results: {wrong:#?}", wrong.len());
    assert!(counts[&true] > 1000 && counts[&false] > 50, "{counts:?}");
}

#[test]
fn every_property_of_a_session() {
    let (counts, wrong) = each_of_schema::<SessionDetails>(SESSION);
    assert!(wrong.is_empty(), "{} unexpected results: {wrong:#?}", wrong.len());
    assert!(counts[&true] > 1000 && counts[&false] > 50, "{counts:?}");
}

#[test]
fn every_property_of_an_express_callback() {
    let (counts, wrong) = each_of_schema::<ExpressCallback>(EXPRESS);
    assert!(wrong.is_empty(), "{} unexpected results: {wrong:#?}", wrong.len());
    assert!(counts[&true] > 1000 && counts[&false] > 50, "{counts:?}");
}

/// Removes every lenient property from a value.
fn without_lenient(schema: &str, value: &Value) -> Value {
    let lenient = overlay::places("x-lenient", &json!(true));
    let mut pointers = Vec::new();
    document().shape(schema).walk(value, &mut |visit| {
        if let Found::Known(shape) = visit.found
            && !shape.places().is_disjoint(&lenient)
        {
            pointers.push(visit.at.to_owned());
        }
    });
    // Inner properties are removed before the properties that contain them.
    pointers.iter().rev().fold(value.clone(), |value, pointer| changed(&value, pointer, None))
}

/// Nothing that the runtime derives is in a lenient property, or inside one.
#[test]
fn nothing_lenient_decides() {
    let whole = decode(&transaction()).expect("the fixture can be read").value;
    let rest = without_lenient(&component("Transaction"), &transaction());
    let rest = decode(&rest).expect("nothing that decides is missing").value;
    assert_ne!(whole, rest);
    assert_eq!(decided_by_transaction(&whole), decided_by_transaction(&rest));

    let whole = decode(&session()).expect("the fixture can be read").value;
    let rest = decode(&without_lenient(SESSION, &session()))
        .expect("nothing that decides is missing")
        .value;
    assert_ne!(whole, rest);
    assert_eq!(decided_by_session(&whole), decided_by_session(&rest));

    let whole = decode(&session()).expect("the fixture can be read").value;
    let rest = decode(&without_lenient(EXPRESS, &session()))
        .expect("nothing that decides is missing")
        .value;
    assert_ne!(whole, rest);
    assert_eq!(decided_by_express(&whole), decided_by_express(&rest));
}

/// A copy of the session in a transaction may be unreadable, whatever is wrong with it.
#[test]
fn copies_of_orders_may_be_unreadable() {
    let mut value = transaction();
    let mut with_session = |pointer: &str, change: Value| {
        value["session"] = with(&session(), pointer, change);
        let decoded = decode::<Transaction>(&value).expect("it can be read");
        let paths: Vec<_> = decoded.unread.iter().map(|error| error.path()).collect();
        (decoded.value.session, paths)
    };
    let (copy, unread) = with_session("/order/amount", json!("all"));
    assert_eq!((copy, unread), (None, vec!["session.order.amount".to_owned()]));
    let (copy, unread) = with_session("/configuration/publish", json!([{"channel": "web"}]));
    assert_eq!(unread, ["session.configuration.publish[0].type"]);
    let configuration = copy.expect("only the nearest lenient property is lost").configuration;
    assert_eq!(configuration.expect("it has a configuration").publish, None);

    let changed = changed(&session(), "/events/0/details/previous_order/amount", None);
    for unread in [
        decode::<SessionDetails>(&changed).expect("it can be read").unread,
        decode::<ExpressCallback>(&changed).expect("it can be read").unread,
    ] {
        assert_eq!(unread[0].path(), "events[0].details.previous_order.amount");
    }
}

/// JSON that serde_json refuses makes a value unreadable, not the whole body.
#[test]
fn json_that_serde_json_refuses_is_an_unreadable_value() {
    let body = |pointer: &str, value: &str| {
        let changed = changed(&transaction(), pointer, Some(json!("HERE")));
        changed.to_string().replace("\"HERE\"", value)
    };
    let deep = format!("{}1{}", "[".repeat(200), "]".repeat(200));
    for value in ["\"Kari \\ud83d\"", "1e400", deep.as_str()] {
        for pointer in
            ["/billing_address/first_name", "/metadata", "/items/0/description", "/session"]
        {
            let decoded = Decoded::<Transaction>::from_slice(body(pointer, value).as_bytes());
            let decoded = decoded.unwrap_or_else(|error| panic!("{pointer} = {value}: {error}"));
            let paths: Vec<_> = decoded.unread.iter().map(|error| error.path()).collect();
            assert_eq!(paths, [path(pointer)], "{value}");
            assert_eq!(
                decided_by_transaction(&decoded.value),
                decided_by_transaction(&decode(&transaction()).expect("it can be read").value)
            );
        }
        for pointer in ["/amount", "/items/0/line_id", "/events/2/amount", "/merchant_reference"] {
            let error = Decoded::<Transaction>::from_slice(body(pointer, value).as_bytes());
            let Err(BodyError::Shape(error)) = error else { panic!("{pointer} = {value}") };
            assert_eq!(error.path(), path(pointer));
        }
    }
}

/// Without one of these properties, a session or an express callback cannot be read. All others may be missing.
///
/// A type has the same required properties wherever it appears, so the list also contains properties in `express`.
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

/// The generator checks that no property is both lenient and deciding, and that lenient properties contain no deciding
/// ones where the runtime reads them. This test checks that properties that the runtime reads are marked as deciding.
#[test]
fn properties_that_the_runtime_reads_are_marked() {
    let decides = overlay::places("x-decides", &json!(true));
    let lenient = overlay::places("x-lenient", &json!(true));
    assert_eq!(decides.intersection(&lenient).collect::<BTreeSet<_>>(), BTreeSet::new());
    for place in [
        "Transaction/allOf/1/properties/amount",
        "Transaction/allOf/1/properties/status",
        "Transaction/allOf/1/properties/events",
        "Transaction/allOf/1/properties/payment_product_type",
        "Id/properties/id",
        "AutoCaptureConfiguration/properties/auto_capture",
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
