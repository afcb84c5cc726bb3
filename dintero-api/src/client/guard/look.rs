//! Looks for a guarded change in a transaction: whether the operation exists, and whether it matches the requested
//! change.

use super::call::MadeBy;
use super::change::{Body, Change, Request};
use super::error::GuardError;
use crate::MinorUnits;
use crate::amounts::UnclearTransaction;
use crate::client::moved::OtherAmount;
use crate::client::pending::Sought;
use crate::events::{OperationKind, OperationState, TransactionOperation};
use crate::order::{OrderError, named_lines};
use crate::permit::NotPermitted;
use crate::types::{
    CaptureTransactionRequestItem, Transaction, TransactionEventDetails, TransactionEventItem,
};

/// A guarded change that is done or in progress.
pub(super) struct Ended {
    pub(super) transaction: Box<Transaction>,
    pub(super) ending: Ending,
    pub(super) made_by: MadeBy,
}

pub(super) enum Ending {
    Done(Box<TransactionEventDetails>),
    Accepted {
        sought: Sought,
        /// The requested amount, if it is known and the operation has one.
        requested: Option<MinorUnits>,
    },
}

/// The state of the transaction before a request.
pub(super) enum Before {
    /// The transaction already has the operation.
    Ended(Ended),
    /// The transaction does not have the operation; this request must be sent.
    Absent(Attempt),
}

/// The request to send, and the state of the transaction before it.
pub(super) struct Attempt {
    pub(super) request: Request,
    /// The number of operations with the reference that had failed before the request.
    failures: usize,
}

/// The state of the transaction after a request.
pub(super) enum After {
    /// The transaction shows the operation.
    Ended(Ended),
    /// The transaction shows neither the operation nor a new failure.
    Nothing,
}

/// Compares a transaction with the requested change.
#[derive(Clone, Copy)]
pub(super) struct Look<'a> {
    pub(super) change: &'a Change,
    pub(super) reference: Option<&'a str>,
    pub(super) unreferenced_may_be_ours: bool,
}

/// Why an operation with our reference is not a success of this call. The transaction is added by `into_error`, so that
/// it is moved and not cloned.
enum Mismatch {
    Error(GuardError),
    /// The operation moved a different amount than requested.
    OtherAmount {
        requested: Option<MinorUnits>,
        moved: MinorUnits,
        event: Box<TransactionEventDetails>,
    },
}

impl Mismatch {
    /// Creates the mismatch for an operation that moved a different amount. `computed` is the amount that this call
    /// requests; it is used if the events do not show what was requested.
    fn other_amount(
        found: &TransactionOperation<'_>,
        OtherAmount { requested, moved }: OtherAmount,
        computed: Option<MinorUnits>,
    ) -> Self {
        let event = Box::new(found.event.clone());
        Self::OtherAmount { requested: requested.or(computed), moved, event }
    }

    fn into_error(self, transaction: Transaction) -> GuardError {
        match self {
            Self::Error(error) => error,
            Self::OtherAmount { requested, moved, event } => {
                let transaction = Box::new(transaction);
                GuardError::OtherAmount { requested, moved, event, transaction }
            }
        }
    }
}

