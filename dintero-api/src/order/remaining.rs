//! Computes the remaining units and amount of each line of an order after the captures and refunds of a transaction.
//!
//! Unknown amounts stay unknown: an operation without an amount is an error, and a line whose share of an earlier
//! operation is unknown cannot be chosen. If an operation names a line that is not in the order, the shares of all lines
//! are unknown. Units of a line can be chosen only if its quantity is known.

use std::fmt;

use rust_decimal::Decimal;

use super::problem::{OrderError, Problem, Rule};
use crate::amounts::UnclearTransaction;
use crate::events::{OperationKind, OperationState, TransactionOperation};
use crate::money::{divide_both_ways, multiply_divide};
use crate::types::{
    CaptureTransactionRequestItem, OrderLine, SessionOrder, Transaction, TransactionEventItem,
};
use crate::{MinorUnits, Quantity};

/// The parts of an order that the capture and refund builders store.
#[derive(Debug, Clone)]
pub(super) struct OrderLines {
    amount: MinorUnits,
    /// The lines of the order, without the shipping option.
    lines: Vec<Line>,
    shipping: Option<Line>,
}

/// The part of an order to capture or refund.
#[derive(Debug, Clone)]
pub(super) enum Piece {
    Everything,
    Shipping,
    WholeLine(String),
    Units(String, Quantity),
}

/// Formats the piece as the path of a problem.
impl fmt::Display for Piece {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Everything => f.write_str("everything"),
            Self::Shipping => f.write_str("shipping"),
            Self::WholeLine(id) | Self::Units(id, _) => write!(f, "line {id:?}"),
        }
    }
}

/// The chosen pieces as they go into a request: as lines, or only as an amount.
pub(super) struct Chosen<A = MinorUnits> {
    pub(super) amount: A,
    pub(super) items: Option<Vec<CaptureTransactionRequestItem>>,
    /// The possible amounts of the lines in `items`.
    pub(super) shares: Vec<LineShare>,
}

/// The range of amounts that some units of a line can have. The exact amount depends on the units that were captured or
/// refunded before: if a line has three units for 100, one unit is 33 or 34.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LineShare {
    pub(crate) line_id: String,
    pub(crate) lowest: i64,
    pub(crate) highest: i64,
}

#[cfg(feature = "client")]
impl LineShare {
    pub(crate) fn has(&self, amount: MinorUnits) -> bool {
        (self.lowest..=self.highest).contains(&amount.get())
    }
}

/// A line: its full quantity and amount, and how much was captured or refunded.
#[derive(Debug, Clone)]
struct Line {
    id: String,
    whole: Part,
    moved: Part,
    units: Units,
    /// Whether an operation named the line without an amount.
    amount_unknown: bool,
    /// Whether the line was already chosen for this request.
    chosen: bool,
}

/// Whether the number of remaining units of a line is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Units {
    Known,
    /// The line has no quantity.
    WithoutQuantity,
    /// An operation named the line without a quantity, or with a quantity that is impossible.
    Unnamed,
}

#[derive(Debug, Clone, Copy, Default)]
struct Part {
    units: Decimal,
    amount: i64,
}

/// A share of a line: `units` out of `all` units, which cost `amount` in total.
struct Fraction {
    amount: u128,
    units: u128,
    all: u128,
}

/// The remaining units and amounts of the lines, and the remaining total.
#[derive(Clone)]
pub(super) struct Remaining {
    lines: Vec<Line>,
    shipping: Option<String>,
    left: i128,
    /// Whether an earlier operation does not name its lines, so that the remaining amount of each line is unknown.
    unnamed: bool,
}

impl OrderLines {
    pub(super) fn of(order: &SessionOrder) -> Self {
        let option = order.shipping_option.as_ref();
        Self {
            amount: order.amount,
            lines: lines(order.items.as_deref().unwrap_or_default()),
            shipping: option
                .map(|option| Line::new(&option.line_id, option.amount, Some(Quantity::from(1)))),
        }
    }

    /// Returns the order's lines and its shipping option, which becomes a line of the transaction. The list is empty if
    /// the order has no lines.
    fn all(&self) -> Vec<Line> {
        let shipping = self.shipping.iter().filter(|_| !self.lines.is_empty());
        self.lines.iter().chain(shipping).cloned().collect()
    }
}

