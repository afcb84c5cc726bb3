//! What a transaction means for a shop: may the goods go, is there more to wait for, and how much of the money is where.

use crate::MinorUnits;
use crate::movement::{Movement, MovementKind, MovementState, is_added_by, total};
use crate::types::{Transaction, TransactionEventEvent, TransactionStatus};

/// What a shop must know of a payment. Made by [`Transaction::outcome`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Outcome {
    /// Where the payment stands.
    pub state: PaymentState,
    /// How much of the money is where.
    ///
    /// `None` when the events do not say: the transaction was read without them, or an event has no amount.
    pub amounts: Option<Amounts>,
    /// The newest operation that Dintero accepted (status 202) and has not finished. Wait for it before another one.
    pub under_way: Option<MovementKind>,
}

/// Where a payment stands, in the words of a shop.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PaymentState {
    /// The customer has not paid yet (`INITIATED`).
    Pending,
    /// The provider has not decided yet (`ON_HOLD`). It becomes reserved or failed, and Dintero calls back then.
    OnHold,
    /// The money is reserved (`AUTHORIZED`). Capture it when you deliver.
    Reserved,
    /// A part of the money was captured (`PARTIALLY_CAPTURED`).
    PartlyPaid,
    /// The money was captured (`CAPTURED`). Swish, and a session with `auto_capture`, come here without having been
    /// reserved before.
    Paid,
    /// A part of what was captured was paid back (`PARTIALLY_REFUNDED`), or some of it after a capture of only a part
    /// (`PARTIALLY_CAPTURED_REFUNDED`).
    PartlyRefunded,
    /// All was paid back (`REFUNDED`).
    Refunded,
    /// The reservation was given up (`AUTHORIZATION_VOIDED`). Nothing was taken.
    Cancelled,
    /// The payment did not succeed (`DECLINED`, `FAILED`). Nothing was taken.
    Failed,
    /// The status says nothing that a shop could act on: `UNKNOWN`, or one that this release does not know.
    ///
    /// Neither deliver nor give up: read the transaction again later, or look at it in Dintero's back office.
    Unknown(TransactionStatus),
}

/// How much of a payment is where, in minor units of the transaction's currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Amounts {
    /// What the customer agreed to: the amount of the transaction, once it was reserved or captured.
    pub authorized: MinorUnits,
    /// What was taken, refunds not subtracted.
    pub captured: MinorUnits,
    /// What was paid back.
    pub refunded: MinorUnits,
    /// What can still be captured.
    pub remaining_capture: MinorUnits,
    /// What can still be refunded.
    pub remaining_refund: MinorUnits,
}

impl Outcome {
    /// Whether the goods may be delivered: money is reserved or taken, and none of it went back or is about to.
    ///
    /// After a partial refund the answer is no: what is still to be delivered only the shop knows.
    #[must_use]
    pub fn may_ship(&self) -> bool {
        let has_money = matches!(
            self.state,
            PaymentState::Reserved | PaymentState::PartlyPaid | PaymentState::Paid
        );
        has_money && !matches!(self.under_way, Some(MovementKind::Refund | MovementKind::Void))
    }

    /// Whether nothing can happen any more: failed, cancelled, or all paid back.
    ///
    /// A paid order is not final, because it can be refunded.
    #[must_use]
    pub fn is_final(&self) -> bool {
        matches!(
            self.state,
            PaymentState::Failed | PaymentState::Cancelled | PaymentState::Refunded
        )
    }

    /// Whether it is not known yet if there will be money: keep the order and read the transaction again later.
    #[must_use]
    pub fn is_undecided(&self) -> bool {
        matches!(
            self.state,
            PaymentState::Pending | PaymentState::OnHold | PaymentState::Unknown(_)
        )
    }
}

