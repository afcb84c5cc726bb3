//! The captures, refunds and voids of a transaction, derived from its events.
//!
//! An operation can have several events: one when Dintero accepts it, another when it succeeds or fails, and more when
//! Dintero corrects itself. This module groups these events, both for the sums in [`Outcome`](crate::Outcome) and for
//! the guarded calls that look for a reference.

use crate::MinorUnits;
use crate::types::{
    Transaction, TransactionEventCorrection, TransactionEventDetails, TransactionEventEvent,
};
use crate::words::words;

/// A capture, refund or void of a transaction, combined from all events that belong to it.
///
/// # Examples
///
/// ```
/// use dintero_api::types::Transaction;
///
/// /// Prints one line per capture, refund and void, for the page of an order.
/// fn history(transaction: &Transaction) {
///     for operation in transaction.operations() {
///         println!(
///             "{} {}: {:?} minor units, reference {:?}, {:?}",
///             operation.kind, operation.state, operation.amount, operation.reference, operation.event.created_at,
///         );
///     }
/// }
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct TransactionOperation<'t> {
    /// Whether this is a capture, a refund or a void.
    pub kind: OperationKind,
    /// Whether the operation is done, failed or in progress.
    pub state: OperationState,
    /// The amount that was captured or refunded, or that was requested, in minor units. `None` if the events do not
    /// show it.
    pub amount: Option<MinorUnits>,
    /// Your own `capture_reference` or `refund_reference`.
    pub reference: Option<&'t str>,
    /// The newest event of the operation.
    pub event: &'t TransactionEventDetails,
    /// The oldest event of the operation, if it has more than one: an `INITIATE_…`, or an event whose correction says
    /// that Dintero added `event`.
    pub begun_by: Option<&'t TransactionEventDetails>,
}

/// The kind of a [`TransactionOperation`].
///
/// # Examples
///
/// ```
/// use dintero_api::OperationKind;
/// use dintero_api::types::Transaction;
///
/// fn number_of_refunds(transaction: &Transaction) -> usize {
///     let operations = transaction.operations();
///     operations.iter().filter(|operation| operation.kind == OperationKind::Refund).count()
/// }
///
/// // To store a kind, use the string that `as_str` returns.
/// assert_eq!(OperationKind::Refund.as_str(), "refund");
/// assert_eq!("refund".parse(), Ok(OperationKind::Refund));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OperationKind {
    /// Captures authorized money.
    Capture,
    /// Refunds captured money to the customer.
    Refund,
    /// Releases authorized money.
    Void,
}

words! {
    OperationKind, "`capture`, `refund` or `void`" {
        "capture" = Self::Capture => Self::Capture,
        "refund" = Self::Refund => Self::Refund,
        "void" = Self::Void => Self::Void,
    }
}

/// The state of a [`TransactionOperation`].
///
/// # Examples
///
/// ```
/// use dintero_api::{OperationState, TransactionOperation};
///
/// fn label(operation: &TransactionOperation<'_>) -> &'static str {
///     match operation.state {
///         OperationState::Done => "done",
///         OperationState::Failed => "failed: no money has moved",
///         OperationState::InProgress => "in progress: read the transaction again later",
///         _ => "unclear: check the transaction in Dintero's back office",
///     }
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OperationState {
    /// The operation was carried out.
    Done,
    /// The operation was not carried out.
    Failed,
    /// Dintero accepted the operation (status 202), and no event shows the result yet.
    InProgress,
    /// The events do not say whether the operation succeeded, for example because the newest one has neither `success`
    /// nor `error`.
    Unknown,
}

words! {
    OperationState, "`done`, `failed`, `in_progress` or `unknown`" {
        "done" = Self::Done => Self::Done,
        "failed" = Self::Failed => Self::Failed,
        "in_progress" = Self::InProgress => Self::InProgress,
        "unknown" = Self::Unknown => Self::Unknown,
    }
}

