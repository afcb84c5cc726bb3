//! Captures and refunds made from the order, so that line ids and amounts cannot drift: whole lines, units of a line, the
//! shipping option, or all that is left.
//!
//! Pieces add up to the order, to the last minor unit: after `n` of `N` units the moved sum is `amount × n / N`, rounded, so
//! a piece is that less what was moved before. A line of 100 over 3 units is captured as 33, 34 and 33.

use rust_decimal::Decimal;

use super::problem::{OrderError, Problem, Rule};
use crate::money::{Rounding, divide};
use crate::movement::{Movement, MovementKind, MovementState};
use crate::types::{
    CaptureTransactionRequest, CaptureTransactionRequestItem, RefundTransactionRequest,
    SessionOrder, Transaction,
};
use crate::{MinorUnits, Quantity};

/// A capture of an order or a part of it, for [`capture`](CaptureTransactionRequest).
///
/// ```
/// use dintero_api::order::Capture;
/// use dintero_api::types::{OrderLine, SessionOrder};
/// use dintero_api::{Currency, MinorUnits};
///
/// let mugs = OrderLine::new().id("MUG").line_id("1").quantity(3).amount(10000).vat(25);
/// let order = SessionOrder::new(10000, Currency::NOK, "order-1001").items([mugs]);
///
/// let request = Capture::first(&order).line("1", 1).reference("shipment-1").request()?;
/// assert_eq!(request.amount, MinorUnits::new(3333));
/// # Ok::<(), dintero_api::OrderError>(())
/// ```
///
/// Where a session left its splits open (an empty list), give them here: they are fields of the request's `items`.
#[derive(Debug, Clone)]
#[must_use = "a capture is a description until `request` makes it a request"]
pub struct Capture<'o> {
    pieces: Pieces<'o>,
    reference: Option<String>,
}

/// A refund of an order or a part of it, for [`refund`](RefundTransactionRequest). What was captured can be refunded.
///
/// ```
/// use dintero_api::order::Refund;
/// use dintero_api::types::{OrderLine, SessionOrder};
/// use dintero_api::{Currency, MinorUnits};
///
/// let mugs = OrderLine::new().id("MUG").line_id("1").quantity(3).amount(10000).vat(25);
/// let order = SessionOrder::new(10000, Currency::NOK, "order-1001").items([mugs]);
///
/// let request = Refund::first(&order).line("1", 1).reference("return-7").reason("broken").request()?;
/// assert_eq!(request.amount, MinorUnits::new(3333));
/// # Ok::<(), dintero_api::OrderError>(())
/// ```
#[derive(Debug, Clone)]
#[must_use = "a refund is a description until `request` makes it a request"]
pub struct Refund<'o> {
    pieces: Pieces<'o>,
    reference: Option<String>,
    reason: Option<String>,
}

/// What is to be moved, and of what.
#[derive(Debug, Clone)]
struct Pieces<'o> {
    order: &'o SessionOrder,
    transaction: Option<&'o Transaction>,
    chosen: Vec<Piece>,
}

#[derive(Debug, Clone)]
enum Piece {
    Everything,
    Shipping,
    WholeLine(String),
    Units(String, Quantity),
}

macro_rules! pieces {
    ($name:ident) => {
        impl<'o> $name<'o> {
            /// Adds some units of a line, by its line id: of a mapped cart, the line's position from 1 unless it has another.
            pub fn line(
                mut self,
                line_id: impl Into<String>,
                quantity: impl Into<Quantity>,
            ) -> Self {
                self.pieces.chosen.push(Piece::Units(line_id.into(), quantity.into()));
                self
            }

            /// Adds all that is left of a line.
            pub fn whole_line(mut self, line_id: impl Into<String>) -> Self {
                self.pieces.chosen.push(Piece::WholeLine(line_id.into()));
                self
            }

            /// Adds the shipping option, which is a line of the transaction under its own line id.
            pub fn shipping(mut self) -> Self {
                self.pieces.chosen.push(Piece::Shipping);
                self
            }

            /// Adds all that is left of every line, the shipping option included.
            pub fn everything(mut self) -> Self {
                self.pieces.chosen.push(Piece::Everything);
                self
            }

            /// Sets your own reference: it tells this operation from others when it has to be repeated.
            pub fn reference(mut self, reference: impl Into<String>) -> Self {
                self.reference = Some(reference.into());
                self
            }
        }
    };
}

pieces! { Capture }
pieces! { Refund }

