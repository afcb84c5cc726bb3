//! Builds captures and refunds from the order, so that line ids and amounts always match it: whole lines, units of a
//! line, the shipping option, or everything that is left.

use std::fmt;
use std::sync::Arc;

use super::problem::{OrderError, Problem, Rule};
#[cfg(feature = "client")]
use super::remaining::LineShare;
use super::remaining::{Chosen, OrderLines, Piece, Remaining};
use crate::events::{OperationKind, TransactionOperation};
use crate::types::{
    CaptureTransactionRequest, RefundTransactionRequest, SessionOrder, Transaction,
};
use crate::{MinorUnits, Quantity};

/// A capture of an order or of part of it.
///
/// Pass it to `transactions().capture_once(…)`, which reads the transaction, computes the request from what is already
/// captured, and captures once however often it is called:
///
/// ```
/// use dintero_api::order::Capture;
/// # use dintero_api::types::{OrderLine, SessionOrder};
/// # use dintero_api::Currency;
/// # let mugs = OrderLine::new().id("MUG").line_id("1").quantity(3).amount(10000).vat(25);
/// # let order = SessionOrder::new(10000, Currency::NOK, "order-1001").items([mugs]);
///
/// let capture = Capture::of(&order).line("1", 1).reference("shipment-1");
/// // client.transactions().capture_once(transaction_id, capture).await?
/// ```
///
/// Without the guard, [`request`](Self::request) returns the [request](CaptureTransactionRequest) for `capture`;
/// [`first`](Self::first) or [`after`](Self::after) says what was captured before:
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
/// Partial captures add up to the order, to the last minor unit: after `n` of `N` units, a total of `amount × n / N`,
/// rounded, is captured. A line of 100 with 3 units is captured as 33, 34 and 33.
#[derive(Clone)]
#[must_use = "a capture does nothing until it is passed to `capture_once` or turned into a request"]
pub struct Capture<'t> {
    pieces: Pieces<'t>,
    reference: Option<String>,
    adjust: Option<Adjust<CaptureTransactionRequest>>,
}

/// A refund of an order or of part of it. Only what was captured and not yet refunded can be refunded.
///
/// Pass it to `transactions().refund_once(…)`; see [`Capture`], which works the same way.
///
/// ```
/// use dintero_api::order::Refund;
/// use dintero_api::types::{OrderLine, SessionOrder};
/// use dintero_api::{Currency, MinorUnits};
///
/// let mugs = OrderLine::new().id("MUG").line_id("1").quantity(3).amount(10000).vat(25);
/// let order = SessionOrder::new(10000, Currency::NOK, "order-1001").items([mugs]);
///
/// let refund = Refund::of(&order).line("1", 1).reference("return-7").reason("broken");
/// // client.transactions().refund_once(transaction_id, refund).await?
/// # let request = Refund::first(&order).line("1", 1).request()?;
/// # assert_eq!(request.amount, MinorUnits::new(3333));
/// # Ok::<(), dintero_api::OrderError>(())
/// ```
#[derive(Clone)]
#[must_use = "a refund does nothing until it is passed to `refund_once` or turned into a request"]
pub struct Refund<'t> {
    pieces: Pieces<'t>,
    reference: Option<String>,
    reason: Option<String>,
    terminal_id: Option<String>,
    adjust: Option<Adjust<RefundTransactionRequest>>,
}

type Adjust<R> = Arc<dyn Fn(R) -> R + Send + Sync>;

/// The chosen parts of the order, and what is known about earlier operations.
#[derive(Debug, Clone)]
struct Pieces<'t> {
    order: OrderLines,
    before: Before<'t>,
    chosen: Vec<Piece>,
}

/// What is known about earlier captures or refunds.
#[derive(Debug, Clone, Copy)]
enum Before<'t> {
    /// Nothing yet: a guarded call will read the transaction.
    Unread,
    /// The caller says that there were none.
    Nothing,
    Transaction(&'t Transaction),
}

/// A request, with the other amounts that its lines could have had.
#[cfg(feature = "client")]
pub(crate) struct Computed<R> {
    pub(crate) request: R,
    /// The shares of the lines in the request.
    pub(crate) shares: Vec<LineShare>,
}