fn lines(items: &[OrderLine]) -> Vec<Line> {
    let line =
        |item: &OrderLine| Some(Line::new(item.line_id.as_ref()?, item.amount?, item.quantity));
    items.iter().filter_map(line).collect()
}

impl Remaining {
    /// Returns the complete order, for an order without earlier operations.
    pub(super) fn of_order(order: &OrderLines) -> Self {
        Self {
            lines: order.all(),
            shipping: order.shipping.as_ref().map(|line| line.id.clone()),
            left: i128::from(order.amount.get()),
            unnamed: false,
        }
    }

    /// Returns the units and amounts that an operation of this kind can still capture or refund after `operations`.
    ///
    /// Uses the transaction's lines if there are any, because the customer may have chosen another shipping option.
    pub(super) fn of_transaction(
        order: &OrderLines,
        transaction: &Transaction,
        operations: &[TransactionOperation<'_>],
        kind: OperationKind,
    ) -> Result<Self, UnclearTransaction> {
        let mut remaining = Self::of_order(order);
        if let Some(option) = &transaction.shipping_option {
            remaining.shipping = Some(option.line_id.clone());
        }
        remaining.use_lines_of(transaction);
        remaining.left = i128::from(transaction.amount.get());
        if kind == OperationKind::Refund && !transaction.was_captured_at_once(operations) {
            remaining.keep_captured(operations)?;
        }
        for operation in operations.iter().filter(|operation| operation.kind == kind) {
            if operation.state != OperationState::Failed {
                remaining.subtract(operation)?;
            }
        }
        let is_voided = |operation: &TransactionOperation<'_>| {
            operation.kind == OperationKind::Void && operation.state != OperationState::Failed
        };
        if kind == OperationKind::Capture && operations.iter().any(is_voided) {
            remaining.left = 0;
        }
        Ok(remaining)
    }

    /// Replaces the order's lines with the transaction's, if there are any. If a line of the transaction has no quantity,
    /// the quantity is taken from the order's line with the same id and amount; a shipping option is a single unit.
    fn use_lines_of(&mut self, transaction: &Transaction) {
        let mut lines = transaction.items.as_deref().map(lines).unwrap_or_default();
        if lines.is_empty() {
            return;
        }
        for line in lines.iter_mut().filter(|line| line.units == Units::WithoutQuantity) {
            let is_same =
                |other: &&Line| other.id == line.id && other.whole.amount == line.whole.amount;
            if self.shipping.as_ref() == Some(&line.id) {
                line.set_quantity(Decimal::ONE);
            } else if let Some(same) = self.lines.iter().find(is_same)
                && same.units == Units::Known
            {
                line.set_quantity(same.whole.units);
            }
        }
        self.lines = lines;
    }

    pub(super) fn left(&self) -> i128 {
        self.left
    }

