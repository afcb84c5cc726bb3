//! Tests the checks of orders and sessions built by hand, with one test for each row of the tables in the
//! documentation.

mod everywhere;
mod items;
mod session;
mod shipping;
mod table;
mod totals;
mod urls;

use dintero_api::Currency;
use dintero_api::order::{Report, Rule};
use dintero_api::types::{
    MultiShipmentItem, MultiShipmentShippingOption, OrderLine, OrderShippingOption, SessionOrder,
    SessionProfile, SessionUrls,
};

fn line(line_id: &str, amount: i64) -> OrderLine {
    OrderLine::new().id("article").line_id(line_id).quantity(1).amount(amount)
}

fn order(amount: i64, lines: impl IntoIterator<Item = OrderLine>) -> SessionOrder {
    SessionOrder::new(amount, Currency::NOK, "order").items(lines)
}

fn option(id: &str, amount: i64) -> OrderShippingOption {
    OrderShippingOption::new(id, id, amount, "Title", "")
}

/// Returns an express option, which tests also use as a shipment.
fn offer(id: &str, amount: i64) -> MultiShipmentShippingOption {
    MultiShipmentShippingOption::new(id, id, amount, "Title", "")
}

/// Returns a shipping option with two shipments of line `1`.
fn shipped(shipments: [MultiShipmentShippingOption; 2]) -> OrderShippingOption {
    let sum: i64 = shipments.iter().map(|shipment| shipment.amount.get()).sum();
    let goods = |mut shipment: MultiShipmentShippingOption| {
        shipment.shipment_items = Some(vec![MultiShipmentItem::new("1")]);
        shipment
    };
    let mut option = option("both", sum);
    option.shipments = Some(shipments.map(goods).to_vec());
    option
}

fn session(order: SessionOrder) -> SessionProfile {
    SessionProfile::new(SessionUrls::new("https://example.com"), order, "default")
}

fn errors(report: &Report) -> Vec<(&str, Rule)> {
    report.errors().iter().map(|problem| (problem.path.as_str(), problem.rule)).collect()
}

fn warnings(report: &Report) -> Vec<(&str, Rule)> {
    report.warnings().iter().map(|problem| (problem.path.as_str(), problem.rule)).collect()
}

#[test]
fn a_valid_order_has_nothing_to_report() {
    let order =
        order(1390, [line("1", 1000).vat(25).vat_amount(200)]).shipping_option(option("post", 390));
    assert_eq!(order.check(), Report::default());
    assert_eq!(session(order).check(), Report::default());
    assert_eq!(SessionOrder::new(1, Currency::NOK, "no lines").check(), Report::default());
    let shipments = self::order(1390, [line("1", 1000)])
        .shipping_option(shipped([offer("a", 90), offer("b", 300)]));
    assert_eq!(shipments.check(), Report::default());
}

#[test]
fn a_report_becomes_an_error_or_its_warnings() {
    let warned = order(100, [OrderLine::new().amount(100)]).check().into_result().unwrap();
    assert_eq!(warned.len(), 1);
    let error = order(1, [line("1", 2), line("1", 3)]).check().into_result().unwrap_err();
    assert_eq!(error.problems().len(), 2);
    assert!(
        error.to_string().starts_with("2 problems:\n- items[1].line_id: line id `1`"),
        "{error}"
    );
}