impl Transaction {
    /// Returns the captures, refunds and voids of the transaction, in the order of their newest events.
    ///
    /// An operation that was accepted and later carried out is returned once, with the reference and the amount from
    /// whichever event has them. An operation whose event has `"success": false` has failed, unless the event has a
    /// `correction`: then the correction's amounts show what happened. Events that Dintero added for a correction
    /// replace the event they correct and keep its reference.
    ///
    /// Returns an empty list for a transaction that was read without its events: check [`events`](Transaction::events)
    /// before you treat an empty list as "nothing happened". [`outcome`](Self::outcome) does this check.
    ///
    /// # Examples
    ///
    /// ```
    /// use dintero_api::types::Transaction;
    /// use dintero_api::{MinorUnits, OperationState, serde_json};
    ///
    /// let transaction: Transaction = serde_json::from_str(
    ///     r#"{
    ///         "amount": 34890, "currency": "NOK", "payment_product": "vipps", "payment_product_type": "vipps",
    ///         "status": "PARTIALLY_CAPTURED",
    ///         "events": [
    ///             {"event": "AUTHORIZE", "success": true},
    ///             {"event": "CAPTURE", "success": true, "amount": 29990, "event_reference": "shipment-1"}
    ///         ]
    ///     }"#,
    /// )?;
    /// let operations = transaction.operations();
    /// assert_eq!(operations[0].state, OperationState::Done);
    /// assert_eq!(operations[0].amount, Some(MinorUnits::new(29990)));
    /// assert_eq!(operations[0].reference, Some("shipment-1"));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn operations(&self) -> Vec<TransactionOperation<'_>> {
        TransactionOperation::all_in(self.events.as_deref().unwrap_or_default())
    }
}

impl<'t> TransactionOperation<'t> {
    /// Returns all operations in a transaction's events, oldest first.
    pub(crate) fn all_in(events: &'t [TransactionEventDetails]) -> Vec<Self> {
        let links = Links::of(events);
        let mut operations: Vec<Self> = Vec::new();
        for (index, event) in events.iter().enumerate() {
            let Some(step) = step(event) else { continue };
            if links.replaced[index] {
                continue;
            }
            // From the newest event to the oldest, because an older event may have a field that a newer one lacks.
            let requested = links.chain(index).find_map(|index| events[index].amount);
            let (state, amount) = match &event.correction {
                Some(correction) => corrected(step.kind, correction, &operations, requested),
                None if has_failed(event) => (OperationState::Failed, requested),
                None if step.is_request => (OperationState::InProgress, requested),
                None if event.success.is_none() => (OperationState::Unknown, requested),
                None => (OperationState::Done, requested),
            };
            operations.push(TransactionOperation {
                kind: step.kind,
                state,
                amount,
                reference: links.chain(index).find_map(|index| reference(&events[index])),
                event,
                begun_by: links.chain(index).skip(1).last().map(|index| &events[index]),
            });
        }
        operations
    }
}

struct Step {
    kind: OperationKind,
    /// Whether the event is an `INITIATE_…`: Dintero accepted the operation, and a separate event reports the result.
    is_request: bool,
}

fn step(event: &TransactionEventDetails) -> Option<Step> {
    let (kind, is_request) = match event.event.as_ref()? {
        TransactionEventEvent::Capture => (OperationKind::Capture, false),
        TransactionEventEvent::Refund => (OperationKind::Refund, false),
        TransactionEventEvent::Void => (OperationKind::Void, false),
        TransactionEventEvent::InitiateCapture => (OperationKind::Capture, true),
        TransactionEventEvent::InitiateRefund => (OperationKind::Refund, true),
        TransactionEventEvent::InitiateVoid => (OperationKind::Void, true),
        _ => return None,
    };
    Some(Step { kind, is_request })
}

/// Returns whether the event says that the operation failed. An event with neither `success` nor `error` does not say
/// so.
fn has_failed(event: &TransactionEventDetails) -> bool {
    !event.success.unwrap_or(event.error.is_none())
}

fn reference(event: &TransactionEventDetails) -> Option<&str> {
    event.event_reference.as_deref().filter(|reference| !reference.is_empty())
}

