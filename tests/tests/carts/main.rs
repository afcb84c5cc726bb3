//! Carts as merchants write them, and the orders they become. The expected numbers were calculated by hand from the
//! rules for amounts, not by running the code.
//!
//! Every order is also checked against the API document: it must be valid, contain no name that the document does not
//! declare, and be the same when the cart is mapped again.

mod rules;
mod shops;

use dintero_api::order::Rule;
use dintero_api::types::{SessionOrder, SessionUrls};
use dintero_api::{Decimal, DinteroOrder, ToOrder, ToOrderItems};
use dintero_tests::compare::differences;
use dintero_tests::document::{component, document};
use serde::Serialize;
use serde_json::Value;

/// A cart around lines, for tests of lines alone.
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

/// Returns the order of a valid cart.
#[track_caller]
fn order(cart: &impl ToOrder) -> SessionOrder {
    let order = cart.to_order().unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(order.check().errors(), [], "an order is checked before it is returned");
    assert_eq!(cart.to_order().as_ref(), Ok(&order), "the same cart is the same order");
    order
}

/// Checks that the order is the expected one, and that the document allows it.
#[track_caller]
fn assert_order(cart: &impl ToOrder, expected: &Value) {
    let order = order(cart);
    assert_json(&component("SessionOrder"), &order, expected);
}

/// Checks that the session is the expected one.
#[track_caller]
fn assert_session(cart: &impl ToOrder, expected: &Value) {
    use dintero_api::ToSession;
    let urls = SessionUrls::new("https://shop.example/thanks");
    let session = cart.to_session("default", urls).unwrap_or_else(|error| panic!("{error}"));
    assert_json(&component("SessionProfile"), &session, expected);
}

#[track_caller]
fn assert_json(pointer: &str, value: &impl Serialize, expected: &Value) {
    let value = serde_json::to_value(value).expect("every model can be written");
    let differences = differences(expected, &value);
    assert!(differences.is_empty(), "{differences:#?}\nin {value:#}");
    assert_eq!(document().validate(pointer, &value), [""; 0]);
    assert_eq!(document().unknown_properties(pointer, &value), [""; 0]);
}

/// Returns the problems of a cart, as paths and rules.
#[track_caller]
fn problems(cart: &impl ToOrder) -> Vec<(String, Rule)> {
    let Err(error) = cart.to_order() else { panic!("the cart is not refused") };
    assert_eq!(cart.to_order().as_ref(), Err(&error), "the same cart has the same problems");
    error.problems().iter().map(|problem| (problem.path.clone(), problem.rule)).collect()
}

/// Checks that the cart is refused for one reason at one path.
#[track_caller]
fn assert_refused(cart: &impl ToOrder, path: &str, rule: Rule) {
    assert_eq!(problems(cart), [(path.to_owned(), rule)]);
}

/// Returns the message of a cart's only problem.
#[track_caller]
fn message(cart: &impl ToOrder) -> String {
    cart.to_order().expect_err("the cart is not refused").to_string()
}
