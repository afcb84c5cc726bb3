//! Compares the amount that an operation moved with the amount that was requested. They differ if Dintero carried out
//! only a part of the operation, which a correction usually says.

use crate::MinorUnits;
use crate::events::{OperationKind, OperationState, TransactionOperation, is_added_by};
use crate::types::{Transaction, TransactionEventDetails};

/// An operation that moved a different amount than its events say was requested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct OtherAmount {
    /// `None` if a correction has the moved amount, and no event has the requested one.
    pub(super) requested: Option<MinorUnits>,
    pub(super) moved: MinorUnits,
}

impl OtherAmount {
    /// Returns both amounts, or `None` if they are equal, or if the operation is not done.
    pub(super) fn of(
        operation: &TransactionOperation<'_>,
        transaction: &Transaction,
    ) -> Option<Self> {
        if operation.kind == OperationKind::Void || operation.state != OperationState::Done {
            return None;
        }
        let moved = operation.amount?;
        let corrected = corrected(operation, transaction);
        let begun = operation.begun_by.and_then(|event| event.amount);
        let requested = begun.or_else(|| corrected.and_then(|event| event.amount));
        let is_other = match requested {
            Some(requested) => requested != moved,
            None => corrected.is_some(),
        };
        is_other.then_some(Self { requested, moved })
    }

    /// Returns both amounts if `requested`, which the caller knows, is not the moved amount.
    pub(super) fn than(
        requested: MinorUnits,
        operation: &TransactionOperation<'_>,
    ) -> Option<Self> {
        let moved = operation.amount.filter(|_| operation.state == OperationState::Done)?;
        (moved != requested).then_some(Self { requested: Some(requested), moved })
    }
}

/// Returns the event whose correction shows what the operation moved.
fn corrected<'t>(
    operation: &TransactionOperation<'t>,
    transaction: &'t Transaction,
) -> Option<&'t TransactionEventDetails> {
    if operation.event.correction.is_some() {
        return Some(operation.event);
    }
    let mut events = transaction.events.iter().flatten();
    events.find(|event| event.correction.is_some() && is_added_by(event, operation.event))
}