    /// Limits the refundable units and amounts to those that were captured.
    fn keep_captured(
        &mut self,
        operations: &[TransactionOperation<'_>],
    ) -> Result<(), UnclearTransaction> {
        let mut captured = self.clone();
        for operation in operations.iter().filter(|it| it.kind == OperationKind::Capture) {
            if matches!(operation.state, OperationState::Done | OperationState::Unknown) {
                captured.subtract(operation)?;
            }
        }
        self.left = self.left.saturating_sub(captured.left);
        self.unnamed = captured.unnamed;
        for (line, captured) in self.lines.iter_mut().zip(captured.lines) {
            line.amount_unknown = captured.amount_unknown;
            // If a line was captured completely, its units are known even if no operation named them.
            if captured.units == Units::Known || captured.moved.amount != line.whole.amount {
                line.units = match captured.units {
                    Units::Unnamed if captured.moved.units == line.whole.units => Units::Known,
                    units => units,
                };
                line.whole = captured.moved;
            }
        }
        Ok(())
    }

    /// Subtracts an operation from the remaining units and amounts.
    fn subtract(&mut self, operation: &TransactionOperation<'_>) -> Result<(), UnclearTransaction> {
        let unclear = UnclearTransaction::Operation(operation.kind);
        if operation.state == OperationState::Unknown {
            return Err(unclear);
        }
        let amount = i128::from(operation.amount.ok_or(unclear)?.get());
        let named = named_lines(operation).and_then(|items| complete(items, amount));
        match named.filter(|items| items.iter().all(|item| self.has_line_of(item))) {
            Some(items) => items.iter().for_each(|item| self.subtract_item(item)),
            // An operation on the entire remaining amount need not name lines. Operations by the back office, by
            // `auto_capture` and by Swish do not name any.
            None if amount == self.left && self.adds_up() => {
                self.lines.iter_mut().for_each(Line::take_rest);
            }
            None => self.unnamed |= amount != 0,
        }
        self.left = self.left.saturating_sub(amount);
        Ok(())
    }

    /// Returns whether the item can be a part of one of the lines. A part of a line is not negative, unless the line is.
    fn has_line_of(&self, item: &MovedItem<'_>) -> bool {
        let amount = item.amount.unwrap_or_default();
        match self.lines.iter().find(|line| line.id == item.line_id) {
            Some(line) => amount == 0 || amount.signum() == line.whole.amount.signum(),
            // An item without an amount may be a part of any line.
            None => item.amount == Some(0),
        }
    }

    fn subtract_item(&mut self, item: &MovedItem<'_>) {
        if let Some(line) = self.lines.iter_mut().find(|line| line.id == item.line_id) {
            line.subtract(item);
        }
    }

    fn adds_up(&self) -> bool {
        let known = self.lines.iter().all(|line| !line.amount_unknown);
        let left: i128 = self.lines.iter().map(|line| i128::from(line.left().amount)).sum();
        known && left == self.left
    }

    /// Turns the pieces into lines, or reports every piece that cannot be chosen.
    pub(super) fn choose(mut self, pieces: &[Piece]) -> Result<Chosen<i128>, OrderError> {
        let everything = pieces.iter().any(|piece| matches!(piece, Piece::Everything));
        if everything && (self.unnamed || self.lines.is_empty() || !self.adds_up()) {
            // The request contains only an amount: the order has no lines, is partially paid, or had an operation
            // without lines.
            return Ok(Chosen { amount: self.left, items: None, shares: Vec::new() });
        }
        let mut items = Vec::new();
        let mut problems = Vec::new();
        for piece in pieces {
            match self.take(piece) {
                Ok(taken) => items.extend(taken),
                Err(message) => {
                    problems.push(Problem::new(piece.to_string(), Rule::Quantity, message));
                }
            }
        }
        if !problems.is_empty() {
            return Err(OrderError::new(problems));
        }
        let amount = items.iter().map(|item| i128::from(item.amount.get())).sum();
        let shares = items.iter().filter_map(|item| self.share(item)).collect();
        Ok(Chosen { amount, items: Some(items), shares })
    }

    fn share(&self, item: &CaptureTransactionRequestItem) -> Option<LineShare> {
        let line = self.lines.iter().find(|line| line.id == item.line_id)?;
        let [lowest, highest] = line.amounts_of(item.quantity?.get())?;
        Some(LineShare { line_id: item.line_id.clone(), lowest, highest })
    }

    fn take(&mut self, piece: &Piece) -> Result<Vec<CaptureTransactionRequestItem>, String> {
        let item = match piece {
            Piece::Everything => return self.everything(),
            Piece::Shipping => {
                let shipping = self.shipping.clone().ok_or("the order has no shipping option")?;
                self.find(&shipping)?.take_whole()
            }
            Piece::WholeLine(id) => self.find(id)?.take_whole(),
            Piece::Units(id, quantity) => self.find(id)?.take_units(*quantity),
        };
        item.map(|item| vec![item])
    }

    fn everything(&mut self) -> Result<Vec<CaptureTransactionRequestItem>, String> {
        if let Some(line) = self.lines.iter().find(|line| line.chosen) {
            return Err(format!("choose either line `{}` or everything, not both", line.id));
        }
        let open = self.lines.iter_mut().filter(|line| !line.left().is_nothing());
        Ok(open.map(|line| line.take(line.left())).collect())
    }

    fn find(&mut self, id: &str) -> Result<&mut Line, String> {
        if self.unnamed {
            return Err(String::from(
                "what is left of the line is unknown, because an earlier operation named no lines, lines that are not in the \
                 order, or lines that do not add up to its amount; choose everything, or send a request with a fixed amount",
            ));
        }
        let known: Vec<&str> = self.lines.iter().map(|line| line.id.as_str()).collect();
        let Some(index) = known.iter().position(|known| *known == id) else {
            return Err(format!("there is no line `{id}`; the lines are `{}`", known.join("`, `")));
        };
        let line = &mut self.lines[index];
        if line.chosen {
            return Err("the line is chosen twice".to_owned());
        }
        if line.amount_unknown {
            return Err(String::from(
                "what is left of the line is unknown, because an earlier operation named it without an amount; choose \
                 everything, or send a request with a fixed amount",
            ));
        }
        Ok(line)
    }
}

/// A line in an operation's event.
#[derive(Clone, Copy)]
struct MovedItem<'t> {
    line_id: &'t str,
    amount: Option<i64>,
    units: Option<Decimal>,
}

