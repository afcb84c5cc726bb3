//! What a transaction means for a shop: whether the goods may be sent, and whether the shop must wait for further
//! changes.

use crate::MinorUnits;
use crate::amounts::{Amounts, UnclearTransaction};
use crate::events::{OperationKind, OperationState, TransactionOperation};
use crate::types::{
    Transaction, TransactionEventDetails, TransactionEventEvent, TransactionStatus,
};
use crate::words::words;

/// What a shop must know about a payment. Returned by [`Transaction::outcome`].
///
/// # Examples
///
/// ```
/// use dintero_api::types::Transaction;
///
/// /// Returns the lines of text that a shop displays for a payment.
/// fn summary(transaction: &Transaction) -> Vec<String> {
///     let outcome = transaction.outcome();
///     let mut lines = vec![format!("state: {}", outcome.state)];
///     match (&outcome.amounts, &outcome.unclear) {
///         (Some(amounts), _) => lines.push(format!("captured: {} minor units", amounts.captured)),
///         (None, Some(reason)) => lines.push(format!("captured: unknown, because {reason}")),
///         (None, None) => {}
///     }
///     lines.extend(outcome.in_progress.iter().map(|kind| format!("{kind} in progress")));
///     lines
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Outcome {
    /// The state of the payment.
    pub state: PaymentState,
    /// How much was authorized, captured and refunded. `None` if the transaction does not show these amounts;
    /// [`unclear`](Self::unclear) then says why.
    pub amounts: Option<Amounts>,
    /// Why [`amounts`](Self::amounts) is `None`.
    pub unclear: Option<UnclearTransaction>,
    /// The operations that Dintero accepted (status 202) but has not finished, oldest first.
    ///
    /// A capture of a Kravia invoice stays here until the customer has paid the invoice, which can take weeks.
    pub in_progress: Vec<OperationKind>,
    takes_money_back: bool,
    /// Whether the payment holds money, and no void or refund may take it back.
    pub(crate) certainly_holds_money: bool,
}

/// The state of a payment, in a shop's terms.
///
/// To store a state as a word such as `on_hold`, use [`as_str`](Self::as_str) or serde; to read it back, use `parse` or
/// serde. An [`Unknown`](Self::Unknown) state is stored as `unknown`, without Dintero's status.
///
/// ```
/// use dintero_api::PaymentState;
///
/// assert_eq!(PaymentState::PartlyPaid.as_str(), "partly_paid");
/// assert_eq!("partly_paid".parse(), Ok(PaymentState::PartlyPaid));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PaymentState {
    /// The customer has not paid yet (`INITIATED`).
    Pending,
    /// The provider has not decided yet (`ON_HOLD`; so far, only Walley payments have this status). The payment becomes
    /// reserved or failed, and Dintero then sends a callback.
    OnHold,
    /// The money is reserved (`AUTHORIZED`). Capture it when you deliver.
    ///
    /// A Kravia invoice is in this state from the moment it exists until the customer has paid it, even after you have
    /// captured it.
    Reserved,
    /// Part of the money was captured (`PARTIALLY_CAPTURED`).
    PartlyPaid,
    /// The money was captured (`CAPTURED`). Swish payments, terminal payments, and sessions with `auto_capture` reach
    /// this state without having been reserved before.
    Paid,
    /// Part of the captured money was refunded (`PARTIALLY_REFUNDED`), or, after a partial capture, part or all of it
    /// (`PARTIALLY_CAPTURED_REFUNDED`).
    PartlyRefunded,
    /// All captured money was refunded (`REFUNDED`).
    Refunded,
    /// The reservation was released (`AUTHORIZATION_VOIDED`). Nothing was captured.
    Cancelled,
    /// The payment did not succeed, and nothing was captured. With `DECLINED`, the customer refused, for example by
    /// dismissing the request in the Vipps app; with `FAILED`, something went wrong along the way, and the customer can
    /// try again.
    Failed,
    /// The state is unclear: the status is `UNKNOWN`, missing, or one that this version does not know.
    ///
    /// Neither deliver nor cancel: read the transaction again later, or check it in Dintero's back office.
    Unknown(TransactionStatus),
}

