//! A model test of the lines of an order. A ledger keeps what was captured and refunded of each line, while the events
//! name the lines with or without ids, quantities and amounts. A capture or refund of a line must agree with the
//! ledger, or be refused.

use dintero_api::order::{Capture, Refund};
use dintero_api::types::{CaptureTransactionRequestItem, OrderLine, SessionOrder, Transaction};
use dintero_api::{Currency, serde_json};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

/// How an event names the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Names {
    Everything,
    /// The line and its amount, without the quantity.
    Amount,
    /// The line and the quantity, without the amount.
    Quantity,
    /// An id that is not in the order, such as an article number.
    AnotherId,
    /// A line without an id.
    NoId,
    /// No lines.
    Nothing,
}

/// Where a quantity is stated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stated {
    InOrder,
    InTransaction,
    InBoth,
    Nowhere,
}

#[derive(Debug, Clone)]
struct Line {
    units: i64,
    amount: i64,
    stated: Stated,
    captured: i64,
    refunded: i64,
}

impl Line {
    /// Returns the amount of the first units.
    fn amount_of(&self, units: i64) -> i64 {
        (self.amount * units * 2 + self.units) / (self.units * 2)
    }
}

#[derive(Debug, Clone, Copy)]
struct Move {
    is_refund: bool,
    line: usize,
    units: i64,
    names: Names,
}

struct Ledger {
    lines: Vec<Line>,
    has_items: bool,
    events: Vec<Value>,
}

impl Ledger {
    fn total(&self) -> i64 {
        self.lines.iter().map(|line| line.amount).sum()
    }

    fn transact(&mut self, step: Move) {
        let index = step.line % self.lines.len();
        let line = &mut self.lines[index];
        let (done, limit) = if step.is_refund {
            (line.refunded, line.captured)
        } else {
            (line.captured, line.units)
        };
        let units = step.units.min(limit - done);
        if units == 0 {
            return;
        }
        let amount = line.amount_of(done + units) - line.amount_of(done);
        if step.is_refund {
            line.refunded += units;
        } else {
            line.captured += units;
        }
        let id = index.to_string();
        let items = match step.names {
            Names::Everything => json!([{"line_id": id, "quantity": units, "amount": amount}]),
            Names::Amount => json!([{"line_id": id, "amount": amount}]),
            Names::Quantity => json!([{"line_id": id, "quantity": units}]),
            Names::AnotherId => json!([{"line_id": "SKU", "quantity": units, "amount": amount}]),
            Names::NoId => json!([{"quantity": units, "amount": amount}]),
            Names::Nothing => json!([]),
        };
        let kind = if step.is_refund { "REFUND" } else { "CAPTURE" };
        self.events.push(json!({"event": kind, "success": true, "amount": amount, "items": items}));
    }

    fn order(&self) -> SessionOrder {
        let line = |(index, line): (usize, &Line)| {
            let item = OrderLine::new().line_id(index.to_string()).amount(line.amount);
            match line.stated {
                Stated::InOrder | Stated::InBoth => item.quantity(line.units),
                _ => item,
            }
        };
        let lines: Vec<_> = self.lines.iter().enumerate().map(line).collect();
        SessionOrder::new(self.total(), Currency::NOK, "order").items(lines)
    }

    fn transaction(&self) -> Transaction {
        let item = |(index, line): (usize, &Line)| {
            let mut item = json!({"line_id": index.to_string(), "amount": line.amount});
            if matches!(line.stated, Stated::InTransaction | Stated::InBoth) {
                item["quantity"] = line.units.into();
            }
            item
        };
        let items: Vec<_> = self.lines.iter().enumerate().map(item).collect();
        let mut transaction = json!({
            "amount": self.total(), "currency": "NOK", "payment_product": "vipps", "payment_product_type": "vipps",
            "status": "AUTHORIZED", "events": self.events,
        });
        if self.has_items {
            transaction["items"] = items.into();
        }
        serde_json::from_value(transaction).unwrap()
    }