impl Look<'_> {
    /// Checks a transaction before anything is sent. Returns the operation if the transaction already has it.
    /// Otherwise, returns an error unless the operation is permitted and every earlier operation is known.
    pub(super) fn before(&self, transaction: Transaction) -> Result<Before, GuardError> {
        transaction.known_events().map_err(NotPermitted::from)?;
        let operations = transaction.operations();
        let ours = self.ours(&operations);
        if !ours.is_empty() {
            let found = match self.same_as_before(&transaction, &operations, &ours) {
                Ok(found) => found,
                Err(mismatch) => return Err(mismatch.into_error(transaction)),
            };
            let ending = self.ending(found);
            let transaction = Box::new(transaction);
            let made_by = MadeBy::AnotherCall;
            return Ok(Before::Ended(Ended { transaction, ending, made_by }));
        }
        self.check_unreferenced(&transaction, &operations)?;
        transaction.permits(self.change.kind(), &operations)?;
        let request = self.change.request(&transaction, &operations).map_err(GuardError::Order)?;
        check_terminal(&transaction, &request)?;
        check_left(&transaction, &operations, &request)?;
        Ok(Before::Absent(Attempt { request, failures: self.failures(&operations).count() }))
    }

    /// Checks a transaction after a request; the transaction may be the response to it.
    pub(super) fn after(
        &self,
        transaction: Transaction,
        attempt: &Attempt,
        made_by: MadeBy,
    ) -> Result<After, GuardError> {
        let operations = transaction.operations();
        let ours = self.ours(&operations);
        // An operation with an unknown result does not show whether the request was carried out.
        let mut known = ours.iter().filter(|found| found.state != OperationState::Unknown);
        if let Some(found) = known.clone().find(|found| is_same(&attempt.request, found)) {
            let ending = self.ending(found);
            return Ok(After::Ended(Ended { transaction: Box::new(transaction), ending, made_by }));
        }
        if let Some(found) = known.find(|found| found.amount.is_some()) {
            let requested = attempt.request.amount();
            let other = OtherAmount::of(found, &transaction);
            return Err(
                match other.filter(|other| attempt.request.could_be_for(other.requested)) {
                    Some(other) => {
                        Mismatch::other_amount(found, other, requested).into_error(transaction)
                    }
                    None => GuardError::ReferenceTaken {
                        requested,
                        found: found.amount,
                        sent: made_by == MadeBy::ThisCall,
                    },
                },
            );
        }
        let failed = self.failures(&operations).skip(attempt.failures).last();
        match failed.map(|operation| Box::new(operation.event.clone())) {
            Some(event) => Err(GuardError::Failed { event, transaction: Box::new(transaction) }),
            None => Ok(After::Nothing),
        }
    }

    /// Returns how to find the result of an accepted request. The event of the request may already be in the response.
    pub(super) fn accepted(
        &self,
        transaction: &Transaction,
        attempt: &Attempt,
        event_request_id: Option<String>,
    ) -> Sought {
        if let Some(id) = event_request_id.filter(|id| !id.is_empty()) {
            return Sought::RequestId(id);
        }
        let operations = transaction.operations();
        let ours = self.ours(&operations);
        match ours.iter().find_map(|found| request_id(found)) {
            Some(id) => Sought::RequestId(id),
            None => self.by_reference(attempt.failures),
        }
    }

    fn by_reference(&self, failures: usize) -> Sought {
        let (kind, reference) = (self.change.kind(), self.reference.map(str::to_owned));
        Sought::Operation { kind, reference, failures }
    }

    fn ending(&self, found: &TransactionOperation<'_>) -> Ending {
        match (found.state, request_id(found)) {
            (OperationState::Done, _) => Ending::Done(Box::new(found.event.clone())),
            (_, id) => Ending::Accepted {
                sought: id.map_or_else(|| self.by_reference(0), Sought::RequestId),
                requested: found.amount,
            },
        }
    }

    fn is_ours(&self, operation: &TransactionOperation<'_>) -> bool {
        operation.is(self.change.kind(), self.reference)
    }

    /// Returns the operations with our reference that did not fail.
    fn ours<'o, 't>(
        &self,
        operations: &'o [TransactionOperation<'t>],
    ) -> Vec<&'o TransactionOperation<'t>> {
        let counts = |it: &&TransactionOperation<'_>| it.state != OperationState::Failed;
        operations.iter().filter(|it| self.is_ours(it)).filter(counts).collect()
    }

    fn failures<'o, 't>(
        &self,
        operations: &'o [TransactionOperation<'t>],
    ) -> impl Iterator<Item = &'o TransactionOperation<'t>> {
        let failed = |it: &&TransactionOperation<'_>| it.state == OperationState::Failed;
        operations.iter().filter(|it| self.is_ours(it)).filter(failed)
    }

    /// Returns the operation with our reference that this call would have made.
    ///
    /// The request is first computed as if our operations did not exist. If the result does not match, the request is
    /// computed again for each earlier state of the transaction: a request for `everything` may have covered less in an
    /// earlier state. A capture that failed later may still have counted, or the amount available for a refund may have
    /// been smaller.
    fn same_as_before<'o, 't>(
        &self,
        transaction: &Transaction,
        operations: &'o [TransactionOperation<'t>],
        ours: &[&'o TransactionOperation<'t>],
    ) -> Result<&'o TransactionOperation<'t>, Mismatch> {
        let unclear = |it: &&&TransactionOperation<'_>| match it.state {
            OperationState::Unknown => true,
            // An operation in progress may have no amount until its result arrives; the amount is compared then.
            OperationState::InProgress => false,
            _ => it.amount.is_none() && it.kind != OperationKind::Void,
        };
        if let Some(unclear) = ours.iter().find(unclear) {
            let unclear = UnclearTransaction::Operation(unclear.kind);
            return Err(Mismatch::Error(GuardError::NotPermitted(unclear.into())));
        }
        let compared = match self.find(transaction, operations, ours, is_same) {
            Compared::Found(found) => return Ok(found),
            compared => compared,
        };
        if let Some(mismatch) = self.in_part(transaction, operations, ours, &compared) {
            return Err(mismatch);
        }
        Err(Mismatch::Error(match compared {
            Compared::Incomputable(error) => GuardError::Order(error),
            _ => GuardError::ReferenceTaken {
                requested: compared.amount(),
                found: ours.first().and_then(|found| found.amount),
                sent: false,
            },
        }))
    }

    /// Returns the mismatch for an operation with our reference that this call would have requested, but that moved a
    /// different amount. If it is unknown what was requested, the operation counts as requested by this call.
    fn in_part(
        &self,
        transaction: &Transaction,
        operations: &[TransactionOperation<'_>],
        ours: &[&TransactionOperation<'_>],
        compared: &Compared<'_, '_>,
    ) -> Option<Mismatch> {
        let (found, other) =
            ours.iter().find_map(|it| Some((*it, OtherAmount::of(it, transaction)?)))?;
        let was_requested =
            |request: &Request, _: &TransactionOperation<'_>| request.could_be_for(other.requested);
        let differs = matches!(
            self.find(transaction, operations, &[found], was_requested),
            Compared::Different(_)
        );
        (!differs).then(|| Mismatch::other_amount(found, other, compared.amount()))
    }

    /// Looks for a candidate that fits the request of this call, as computed now or in an earlier state of the
    /// transaction.
    fn find<'o, 't>(
        &self,
        transaction: &Transaction,
        operations: &'o [TransactionOperation<'t>],
        candidates: &[&'o TransactionOperation<'t>],
        fits: impl Fn(&Request, &TransactionOperation<'_>) -> bool,
    ) -> Compared<'o, 't> {
        let find = |request: &Request| candidates.iter().find(|found| fits(request, found));
        let is_candidate = |operation: &&TransactionOperation<'_>| {
            candidates.iter().any(|candidate| std::ptr::eq(*candidate, *operation))
        };
        let others: Vec<_> =
            operations.iter().filter(|operation| !is_candidate(operation)).cloned().collect();
        let without = self.change.request(transaction, &others);
        if let Some(found) = without.as_ref().ok().and_then(find) {
            return Compared::Found(found);
        }
        // Newest first. Reads can lag behind, so the call may not have seen every event that existed when it was made.
        // An earlier state that leads to a different request therefore says nothing about this call.
        // Only the operations are taken from the earlier events. The rest of the transaction, including whether the
        // authorization captured everything, is the current state.
        let mut just_before = None;
        for events in states_before(transaction, candidates) {
            let request = self.change.request(transaction, &transaction.operations_among(events));
            if let Some(found) = request.as_ref().ok().and_then(find) {
                return Compared::Found(found);
            }
            just_before.get_or_insert(request);
        }
        match without.or_else(|error| just_before.unwrap_or(Err(error))) {
            Ok(request) => Compared::Different(request.amount()),
            Err(error) => Compared::Incomputable(error),
        }
    }

    /// Checks that no operation without a reference could be the requested one.
    fn check_unreferenced(
        &self,
        transaction: &Transaction,
        operations: &[TransactionOperation<'_>],
    ) -> Result<(), GuardError> {
        if !self.unreferenced_may_be_ours || self.change.kind() == OperationKind::Void {
            return Ok(());
        }
        let candidates = operations.iter().filter(|operation| {
            operation.kind == self.change.kind()
                && operation.state != OperationState::Failed
                && operation.reference.is_none()
        });
        let could_be_ours = |request: &Request, found: &TransactionOperation<'_>| {
            let other = OtherAmount::of(found, transaction);
            is_same(request, found)
                || other.is_some_and(|other| request.could_be_for(other.requested))
        };
        for found in candidates {
            let compared = self.find(transaction, operations, &[found], could_be_ours);
            if let Compared::Found(found) = compared {
                return Err(GuardError::MaybeSame { event_request_id: request_id(found) });
            }
        }
        Ok(())
    }
}