words! {
    PaymentState,
    "`pending`, `on_hold`, `reserved`, `partly_paid`, `paid`, `partly_refunded`, `refunded`, `cancelled`, `failed` or \
     `unknown`" {
        "pending" = Self::Pending => Self::Pending,
        "on_hold" = Self::OnHold => Self::OnHold,
        "reserved" = Self::Reserved => Self::Reserved,
        "partly_paid" = Self::PartlyPaid => Self::PartlyPaid,
        "paid" = Self::Paid => Self::Paid,
        "partly_refunded" = Self::PartlyRefunded => Self::PartlyRefunded,
        "refunded" = Self::Refunded => Self::Refunded,
        "cancelled" = Self::Cancelled => Self::Cancelled,
        "failed" = Self::Failed => Self::Failed,
        "unknown" = Self::Unknown(_) => Self::Unknown(TransactionStatus::Unknown),
    }
}

impl Outcome {
    /// Returns whether the goods may be sent: money is reserved or captured, and no refund or void of the payment is
    /// done or in progress.
    ///
    /// Also returns `false` if the result of a refund or void is unknown, because money may have been returned. The same
    /// holds if [`unclear`](Self::unclear) says that events are missing or have no known kind
    /// ([`NoEvents`](UnclearTransaction::NoEvents), [`EventWithoutKind`](UnclearTransaction::EventWithoutKind),
    /// [`UnknownEvent`](UnclearTransaction::UnknownEvent), [`EventsMissing`](UnclearTransaction::EventsMissing)), or if
    /// the status after an event or a correction says that money was refunded or released. After a partial refund,
    /// returns `false` because only the shop knows what is left to deliver.
    ///
    /// For a Kravia invoice, `true` means that the invoice exists, not that the customer has paid it.
    ///
    /// # Examples
    ///
    /// ```
    /// # let transaction: dintero_api::types::Transaction = dintero_api::serde_json::from_str(r#"{
    /// #     "amount": 34890, "currency": "NOK", "payment_product": "vipps", "payment_product_type": "vipps",
    /// #     "status": "CAPTURED", "events": [{"event": "AUTHORIZE", "success": true}, {"event": "CAPTURE", "success": true, "amount": 34890}]
    /// # }"#).unwrap();
    /// // Just before the parcel is handed over, read the transaction once more.
    /// if transaction.outcome().may_ship() {
    ///     println!("hand over the parcel");
    /// } else {
    ///     println!("keep the parcel: the payment was refunded, cancelled, or is unclear");
    /// }
    /// # assert!(transaction.outcome().may_ship());
    /// ```
    #[must_use]
    pub fn may_ship(&self) -> bool {
        let has_money = matches!(
            self.state,
            PaymentState::Reserved | PaymentState::PartlyPaid | PaymentState::Paid
        );
        has_money && !self.takes_money_back
    }

    /// Returns whether the payment is over: failed, cancelled, or refunded in full.
    ///
    /// A paid order is not final, because it can be refunded.
    ///
    /// # Examples
    ///
    /// ```
    /// use dintero_api::types::Transaction;
    ///
    /// /// Returns whether a nightly job can stop reading the transaction.
    /// fn is_closed(transaction: &Transaction) -> bool {
    ///     let outcome = transaction.outcome();
    ///     outcome.is_final() && outcome.in_progress.is_empty()
    /// }
    /// ```
    #[must_use]
    pub fn is_final(&self) -> bool {
        matches!(
            self.state,
            PaymentState::Failed | PaymentState::Cancelled | PaymentState::Refunded
        )
    }

    /// Returns `true` as long as it is unknown whether the shop will be paid. Then keep the order, and read the
    /// transaction again later.
    ///
    /// # Examples
    ///
    /// ```
    /// # let transaction: dintero_api::types::Transaction = dintero_api::serde_json::from_str(r#"{
    /// #     "amount": 34890, "currency": "NOK", "payment_product": "vipps", "payment_product_type": "vipps",
    /// #     "status": "ON_HOLD", "events": [{"event": "AUTHORIZE", "success": true}]
    /// # }"#).unwrap();
    /// let outcome = transaction.outcome();
    /// if outcome.is_undecided() {
    ///     println!("keep the order open: Dintero calls again, or a job reads the transaction later");
    /// }
    /// # assert!(outcome.is_undecided() && !outcome.may_ship());
    /// ```
    #[must_use]
    pub fn is_undecided(&self) -> bool {
        matches!(
            self.state,
            PaymentState::Pending | PaymentState::OnHold | PaymentState::Unknown(_)
        )
    }
}

