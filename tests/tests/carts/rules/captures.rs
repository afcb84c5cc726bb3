//! Tests captures and refunds of mapped orders: add-ons, parts of bundles, weights, coupons and returns.

use dintero_api::order::{Capture, OrderError, Refund};
use dintero_api::types::{CaptureTransactionRequest, SessionOrder, Transaction};
use dintero_api::{Decimal, DinteroOrder, DinteroOrderItem};
use serde_json::{Value, json};

use crate::{basket, decimal, order};

#[derive(DinteroOrder)]
#[dintero(currency = "NOK", merchant_reference = "order-1")]
struct Cart {
    #[dintero(to = items)]
    lines: Vec<Line>,
    #[dintero(to = discount)]
    coupon: Option<i64>,
}

#[derive(DinteroOrderItem)]
struct Line {
    #[dintero(to = unit_price)]
    price: i64,
    quantity: Decimal,
    #[dintero(to = items)]
    extras: Vec<Line>,
}

fn line(price: i64, quantity: &str, extras: Vec<Line>) -> Line {
    Line { price, quantity: decimal(quantity), extras }
}

/// Returns Dintero's transaction after these captures.
fn captured(order: &SessionOrder, captures: &[CaptureTransactionRequest]) -> Transaction {
    let events = captures.iter().map(|capture| {
        json!({"event": "CAPTURE", "success": true, "amount": capture.amount, "items": capture.items})
    });
    let status = if captures.is_empty() { "AUTHORIZED" } else { "PARTIALLY_CAPTURED" };
    let transaction = json!({
        "amount": order.amount, "currency": "NOK", "payment_product": "payex",
        "payment_product_type": "payex.creditcard", "status": status,
        "items": order.items, "events": events.collect::<Value>(),
    });
    serde_json::from_value(transaction).expect("a transaction")
}

fn amounts(request: &CaptureTransactionRequest) -> Vec<i64> {
    let items = request.items.iter().flatten();
    items.map(|item| item.amount.get()).collect()
}

/// A coupon of 10 is spread over lines of 100 and 50 as 6.67 and 3.33, rounded to 7 and 3, so 93 and 47 remain. Each
/// third of the first line is 31. The 47 of the second line are captured at the end.
#[test]
fn pieces_of_what_the_coupon_leaves() -> Result<(), OrderError> {
    let lines = vec![line(100, "0.999", vec![line(50, "1", vec![])])];
    let order = order(&Cart { lines, coupon: Some(10) });
    assert_eq!(order.amount.get(), 140);
    let mut captures = Vec::new();
    for _ in 0..3 {
        let transaction = captured(&order, &captures);
        captures.push(Capture::after(&order, &transaction).line("1", decimal("0.333")).request()?);
    }
    assert_eq!(
        captures.iter().map(|capture| capture.amount.get()).collect::<Vec<_>>(),
        [31, 31, 31]
    );
    let transaction = captured(&order, &captures);
    let rest = Capture::after(&order, &transaction).everything().request()?;
    assert_eq!(amounts(&rest), [47]);
    assert_eq!(rest.items.expect("a line")[0].line_id, "1.1");
    Ok(())
}

/// A returned item reduces the capture of another line, and cannot be captured alone.
#[test]
fn a_return_is_captured_with_the_rest() -> Result<(), OrderError> {
    let order = order(&basket([line(1000, "1", vec![]), line(300, "-1", vec![])]));
    let all = Capture::first(&order).everything().request()?;
    assert_eq!((all.amount.get(), amounts(&all)), (700, vec![1000, -300]));
    let both = Capture::first(&order).whole_line("1").whole_line("2").request()?;
    assert_eq!(both.amount.get(), 700);
    assert!(Capture::first(&order).whole_line("2").request().is_err());
    assert!(Capture::first(&order).whole_line("1").request().is_err(), "more than the order");
    Ok(())
}

/// Tests quantities that cannot occur in a real transaction: a capture is refused, and so is a refund of units, because
/// it is unknown how many units were captured. A refund of the whole line is at most the captured amount.
#[test]
fn quantities_that_do_not_fit() {
    let order = order(&basket([line(1000, "2", vec![])]));
    let item = json!([{"line_id": "1", "amount": 1, "quantity": 7e27}]);
    let capture: CaptureTransactionRequest =
        serde_json::from_value(json!({"amount": 1, "items": item})).expect("a capture");
    let captures: Vec<_> = std::iter::repeat_n(capture, 20).collect();
    let transaction = captured(&order, &captures);
    assert!(Capture::after(&order, &transaction).line("1", 1).request().is_err());
    assert!(Refund::after(&order, &transaction).line("1", Decimal::MAX).request().is_err());
    let whole = Refund::after(&order, &transaction).whole_line("1").request();
    assert!(whole.is_ok_and(|refund| refund.amount.get() <= 20));
    assert!(Capture::first(&order).line("1", Decimal::MAX).request().is_err());
    assert!(Capture::first(&order).line("1", Decimal::MIN).request().is_err());
}