macro_rules! pieces {
    ($name:ident, $request:ident) => {
        impl<'t> $name<'t> {
            /// Adds some units of a line, by its line id. In a mapped cart, the line id is the line's position, counted
            /// from 1, unless the line has an id of its own.
            pub fn line(
                mut self,
                line_id: impl Into<String>,
                quantity: impl Into<Quantity>,
            ) -> Self {
                self.pieces.chosen.push(Piece::Units(line_id.into(), quantity.into()));
                self
            }

            /// Adds everything that is left of a line.
            pub fn whole_line(mut self, line_id: impl Into<String>) -> Self {
                self.pieces.chosen.push(Piece::WholeLine(line_id.into()));
                self
            }

            /// Adds the shipping option, which is a line of the transaction with its own line id.
            pub fn shipping(mut self) -> Self {
                self.pieces.chosen.push(Piece::Shipping);
                self
            }

            /// Adds everything that is left of every line, including the shipping option.
            pub fn everything(mut self) -> Self {
                self.pieces.chosen.push(Piece::Everything);
                self
            }

            /// Sets your own reference. A guarded call requires it, to recognise the operation when the call is
            /// retried.
            pub fn reference(mut self, reference: impl Into<String>) -> Self {
                self.reference = Some(reference.into());
                self
            }

            /// Changes the request before it is sent, to set fields without a method of their own, such as `metadata`
            /// or the `splits` of lines.
            ///
            /// The function is called each time the guarded call computes the request, so it must always return the
            /// same result. It must not change the lines or the amount.
            pub fn adjust(
                mut self,
                adjust: impl Fn($request) -> $request + Send + Sync + 'static,
            ) -> Self {
                self.adjust = Some(Arc::new(adjust));
                self
            }

            fn finish(&self, request: $request) -> $request {
                match &self.adjust {
                    Some(adjust) => adjust(request),
                    None => request,
                }
            }

            /// Returns the request, given the operations before it, regardless of the transaction's status.
            #[cfg(feature = "client")]
            pub(crate) fn request_after(
                &self,
                transaction: &Transaction,
                before: &[TransactionOperation<'_>],
            ) -> Result<Computed<$request>, OrderError> {
                let kind = OperationKind::$name;
                let mut chosen = self.pieces.chosen_after(kind, transaction, before)?;
                let shares = std::mem::take(&mut chosen.shares);
                Ok(Computed { request: self.request_for(chosen), shares })
            }

            #[cfg(feature = "client")]
            pub(crate) fn own_reference(&self) -> Option<&str> {
                self.reference.as_deref()
            }

            /// Drops the borrowed transaction: a guarded call reads it again.
            #[cfg(feature = "client")]
            pub(crate) fn unread(self) -> $name<'static> {
                let Pieces { order, chosen, .. } = self.pieces;
                $name { pieces: Pieces { order, before: Before::Unread, chosen }, ..self }
            }
        }

        impl fmt::Debug for $name<'_> {
            // Inlined, like derived impls: otherwise this crate would compile the code that reads and shows a whole
            // transaction for programs that never show one.
            #[inline]
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name))
                    .field("pieces", &self.pieces)
                    .field("reference", &self.reference)
                    .finish_non_exhaustive()
            }
        }
    };
}

pieces! { Capture, CaptureTransactionRequest }
pieces! { Refund, RefundTransactionRequest }

impl<'t> Capture<'t> {
    fn new(order: &SessionOrder, before: Before<'t>) -> Self {
        Self { pieces: Pieces::new(order, before), reference: None, adjust: None }
    }

    /// Starts a capture for `capture_once`, which reads what was captured before.
    pub fn of(order: &SessionOrder) -> Capture<'static> {
        Capture::new(order, Before::Unread)
    }

    /// Starts the first capture of an order, when you know that nothing was captured before.
    pub fn first(order: &SessionOrder) -> Capture<'static> {
        Capture::new(order, Before::Nothing)
    }

    /// Starts a capture of what is left to capture according to the transaction.
    ///
    /// Read the transaction immediately before, with its events and items. Captures in progress count as done. Where
    /// the transaction's lines differ from the order's (such as a shipping option chosen in express), the transaction's
    /// lines are used.
    ///
    /// Do not use this for a call that may be retried: on the second attempt, the first capture is among the events, so
    /// the request is a different one. Use [`of`](Self::of) with `capture_once` instead.
    pub fn after(order: &SessionOrder, transaction: &'t Transaction) -> Self {
        Self::new(order, Before::Transaction(transaction))
    }

    /// Returns the request.
    ///
    /// # Errors
    ///
    /// If a line is not in the order, if more is chosen than is left, if nothing is left, or if the transaction does
    /// not say what was captured before; all such problems at once. Also if the capture was started with
    /// [`of`](Self::of), because then only a guarded call knows what was captured before.
    pub fn request(self) -> Result<CaptureTransactionRequest, OrderError> {
        let chosen = self.pieces.chosen_of_the_rest(OperationKind::Capture)?;
        Ok(self.request_for(chosen))
    }

    fn request_for(&self, chosen: Chosen) -> CaptureTransactionRequest {
        let mut request = CaptureTransactionRequest::new(chosen.amount);
        request.capture_reference.clone_from(&self.reference);
        request.items = chosen.items;
        self.finish(request)
    }
}

impl<'t> Refund<'t> {
    fn new(order: &SessionOrder, before: Before<'t>) -> Self {
        Self {
            pieces: Pieces::new(order, before),
            reference: None,
            reason: None,
            terminal_id: None,
            adjust: None,
        }
    }