impl Transaction {
    /// Returns the state and the amounts of the payment, as a shop needs them.
    ///
    /// The state comes from the transaction's status or, if the transaction has none, from the newest event that
    /// changed the status. Where the events show more captures, refunds or voids than the status, the events take
    /// precedence.
    ///
    /// The amounts are the sums of the transaction's [`operations`](Self::operations), with Dintero's corrections
    /// applied. They are `None` if the events or the status are missing, unclear or contradictory: see
    /// [`UnclearTransaction`].
    ///
    /// # Examples
    ///
    /// ```
    /// # use dintero_api::types::Transaction;
    /// use dintero_api::PaymentState;
    ///
    /// # fn show(transaction: &Transaction) {
    /// let outcome = transaction.outcome();
    /// match outcome.state {
    ///     PaymentState::Reserved | PaymentState::Paid => { /* confirm the order */ }
    ///     PaymentState::Failed | PaymentState::Cancelled => { /* put the goods back into stock */ }
    ///     _ if outcome.is_undecided() => { /* wait for the next callback */ }
    ///     _ => {}
    /// }
    /// # }
    /// ```
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        let operations = self.operations();
        let amounts = self.amounts(&operations);
        let state = match amounts.as_ref().ok().zip(self.state_by_status()) {
            Some((amounts, state)) => self.ahead_of_status(&state, amounts).unwrap_or(state),
            None => self.state_by_status().or(self.state_by_event()).unwrap_or_else(unknown),
        };
        let says_money_went_back = self.says_that_money_went_back();
        let (amounts, unclear) = match amounts {
            Ok(amounts) => (Some(amounts), None),
            Err(unclear) => (None, Some(unclear)),
        };
        Outcome {
            takes_money_back: says_money_went_back
                || may_take_money_back(unclear.as_ref(), &operations),
            certainly_holds_money: holds_money(&state)
                && !is_going_back(&operations)
                && (amounts.is_some()
                    || !says_money_went_back && !may_have_gone_back(unclear.as_ref(), &operations)),
            state,
            amounts,
            unclear,
            in_progress: in_progress(&operations),
        }
    }

    /// Returns whether the status after an event says that money was refunded or released.
    fn says_that_money_went_back(&self) -> bool {
        let is_back = |status: TransactionStatus| {
            matches!(state(&status), PaymentState::PartlyRefunded | PaymentState::Refunded)
                || status == TransactionStatus::AuthorizationVoided
        };
        self.events.iter().flatten().filter_map(status_after).any(is_back)
    }

    fn state_by_status(&self) -> Option<PaymentState> {
        self.status.as_ref().map(state)
    }

    /// Returns the state according to the newest event that may have changed it, if that event has a status.
    fn state_by_event(&self) -> Option<PaymentState> {
        let events = self.events.as_deref().unwrap_or_default();
        let newest = events.iter().rfind(|event| may_change_status(event))?;
        status_after(newest).as_ref().map(state)
    }

    /// Returns the state that the events show, if the status has not caught up with them.
    fn ahead_of_status(&self, by_status: &PaymentState, amounts: &Amounts) -> Option<PaymentState> {
        use PaymentState::{Cancelled, Paid, PartlyPaid, PartlyRefunded, Refunded, Reserved};

        let Amounts { authorized, captured, refunded, remaining_capture, .. } = *amounts;
        let is_left = remaining_capture > MinorUnits::ZERO;
        let by_amounts = match by_status {
            Reserved | PartlyPaid | Paid | PartlyRefunded if refunded > MinorUnits::ZERO => {
                if refunded >= captured && !is_left {
                    Refunded
                } else {
                    PartlyRefunded
                }
            }
            Reserved | PartlyPaid if captured > MinorUnits::ZERO => {
                if captured >= authorized {
                    Paid
                } else {
                    PartlyPaid
                }
            }
            Reserved if authorized > MinorUnits::ZERO && !is_left => Cancelled,
            _ => return None,
        };
        let is_ahead = by_amounts != *by_status;
        is_ahead.then(|| self.state_by_event().unwrap_or(by_amounts))
    }
}