impl<'t> MovedItem<'t> {
    /// Returns `None` if the item has no line id.
    fn of(item: &'t TransactionEventItem) -> Option<Self> {
        let TransactionEventItem { line_id, amount, quantity, .. } = item;
        let (amount, units) = (amount.map(MinorUnits::get), quantity.map(Quantity::get));
        Some(Self { line_id: line_id.as_deref()?, amount, units })
    }
}

/// Returns the lines that the operation names, taken from the operation's newest event that names lines.
pub(crate) fn named_lines<'t>(
    operation: &TransactionOperation<'t>,
) -> Option<&'t [TransactionEventItem]> {
    let named = |items: &&'t [TransactionEventItem]| !items.is_empty();
    let begun = operation.begun_by.and_then(|event| event.items.as_deref());
    operation.event.items.as_deref().filter(named).or(begun.filter(named))
}

/// Returns the items, or `None` if an item has no line id, or if all items have amounts but the amounts do not add up
/// to `amount`. If exactly one item has no amount, its amount is calculated.
fn complete(items: &[TransactionEventItem], amount: i128) -> Option<Vec<MovedItem<'_>>> {
    let mut moved: Vec<_> = items.iter().map(MovedItem::of).collect::<Option<_>>()?;
    let named: i128 = moved.iter().filter_map(|item| item.amount).map(i128::from).sum();
    let mut silent = moved.iter_mut().filter(|item| item.amount.is_none());
    match (silent.next(), silent.next()) {
        (None, _) if named != amount => return None,
        (Some(only), None) => {
            only.amount = amount.checked_sub(named).and_then(|rest| i64::try_from(rest).ok())
        }
        _ => {}
    }
    Some(moved)
}

impl Part {
    fn is_nothing(self) -> bool {
        self.amount == 0 && self.units.is_zero()
    }
}

impl Line {
    fn new(id: &str, amount: MinorUnits, quantity: Option<Quantity>) -> Self {
        let mut line = Self {
            id: id.to_owned(),
            whole: Part { units: Decimal::ZERO, amount: amount.get() },
            moved: Part::default(),
            units: Units::WithoutQuantity,
            amount_unknown: false,
            chosen: false,
        };
        if let Some(quantity) = quantity {
            line.set_quantity(quantity.get());
        }
        line
    }

    fn set_quantity(&mut self, units: Decimal) {
        self.whole.units = units;
        self.units = Units::Known;
    }

    /// Subtracts an item of an operation from the remaining units and the remaining amount.
    fn subtract(&mut self, item: &MovedItem<'_>) {
        match item.amount.and_then(|amount| self.moved.amount.checked_add(amount)) {
            Some(amount) => self.moved.amount = amount,
            None => self.amount_unknown = true,
        }
        let whole = self.whole.units;
        let is_part = |units: &Decimal| {
            units.is_zero()
                || (units.is_sign_negative() == whole.is_sign_negative()
                    && units.abs() <= whole.abs())
        };
        let units = item.units.and_then(|units| self.moved.units.checked_add(units));
        match units.filter(is_part) {
            Some(units) => self.moved.units = units,
            None if self.units == Units::Known => self.units = Units::Unnamed,
            None => {}
        }
    }

