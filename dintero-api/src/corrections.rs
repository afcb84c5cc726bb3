//! Decides what an operation with a correction did.
//!
//! A correction states the amounts that were left after the operation. What the operation itself did follows from the
//! amounts that were left before it. If those are unknown, the result is unknown too, never zero.

use crate::MinorUnits;
use crate::amounts::Amounts;
use crate::events::{OperationKind, OperationState};
use crate::types::{TransactionEventCorrection, TransactionStatus};

/// The amounts of a transaction just before an operation, in minor units.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Balance {
    pub(crate) captured: i64,
    pub(crate) refunded: i64,
    /// The amount that was authorized, and neither captured nor released.
    pub(crate) reserved: i64,
}

impl Balance {
    /// Returns by how much the amount that can be refunded has grown according to the correction.
    fn gain(self, correction: &TransactionEventCorrection) -> Option<i64> {
        let before = self.captured.checked_sub(self.refunded)?;
        correction.remaining_refund_amount.get().checked_sub(before)
    }

    /// Returns whether the correction's status implies no captures or refunds beyond this balance.
    fn agrees_with(self, correction: &TransactionEventCorrection) -> bool {
        let left = correction.remaining_capture_amount.get();
        let authorized = self.captured.saturating_add(self.reserved);
        let amounts = Amounts::new(authorized, self.captured, self.refunded, left);
        !amounts.fall_short_of(&status(correction))
    }
}

const UNKNOWN: (OperationState, Option<MinorUnits>) = (OperationState::Unknown, None);

/// Returns the state of an operation and its amount: the amount that a capture or refund moved, or the requested amount
/// of a void or of an operation that failed. `before` is the balance before the operation, or `None` if that is unknown.
pub(crate) fn result(
    kind: OperationKind,
    before: Option<Balance>,
    correction: &TransactionEventCorrection,
    requested: Option<MinorUnits>,
) -> (OperationState, Option<MinorUnits>) {
    let Some(before) = before else { return UNKNOWN };
    let found = match kind {
        OperationKind::Capture => moved_by_capture(before, correction, requested),
        OperationKind::Refund => moved_by_refund(before, correction, requested),
        OperationKind::Void => return result_of_void(before, correction, requested),
    };
    match found {
        Some(0) => (OperationState::Failed, requested),
        Some(moved) => (OperationState::Done, Some(MinorUnits::new(moved))),
        None => UNKNOWN,
    }
}

/// Returns the amount that a capture took, which is the change in the amount that can be refunded.
///
/// For example, if 100 were captured before and 150 can be refunded after this capture, the capture took 50, whatever
/// its `success` says. Returns `None` if something else must have changed the amount, or if a refund may have: if the
/// reserved amount fell by more than 50, and more than 50 were requested or the requested amount is unknown, the capture
/// may have taken more, part of which was refunded. The status of a released payment says that nothing was captured.
fn moved_by_capture(
    before: Balance,
    correction: &TransactionEventCorrection,
    requested: Option<MinorUnits>,
) -> Option<i64> {
    let moved = before.gain(correction)?;
    let taken = before.reserved.checked_sub(correction.remaining_capture_amount.get())?;
    let is_released = moved == 0 && status(correction) == TransactionStatus::AuthorizationVoided;
    let is_explained = moved == taken
        || (moved < taken && (is_released || !is_possible(moved.checked_add(1)?, requested)));
    let after = Balance { captured: before.captured.checked_add(moved)?, ..before };
    let is_certain = moved >= 0 && is_possible(moved, requested) && is_explained;
    (is_certain && after.agrees_with(correction)).then_some(moved)
}

/// Returns the amount that a refund returned, which is the change in the amount that can be refunded. Returns `None` if
/// something else must have changed the amount, or if a capture may have: the reserved amount then fell too, and more
/// was requested than the change shows. Part of the refund may then be hidden by the capture.
fn moved_by_refund(
    before: Balance,
    correction: &TransactionEventCorrection,
    requested: Option<MinorUnits>,
) -> Option<i64> {
    let moved = before.gain(correction)?.checked_neg()?;
    let taken = before.reserved.checked_sub(correction.remaining_capture_amount.get())?;
    let is_explained = taken <= 0 || !is_possible(moved.checked_add(1)?, requested);
    let after = Balance { refunded: before.refunded.checked_add(moved)?, ..before };
    let is_certain = moved >= 0 && is_possible(moved, requested) && is_explained;
    (is_certain && after.agrees_with(correction)).then_some(moved)
}

/// Returns whether an operation can have moved this amount, which is at most the requested amount.
fn is_possible(amount: i64, requested: Option<MinorUnits>) -> bool {
    requested.is_none_or(|requested| amount <= requested.get())
}

/// Returns the result of a void, which is the change in the reserved amount. The part that was captured instead was not
/// released.
fn result_of_void(
    before: Balance,
    correction: &TransactionEventCorrection,
    requested: Option<MinorUnits>,
) -> (OperationState, Option<MinorUnits>) {
    let left = correction.remaining_void_amount.get();
    let change = || {
        let captured = before.gain(correction)?;
        let released = before.reserved.checked_sub(captured)?.checked_sub(left)?;
        let after = Balance { captured: before.captured.checked_add(captured)?, ..before };
        after.agrees_with(correction).then_some((released, captured))
    };
    match change() {
        Some((0, 0..)) => (OperationState::Failed, requested),
        Some((1.., 0)) if left == 0 && may_be_released(before, correction) => {
            (OperationState::Done, requested)
        }
        _ => UNKNOWN,
    }
}

/// Returns whether the status agrees with a release of the reserved amount. If nothing was captured before, the status
/// is then that of a released payment.
fn may_be_released(before: Balance, correction: &TransactionEventCorrection) -> bool {
    before.captured > 0 || status(correction) == TransactionStatus::AuthorizationVoided
}

fn status(correction: &TransactionEventCorrection) -> TransactionStatus {
    TransactionStatus::from(correction.status.as_str())
}
