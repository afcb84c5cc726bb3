//! The captures, refunds and voids of a transaction, derived from its events.
//!
//! An operation can have several events: one when Dintero accepts it, another when it succeeds or fails, and more when
//! Dintero corrects itself. This module groups these events, both for the sums in [`Outcome`](crate::Outcome) and for
//! the guarded calls that look for a reference.

use crate::MinorUnits;
use crate::corrections::{self, Balance};
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
    /// nor `error`, or because it has a correction and another operation was in progress.
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
    /// `correction`. Events that Dintero added for a correction replace the event they correct and keep its reference,
    /// if they are of the same kind.
    ///
    /// A correction states which amounts were left after the operation; its `success` says nothing. A capture or refund
    /// moved the difference between these amounts and the amounts before it. If there is no difference, it has failed. A
    /// void is done if it released everything that was reserved, and has failed if it released nothing, for example
    /// because the money was captured instead. The state is [`Unknown`](OperationState::Unknown) if the amounts before
    /// the operation are unknown, if another operation was in progress at that time, or if the amounts left have another
    /// explanation, such as a change in the provider's portal.
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
        self.operations_among(self.events.as_deref().unwrap_or_default())
    }
}

impl TransactionOperation<'_> {
    /// Returns whether this is the operation of this kind with this reference.
    ///
    /// The reference of a void is ignored. A void has no reference of its own, but its events may have the
    /// `event_reference` of the session.
    #[cfg(feature = "client")]
    pub(crate) fn is(&self, kind: OperationKind, reference: Option<&str>) -> bool {
        self.kind == kind && (kind == OperationKind::Void || self.reference == reference)
    }
}

impl Transaction {
    /// Returns the operations as if the transaction had only these events, which are its first ones. The rest of the
    /// transaction, including whether the authorization captured everything, is the current state.
    pub(crate) fn operations_among<'t>(
        &'t self,
        events: &'t [TransactionEventDetails],
    ) -> Vec<TransactionOperation<'t>> {
        let history = History { transaction: self, events, links: Links::of(events) };
        let order = history.order();
        let mut operations = Vec::new();
        for &index in &order {
            operations.extend(history.operation(index, &operations));
        }
        // Sorting would compile a sorting algorithm into every program.
        let mut place = vec![None; events.len()];
        for (at, &index) in order.iter().enumerate() {
            place[index] = Some(at);
        }
        place.into_iter().flatten().filter_map(|at| operations.get(at).cloned()).collect()
    }

    /// Returns whether every correction agrees with the operations up to its event. If one does not, then something
    /// captured or refunded money without an event, the event is not shown yet, or the result of an operation is unknown.
    pub(crate) fn agrees_with_corrections(&self, operations: &[TransactionOperation<'_>]) -> bool {
        let events = self.events.as_deref().unwrap_or_default();
        let history = History { transaction: self, events, links: Links::of(events) };
        events.iter().enumerate().all(|(index, event)| {
            let Some(correction) = &event.correction else { return true };
            let until = history.until(index, operations);
            // A later operation that had begun before may or may not be included in the correction.
            history.is_undecided_at(index)
                || self.refundable_after(&until) == Some(correction.remaining_refund_amount.get())
        })
    }
}

/// A transaction's events, or the first of them.
struct History<'t> {
    transaction: &'t Transaction,
    events: &'t [TransactionEventDetails],
    links: Links,
}

impl<'t> History<'t> {
    /// Returns the indices of the newest events of all operations, in the order in which the operations ended. Events
    /// that were added for a correction come before the corrected event, because the correction includes them.
    fn order(&self) -> Vec<usize> {
        let is_shown =
            |index: &usize| step(&self.events[*index]).is_some() && !self.links.replaced[*index];
        let mut order = Vec::new();
        for (index, event) in self.events.iter().enumerate() {
            if event.correction.is_some() {
                let later = (index..self.events.len()).skip(1);
                order.extend(
                    later.filter(|&it| self.links.added_by[it] == Some(index)).filter(is_shown),
                );
            }
            if self.links.position(index) == index {
                order.extend(Some(index).filter(is_shown));
            }
        }
        order
    }