/// Returns whether a refund or void is in progress, is done or has an unknown result, or may be missing from the events
/// or hidden in an event of an unknown kind.
fn may_take_money_back(
    unclear: Option<&UnclearTransaction>,
    operations: &[TransactionOperation<'_>],
) -> bool {
    let are_events_missing = matches!(
        unclear,
        Some(
            UnclearTransaction::NoEvents
                | UnclearTransaction::EventWithoutKind
                | UnclearTransaction::UnknownEvent(_)
                | UnclearTransaction::EventsMissing(_)
        )
    );
    are_events_missing
        || operations.iter().any(|operation| {
            operation.kind != OperationKind::Capture && operation.state != OperationState::Failed
        })
}

/// Returns the status after the event. If the event has a correction, this is the status of the correction, which
/// replaces that of the event.
fn status_after(event: &TransactionEventDetails) -> Option<TransactionStatus> {
    match &event.correction {
        Some(correction) => Some(TransactionStatus::from(correction.status.as_str())),
        None => event.transaction_status.clone(),
    }
}

/// Returns whether the event may have changed the transaction's status. An event with a correction
/// always counts.
fn may_change_status(event: &TransactionEventDetails) -> bool {
    use TransactionEventEvent as Event;

    match event.event {
        _ if event.correction.is_some() => true,
        Some(
            Event::InitiateCapture
            | Event::InitiateRefund
            | Event::InitiateVoid
            | Event::Settlement,
        ) => false,
        Some(Event::Capture | Event::Refund | Event::Void) => event.success != Some(false),
        _ => true,
    }
}

/// Returns whether this state means that the payment holds money.
fn holds_money(state: &PaymentState) -> bool {
    use PaymentState::{Paid, PartlyPaid, PartlyRefunded, Reserved};
    matches!(state, Reserved | PartlyPaid | Paid | PartlyRefunded)
}

/// Returns whether a refund or void is in progress, or has an unknown result.
fn is_going_back(operations: &[TransactionOperation<'_>]) -> bool {
    operations.iter().any(|operation| {
        operation.kind != OperationKind::Capture
            && matches!(operation.state, OperationState::InProgress | OperationState::Unknown)
    })
}

/// Returns whether a refund or void is done, or may be hidden in an event of an unknown kind. If the amounts are unknown,
/// nothing may be left of the payment then, although the status does not say so yet.
fn may_have_gone_back(
    unclear: Option<&UnclearTransaction>,
    operations: &[TransactionOperation<'_>],
) -> bool {
    let is_hidden = matches!(
        unclear,
        Some(UnclearTransaction::EventWithoutKind | UnclearTransaction::UnknownEvent(_))
    );
    is_hidden
        || operations.iter().any(|operation| {
            operation.kind != OperationKind::Capture && operation.state == OperationState::Done
        })
}

fn in_progress(operations: &[TransactionOperation<'_>]) -> Vec<OperationKind> {
    let in_progress =
        operations.iter().filter(|operation| operation.state == OperationState::InProgress);
    in_progress.map(|operation| operation.kind).collect()
}

fn unknown() -> PaymentState {
    PaymentState::Unknown(TransactionStatus::Unknown)
}

fn state(status: &TransactionStatus) -> PaymentState {
    match status {
        TransactionStatus::Initiated => PaymentState::Pending,
        TransactionStatus::OnHold => PaymentState::OnHold,
        TransactionStatus::Authorized => PaymentState::Reserved,
        TransactionStatus::PartiallyCaptured => PaymentState::PartlyPaid,
        TransactionStatus::Captured => PaymentState::Paid,
        TransactionStatus::PartiallyRefunded | TransactionStatus::PartiallyCapturedRefunded => {
            PaymentState::PartlyRefunded
        }
        TransactionStatus::Refunded => PaymentState::Refunded,
        TransactionStatus::AuthorizationVoided => PaymentState::Cancelled,
        TransactionStatus::Declined | TransactionStatus::Failed => PaymentState::Failed,
        TransactionStatus::Unknown | TransactionStatus::Other(_) => {
            PaymentState::Unknown(status.clone())
        }
    }
}
