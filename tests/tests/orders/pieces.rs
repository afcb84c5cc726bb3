//! Tests that captures and refunds of pieces of an order add up to the order.

use dintero_api::order::{Capture, Refund};
use dintero_api::rust_decimal::RoundingStrategy;
use dintero_api::types::{CaptureTransactionRequestItem, OrderLine, SessionOrder, Transaction};
use dintero_api::{MinorUnits, ToOrder};
use proptest::collection::vec;
use proptest::sample::Index;
use proptest::test_runner::TestCaseResult;
use serde_json::{Value, json};

use super::generate::cart;
use super::*;

fn pieces_add_up(cart: &Cart, cuts: &[Cut], back: &[Cut]) -> TestCaseResult {
    let order = cart.to_order();
    let is_paid = |order: &SessionOrder| {
        order.amount > MinorUnits::ZERO && order.partial_payment != Some(true)
    };
    prop_assume!(order.as_ref().is_ok_and(is_paid));
    let order = order.expect("checked");
    let mut payment = Payment::of(&order);
    payment.cut(&order, cuts, "CAPTURE", capture)?;
    payment.cut(&order, back, "REFUND", refund)
}

proptest! {
    #![proptest_config(config(512))]

    #[test]
    fn pieces_add_up_to_the_order(cart in cart(Shop::Sane), cuts in cuts(), back in cuts()) {
        pieces_add_up(&cart, &cuts, &back)?;
    }
}

/// A piece of an order: a line, the number of thousandths of the line (1000 or more means everything that remains), and
/// whether Dintero refuses the piece.
#[derive(Debug, Clone)]
struct Cut {
    line: Index,
    thousandths: i64,
    fails: bool,
}

fn cuts() -> impl Strategy<Value = Vec<Cut>> {
    let cut = (any::<Index>(), 1..=1200_i64, any::<bool>());
    vec(cut.prop_map(|(line, thousandths, fails)| Cut { line, thousandths, fails }), 0..10)
}

type Piece = (MinorUnits, Option<Vec<CaptureTransactionRequestItem>>);

/// The requested piece: a quantity of a line, the whole line, or everything that remains of the order.
type Asked<'a> = Option<(&'a str, Option<Quantity>)>;

fn capture(order: &SessionOrder, transaction: &Transaction, asked: Asked<'_>) -> Option<Piece> {
    let capture = Capture::after(order, transaction);
    let capture = match asked {
        None => capture.everything(),
        Some((id, None)) => capture.whole_line(id),
        Some((id, Some(units))) => capture.line(id, units),
    };
    let request = capture.request().ok()?;
    Some((request.amount, request.items))
}

fn refund(order: &SessionOrder, transaction: &Transaction, asked: Asked<'_>) -> Option<Piece> {
    let refund = Refund::after(order, transaction);
    let refund = match asked {
        None => refund.everything(),
        Some((id, None)) => refund.whole_line(id),
        Some((id, Some(units))) => refund.line(id, units),
    };
    let request = refund.request().ok()?;
    Some((request.amount, request.items))
}

/// The transaction of an order, to which every piece adds an event.
struct Payment {
    transaction: Value,
}

impl Payment {
    /// Creates the transaction of an order, with the shipping option as a line.
    fn of(order: &SessionOrder) -> Self {
        let mut items = json!(order.items.as_deref().unwrap_or_default());
        if let (Some(option), Some(items)) = (&order.shipping_option, items.as_array_mut()) {
            items.push(json!({"line_id": option.line_id, "amount": option.amount, "quantity": 1}));
        }
        let transaction = json!({
            "amount": order.amount, "currency": order.currency, "payment_product": "payex",
            "payment_product_type": "payex.creditcard", "status": "AUTHORIZED",
            "items": items, "events": [],
        });
        Self { transaction }
    }

    fn read(&self) -> Transaction {
        serde_json::from_value(self.transaction.clone()).expect("a transaction")
    }