    /// Returns the operation whose newest event has this index. `before` are the operations that came before it.
    fn operation(
        &self,
        index: usize,
        before: &[TransactionOperation<'t>],
    ) -> Option<TransactionOperation<'t>> {
        let (events, event) = (self.events, &self.events[index]);
        let Step { kind, is_request } = step(event)?;
        let chain = || self.links.chain(index);
        // From the newest event to the oldest, because an older event may have a field that a newer one lacks.
        let requested = chain().find_map(|index| amount(&events[index]));
        let (state, amount) = match self.correction_of(index) {
            _ if is_request && !has_failed(event) => (OperationState::InProgress, requested),
            Some(correction) => {
                let balance = self.balance_before(index, kind, before);
                corrections::result(kind, balance, correction, requested)
            }
            None if has_failed(event) => (OperationState::Failed, requested),
            None if event.success.is_none() => (OperationState::Unknown, requested),
            None => (OperationState::Done, requested),
        };
        Some(TransactionOperation {
            kind,
            state,
            amount,
            reference: chain().find_map(|index| reference(&events[index])),
            event,
            begun_by: chain().skip(1).last().map(|index| &events[index]),
        })
    }

    /// Returns the correction that determines what the operation did: the one of its own event or, if Dintero added
    /// only this event for a correction, and the event has no amount, that correction.
    fn correction_of(&self, index: usize) -> Option<&'t TransactionEventCorrection> {
        let event = &self.events[index];
        let added_by = || {
            let correction = self.events[self.links.added_by[index]?].correction.as_ref()?;
            let is_alone = correction.event_ids.as_ref().is_some_and(|ids| ids.len() == 1);
            (is_alone && event.amount.is_none()).then_some(correction)
        };
        event.correction.as_ref().or_else(added_by)
    }

    /// Returns the balance before a corrected operation. Returns `None` if an earlier operation or event is unclear, or
    /// if an operation had begun before and its result came later: the correction may or may not include it.
    fn balance_before(
        &self,
        index: usize,
        kind: OperationKind,
        before: &[TransactionOperation<'t>],
    ) -> Option<Balance> {
        let position = self.links.position(index);
        let events = &self.events[..position];
        let is_open = |operation: &TransactionOperation<'_>| {
            matches!(operation.state, OperationState::InProgress | OperationState::Unknown)
        };
        if before.iter().any(is_open)
            || events.iter().any(may_hide_an_operation)
            || self.is_undecided_at(position)
        {
            return None;
        }
        self.transaction.balance(kind, events, before)
    }

    /// Returns whether an operation began before the event at this index, and ended after it, unless it ended in a
    /// failure.
    fn is_undecided_at(&self, index: usize) -> bool {
        let is_result = |later: usize| {
            let event = &self.events[later];
            step(event).is_some()
                && !self.links.replaced[later]
                && self.links.position(later) > index
                && self.links.chain(later).any(|begun| begun < index)
                && (event.correction.is_some() || !has_failed(event))
        };
        (index..self.events.len()).skip(1).any(is_result)
    }

    /// Returns the operations that ended with the event at this index, or before it.
    fn until(
        &self,
        index: usize,
        operations: &[TransactionOperation<'t>],
    ) -> Vec<TransactionOperation<'t>> {
        let has_ended = |operation: &&TransactionOperation<'_>| {
            let of = self.events.iter().position(|event| std::ptr::eq(event, operation.event));
            of.is_some_and(|of| self.links.position(of) <= index)
        };
        operations.iter().filter(has_ended).cloned().collect()
    }
}

struct Step {
    kind: OperationKind,
    /// Whether the event is an `INITIATE_…`: Dintero accepted the operation, and a separate event reports the result.
    is_request: bool,
}

fn step(event: &TransactionEventDetails) -> Option<Step> {
    use TransactionEventEvent as Event;

    // Every kind is listed, so that a kind that the document adds is not ignored by accident.
    let (kind, is_request) = match event.event.as_ref()? {
        Event::Capture => (OperationKind::Capture, false),
        Event::Refund => (OperationKind::Refund, false),
        Event::Void => (OperationKind::Void, false),
        Event::InitiateCapture => (OperationKind::Capture, true),
        Event::InitiateRefund => (OperationKind::Refund, true),
        Event::InitiateVoid => (OperationKind::Void, true),
        Event::Initialize | Event::Authorize | Event::Settlement | Event::Other(_) => return None,
    };
    Some(Step { kind, is_request })
}

