//! Tests carts as merchants write them, and the orders that are built from these carts. The expected numbers were
//! calculated by hand from the rules for amounts, not by running the code.
//!
//! Every order is also checked against the API document: it must be valid and contain only declared properties. Mapping
//! the cart again must build the same order.

mod rules;
mod shops;

use dintero_api::order::Rule;
use dintero_api::types::{SessionOrder, SessionUrls};
use dintero_api::{Decimal, DinteroOrder, ToOrder, ToOrderItems};
use dintero_tests::compare::differences;
use dintero_tests::document::{component, document};
use serde::Serialize;
use serde_json::Value;

/// A cart that contains only lines, for tests of lines.
#[derive(DinteroOrder)]
struct Basket<L: ToOrderItems> {
    merchant_reference: &'static str,
    currency: &'static str,
    #[dintero(to = items)]
    lines: L,
}

fn basket<L: ToOrderItems>(lines: L) -> Basket<L> {
    Basket { merchant_reference: "order-1", currency: "NOK", lines }
}

fn decimal(text: &str) -> Decimal {
    text.parse().expect("a decimal number")
}

/// Maps a valid cart, checks the order and returns it.
#[track_caller]
fn order(cart: &impl ToOrder) -> SessionOrder {
    let order = cart.to_order().unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(order.check().errors(), [], "a returned order passes `check`");
    assert_eq!(
        cart.to_order().as_ref(),
        Ok(&order),
        "mapping the cart again builds the same order"
    );
    order
}

/// Checks that the order equals the expected one, and that it is valid according to the document.
#[track_caller]
fn assert_order(cart: &impl ToOrder, expected: &Value) {
    let order = order(cart);
    assert_json(&component("SessionOrder"), &order, expected);
}

/// Checks that the session equals the expected one, and that it is valid according to the document.
#[track_caller]
fn assert_session(cart: &impl ToOrder, expected: &Value) {
    use dintero_api::ToSession;
    let urls = SessionUrls::new("https://shop.example/thanks");
    let session = cart.to_session("default", urls).unwrap_or_else(|error| panic!("{error}"));
    assert_json(&component("SessionProfile"), &session, expected);
}

#[track_caller]
fn assert_json(pointer: &str, value: &impl Serialize, expected: &Value) {
    let value = serde_json::to_value(value).expect("every model can be serialized");
    let differences = differences(expected, &value);
    assert!(differences.is_empty(), "{differences:#?}\nin {value:#}");
    assert_eq!(document().validate(pointer, &value), [""; 0]);
    assert_eq!(document().unknown_properties(pointer, &value), [""; 0]);
}

/// Returns the path and the rule of each problem with a cart.
#[track_caller]
fn problems(cart: &impl ToOrder) -> Vec<(String, Rule)> {
    let Err(error) = cart.to_order() else { panic!("the cart must be refused") };
    assert_eq!(
        cart.to_order().as_ref(),
        Err(&error),
        "mapping the cart again reports the same problems"
    );
    error.problems().iter().map(|problem| (problem.path.clone(), problem.rule)).collect()
}

/// Checks that the cart is refused because of a single rule at a single path.
#[track_caller]
fn assert_refused(cart: &impl ToOrder, path: &str, rule: Rule) {
    assert_eq!(problems(cart), [(path.to_owned(), rule)]);
}

/// Returns the error message for a cart that must be refused.
#[track_caller]
fn message(cart: &impl ToOrder) -> String {
    cart.to_order().expect_err("the cart must be refused").to_string()
}
