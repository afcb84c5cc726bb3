//! What was done to a payment after it was made: captures, refunds and voids, read from a transaction's events.
//!
//! Events do not lie next to each other as operations do. One operation may be two events (accepted, later carried
//! out), and an event that failed may have happened nevertheless (a correction). This module puts them together once,
//! for the sums of [`Outcome`](crate::Outcome) and for the guarded calls that look for a reference.

use crate::MinorUnits;
use crate::types::{
    Transaction, TransactionEventCorrection, TransactionEventDetails, TransactionEventEvent,
};

/// A capture, a refund or a void of a transaction, as its events tell it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Movement<'t> {
    /// What was asked for.
    pub kind: MovementKind,
    /// What became of it.
    pub state: MovementState,
    /// How much was captured or refunded, or was to be, in minor units. `None` when Dintero does not say.
    pub amount: Option<MinorUnits>,
    /// The merchant's own `capture_reference` or `refund_reference`.
    pub reference: Option<&'t str>,
    /// The event that says so: the newest, if an operation has several.
    pub event: &'t TransactionEventDetails,
    /// The event by which the operation began, if that is another: an `INITIATE_…`, or one whose correction names
    /// `event`.
    pub begun_by: Option<&'t TransactionEventDetails>,
}

/// What a [`Movement`] does with the money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MovementKind {
    /// Reserved money is taken.
    Capture,
    /// Captured money is paid back.
    Refund,
    /// Reserved money is let go.
    Void,
}

/// What became of a [`Movement`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MovementState {
    /// It was carried out.
    Done,
    /// It was not carried out.
    Failed,
    /// Dintero accepted it (status 202), and its result is not among the events yet.
    UnderWay,
}

impl Transaction {
    /// Returns the captures, refunds and voids of the transaction, in the order of its events.
    ///
    /// An operation that was accepted first and carried out later is one movement, with the reference and the amount of
    /// either event. An event counts as failed when its `success` is `false`, unless it has a `correction`: then the
    /// correction's amounts say how much was moved. Where a correction names events that Dintero added for it, these
    /// stand in its place, under its reference.
    ///
    /// The transaction must have been read with all its events, which is what Dintero does if `includes` is not set.
    ///
    /// # Examples
    ///
    /// ```
    /// use dintero_api::types::Transaction;
    /// use dintero_api::{MinorUnits, MovementState, serde_json};
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
    /// let movements = transaction.movements();
    /// assert_eq!(movements[0].state, MovementState::Done);
    /// assert_eq!(movements[0].amount, Some(MinorUnits::new(29990)));
    /// assert_eq!(movements[0].reference, Some("shipment-1"));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn movements(&self) -> Vec<Movement<'_>> {
        let events = self.events.as_deref().unwrap_or_default();
        let links = Links::of(events);
        let mut movements: Vec<Movement<'_>> = Vec::new();
        for (index, event) in events.iter().enumerate() {
            let Some(step) = step(event) else { continue };
            if links.replaced[index] {
                continue;
            }
            // From the newest event to the oldest: what one does not say, the next may.
            let asked = links.chain(index).find_map(|index| events[index].amount);
            let (state, amount) = match &event.correction {
                Some(correction) => corrected(step.kind, correction, &movements, asked),
                None if has_failed(event) => (MovementState::Failed, asked),
                None if step.is_request => (MovementState::UnderWay, asked),
                None => (MovementState::Done, asked),
            };
            movements.push(Movement {
                kind: step.kind,
                state,
                amount,
                reference: links.chain(index).find_map(|index| reference(&events[index])),
                event,
                begun_by: links.chain(index).skip(1).last().map(|index| &events[index]),
            });
        }
        movements
    }
}

struct Step {
    kind: MovementKind,
    /// `INITIATE_…`: accepted, and the result is an event of its own.
    is_request: bool,
}

