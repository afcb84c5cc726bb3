//! Builds captures and refunds of an order, or of a part of it, so that line ids and amounts always match the order.

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
/// Pass the capture to `transactions().capture_once(…)`, which reads the transaction, subtracts the earlier captures
/// from the order, and sends a request only if the transaction has no capture with this reference:
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
/// For an unguarded call, [`request`](Self::request) returns the [request](CaptureTransactionRequest). Start with
/// [`first`](Self::first) or [`after`](Self::after), which specify the earlier captures:
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
/// Partial captures add up to the order, to the last minor unit: after `n` of `N` units, the captured total is
/// `amount × n / N`, rounded. A line of 100 with 3 units is captured as 33, 34 and 33.
///
/// # Examples
///
/// An order that is shipped in two parcels, with freight in the first:
///
/// ```
/// use dintero_api::Currency;
/// use dintero_api::order::Capture;
/// use dintero_api::types::{OrderLine, OrderShippingOption, SessionOrder};
///
/// let mugs = OrderLine::new().id("MUG").line_id("1").quantity(3).amount(30000).vat(25);
/// let tea = OrderLine::new().id("TEA").line_id("2").quantity(1).amount(8900).vat(15);
/// let freight = OrderShippingOption::new("post", "post", 7900, "Parcel", "Posten").vat(25);
/// let order = SessionOrder::new(46800, Currency::NOK, "order-1001").items([mugs, tea]).shipping_option(freight);
///
/// let first = Capture::of(&order).line("1", 2).whole_line("2").shipping().reference("shipment-1");
/// let second = Capture::of(&order).everything().reference("shipment-2");
/// // client.transactions().capture_once(transaction_id, first).await? and, later, the same with `second`
/// # let _ = second;
/// # let same = Capture::first(&order).line("1", 2).whole_line("2").shipping().request()?;
/// # assert_eq!(same.amount.get(), 20000 + 8900 + 7900);
/// # let _ = first;
/// # Ok::<(), dintero_api::OrderError>(())
/// ```
///
/// If a marketplace only knows the splits when it ships, [`adjust`](Self::adjust) sets the splits:
///
/// ```
/// use dintero_api::Currency;
/// use dintero_api::order::Capture;
/// use dintero_api::types::{OrderLine, PayoutSplit, SessionOrder};
///
/// let lamp = OrderLine::new().id("LAMP").line_id("1").quantity(1).amount(49900).vat(25).splits([]);
/// let order = SessionOrder::new(49900, Currency::NOK, "order-1002").items([lamp]);
///
/// let capture = Capture::of(&order).everything().reference("shipment-1").adjust(|mut request| {
///     for item in request.items.iter_mut().flatten() {
///         item.splits = Some(vec![PayoutSplit::new("lamps", item.amount)]);
///     }
///     request
/// });
/// # let _ = capture;
/// ```
#[derive(Clone)]
#[must_use = "a capture does nothing until it is passed to `capture_once` or turned into a request"]
pub struct Capture<'t> {
    pieces: Pieces<'t>,
    reference: Option<String>,
    adjust: Option<Adjust<CaptureTransactionRequest>>,
}

/// A refund of an order or of part of it. Only amounts that were captured and not yet refunded can be refunded.
///
/// Pass the refund to `transactions().refund_once(…)`; see [`Capture`], which works the same way.
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
///
/// # Examples
///
/// To show a colleague the refund before it is sent, start with [`after`](Self::after):
///
/// ```
/// use dintero_api::order::Refund;
/// use dintero_api::types::{OrderLine, SessionOrder, Transaction};
/// use dintero_api::{Currency, serde_json};
///
/// let mugs = OrderLine::new().id("MUG").line_id("1").quantity(3).amount(30000).vat(25);
/// let order = SessionOrder::new(30000, Currency::NOK, "order-1001").items([mugs]);
/// let captured: Transaction = serde_json::from_str(
///     r#"{
///         "amount": 30000, "currency": "NOK", "payment_product": "vipps", "payment_product_type": "vipps",
///         "status": "CAPTURED", "events": [
///             {"event": "AUTHORIZE", "success": true}, {"event": "CAPTURE", "success": true, "amount": 30000}
///         ]
///     }"#,
/// )?;
/// let preview = Refund::after(&order, &captured).line("1", 1).request().expect("a mug was captured");
/// assert_eq!(preview.amount.get(), 10000);
/// # Ok::<(), serde_json::Error>(())
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