    /// Checks that the items are a possible part of what is left of their lines. `chosen` is the number of units that
    /// were chosen, if it was not the whole line.
    fn check(
        &self,
        items: Option<&[CaptureTransactionRequestItem]>,
        is_refund: bool,
        chosen: Option<i64>,
    ) -> Result<(), TestCaseError> {
        for item in items.unwrap_or_default() {
            let line = &self.lines[item.line_id.parse::<usize>().unwrap()];
            let (done, limit) = if is_refund {
                (line.refunded, line.captured)
            } else {
                (line.captured, line.units)
            };
            let left = line.amount_of(limit) - line.amount_of(done);
            let amount = item.amount.get();
            prop_assert!(amount <= left, "{item:?} of {left} {line:?} {:#?}", self.events);
            let Some(chosen) = chosen else {
                prop_assert_eq!(amount, left, "{:?} {:?} {:#?}", item, line, self.events);
                continue;
            };
            prop_assert!(done + chosen <= limit, "{item:?} {line:?} {:#?}", self.events);
            // A unit may include the odd minor unit of the line.
            let difference = (amount * line.units - line.amount * chosen).abs();
            prop_assert!(difference <= 2 * line.units, "{item:?} {line:?} {:#?}", self.events);
        }
        Ok(())
    }

    fn check_all(&self) -> Result<(), TestCaseError> {
        let (order, transaction) = (self.order(), self.transaction());
        for (index, line) in self.lines.iter().enumerate() {
            let id = index.to_string();
            for units in 1..=line.units {
                let capture =
                    Capture::after(&order, &transaction).line(id.as_str(), units).request();
                let refund = Refund::after(&order, &transaction).line(id.as_str(), units).request();
                if let Ok(request) = &capture {
                    self.check(request.items.as_deref(), false, Some(units))?;
                }
                if let Ok(request) = &refund {
                    self.check(request.items.as_deref(), true, Some(units))?;
                }
                let is_stated = line.stated != Stated::Nowhere
                    && (self.has_items || line.stated != Stated::InTransaction);
                prop_assert!(is_stated || (capture.is_err() && refund.is_err()), "{line:?}");
                if self.events.is_empty() && is_stated {
                    prop_assert!(capture.is_ok(), "{line:?} {capture:?}");
                }
            }
            if let Ok(request) =
                Capture::after(&order, &transaction).whole_line(id.as_str()).request()
            {
                self.check(request.items.as_deref(), false, None)?;
            }
            if let Ok(request) =
                Refund::after(&order, &transaction).whole_line(id.as_str()).request()
            {
                self.check(request.items.as_deref(), true, None)?;
            }
        }
        Ok(())
    }
}

fn lines() -> impl Strategy<Value = Vec<Line>> {
    let stated =
        select(vec![Stated::InOrder, Stated::InTransaction, Stated::InBoth, Stated::Nowhere]);
    let line = (1..4_i64, 100..110_i64, stated).prop_map(|(units, amount, stated)| Line {
        units,
        amount,
        stated,
        captured: 0,
        refunded: 0,
    });
    proptest::collection::vec(line, 1..4)
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let names = prop_oneof![
        4 => Just(Names::Everything),
        1 => Just(Names::Amount),
        1 => Just(Names::Quantity),
        1 => Just(Names::AnotherId),
        1 => Just(Names::NoId),
        1 => Just(Names::Nothing),
    ];
    let step = (any::<bool>(), 0..3_usize, 1..4_i64, names)
        .prop_map(|(is_refund, line, units, names)| Move { is_refund, line, units, names });
    proptest::collection::vec(step, 0..6)
}

proptest! {
    #![proptest_config(crate::cases(4000))]

    #[test]
    fn lines_have_what_the_ledger_has_or_are_refused(
        lines in lines(),
        has_items in any::<bool>(),
        moves in moves(),
    ) {
        let mut ledger = Ledger { lines, has_items, events: Vec::new() };
        ledger.check_all()?;
        for step in moves {
            ledger.transact(step);
            ledger.check_all()?;
        }
    }
}
