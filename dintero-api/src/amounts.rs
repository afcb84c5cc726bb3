//! The authorized, captured and refunded amounts of a payment: summed from the events, or unknown.
//!
//! The sums are computed from the events. The status only shows whether money was reserved at all, whether a Swish
//! payment was captured at once, and whether events are missing: `PARTIALLY_CAPTURED` without a capture among the
//! events means that the sum is unknown, never zero. So does an event of an unknown kind that may have moved money, and
//! a correction with which the events do not agree.

use std::fmt;

use crate::MinorUnits;
use crate::corrections::Balance;
use crate::events::{
    OperationKind, OperationState, TransactionOperation, is_added_by, may_hide_an_operation, total,
};
use crate::types::{
    Transaction, TransactionEventCorrection, TransactionEventDetails, TransactionEventEvent,
    TransactionPaymentProductType, TransactionStatus,
};

/// How much of a payment was authorized, captured and refunded, in minor units of the transaction's currency.
///
/// Operations in progress are not counted.
///
/// # Examples
///
/// ```
/// use dintero_api::types::Transaction;
/// use dintero_api::{MinorUnits, serde_json};
///
/// let transaction: Transaction = serde_json::from_str(
///     r#"{
///         "amount": 30000, "currency": "NOK", "payment_product": "vipps", "payment_product_type": "vipps",
///         "status": "PARTIALLY_CAPTURED",
///         "events": [
///             {"event": "AUTHORIZE", "success": true},
///             {"event": "CAPTURE", "success": true, "amount": 10000}
///         ]
///     }"#,
/// )?;
/// let amounts = transaction.outcome().amounts.expect("the events show the amounts");
/// assert_eq!(amounts.captured, MinorUnits::new(10000));
/// assert_eq!(amounts.remaining_capture, MinorUnits::new(20000));
/// assert_eq!(amounts.remaining_refund, MinorUnits::new(10000));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Amounts {
    /// The transaction's amount, or zero if the transaction has not been authorized or captured.
    pub authorized: MinorUnits,
    /// The captured amount; refunds are not subtracted.
    pub captured: MinorUnits,
    /// The refunded amount.
    pub refunded: MinorUnits,
    /// The amount that can still be captured.
    pub remaining_capture: MinorUnits,
    /// The amount that can still be refunded.
    pub remaining_refund: MinorUnits,
}

/// Why a transaction does not show how much was captured and refunded.
///
/// # Examples
///
/// ```
/// use dintero_api::types::Transaction;
/// use dintero_api::{UnclearTransaction, serde_json};
///
/// // The status says that money was captured, but no event shows a capture: the captured amount is unknown, not zero.
/// let transaction: Transaction = serde_json::from_str(
///     r#"{
///         "amount": 30000, "currency": "NOK", "payment_product": "vipps", "payment_product_type": "vipps",
///         "status": "PARTIALLY_CAPTURED", "events": [{"event": "AUTHORIZE", "success": true}]
///     }"#,
/// )?;
/// let outcome = transaction.outcome();
/// assert_eq!(outcome.amounts, None);
/// assert!(matches!(outcome.unclear, Some(UnclearTransaction::EventsMissing(_))));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum UnclearTransaction {
    /// The transaction was read without its events.
    NoEvents,
    /// The transaction has no status, the status `UNKNOWN`, or a status that this version does not know.
    Status(Option<TransactionStatus>),
    /// One of the events has no `event` field, so it is unknown what happened.
    EventWithoutKind,
    /// One of the events has a kind that this version does not know, and may have captured, refunded or released money.
    ///
    /// This is the case if the event has an amount above or below zero, lines (`items`), gift cards, a reference of
    /// yours (`event_reference`) or a `correction`. Other events of unknown kinds are ignored, because Dintero adds
    /// kinds of events that move no money. So is an event of an unknown kind that failed, unless it has a `correction`.
    UnknownEvent(TransactionEventEvent),
    /// The events of an operation do not show its amount, or whether it succeeded.
    Operation(OperationKind),
    /// The events do not show everything that was captured, refunded or released. The transaction's status, the status
    /// of one of its events or a correction implies more, or more was refunded than was captured. The transaction's
    /// status, or the status of that event, is in the variant.
    EventsMissing(TransactionStatus),
    /// The events show captured or refunded money that the status rules out.
    Contradiction(TransactionStatus),
}