impl Transaction {
    /// Tells what the transaction means for a shop.
    ///
    /// The state comes from the transaction's status, and from its newest event if it has none. The amounts are the
    /// sums of its [`movements`](Self::movements), so that partial captures and refunds add up, and what Dintero
    /// corrected counts as corrected. A transaction that is `CAPTURED` or `REFUNDED` without events that say so was
    /// captured or refunded as a whole.
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
    ///     PaymentState::Failed | PaymentState::Cancelled => { /* give the goods back to the shelf */ }
    ///     _ if outcome.is_undecided() => { /* wait for the next callback */ }
    ///     _ => {}
    /// }
    /// # }
    /// ```
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        let status = self.last_status();
        let movements = self.movements();
        let state = state(status);
        Outcome {
            amounts: self.amounts(&state, status, &movements),
            state,
            under_way: movements
                .iter()
                .rfind(|movement| movement.state == MovementState::UnderWay)
                .map(|movement| movement.kind),
        }
    }

    fn last_status(&self) -> &TransactionStatus {
        let events = self.events.as_deref().unwrap_or_default();
        let of_events = || events.iter().rev().find_map(|event| event.transaction_status.as_ref());
        self.status.as_ref().or_else(of_events).unwrap_or(&TransactionStatus::Unknown)
    }

    fn amounts(
        &self,
        state: &PaymentState,
        status: &TransactionStatus,
        movements: &[Movement<'_>],
    ) -> Option<Amounts> {
        let (captured, refunded) = self.moved(status, movements)?;
        let authorized = if self.was_authorized(state, captured) { self.amount.get() } else { 0 };
        let open = match status {
            TransactionStatus::Captured
            | TransactionStatus::Refunded
            | TransactionStatus::PartiallyRefunded
            | TransactionStatus::AuthorizationVoided => 0,
            _ => self.remaining_capture(authorized, movements)?,
        };
        Some(Amounts {
            authorized: MinorUnits::new(authorized),
            captured: MinorUnits::new(captured),
            refunded: MinorUnits::new(refunded),
            remaining_capture: MinorUnits::new(open.max(0)),
            remaining_refund: MinorUnits::new(captured.saturating_sub(refunded).max(0)),
        })
    }

    /// Returns what was captured and refunded, if the events say it or the status leaves no choice.
    fn moved(&self, status: &TransactionStatus, movements: &[Movement<'_>]) -> Option<(i64, i64)> {
        let whole = self.amount.get();
        let captured = total(movements, MovementKind::Capture);
        let refunded = total(movements, MovementKind::Refund);
        // A payment of nothing (a card that is only saved) has nothing to add up.
        let some = |amount: Option<i64>| amount.filter(|&amount| amount > 0 || whole == 0);
        match status {
            TransactionStatus::Captured => Some((some(captured).unwrap_or(whole), refunded?)),
            TransactionStatus::PartiallyCaptured => Some((some(captured)?, refunded?)),
            TransactionStatus::PartiallyRefunded => {
                Some((some(captured).unwrap_or(whole), some(refunded)?))
            }
            TransactionStatus::PartiallyCapturedRefunded => {
                Some((some(captured)?, some(refunded)?))
            }
            TransactionStatus::Refunded => {
                let captured = some(captured).unwrap_or(whole);
                Some((captured, some(refunded).unwrap_or(captured)))
            }
            _ => Some((captured?, refunded?)),
        }
    }

    fn was_authorized(&self, state: &PaymentState, captured: i64) -> bool {
        match state {
            PaymentState::Pending | PaymentState::OnHold | PaymentState::Failed => false,
            PaymentState::Unknown(_) => {
                let mut events = self.events.iter().flatten();
                captured > 0
                    || events.any(|event| {
                        event.event == Some(TransactionEventEvent::Authorize)
                            && event.success == Some(true)
                    })
            }
            _ => true,
        }
    }

    /// Returns what can still be captured: what the newest correction says, or else what was authorized, less what was
    /// captured since then.
    fn remaining_capture(&self, authorized: i64, movements: &[Movement<'_>]) -> Option<i64> {
        let events = self.events.as_deref().unwrap_or_default();
        let corrected = events.iter().rposition(|event| event.correction.is_some());
        let is_later = |movement: &Movement<'_>| {
            corrected.is_none_or(|at| {
                !is_added_by(&events[at], movement.event)
                    && events[at + 1..].iter().any(|event| std::ptr::eq(event, movement.event))
            })
        };
        let later: Vec<_> =
            movements.iter().filter(|movement| is_later(movement)).cloned().collect();
        let is_done_void = |movement: &Movement<'_>| {
            movement.kind == MovementKind::Void && movement.state == MovementState::Done
        };
        if later.iter().any(is_done_void) {
            return Some(0);
        }
        let correction = corrected.and_then(|at| events[at].correction.as_ref());
        let before =
            correction.map_or(authorized, |correction| correction.remaining_capture_amount.get());
        Some(before.saturating_sub(total(&later, MovementKind::Capture)?))
    }
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