/// The result of comparing the call with operations.
enum Compared<'o, 't> {
    /// This operation fits the request of the call.
    Found(&'o TransactionOperation<'t>),
    /// The call would have made a different operation, with this amount.
    Different(Option<MinorUnits>),
    /// The request that the call would have sent cannot be computed.
    Incomputable(OrderError),
}

impl Compared<'_, '_> {
    /// Returns the amount of the request of the call, if no operation fits it.
    fn amount(&self) -> Option<MinorUnits> {
        if let Self::Different(amount) = self { *amount } else { None }
    }
}

fn request_id(operation: &TransactionOperation<'_>) -> Option<String> {
    let begun = operation.begun_by.unwrap_or(operation.event);
    let id = begun.request_id.as_ref().or(operation.event.request_id.as_ref());
    id.filter(|id| !id.is_empty()).cloned()
}

/// Returns whether the operation has the amount of the request and, if both list lines, the same lines.
///
/// If a line does not divide evenly, earlier operations decide which unit of the line gets the odd minor unit, so every
/// possible amount is accepted.
fn is_same(request: &Request, operation: &TransactionOperation<'_>) -> bool {
    if request.amount().is_none() {
        return true;
    }
    let Some(amount) = operation.amount else {
        // An operation in progress may have no amount until its result arrives.
        return operation.state == OperationState::InProgress;
    };
    let (requested, found) = (request.items(), named_lines(operation).unwrap_or_default());
    let are_lines_same = requested.is_empty()
        || found.is_empty()
        || (requested.len() == found.len()
            && found
                .iter()
                .all(|found| requested.iter().any(|line| is_same_line(request, line, found))));
    request.could_be_of(amount) && are_lines_same
}

