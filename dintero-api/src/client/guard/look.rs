//! What a transaction says of a guarded change: whether it is there, and whether it is the same.

use super::call::MadeBy;
use super::change::{Change, Request};
use super::error::GuardError;
use crate::MinorUnits;
use crate::amounts::UnclearTransaction;
use crate::client::pending::Sought;
use crate::events::{OperationKind, OperationState, TransactionOperation};
use crate::order::named_lines;
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
    Accepted(Sought),
}

/// What the look before a request says.
pub(super) enum Before {
    /// The operation is there already.
    Ended(Ended),
    /// It is not, and this is to be sent.
    Absent(Attempt),
}

/// A request that is to be sent, and what the transaction said before it.
pub(super) struct Attempt {
    pub(super) request: Request,
    /// How many operations of the reference had failed before.
    failures: usize,
}

/// What a look after a request says.
pub(super) enum After {
    /// The operation is there.
    Ended(Ended),
    /// Nothing is there that was not there before.
    Nothing,
}

/// Looks at transactions for one change.
#[derive(Clone, Copy)]
pub(super) struct Look<'a> {
    pub(super) change: &'a Change,
    pub(super) reference: Option<&'a str>,
    pub(super) unreferenced_may_be_ours: bool,
}

impl Look<'_> {
    /// Looks before anything is sent: the operation is there, or it is permitted and everything before it is known.
    pub(super) fn before(&self, transaction: Transaction) -> Result<Before, GuardError> {
        transaction.known_events().map_err(NotPermitted::from)?;
        let operations = transaction.operations();
        let ours = self.ours(&operations);
        if !ours.is_empty() {
            let found = self.same_as_before(&transaction, &operations, &ours)?;
            let ending = self.ending(found);
            let transaction = Box::new(transaction);
            let made_by = MadeBy::AnotherCall;
            return Ok(Before::Ended(Ended { transaction, ending, made_by }));
        }
        transaction.permits(self.change.kind(), &operations)?;
        let request = self.change.request(&transaction, &operations).map_err(GuardError::Order)?;
        self.check_unreferenced(&operations, &request)?;
        check_terminal(&transaction, &request)?;
        check_left(&transaction, &operations, &request)?;
        Ok(Before::Absent(Attempt { request, failures: self.failures(&operations).count() }))
    }

    /// Looks after a request, of which the transaction may be the response.
    pub(super) fn after(
        &self,
        transaction: Transaction,
        attempt: &Attempt,
        made_by: MadeBy,
    ) -> Result<After, GuardError> {
        let operations = transaction.operations();
        let ours = self.ours(&operations);
        let known = |it: &&&TransactionOperation<'_>| it.state != OperationState::Unknown;
        if let Some(found) =
            ours.iter().filter(known).find(|found| is_same(&attempt.request, found))
        {
            let ending = self.ending(found);
            return Ok(After::Ended(Ended { transaction: Box::new(transaction), ending, made_by }));
        }
        if let Some(found) = ours.iter().find(|found| found.amount.is_some()) {
            let (requested, found) = (attempt.request.amount(), found.amount);
            return Err(GuardError::ReferenceTaken { requested, found, sent: true });
        }
        let failed = self.failures(&operations).skip(attempt.failures).last();
        match failed.map(|operation| Box::new(operation.event.clone())) {
            Some(event) => Err(GuardError::Failed { event, transaction: Box::new(transaction) }),
            None => Ok(After::Nothing),
        }
    }

    /// Returns where the result of an accepted request will be found. Its event may be in the response already.
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
            (_, Some(id)) => Ending::Accepted(Sought::RequestId(id)),
            (_, None) => Ending::Accepted(self.by_reference(0)),
        }
    }

    fn is_ours(&self, operation: &TransactionOperation<'_>) -> bool {
        operation.kind == self.change.kind()
            && (operation.kind == OperationKind::Void || operation.reference == self.reference)
    }

    /// Returns the operations with the reference that did not fail.
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

    /// Returns the one of our operations that this call would have made.
    ///
    /// The request is computed as if our operations were not there, and if that is another request, as at the time before
    /// them: `everything` was less then, if more has been captured since.
    fn same_as_before<'o, 't>(
        &self,
        transaction: &Transaction,
        operations: &'o [TransactionOperation<'t>],
        ours: &[&'o TransactionOperation<'t>],
    ) -> Result<&'o TransactionOperation<'t>, GuardError> {
        let unclear = |it: &&&TransactionOperation<'_>| {
            it.state == OperationState::Unknown
                || (it.amount.is_none() && it.kind != OperationKind::Void)
        };
        if let Some(unclear) = ours.iter().find(unclear) {
            let unclear = UnclearTransaction::Operation(unclear.kind);
            return Err(GuardError::NotPermitted(unclear.into()));
        }
        let others: Vec<_> = operations
            .iter()
            .filter(|operation| !ours.iter().any(|ours| std::ptr::eq(*ours, *operation)))
            .cloned()
            .collect();
        let without = self.change.request(transaction, &others);
        let requests = without.as_ref().ok().into_iter();
        if let Some(found) = find_same(requests, ours) {
            return Ok(found);
        }
        let earlier = before(transaction, ours);
        let at_the_time = self.change.request(&earlier, &earlier.operations());
        if let Some(found) = find_same(at_the_time.as_ref().ok().into_iter(), ours) {
            return Ok(found);
        }
        Err(GuardError::ReferenceTaken {
            requested: without.or(at_the_time).ok().and_then(|request| request.amount()),
            found: ours.first().and_then(|found| found.amount),
            sent: false,
        })
    }

    /// Checks that no operation without a reference may be the one that is asked for.
    fn check_unreferenced(
        &self,
        operations: &[TransactionOperation<'_>],
        request: &Request,
    ) -> Result<(), GuardError> {
        let may_be_ours = |operation: &&TransactionOperation<'_>| {
            self.unreferenced_may_be_ours
                && operation.kind == self.change.kind()
                && operation.state != OperationState::Failed
                && operation.reference.is_none()
                && operation.amount.is_none_or(|amount| Some(amount) == request.amount())
        };
        match operations.iter().find(may_be_ours) {
            None => Ok(()),
            Some(found) => Err(GuardError::MaybeSame { event_request_id: request_id(found) }),
        }
    }
}