/// Returns whether the event may report a capture, refund or void that this version cannot recognize: its kind is
/// missing, or is unknown to this version, and the event has a field that such an operation would have. An event of an
/// unknown kind that failed (unless it has a correction), or that has none of these fields, counts as harmless, because
/// Dintero adds kinds of events that move no money.
pub(crate) fn may_hide_an_operation(event: &TransactionEventDetails) -> bool {
    match &event.event {
        None => true,
        Some(TransactionEventEvent::Other(_)) => {
            let has_amount = event.amount.is_some_and(|amount| amount != MinorUnits::ZERO);
            let has_lines = event.items.as_ref().is_some_and(|items| !items.is_empty());
            let has_cards = event.gift_cards.as_ref().is_some_and(|cards| !cards.is_empty());
            let names_something =
                has_amount || has_lines || has_cards || reference(event).is_some();
            event.correction.is_some() || (names_something && !has_failed(event))
        }
        Some(_) => false,
    }
}

/// Returns the amount of the event. A negative amount does not show how much was captured or refunded.
fn amount(event: &TransactionEventDetails) -> Option<MinorUnits> {
    event.amount.filter(|amount| *amount >= MinorUnits::ZERO)
}

/// Returns whether the event says that the operation failed. An event with neither `success` nor `error` does not say
/// so.
fn has_failed(event: &TransactionEventDetails) -> bool {
    !event.success.unwrap_or(event.error.is_none())
}

fn reference(event: &TransactionEventDetails) -> Option<&str> {
    event.event_reference.as_deref().filter(|reference| !reference.is_empty())
}

/// Returns the total amount of the completed operations of this kind, or `None` if the result of an operation or the
/// amount of a completed operation is unknown, or if the total does not fit in 64 bits.
pub(crate) fn total(operations: &[TransactionOperation<'_>], kind: OperationKind) -> Option<i64> {
    operations.iter().filter(|operation| operation.kind == kind).try_fold(
        0_i64,
        |sum, operation| match operation.state {
            OperationState::Done => sum.checked_add(operation.amount?.get()),
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
    /// The event whose correction says that Dintero added the event. That event may be of another kind.
    added_by: Vec<Option<usize>>,
}

impl Links {
    fn of(events: &[TransactionEventDetails]) -> Self {
        let mut links = Self {
            before: vec![None; events.len()],
            replaced: vec![false; events.len()],
            added_by: events.iter().map(|event| added_by(events, event)).collect(),
        };
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

    /// Returns the index of the event at which the operation with this event had ended: for an event that Dintero added
    /// for a correction, the corrected event, if that comes first.
    fn position(&self, index: usize) -> usize {
        self.added_by[index].map_or(index, |by| by.min(index))
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
        // An event that Dintero added for a correction usually reports a change that was not made through the API, so it
        // is not a result of this request unless an id or the reference says so.
        let names_request = |later: &TransactionEventDetails| {
            is_result_by_id(&events[index], later) || reference(later).is_some()
        };
        let result = (index..events.len()).skip(1).find(|&later| {
            self.before[later].is_none()
                && is_result_of(kind, &events[later])
                && is_result(&events[index], &events[later])
                && (self.added_by[later].is_none() || names_request(&events[later]))
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
/// while it is in progress. A void has no reference of its own, and no void can move money twice, so the failure of a
/// void is matched if the request has no id either.
fn is_result_by_guess(request: &TransactionEventDetails, result: &TransactionEventDetails) -> bool {
    let is_void = request.event == Some(TransactionEventEvent::InitiateVoid);
    let fits = match reference(result) {
        Some(found) if !is_void => reference(request) == Some(found),
        _ => !has_failed(result) || (is_void && request.request_id.is_none()),
    };
    fits && result.correlation_request_id.is_none()
        && (result.amount.is_none() || request.amount.is_none() || result.amount == request.amount)
}

/// Returns the index of the first event whose correction says that Dintero added `event`.
fn added_by(events: &[TransactionEventDetails], event: &TransactionEventDetails) -> Option<usize> {
    events.iter().position(|by| event.correction.is_none() && is_added_by(by, event))
}

/// Returns whether the correction of `event` says that Dintero added `other` for the correction.
pub(crate) fn is_added_by(
    event: &TransactionEventDetails,
    other: &TransactionEventDetails,
) -> bool {
    let ids = event.correction.as_ref().and_then(|correction| correction.event_ids.as_ref());
    ids.is_some_and(|ids| other.id.as_ref().is_some_and(|id| ids.contains(id)))
}