fn is_same_line(
    request: &Request,
    requested: &CaptureTransactionRequestItem,
    found: &TransactionEventItem,
) -> bool {
    found.line_id.as_ref() == Some(&requested.line_id)
        && found.amount.is_none_or(|amount| request.could_have_line_of(requested, amount))
        && (found.quantity.is_none()
            || requested.quantity.is_none()
            || found.quantity == requested.quantity)
}

/// Returns the earlier states of the list of events, from the one just before the first of these operations back to the
/// empty list.
fn states_before<'t>(
    transaction: &'t Transaction,
    operations: &[&TransactionOperation<'_>],
) -> impl Iterator<Item = &'t [TransactionEventDetails]> {
    let events = transaction.events.as_deref().unwrap_or_default();
    let begins = |event: &TransactionEventDetails| {
        operations.iter().any(|operation| {
            std::ptr::eq(operation.event, event)
                || operation.begun_by.is_some_and(|begun| std::ptr::eq(begun, event))
        })
    };
    let first = events.iter().position(begins).unwrap_or(events.len());
    (0..=first).rev().map(move |count| &events[..count])
}

/// Checks that the refund of a terminal payment names the terminal on which the cardholder approves it.
fn check_terminal(transaction: &Transaction, request: &Request) -> Result<(), GuardError> {
    match &request.body {
        Body::Refund(refund) if transaction.needs_terminal() => match &refund.terminal_id {
            Some(id) if !id.is_empty() => Ok(()),
            _ => Err(GuardError::NotPermitted(NotPermitted::RefundWithoutTerminal)),
        },
        _ => Ok(()),
    }
}

/// Checks that the request does not exceed the remaining amount. Builders have already checked this, but a request with
/// a fixed amount has not been checked yet.
fn check_left(
    transaction: &Transaction,
    operations: &[TransactionOperation<'_>],
    request: &Request,
) -> Result<(), GuardError> {
    let Some(amount) = request.amount() else { return Ok(()) };
    let kind = match request.body {
        Body::Refund(_) => OperationKind::Refund,
        _ => OperationKind::Capture,
    };
    transaction.check_left(kind, operations, amount).map_err(GuardError::NotPermitted)
}