fn step(event: &TransactionEventDetails) -> Option<Step> {
    let (kind, is_request) = match event.event.as_ref()? {
        TransactionEventEvent::Capture => (MovementKind::Capture, false),
        TransactionEventEvent::Refund => (MovementKind::Refund, false),
        TransactionEventEvent::Void => (MovementKind::Void, false),
        TransactionEventEvent::InitiateCapture => (MovementKind::Capture, true),
        TransactionEventEvent::InitiateRefund => (MovementKind::Refund, true),
        TransactionEventEvent::InitiateVoid => (MovementKind::Void, true),
        _ => return None,
    };
    Some(Step { kind, is_request })
}

/// An event without `success` counts as carried out: taking it for a failure could move money twice.
fn has_failed(event: &TransactionEventDetails) -> bool {
    !event.success.unwrap_or(event.error.is_none())
}

fn reference(event: &TransactionEventDetails) -> Option<&str> {
    event.event_reference.as_deref().filter(|reference| !reference.is_empty())
}

/// What an event with a correction moved: the difference between what can be refunded after it and before it.
fn corrected(
    kind: MovementKind,
    correction: &TransactionEventCorrection,
    before: &[Movement<'_>],
    asked: Option<MinorUnits>,
) -> (MovementState, Option<MinorUnits>) {
    let refundable = total(before, MovementKind::Capture)
        .unwrap_or_default()
        .saturating_sub(total(before, MovementKind::Refund).unwrap_or_default());
    let more = correction.remaining_refund_amount.get().saturating_sub(refundable);
    let moved = match kind {
        MovementKind::Capture => more,
        MovementKind::Refund => more.saturating_neg(),
        MovementKind::Void if correction.remaining_void_amount == MinorUnits::ZERO => {
            return (MovementState::Done, asked);
        }
        MovementKind::Void => 0,
    };
    if moved > 0 {
        (MovementState::Done, Some(MinorUnits::new(moved)))
    } else {
        (MovementState::Failed, asked)
    }
}

/// Returns the sum of what was carried out, or `None` if a part of it has no amount.
pub(crate) fn total(movements: &[Movement<'_>], kind: MovementKind) -> Option<i64> {
    movements
        .iter()
        .filter(|movement| movement.kind == kind && movement.state == MovementState::Done)
        .try_fold(0_i64, |sum, movement| Some(sum.saturating_add(movement.amount?.get())))
}

/// Which events belong together, by index.
struct Links {
    /// The event that came before in the same operation: an `INITIATE_…`, or one whose correction names this one.
    before: Vec<Option<usize>>,
    /// Whether another event stands in its place.
    replaced: Vec<bool>,
}

impl Links {
    fn of(events: &[TransactionEventDetails]) -> Self {
        let mut links =
            Self { before: vec![None; events.len()], replaced: vec![false; events.len()] };
        // By id first, so that no guess takes an event that has one.
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

    /// Returns an event and those before it in the same operation: three at most, because a request has none before it
    /// and what a correction added has no correction.
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

fn is_result_of(kind: MovementKind, event: &TransactionEventDetails) -> bool {
    step(event).is_some_and(|step| step.kind == kind && !step.is_request)
}

type IsResult = fn(&TransactionEventDetails, &TransactionEventDetails) -> bool;

fn is_result_by_id(request: &TransactionEventDetails, result: &TransactionEventDetails) -> bool {
    request.request_id.is_some()
        && (result.correlation_request_id == request.request_id
            || result.request_id == request.request_id)
}

/// For events without the id, such as those that name it `initiate_request_id`, which the types do not know.
///
/// A failure is not guessed without the reference: it would free the operation to be made again while it is under way.
fn is_result_by_guess(request: &TransactionEventDetails, result: &TransactionEventDetails) -> bool {
    let fits = match reference(result) {
        Some(found) => reference(request) == Some(found),
        None => !has_failed(result),
    };
    fits && result.correlation_request_id.is_none()
        && (result.amount.is_none() || request.amount.is_none() || result.amount == request.amount)
}

/// Whether the correction of `event` says that Dintero added `other` for it.
pub(crate) fn is_added_by(
    event: &TransactionEventDetails,
    other: &TransactionEventDetails,
) -> bool {
    let ids = event.correction.as_ref().and_then(|correction| correction.event_ids.as_ref());
    ids.is_some_and(|ids| other.id.as_ref().is_some_and(|id| ids.contains(id)))
}