/// The chosen parts of the order, and the earlier operations as far as they are known.
#[derive(Debug, Clone)]
struct Pieces<'t> {
    order: OrderLines,
    before: Before<'t>,
    chosen: Vec<Piece>,
}

/// The earlier captures or refunds, as far as they are known.
#[derive(Debug, Clone, Copy)]
enum Before<'t> {
    /// Not known yet: a guarded call will read the transaction.
    Unread,
    /// According to the caller, there were no earlier operations.
    Nothing,
    Transaction(&'t Transaction),
}

/// A request, with the range of possible amounts for each of its lines.
#[cfg(feature = "client")]
pub(crate) struct Computed<R> {
    pub(crate) request: R,
    /// The possible amounts of the lines in the request.
    pub(crate) shares: Vec<LineShare>,
}

macro_rules! pieces {
    ($name:ident, $request:ident) => {
        impl<'t> $name<'t> {
            /// Adds some units of the line with the given line id.
            ///
            /// In a mapped cart, the line id is the line's position, counted from 1, unless the line has its own id or a
            /// map key. The id of a line under another line, or of a part of a bundle, begins with the id of the line
            /// above, as in `2.1`. The order that was sent contains the ids; the documentation of `ToOrderItems` has
            /// the rules for them.
            ///
            /// The number of remaining units must be known: a line without a quantity, and a line that an earlier
            /// operation named without a quantity, or with more units than the line has, can only be chosen as a
            /// [whole](Self::whole_line).
            pub fn line(
                mut self,
                line_id: impl Into<String>,
                quantity: impl Into<Quantity>,
            ) -> Self {
                self.pieces.chosen.push(Piece::Units(line_id.into(), quantity.into()));
                self
            }

            /// Adds the remaining units and the remaining amount of a line.
            pub fn whole_line(mut self, line_id: impl Into<String>) -> Self {
                self.pieces.chosen.push(Piece::WholeLine(line_id.into()));
                self
            }

            /// Adds the shipping option, which is a line of the transaction with its own line id. If the order has no
            /// shipping option, the capture or refund fails ([`Rule::Quantity`]).
            pub fn shipping(mut self) -> Self {
                self.pieces.chosen.push(Piece::Shipping);
                self
            }

            /// Adds the remaining units and amounts of all lines, including the shipping option.
            pub fn everything(mut self) -> Self {
                self.pieces.chosen.push(Piece::Everything);
                self
            }

            /// Sets your own reference. A guarded call requires a reference, and uses it to recognize the operation
            /// when the call is retried.
            pub fn reference(mut self, reference: impl Into<String>) -> Self {
                self.reference = Some(reference.into());
                self
            }

            /// Changes the request before it is sent, to set fields that have no method here, such as `metadata` or the
            /// `splits` of lines.
            ///
            /// The function is called each time the guarded call computes the request, so it must always return the
            /// same result. The function must not change the reference or the amounts, and must not add or remove
            /// lines.
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

            /// Computes the request for the remainder of the transaction after the operations in `before`, regardless
            /// of the transaction's status.
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

            /// Drops the borrowed transaction: a guarded call reads the transaction again.
            #[cfg(feature = "client")]
            pub(crate) fn unread(self) -> $name<'static> {
                let Pieces { order, chosen, .. } = self.pieces;
                $name { pieces: Pieces { order, before: Before::Unread, chosen }, ..self }
            }
        }

        impl fmt::Debug for $name<'_> {
            // Inlined, like derived impls. Otherwise, this crate would compile the code that reads and formats a whole
            // transaction, even for programs that never format one.
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

    /// Starts a capture for `capture_once`, which reads the earlier captures from the transaction.
    pub fn of(order: &SessionOrder) -> Capture<'static> {
        Capture::new(order, Before::Unread)
    }

    /// Starts the first capture of an order. Use this method only if you know that nothing was captured before.
    pub fn first(order: &SessionOrder) -> Capture<'static> {
        Capture::new(order, Before::Nothing)
    }

    /// Starts a capture that follows the captures already in the transaction.
    ///
    /// Read the transaction immediately before this call, with its events and items. Captures in progress count as
    /// done. Where the transaction's lines differ from the order's (such as a shipping option chosen in an express
    /// checkout), the transaction's lines are used.
    ///
    /// Do not use this method for a call that may be retried: on the second attempt, the transaction already contains
    /// the first capture, so the request would be different. Use [`of`](Self::of) with `capture_once` instead.
    ///
    /// # Examples
    ///
    /// ```
    /// use dintero_api::order::Capture;
    /// use dintero_api::types::{OrderLine, SessionOrder, Transaction};
    /// use dintero_api::{Currency, serde_json};
    ///
    /// let mugs = OrderLine::new().id("MUG").line_id("1").quantity(3).amount(30000).vat(25);
    /// let order = SessionOrder::new(30000, Currency::NOK, "order-1001").items([mugs]);
    /// let transaction: Transaction = serde_json::from_str(
    ///     r#"{
    ///         "amount": 30000, "currency": "NOK", "payment_product": "vipps", "payment_product_type": "vipps",
    ///         "status": "PARTIALLY_CAPTURED", "events": [
    ///             {"event": "AUTHORIZE", "success": true},
    ///             {"event": "CAPTURE", "success": true, "amount": 10000,
    ///              "items": [{"line_id": "1", "amount": 10000, "quantity": 1}]}
    ///         ]
    ///     }"#,
    /// )?;
    /// // For a packing list: two mugs are left.
    /// let rest = Capture::after(&order, &transaction).everything().request().expect("mugs are left");
    /// assert_eq!(rest.items.unwrap()[0].quantity, Some(2.into()));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn after(order: &SessionOrder, transaction: &'t Transaction) -> Self {
        Self::new(order, Before::Transaction(transaction))
    }

    /// Returns the request.
    ///
    /// # Errors
    ///
    /// Returns an error if a chosen line is not in the order, if more is chosen than is left, or if nothing is left.
    /// Also returns an error if the captured amounts of the transaction are unknown, or if the transaction does not
    /// permit a capture. If several of the chosen parts are invalid, the error lists all of them. For a capture that
    /// was started with [`of`](Self::of), this method always returns an error, because only a guarded call knows the
    /// earlier captures.
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

    /// Starts a refund for `refund_once`, which reads the earlier captures and refunds from the transaction.
    pub fn of(order: &SessionOrder) -> Refund<'static> {
        Refund::new(order, Before::Unread)
    }

    /// Starts the first refund of an order. Use this method only if you know that the entire order was captured and
    /// nothing was refunded.
    pub fn first(order: &SessionOrder) -> Refund<'static> {
        Refund::new(order, Before::Nothing)
    }

    /// Starts a refund that follows the captures and refunds already in the transaction.
    ///
    /// Read the transaction immediately before this call, with its events and items. Refunds in progress count as done;
    /// captures in progress do not.
    ///
    /// Do not use this method for a call that may be retried; see [`Capture::after`].
    pub fn after(order: &SessionOrder, transaction: &'t Transaction) -> Self {
        Self::new(order, Before::Transaction(transaction))
    }

    /// Sets the reason for the refund.
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
    /// Returns an error if a chosen line was not captured, if more is chosen than is left, or if nothing is left. Also
    /// returns an error if the captured or refunded amounts of the transaction are unknown, or if the transaction does
    /// not permit a refund. If several of the chosen parts are invalid, the error lists all of them. For a refund that
    /// was started with [`of`](Self::of), this method always returns an error, because only a guarded call knows the
    /// earlier refunds.
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

    /// Returns the chosen pieces with their amounts, or an error if the transaction does not permit the operation or a
    /// piece cannot be chosen.
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

/// Checks that the amount is above zero, that it does not exceed the remaining amount, and that it fits in 32 bits.
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
            "{amount} cannot be {done}: only {left} of {whole} is left; also name the lines with negative amounts"
        );
        return Err(problem(Rule::Sum, message));
    }
    i32::try_from(amount).map_err(|_| {
        let limit = i32::MAX;
        let message =
            format!("{amount} does not fit in 32 bits: the API accepts amounts up to {limit}");
        problem(Rule::Int32, message)
    })
}