    /// Starts a refund for `refund_once`, which reads what was captured and refunded before.
    pub fn of(order: &SessionOrder) -> Refund<'static> {
        Refund::new(order, Before::Unread)
    }

    /// Starts the first refund of an order, when you know that all of it was captured and nothing refunded.
    pub fn first(order: &SessionOrder) -> Refund<'static> {
        Refund::new(order, Before::Nothing)
    }

    /// Starts a refund of what is captured and not yet refunded according to the transaction.
    ///
    /// Read the transaction immediately before, with its events and items. Refunds in progress count as done; captures
    /// in progress do not.
    ///
    /// Do not use this for a call that may be retried; see [`Capture::after`].
    pub fn after(order: &SessionOrder, transaction: &'t Transaction) -> Self {
        Self::new(order, Before::Transaction(transaction))
    }

    /// Sets why the money is refunded.
    pub fn reason(mut self, reason: impl Into<String>) -> Self {
        self.reason = Some(reason.into());
        self
    }

    /// Sets the terminal on which the cardholder approves the refund of a terminal payment (`seitatech.in_person`).
    ///
    /// The cardholder must be present, and the terminal must belong to the payout destination of the payment.
    pub fn terminal_id(mut self, terminal_id: impl Into<String>) -> Self {
        self.terminal_id = Some(terminal_id.into());
        self
    }

    /// Returns the request.
    ///
    /// # Errors
    ///
    /// If a line was not captured, if more is chosen than is left, if nothing is left, or if the transaction does not
    /// say what was captured and refunded before; all such problems at once. Also if the refund was started with
    /// [`of`](Self::of), because then only a guarded call knows what was refunded before.
    pub fn request(self) -> Result<RefundTransactionRequest, OrderError> {
        let chosen = self.pieces.chosen_of_the_rest(OperationKind::Refund)?;
        Ok(self.request_for(chosen))
    }

    fn request_for(&self, chosen: Chosen) -> RefundTransactionRequest {
        let mut request = RefundTransactionRequest::new(chosen.amount);
        request.refund_reference.clone_from(&self.reference);
        request.reason.clone_from(&self.reason);
        request.terminal_id.clone_from(&self.terminal_id);
        request.items = chosen.items;
        self.finish(request)
    }
}

impl<'t> Pieces<'t> {
    fn new(order: &SessionOrder, before: Before<'t>) -> Self {
        Self { order: OrderLines::of(order), before, chosen: Vec::new() }
    }

    /// Chooses from what is left of the transaction, if the transaction permits the operation at all.
    fn chosen_of_the_rest(&self, kind: OperationKind) -> Result<Chosen, OrderError> {
        match self.before {
            Before::Unread => {
                let guard =
                    if kind == OperationKind::Refund { "refund_once" } else { "capture_once" };
                Err(refusal(format!(
                    "earlier operations are not known: pass this to `{guard}`, which reads the transaction, or start with \
                     `after` (a transaction that you have read) or `first` (nothing was done before)"
                )))
            }
            Before::Nothing => self.choose(kind, Remaining::of_order(&self.order)),
            Before::Transaction(transaction) => {
                let operations = transaction.operations();
                transaction.permits(kind, &operations).map_err(refusal)?;
                self.chosen_after(kind, transaction, &operations)
            }
        }
    }

    fn chosen_after(
        &self,
        kind: OperationKind,
        transaction: &Transaction,
        before: &[TransactionOperation<'_>],
    ) -> Result<Chosen, OrderError> {
        let remaining = Remaining::of_transaction(&self.order, transaction, before, kind);
        self.choose(kind, remaining.map_err(refusal)?)
    }

    fn choose(&self, kind: OperationKind, remaining: Remaining) -> Result<Chosen, OrderError> {
        let left = remaining.left();
        let chosen = remaining.choose(&self.chosen)?;
        let amount = check_amount(chosen.amount, left, kind)?;
        let Chosen { items, shares, .. } = chosen;
        Ok(Chosen { amount: MinorUnits::from(amount), items, shares })
    }
}

fn refusal(message: impl fmt::Display) -> OrderError {
    OrderError::new(vec![Problem::new("", Rule::Quantity, message.to_string())])
}

/// Checks that the amount is above zero, no more than is left, and fits 32 bits.
fn check_amount(amount: i128, left: i128, kind: OperationKind) -> Result<i32, OrderError> {
    let (done, whole) = match kind {
        OperationKind::Refund => ("refunded", "what was captured"),
        _ => ("captured", "the order"),
    };
    let problem = |rule, message: String| OrderError::new(vec![Problem::new("", rule, message)]);
    if amount <= 0 {
        return Err(refusal(format!(
            "nothing would be {done}: name lines that are not yet {done} in full"
        )));
    }
    if amount > left {
        let message = format!(
            "{amount} cannot be {done}: {left} is left of {whole}; lines that reduce the order must be named too"
        );
        return Err(problem(Rule::Sum, message));
    }
    i32::try_from(amount).map_err(|_| {
        let limit = i32::MAX;
        let message = format!("{amount} does not fit 32 bits: the API takes amounts up to {limit}");
        problem(Rule::Int32, message)
    })
}