fn request_id(operation: &TransactionOperation<'_>) -> Option<String> {
    let begun = operation.begun_by.unwrap_or(operation.event);
    let id = begun.request_id.as_ref().or(operation.event.request_id.as_ref());
    id.filter(|id| !id.is_empty()).cloned()
}

fn find_same<'o, 't>(
    mut requests: impl Iterator<Item = impl std::borrow::Borrow<Request>>,
    ours: &[&'o TransactionOperation<'t>],
) -> Option<&'o TransactionOperation<'t>> {
    requests.find_map(|request| ours.iter().find(|it| is_same(request.borrow(), it)).copied())
}

/// Whether the operation has the amount of the request, and its lines as far as both name some.
fn is_same(request: &Request, operation: &TransactionOperation<'_>) -> bool {
    let Some(amount) = request.amount() else { return true };
    if operation.amount != Some(amount) {
        // The amount of what is in progress may come with its result.
        return operation.amount.is_none() && operation.state == OperationState::InProgress;
    }
    let (requested, found) = (request.items(), named_lines(operation).unwrap_or_default());
    requested.is_empty()
        || found.is_empty()
        || (requested.len() == found.len()
            && found.iter().all(|found| requested.iter().any(|line| is_same_line(line, found))))
}

fn is_same_line(requested: &CaptureTransactionRequestItem, found: &TransactionEventItem) -> bool {
    let amount = |amount: MinorUnits| amount == requested.amount;
    found.line_id.as_ref() == Some(&requested.line_id)
        && found.amount.is_none_or(amount)
        && (found.quantity.is_none()
            || requested.quantity.is_none()
            || found.quantity == requested.quantity)
}

/// Returns the transaction as it was before the first of these operations.
fn before(transaction: &Transaction, operations: &[&TransactionOperation<'_>]) -> Transaction {
    let events = transaction.events.as_deref().unwrap_or_default();
    let begins = |event: &TransactionEventDetails| {
        operations.iter().any(|operation| {
            std::ptr::eq(operation.event, event)
                || operation.begun_by.is_some_and(|begun| std::ptr::eq(begun, event))
        })
    };
    let first = events.iter().position(begins).unwrap_or(events.len());
    let mut earlier = transaction.clone();
    earlier.events = Some(events[..first].to_vec());
    earlier
}

/// Checks that the refund of a terminal payment says on which terminal the cardholder approves it.
fn check_terminal(transaction: &Transaction, request: &Request) -> Result<(), GuardError> {
    match request {
        Request::Refund(refund) if transaction.needs_terminal() => match &refund.terminal_id {
            Some(id) if !id.is_empty() => Ok(()),
            _ => Err(GuardError::NotPermitted(NotPermitted::RefundWithoutTerminal)),
        },
        _ => Ok(()),
    }
}

/// Checks that a request with a fixed amount asks for no more than is left. A builder has done so.
fn check_left(
    transaction: &Transaction,
    operations: &[TransactionOperation<'_>],
    request: &Request,
) -> Result<(), GuardError> {
    let Some(amount) = request.amount() else { return Ok(()) };
    let kind = match request {
        Request::Refund(_) => OperationKind::Refund,
        _ => OperationKind::Capture,
    };
    transaction.check_left(kind, operations, amount).map_err(GuardError::NotPermitted)
}