impl<'o> Capture<'o> {
    /// Begins the first capture of an order: nothing of it was captured before.
    pub fn first(order: &'o SessionOrder) -> Self {
        Self { pieces: Pieces::new(order, None), reference: None }
    }

    /// Begins a capture of what the transaction says is not captured yet.
    ///
    /// Read the transaction just before, with its events and items. Captures that are under way count as done. Lines that
    /// the transaction has differently (a shipping option chosen in express) are taken from it.
    pub fn after(order: &'o SessionOrder, transaction: &'o Transaction) -> Self {
        Self { pieces: Pieces::new(order, Some(transaction)), reference: None }
    }

    /// Returns the request.
    ///
    /// # Errors
    ///
    /// If a line is not in the order, more is asked for than is left, or nothing is: all such problems at once.
    pub fn request(self) -> Result<CaptureTransactionRequest, OrderError> {
        let (amount, items) = self.pieces.moved(MovementKind::Capture)?;
        let mut request = CaptureTransactionRequest::new(amount);
        request.capture_reference = self.reference;
        request.items = items;
        Ok(request)
    }
}

impl<'o> Refund<'o> {
    /// Begins the first refund of an order that was captured as a whole.
    pub fn first(order: &'o SessionOrder) -> Self {
        Self { pieces: Pieces::new(order, None), reference: None, reason: None }
    }

    /// Begins a refund of what the transaction says is captured and not refunded yet.
    ///
    /// Read the transaction just before, with its events and items. Refunds that are under way count as done, captures that
    /// are under way do not.
    pub fn after(order: &'o SessionOrder, transaction: &'o Transaction) -> Self {
        Self { pieces: Pieces::new(order, Some(transaction)), reference: None, reason: None }
    }

    /// Sets why the money goes back.
    pub fn reason(mut self, reason: impl Into<String>) -> Self {
        self.reason = Some(reason.into());
        self
    }

    /// Returns the request.
    ///
    /// # Errors
    ///
    /// If a line was not captured, more is asked for than is left, or nothing is: all such problems at once.
    pub fn request(self) -> Result<RefundTransactionRequest, OrderError> {
        let (amount, items) = self.pieces.moved(MovementKind::Refund)?;
        let mut request = RefundTransactionRequest::new(amount);
        request.refund_reference = self.reference;
        request.reason = self.reason;
        request.items = items;
        Ok(request)
    }
}

/// What can be moved of a line, and what was.
#[derive(Clone)]
struct Line {
    id: String,
    whole: Part,
    moved: Part,
    /// Some movement named the line without a quantity.
    units_unknown: bool,
    /// Already chosen in this request.
    chosen: bool,
}

#[derive(Clone, Copy, Default)]
struct Part {
    units: Decimal,
    amount: i64,
}

/// The lines of the order, and what can still be moved in all.
struct Ledger {
    lines: Vec<Line>,
    left: i128,
    /// An earlier movement named no lines, so nobody knows what is left of each.
    unnamed: bool,
}

type Moved = (MinorUnits, Option<Vec<CaptureTransactionRequestItem>>);

impl<'o> Pieces<'o> {
    fn new(order: &'o SessionOrder, transaction: Option<&'o Transaction>) -> Self {
        Self { order, transaction, chosen: Vec::new() }
    }

    fn moved(&self, kind: MovementKind) -> Result<Moved, OrderError> {
        let mut ledger = self.ledger(kind);
        let mut items = Vec::new();
        let mut problems = Vec::new();
        let everything = self.chosen.iter().any(|piece| matches!(piece, Piece::Everything));
        if everything && (ledger.unnamed || ledger.lines.is_empty() || !ledger.adds_up()) {
            // By amount alone: an order without lines, one that is paid in part, or one that was captured so before.
            return checked(ledger.left, None, &ledger, kind);
        }
        for piece in &self.chosen {
            if let Err(message) = self.take(piece, &mut ledger, &mut items) {
                problems.push(Problem::new("", Rule::Quantity, message));
            }
        }
        if !problems.is_empty() {
            return Err(OrderError::new(problems));
        }
        let amount = items.iter().map(|item| i128::from(item.amount.get())).sum();
        checked(amount, Some(items), &ledger, kind)
    }

    fn take(
        &self,
        piece: &Piece,
        ledger: &mut Ledger,
        items: &mut Vec<CaptureTransactionRequestItem>,
    ) -> Result<(), String> {
        items.push(match piece {
            Piece::Everything => return ledger.everything(items),
            Piece::Shipping => ledger.whole(self.shipping_line()?)?,
            Piece::WholeLine(id) => ledger.whole(id)?,
            Piece::Units(id, quantity) => ledger.units(id, *quantity)?,
        });
        Ok(())
    }