    /// Returns the remaining units and amount. Both are zero if more than the entire line was captured or refunded, or
    /// if no amount is left and the units are unknown.
    fn left(&self) -> Part {
        let amount = self.whole.amount.saturating_sub(self.moved.amount);
        let is_too_much = amount != 0 && amount.signum() != self.whole.amount.signum();
        if is_too_much || (amount == 0 && self.units != Units::Known) {
            return Part::default();
        }
        Part { units: self.whole.units.saturating_sub(self.moved.units), amount }
    }

    fn take_rest(&mut self) {
        self.moved = self.whole;
        if self.units == Units::Unnamed {
            self.units = Units::Known;
        }
    }

    /// Returns the total amount that is captured or refunded for a total of `units` units: `amount × units / all
    /// units`, rounded half away from zero.
    fn moved_after(&self, units: Decimal) -> Option<i64> {
        let part = self.fraction(units)?;
        let moved = multiply_divide(part.amount, part.units, part.all)?;
        i64::try_from(moved).ok()?.checked_mul(self.whole.amount.signum())
    }

    /// Returns the two possible amounts of `units` units: `amount × units / all units`, rounded down and up, the lower
    /// amount first. The pieces of a line are differences of rounded sums, so each piece has one of these amounts.
    fn amounts_of(&self, units: Decimal) -> Option<[i64; 2]> {
        let part = self.fraction(units)?;
        let [down, up] = divide_both_ways(part.amount, part.units, part.all)?
            .map(|amount| i64::try_from(amount).ok());
        let sign = self.whole.amount.signum();
        let (down, up) = (down?.checked_mul(sign)?, up?.checked_mul(sign)?);
        Some([down.min(up), down.max(up)])
    }

    /// Returns `units / all units` as integers: 0.5 of 1.25 is 50 of 125.
    fn fraction(&self, units: Decimal) -> Option<Fraction> {
        let (units, all) = (units.normalize(), self.whole.units.normalize());
        if units.is_zero() || units.is_sign_negative() != all.is_sign_negative() {
            return None;
        }
        let (scale, more) = (units.scale(), all.scale());
        let ten = |exponent: u32| 10_u128.checked_pow(exponent);
        let units =
            units.mantissa().unsigned_abs().checked_mul(ten(more.saturating_sub(scale))?)?;
        let all = all.mantissa().unsigned_abs().checked_mul(ten(scale.saturating_sub(more))?)?;
        Some(Fraction { amount: self.whole.amount.unsigned_abs().into(), units, all })
    }

    fn take_whole(&mut self) -> Result<CaptureTransactionRequestItem, String> {
        let left = self.left();
        if left.is_nothing() {
            return Err("nothing is left".to_owned());
        }
        Ok(self.take(left))
    }

    fn take_units(&mut self, quantity: Quantity) -> Result<CaptureTransactionRequestItem, String> {
        let (units, left) = (quantity.get(), self.left());
        match self.units {
            Units::Known => {}
            _ if left.is_nothing() => return Err("nothing is left".to_owned()),
            Units::WithoutQuantity => {
                return Err(String::from(
                    "the number of units is unknown, because the line has no quantity; choose the whole line",
                ));
            }
            Units::Unnamed => {
                return Err(String::from(
                    "the number of units left is unknown, because an earlier operation named the line without a quantity, \
                     or with more units than the line has; choose the whole line",
                ));
            }
        }
        if units <= Decimal::ZERO {
            return Err(format!("{quantity} units: a quantity must be above zero"));
        }
        if units > left.units {
            let left = left.units.normalize();
            return Err(format!("{quantity} units: only {left} are left"));
        }
        let amount = self
            .moved_after(self.moved.units.saturating_add(units))
            .and_then(|moved| moved.checked_sub(self.moved.amount))
            .ok_or("the line is too large to be divided exactly")?;
        if amount != 0 && amount.signum() != self.whole.amount.signum() {
            return Err(format!(
                "{quantity} units: the amount of earlier operations exceeds the price of their units plus these; choose \
                 the whole line"
            ));
        }
        Ok(self.take(Part { units, amount }))
    }

    fn take(&mut self, part: Part) -> CaptureTransactionRequestItem {
        self.chosen = true;
        let mut item = CaptureTransactionRequestItem::new(self.id.as_str(), part.amount);
        let is_known = self.units == Units::Known;
        item.quantity = is_known.then(|| Quantity::from(part.units.normalize()));
        item
    }
}