/// Returns the state and amount of an operation whose event has a correction. For a void, the state follows from the
/// amount that can still be voided; otherwise, both follow from the change in the amount that can be refunded.
///
/// For example, if 100 were captured before and 150 can be refunded after this capture, the capture took 50, whatever
/// its `success` says.
fn corrected(
    kind: OperationKind,
    correction: &TransactionEventCorrection,
    before: &[TransactionOperation<'_>],
    requested: Option<MinorUnits>,
) -> (OperationState, Option<MinorUnits>) {
    if kind == OperationKind::Void {
        let released = correction.remaining_void_amount == MinorUnits::ZERO;
        let state = if released { OperationState::Done } else { OperationState::Failed };
        return (state, requested);
    }
    let (Some(captured), Some(refunded)) =
        (total(before, OperationKind::Capture), total(before, OperationKind::Refund))
    else {
        return (OperationState::Unknown, None);
    };
    let after = correction.remaining_refund_amount.get();
    let change = after.saturating_sub(captured.saturating_sub(refunded));
    let moved = if kind == OperationKind::Refund { change.saturating_neg() } else { change };
    if moved > 0 {
        (OperationState::Done, Some(MinorUnits::new(moved)))
    } else {
        (OperationState::Failed, requested)
    }
}

/// Returns the total amount of the completed operations of this kind, or `None` if the result of an operation or the
/// amount of a completed operation is unknown.
pub(crate) fn total(operations: &[TransactionOperation<'_>], kind: OperationKind) -> Option<i64> {
    operations.iter().filter(|operation| operation.kind == kind).try_fold(
        0_i64,
        |sum, operation| match operation.state {
            OperationState::Done => Some(sum.saturating_add(operation.amount?.get())),
            OperationState::Failed | OperationState::InProgress => Some(sum),
            OperationState::Unknown => None,
        },
    )
}

/// Which events belong to the same operation, by index.
struct Links {
    /// The previous event of the same operation: an `INITIATE_…`, or an event whose correction says that Dintero added
    /// this event.
    before: Vec<Option<usize>>,
    /// Whether a later event of the same operation replaces the event.
    replaced: Vec<bool>,
}

impl Links {
    fn of(events: &[TransactionEventDetails]) -> Self {
        let mut links =
            Self { before: vec![None; events.len()], replaced: vec![false; events.len()] };
        // Match by id first, so that a guess cannot claim an event that has an id.
        for is_result in [is_result_by_id, is_result_by_guess] {
            for index in 0..events.len() {
                links.join_result(events, index, is_result);
            }
        }
        for index in 0..events.len() {
            links.join_added(events, index);
        }
        links
    }

    /// Returns an event and the earlier events of the same operation, at most three in all: an `INITIATE_…` has no
    /// earlier event, and an event that a correction added has no correction itself.
    fn chain(&self, index: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(Some(index), |&index| self.before[index])
    }

    fn join_result(
        &mut self,
        events: &[TransactionEventDetails],
        index: usize,
        is_result: IsResult,
    ) {
        let Some(Step { kind, is_request: true }) = step(&events[index]) else { return };
        if self.replaced[index] || has_failed(&events[index]) {
            return;
        }
        let result = (index + 1..events.len()).find(|&later| {
            self.before[later].is_none()
                && is_result_of(kind, &events[later])
                && is_result(&events[index], &events[later])
        });
        if let Some(result) = result {
            self.before[result] = Some(index);
            self.replaced[index] = true;
        }
    }

    fn join_added(&mut self, events: &[TransactionEventDetails], index: usize) {
        let Some(Step { kind, .. }) = step(&events[index]) else { return };
        for (other, added) in events.iter().enumerate() {
            let is_added = added.correction.is_none() && is_added_by(&events[index], added);
            if is_added && is_result_of(kind, added) {
                self.before[other] = Some(index);
                self.replaced[index] = true;
            }
        }
    }
}

fn is_result_of(kind: OperationKind, event: &TransactionEventDetails) -> bool {
    step(event).is_some_and(|step| step.kind == kind && !step.is_request)
}

type IsResult = fn(&TransactionEventDetails, &TransactionEventDetails) -> bool;

fn is_result_by_id(request: &TransactionEventDetails, result: &TransactionEventDetails) -> bool {
    request.request_id.is_some()
        && (result.correlation_request_id == request.request_id
            || result.request_id == request.request_id)
}

/// Matches events that lack the id, such as events that call it `initiate_request_id`, a field that the types do not
/// have.
///
/// A failure without the reference is not matched by guessing: a wrong match would allow the operation to be sent again
/// while it is in progress. A void has no reference, and no void can move money twice, so the failure of a void is
/// matched if the request has no id either.
fn is_result_by_guess(request: &TransactionEventDetails, result: &TransactionEventDetails) -> bool {
    let is_nameless_void =
        request.event == Some(TransactionEventEvent::InitiateVoid) && request.request_id.is_none();
    let fits = match reference(result) {
        Some(found) => reference(request) == Some(found),
        None => !has_failed(result) || is_nameless_void,
    };
    fits && result.correlation_request_id.is_none()
        && (result.amount.is_none() || request.amount.is_none() || result.amount == request.amount)
}

/// Returns whether the correction of `event` says that Dintero added `other` for the correction.
pub(crate) fn is_added_by(
    event: &TransactionEventDetails,
    other: &TransactionEventDetails,
) -> bool {
    let ids = event.correction.as_ref().and_then(|correction| correction.event_ids.as_ref());
    ids.is_some_and(|ids| other.id.as_ref().is_some_and(|id| ids.contains(id)))
}