    fn shipping_line(&self) -> Result<&str, String> {
        let of_transaction =
            self.transaction.and_then(|transaction| transaction.shipping_option.as_ref());
        match of_transaction.or(self.order.shipping_option.as_ref()) {
            Some(option) => Ok(&option.line_id),
            None => Err("the order has no shipping option".to_owned()),
        }
    }

    fn ledger(&self, kind: MovementKind) -> Ledger {
        let movements = self.transaction.map(Transaction::movements).unwrap_or_default();
        let ordered = self.transaction.map_or(self.order.amount, |transaction| transaction.amount);
        let mut ledger =
            Ledger { lines: self.lines(), left: i128::from(ordered.get()), unnamed: false };
        if kind == MovementKind::Refund && self.transaction.is_some() {
            ledger.keep_captured(&movements);
        }
        for movement in &movements {
            if movement.kind == kind && movement.state != MovementState::Failed {
                ledger.left -= amount_of(movement);
                ledger.unnamed |= !record(movement, &mut ledger.lines);
            }
        }
        ledger
    }

    /// The transaction's lines where it has them, the order's otherwise; both with the shipping option.
    fn lines(&self) -> Vec<Line> {
        let known = self.transaction.and_then(|transaction| transaction.items.as_deref());
        let items = known.filter(|items| !items.is_empty()).or(self.order.items.as_deref());
        let mut lines = Vec::new();
        for item in items.unwrap_or_default() {
            if let (Some(id), Some(amount)) = (&item.line_id, item.amount) {
                lines.push(Line::new(id, amount, item.quantity));
            }
        }
        if let Some(option) = &self.order.shipping_option
            && known.is_none_or(<[_]>::is_empty)
            && !lines.is_empty()
        {
            lines.push(Line::new(&option.line_id, option.amount, None));
        }
        lines
    }
}

fn amount_of(movement: &Movement<'_>) -> i128 {
    movement.amount.map_or(0, |amount| i128::from(amount.get()))
}

/// Adds a movement to its lines; `false` if it moved money and named none.
fn record(movement: &Movement<'_>, lines: &mut [Line]) -> bool {
    let begun = movement.begun_by.and_then(|event| event.items.as_deref());
    let items = movement.event.items.as_deref().filter(|items| !items.is_empty()).or(begun);
    let Some(items) = items.filter(|items| !items.is_empty()) else {
        return amount_of(movement) == 0;
    };
    for item in items {
        let line = lines.iter_mut().find(|line| item.line_id.as_deref() == Some(line.id.as_str()));
        if let Some(line) = line {
            line.moved.amount =
                line.moved.amount.saturating_add(item.amount.map_or(0, MinorUnits::get));
            line.units_unknown |= item.quantity.is_none();
            let units = item.quantity.map_or(Decimal::ZERO, Quantity::value);
            line.moved.units = line.moved.units.saturating_add(units);
        }
    }
    true
}

impl Line {
    fn new(id: &str, amount: MinorUnits, quantity: Option<Quantity>) -> Self {
        let units = quantity.map_or(Decimal::ONE, Quantity::value);
        Self {
            id: id.to_owned(),
            whole: Part { units, amount: amount.get() },
            moved: Part::default(),
            units_unknown: false,
            chosen: false,
        }
    }

    fn left(&self) -> Part {
        if self.moved.amount == self.whole.amount && self.units_unknown {
            return Part::default();
        }
        Part {
            units: self.whole.units.saturating_sub(self.moved.units),
            amount: self.whole.amount.saturating_sub(self.moved.amount),
        }
    }

    /// What was moved when `units` were, in all: `amount × units / all units`, rounded.
    fn moved_after(&self, units: Decimal) -> Option<i64> {
        let Part { units: all, amount } = self.whole;
        let dividend = i128::from(amount)
            .checked_mul(units.mantissa())?
            .checked_mul(10_i128.checked_pow(all.scale())?)?;
        let divisor = all.mantissa().checked_mul(10_i128.checked_pow(units.scale())?)?;
        if divisor <= 0 {
            return None;
        }
        i64::try_from(divide(dividend, divisor, Rounding::HalfAwayFromZero)?).ok()
    }

    fn take(&mut self, part: Part) -> CaptureTransactionRequestItem {
        self.chosen = true;
        let mut item = CaptureTransactionRequestItem::new(self.id.as_str(), part.amount);
        item.quantity = (!self.units_unknown).then(|| Quantity::from(part.units.normalize()));
        item
    }
}