    fn add(&mut self, event: &str, success: bool, (amount, items): &Piece) {
        let event = json!({"event": event, "success": success, "amount": amount, "items": items});
        self.transaction["events"].as_array_mut().expect("events").push(event);
    }

    /// Captures or refunds the given pieces of an order as far as possible, and then everything that remains.
    fn cut(
        &mut self,
        order: &SessionOrder,
        cuts: &[Cut],
        event: &str,
        piece: fn(&SessionOrder, &Transaction, Asked<'_>) -> Option<Piece>,
    ) -> TestCaseResult {
        for cut in cuts {
            let transaction = self.read();
            let lines = transaction.items.as_deref().unwrap_or_default();
            if lines.is_empty() {
                break;
            }
            let line = cut.line.get(lines);
            let id = line.line_id.as_deref().expect("a line id");
            let whole = line.quantity.map_or(Decimal::ONE, Quantity::get);
            let units =
                (cut.thousandths < 1000).then(|| (whole * Decimal::new(cut.thousandths, 3)).into());
            let Some(cut_off) = piece(order, &transaction, Some((id, units))) else { continue };
            prop_assert!(cut_off.0 > MinorUnits::ZERO);
            self.add(event, !cut.fails, &cut_off);
            self.is_cumulative(line, event)?;
        }
        let rest = piece(order, &self.read(), None);
        if let Some(rest) = &rest {
            self.add(event, true, rest);
        }
        prop_assert!(piece(order, &self.read(), None).is_none(), "nothing is left");
        self.is_whole(order, event, rest.is_some())
    }

    /// Returns the successful operations whose event is `event`.
    fn done(&self, event: &str) -> impl Iterator<Item = &Value> {
        let events = self.transaction["events"].as_array().expect("events");
        events.iter().filter(move |done| done["event"] == event && done["success"] == true)
    }

    /// Returns the items of a line in the successful operations whose event is `event`.
    fn moved<'p>(&'p self, event: &str, line: &Value) -> impl Iterator<Item = &'p Value> {
        let items = self.done(event).filter_map(|done| done["items"].as_array()).flatten();
        items.filter(move |item| item["line_id"] == *line)
    }

    /// Checks that after `n` of `N` units, the captured or refunded amount is `amount × n / N`, rounded.
    fn is_cumulative(&self, line: &OrderLine, event: &str) -> TestCaseResult {
        let id = json!(line.line_id);
        let number = |item: &Value| item["quantity"].to_string().parse::<Decimal>();
        let units: Decimal =
            self.moved(event, &id).map(|item| number(item).expect("a quantity")).sum();
        let moved: i64 = self.moved(event, &id).filter_map(|item| item["amount"].as_i64()).sum();
        let amount = Decimal::from(line.amount.map_or(0, MinorUnits::get));
        let whole = line.quantity.map_or(Decimal::ONE, Quantity::get);
        if !whole.is_zero() {
            let expected = (amount * units / whole)
                .round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero);
            prop_assert_eq!(Decimal::from(moved), expected, "{} of {}", units, whole);
        }
        Ok(())
    }

    /// Checks that the whole amount and every line were captured or refunded. Lines that cancel each other out, such as
    /// a product and its coupon, may remain if nothing else is left, because a request for zero cannot be sent.
    fn is_whole(&self, order: &SessionOrder, event: &str, rest_was_moved: bool) -> TestCaseResult {
        let transaction = self.read();
        let moved: i64 = self.done(event).filter_map(|done| done["amount"].as_i64()).sum();
        prop_assert_eq!(moved, order.amount.get());
        let mut left = Vec::new();
        for line in transaction.items.iter().flatten() {
            let id = json!(line.line_id);
            let moved = self.moved(event, &id).filter_map(|item| item["amount"].as_i64());
            let amount = line.amount.map_or(0, MinorUnits::get);
            left.extend(Some(amount - moved.sum::<i64>()).filter(|left| *left != 0));
        }
        let cancel_out = !rest_was_moved && left.iter().sum::<i64>() == 0;
        prop_assert!(left.is_empty() || cancel_out, "left: {:?}", left);
        Ok(())
    }
}