impl fmt::Display for UnclearTransaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoEvents => f.write_str(
                "it has no `events`; read it without `includes`, or read it again later",
            ),
            Self::Status(None) => f.write_str("it has no `status`"),
            Self::Status(Some(status)) => write!(f, "its status is {status}"),
            Self::EventWithoutKind => f.write_str("one of its events has no `event` field"),
            Self::UnknownEvent(event) => write!(
                f,
                "this version does not know events of the kind {event}, and one of them may have moved money"
            ),
            Self::Operation(kind) => write!(
                f,
                "a {kind} among its events has no `amount` or does not say whether it succeeded"
            ),
            Self::EventsMissing(status) => write!(
                f,
                "its status is or was {status}, but some of its events are missing; read it again later"
            ),
            Self::Contradiction(status) => {
                write!(f, "its status is {status}, but its events show captures or refunds")
            }
        }
    }
}

impl std::error::Error for UnclearTransaction {}

impl Transaction {
    /// Returns the amounts that the events show, or why they are unclear.
    pub(crate) fn amounts(
        &self,
        operations: &[TransactionOperation<'_>],
    ) -> Result<Amounts, UnclearTransaction> {
        let events = self.known_events()?;
        let status = self.known_status()?;
        let refunded = sum(operations, OperationKind::Refund)?;
        // A void need not have an amount, so only its success must be known.
        if has(operations, OperationKind::Void, OperationState::Unknown) {
            return Err(UnclearTransaction::Operation(OperationKind::Void));
        }
        let captured = self.captured(operations)?;
        if is_without_money(status) {
            if captured != 0 || refunded != 0 {
                return Err(UnclearTransaction::Contradiction(status.clone()));
            }
            return Ok(Amounts::new(0, 0, 0, 0));
        }
        let to_capture =
            |correction: &TransactionEventCorrection| correction.remaining_capture_amount;
        let remaining = self
            .reserved(events, captured, operations, to_capture)
            .ok_or(UnclearTransaction::Operation(OperationKind::Capture))?;
        let amounts = Amounts::new(self.amount.get(), captured, refunded, remaining);
        let is_voided = has(operations, OperationKind::Void, OperationState::Done);
        let lacks_a_void = |status: &TransactionStatus| {
            // A payment with an amount of zero, which only saves a card, need not be voided.
            *status == TransactionStatus::AuthorizationVoided
                && !is_voided
                && amounts.authorized != MinorUnits::ZERO
        };
        let mut statuses = self.statuses();
        let missing = statuses.find(|status| lacks_a_void(status) || amounts.fall_short_of(status));
        if let Some(status) = missing {
            return Err(UnclearTransaction::EventsMissing(status.clone()));
        }
        if refunded > captured || !self.agrees_with_corrections(operations) {
            return Err(UnclearTransaction::EventsMissing(status.clone()));
        }
        Ok(amounts)
    }

    /// Returns the captured amount.
    pub(crate) fn captured(
        &self,
        operations: &[TransactionOperation<'_>],
    ) -> Result<i64, UnclearTransaction> {
        let (captured, all) = (sum(operations, OperationKind::Capture)?, self.amount.get());
        match captured {
            0 if self.was_captured_at_once(operations) => Ok(all),
            // The authorization says that it captured everything.
            _ if captured != 0 && captured != all && self.was_captured_by_authorization() => {
                Err(UnclearTransaction::EventsMissing(TransactionStatus::Captured))
            }
            _ => Ok(captured),
        }
    }

    /// Returns the amount that can be refunded after these operations, if it is known.
    pub(crate) fn refundable_after(&self, operations: &[TransactionOperation<'_>]) -> Option<i64> {
        let refunded = total(operations, OperationKind::Refund)?;
        self.captured(operations).ok()?.checked_sub(refunded)
    }

    /// Returns the balance before an operation of this kind, given the events and operations before it. Returns `None`
    /// if the balance is unknown.
    pub(crate) fn balance(
        &self,
        kind: OperationKind,
        events: &[TransactionEventDetails],
        operations: &[TransactionOperation<'_>],
    ) -> Option<Balance> {
        let captured = self.captured(operations).ok()?;
        let is_plausible = match kind {
            // The capture may be the one that captured the Swish payment, so "at once" is not certain.
            OperationKind::Capture => {
                self.was_captured_by_authorization() || !self.was_captured_at_once(operations)
            }
            // A refund of a payment without captures shows that events are missing.
            OperationKind::Refund => captured != 0,
            OperationKind::Void => true,
        };
        let stated = |correction: &TransactionEventCorrection| match kind {
            OperationKind::Void => correction.remaining_void_amount,
            _ => correction.remaining_capture_amount,
        };
        let balance = Balance {
            captured,
            refunded: total(operations, OperationKind::Refund)?,
            reserved: self.reserved(events, captured, operations, stated)?,
        };
        is_plausible.then_some(balance)
    }

    /// Returns the events if all of them have an `event` field, and none of them has an unknown kind and may have moved
    /// money.
    pub(crate) fn known_events(&self) -> Result<&[TransactionEventDetails], UnclearTransaction> {
        let events = self.events.as_deref().ok_or(UnclearTransaction::NoEvents)?;
        match events.iter().find(|event| may_hide_an_operation(event)) {
            None => Ok(events),
            Some(hidden) => Err(match &hidden.event {
                None => UnclearTransaction::EventWithoutKind,
                Some(kind) => UnclearTransaction::UnknownEvent(kind.clone()),
            }),
        }
    }

    /// Returns the status of the transaction, and the status after each event. The status of an event with a correction
    /// is left out, because the correction replaces it.
    pub(crate) fn statuses(&self) -> impl Iterator<Item = &TransactionStatus> {
        let events = self.events.iter().flatten().filter(|event| event.correction.is_none());
        self.status.iter().chain(events.filter_map(|event| event.transaction_status.as_ref()))
    }

    pub(crate) fn known_status(&self) -> Result<&TransactionStatus, UnclearTransaction> {
        match &self.status {
            None => Err(UnclearTransaction::Status(None)),
            Some(status @ (TransactionStatus::Unknown | TransactionStatus::Other(_))) => {
                Err(UnclearTransaction::Status(Some(status.clone())))
            }
            Some(status) => Ok(status),
        }
    }

    /// Returns whether the whole amount was captured with the authorization, without a separate capture. This is the
    /// case if the authorization event says so, or if the payment is a captured Swish payment.
    pub(crate) fn was_captured_at_once(&self, operations: &[TransactionOperation<'_>]) -> bool {
        use TransactionPaymentProductType::{PayexSwish, SwishSwish};

        let is_capture = |operation: &TransactionOperation<'_>| {
            operation.kind == OperationKind::Capture && operation.state != OperationState::Failed
        };
        if operations.iter().any(is_capture) {
            return false;
        }
        let is_swish = matches!(self.payment_product_type, SwishSwish | PayexSwish);
        let is_captured = matches!(
            self.status,
            Some(
                TransactionStatus::Captured
                    | TransactionStatus::PartiallyRefunded
                    | TransactionStatus::Refunded
            )
        );
        self.was_captured_by_authorization() || (is_swish && is_captured)
    }

    fn was_captured_by_authorization(&self) -> bool {
        self.events.iter().flatten().any(|event| {
            event.event == Some(TransactionEventEvent::Authorize)
                && event.success == Some(true)
                && event.transaction_status == Some(TransactionStatus::Captured)
        })
    }

    /// Returns the amount that is still reserved after these events: the authorized amount minus all captures, or zero
    /// after a void or a last capture. After a correction, it is at most the amount that `stated` takes from the newest
    /// correction, minus the later captures; a void counts only if no correction follows. Returns `None` if the amount
    /// or the result of a later capture is unknown.
    fn reserved(
        &self,
        events: &[TransactionEventDetails],
        captured: i64,
        operations: &[TransactionOperation<'_>],
        stated: impl Fn(&TransactionEventCorrection) -> MinorUnits,
    ) -> Option<i64> {
        if events.iter().any(ends_capturing) {
            return Some(0);
        }
        let uncaptured = self.amount.get().checked_sub(captured)?;
        let corrected = events.iter().rposition(|event| event.correction.is_some());
        let Some((at, correction)) =
            corrected.and_then(|at| Some((at, events[at].correction.as_ref()?)))
        else {
            let voided = has(operations, OperationKind::Void, OperationState::Done);
            return Some(if voided { 0 } else { uncaptured });
        };
        let is_later = |operation: &TransactionOperation<'_>| {
            !is_added_by(&events[at], operation.event)
                && events[at..].iter().skip(1).any(|event| std::ptr::eq(event, operation.event))
        };
        let later: Vec<_> =
            operations.iter().filter(|operation| is_later(operation)).cloned().collect();
        if has(&later, OperationKind::Void, OperationState::Done) {
            return Some(0);
        }
        let left = stated(correction).get().checked_sub(total(&later, OperationKind::Capture)?)?;
        Some(left.min(uncaptured))
    }
}

impl Amounts {
    pub(crate) fn new(
        authorized: i64,
        captured: i64,
        refunded: i64,
        remaining_capture: i64,
    ) -> Self {
        Self {
            authorized: MinorUnits::new(authorized),
            captured: MinorUnits::new(captured),
            refunded: MinorUnits::new(refunded),
            remaining_capture: MinorUnits::new(remaining_capture.max(0)),
            remaining_refund: MinorUnits::new(captured.saturating_sub(refunded).max(0)),
        }
    }

    /// Returns whether the status implies that more was captured or refunded than these amounts show.
    pub(crate) fn fall_short_of(&self, status: &TransactionStatus) -> bool {
        // A payment with an amount of zero, which only saves a card, has no amounts that could be missing.
        if self.authorized == MinorUnits::ZERO {
            return false;
        }
        let nothing_captured = self.captured == MinorUnits::ZERO;
        let nothing_refunded = self.refunded == MinorUnits::ZERO;
        let more_to_capture = self.remaining_capture > MinorUnits::ZERO;
        match status {
            TransactionStatus::PartiallyCaptured => nothing_captured,
            TransactionStatus::Captured => nothing_captured || more_to_capture,
            TransactionStatus::PartiallyRefunded => nothing_refunded || more_to_capture,
            TransactionStatus::PartiallyCapturedRefunded => nothing_captured || nothing_refunded,
            TransactionStatus::Refunded => {
                nothing_captured || self.refunded < self.captured || more_to_capture
            }
            _ => false,
        }
    }
}

/// Returns the total amount of the completed operations of this kind.
pub(crate) fn sum(
    operations: &[TransactionOperation<'_>],
    kind: OperationKind,
) -> Result<i64, UnclearTransaction> {
    total(operations, kind).ok_or(UnclearTransaction::Operation(kind))
}

fn has(
    operations: &[TransactionOperation<'_>],
    kind: OperationKind,
    state: OperationState,
) -> bool {
    operations.iter().any(|operation| operation.kind == kind && operation.state == state)
}

/// Returns whether this status means that no money was ever reserved or captured.
fn is_without_money(status: &TransactionStatus) -> bool {
    matches!(
        status,
        TransactionStatus::Initiated
            | TransactionStatus::OnHold
            | TransactionStatus::Declined
            | TransactionStatus::Failed
    )
}

/// Returns whether nothing can be captured after the event. A capture with `final_capture` also releases the remaining
/// amount, which the capture's own amount does not show. If the event has a correction, the correction states what can
/// be captured.
fn ends_capturing(event: &TransactionEventDetails) -> bool {
    event.correction.is_none()
        && matches!(
            event.transaction_status,
            Some(
                TransactionStatus::Captured
                    | TransactionStatus::PartiallyRefunded
                    | TransactionStatus::Refunded
                    | TransactionStatus::AuthorizationVoided
            )
        )
}