impl Ledger {
    /// What was captured is the whole of what can be refunded.
    fn keep_captured(&mut self, movements: &[Movement<'_>]) {
        let mut captured = self.lines.clone();
        self.left = 0;
        for movement in movements {
            if movement.kind == MovementKind::Capture && movement.state == MovementState::Done {
                self.left += amount_of(movement);
                self.unnamed |= !record(movement, &mut captured);
            }
        }
        for (line, captured) in self.lines.iter_mut().zip(captured) {
            // Of a line that was captured whole, the units are known without being named.
            if !captured.units_unknown || captured.moved.amount != line.whole.amount {
                line.units_unknown =
                    captured.units_unknown && captured.moved.units != line.whole.units;
                line.whole = captured.moved;
            }
        }
    }

    fn adds_up(&self) -> bool {
        let left: i128 = self.lines.iter().map(|line| i128::from(line.left().amount)).sum();
        left == self.left
    }

    fn find(&mut self, id: &str) -> Result<&mut Line, String> {
        if self.unnamed {
            return Err(format!(
                "what is left of line `{id}` is not known, because an earlier operation named no lines; take everything, or an amount by hand"
            ));
        }
        let known: Vec<&str> = self.lines.iter().map(|line| line.id.as_str()).collect();
        let Some(index) = known.iter().position(|known| *known == id) else {
            return Err(format!("there is no line `{id}`; the lines are `{}`", known.join("`, `")));
        };
        let line = &mut self.lines[index];
        if line.chosen {
            return Err(format!("line `{id}` is named twice"));
        }
        Ok(line)
    }

    fn whole(&mut self, id: &str) -> Result<CaptureTransactionRequestItem, String> {
        let line = self.find(id)?;
        let left = line.left();
        if left.amount == 0 && left.units.is_zero() {
            return Err(format!("nothing is left of line `{id}`"));
        }
        Ok(line.take(left))
    }

    fn units(
        &mut self,
        id: &str,
        quantity: Quantity,
    ) -> Result<CaptureTransactionRequestItem, String> {
        let line = self.find(id)?;
        let (units, left) = (quantity.value(), line.left());
        if line.units_unknown {
            return Err(format!(
                "how many units of line `{id}` are left is not known, because an earlier operation named it without a quantity; take the whole line"
            ));
        }
        if units <= Decimal::ZERO {
            return Err(format!("{quantity} units of line `{id}`: a quantity is above zero"));
        }
        if units > left.units {
            return Err(format!(
                "{quantity} units of line `{id}`, of which {} are left",
                left.units.normalize()
            ));
        }
        let amount = line
            .moved_after(line.moved.units.saturating_add(units))
            .and_then(|moved| moved.checked_sub(line.moved.amount))
            .ok_or_else(|| format!("line `{id}` is too large to be divided exactly"))?;
        Ok(line.take(Part { units, amount }))
    }

    fn everything(&mut self, items: &mut Vec<CaptureTransactionRequestItem>) -> Result<(), String> {
        if let Some(line) = self.lines.iter().find(|line| line.chosen) {
            return Err(format!("line `{}` is named beside everything", line.id));
        }
        for line in &mut self.lines {
            let left = line.left();
            if left.amount != 0 || !left.units.is_zero() {
                items.push(line.take(left));
            }
        }
        Ok(())
    }
}

/// The amount must be something, and no more than is left.
fn checked(
    amount: i128,
    items: Option<Vec<CaptureTransactionRequestItem>>,
    ledger: &Ledger,
    kind: MovementKind,
) -> Result<Moved, OrderError> {
    let (done, base) = match kind {
        MovementKind::Refund => ("refunded", "what was captured"),
        _ => ("captured", "the order"),
    };
    let problem = |rule, message: String| OrderError::new(vec![Problem::new("", rule, message)]);
    if amount <= 0 {
        let message = format!("nothing is to be {done}: name lines of which something is left");
        return Err(problem(Rule::Quantity, message));
    }
    if amount > ledger.left {
        let left = ledger.left;
        let message = format!(
            "{amount} cannot be {done}: {left} is left of {base}; lines that reduce the order have to be named too"
        );
        return Err(problem(Rule::Sum, message));
    }
    let amount = i32::try_from(amount).map_err(|_| {
        problem(
            Rule::Int32,
            format!("{amount} is beyond 32 bits: the API takes amounts up to {}", i32::MAX),
        )
    })?;
    Ok((MinorUnits::from(amount), items))
}
