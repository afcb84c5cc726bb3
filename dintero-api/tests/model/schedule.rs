//! Defines the schedules that proptest generates: the steps, the outcomes of requests, and what reads show.

use proptest::prelude::*;
use proptest::sample::select;

#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// The shop creates a session for the order. If the response to an earlier `create` was lost, the shop first
    /// cancels the open sessions.
    Create { response_is_lost: bool },
    /// The shopper pays one of the sessions.
    Pay(usize),
    /// Dintero sends a callback for one of the transactions.
    Callback(usize, Call),
    /// The shop captures, refunds or voids the transaction that pays for the order.
    Change(Operation, Call),
    /// The shop makes the same call twice at the same moment.
    ChangeTwice(Operation, Call),
    /// All accepted operations finish.
    Finish { succeeds: bool },
    /// Time passes, in milliseconds.
    Pass(u64),
    /// The shop's process ends, and a new one starts a while later.
    Crash,
}

/// The shop's operations. Each capture and each refund has its own reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Operation {
    /// One unit of the line that does not divide evenly, and the shipping.
    CaptureUnitAndFreight,
    CaptureUnit,
    CaptureLine,
    CaptureEverything,
    RefundUnit,
    RefundEverything,
    /// A request with a fixed amount.
    RefundAmount,
    Void,
}

/// What happens to the requests of one call.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    /// What the reads of the call show, in order. Further reads show the complete, current transaction.
    pub(crate) sights: Vec<Sight>,
    pub(crate) fate: Fate,
    /// The number of the call's requests that arrive before the shop's process crashes.
    pub(crate) crash_after: Option<usize>,
}

/// The outcome of a request to capture, refund or void.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fate {
    Done,
    DoneAndLost,
    DoneAndUnavailable,
    LostOnTheWay,
    Accepted,
    AcceptedWithoutId,
    AcceptedAndLost,
    /// The provider moves only a part of the amount. A correction says so.
    DoneInPart,
    FailsAtTheProvider,
    IsLimited,
    /// Dintero returns 429 after the work was done.
    DoneAndLimited,
    IsUnavailable,
}

/// How a read shows a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Sight {
    Whole,
    /// A slightly outdated version.
    Late,
    /// The current status, with slightly outdated events.
    LateEvents,
    /// The current events, with a slightly outdated status.
    LateStatus,
    WithoutEvents,
    WithoutStatus,
    /// One event has no amount.
    WithoutAmount,
    /// One event does not say whether it succeeded.
    WithoutSuccess,
    /// One event does not say what kind it is.
    WithoutKind,
    WithoutReferences,
    WithoutItems,
    /// The events that moved money are missing, but the status shows that money moved.
    WithoutMoney,
    /// The read fails.
    Fails,
}

pub(crate) const OPERATIONS: [Operation; 8] = [
    Operation::CaptureUnitAndFreight,
    Operation::CaptureUnit,
    Operation::CaptureLine,
    Operation::CaptureEverything,
    Operation::RefundUnit,
    Operation::RefundEverything,
    Operation::RefundAmount,
    Operation::Void,
];

pub(crate) const FATES: [Fate; 12] = [
    Fate::Done,
    Fate::DoneAndLost,
    Fate::DoneAndUnavailable,
    Fate::LostOnTheWay,
    Fate::Accepted,
    Fate::AcceptedWithoutId,
    Fate::AcceptedAndLost,
    Fate::DoneInPart,
    Fate::FailsAtTheProvider,
    Fate::IsLimited,
    Fate::DoneAndLimited,
    Fate::IsUnavailable,
];

pub(crate) const SIGHTS: [Sight; 13] = [
    Sight::Whole,
    Sight::Late,
    Sight::LateEvents,
    Sight::LateStatus,
    Sight::WithoutEvents,
    Sight::WithoutStatus,
    Sight::WithoutAmount,
    Sight::WithoutSuccess,
    Sight::WithoutKind,
    Sight::WithoutReferences,
    Sight::WithoutItems,
    Sight::WithoutMoney,
    Sight::Fails,
];

/// Generates a schedule: a paid session and its callback, followed by any steps.
pub(crate) fn steps() -> impl Strategy<Value = Vec<Step>> {
    let begin = (any::<bool>(), call()).prop_map(|(response_is_lost, call)| {
        vec![Step::Create { response_is_lost }, Step::Pay(0), Step::Callback(0, call)]
    });
    (begin, prop::collection::vec(step(), 2..14)).prop_map(|(mut steps, rest)| {
        steps.extend(rest);
        steps
    })
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        1 => any::<bool>().prop_map(|response_is_lost| Step::Create { response_is_lost }),
        2 => (0..3_usize).prop_map(Step::Pay),
        2 => (0..3_usize, call()).prop_map(|(index, call)| Step::Callback(index, call)),
        12 => (operation(), call()).prop_map(|(operation, call)| Step::Change(operation, call)),
        2 => (operation(), call()).prop_map(|(operation, call)| Step::ChangeTwice(operation, call)),
        3 => any::<bool>().prop_map(|succeeds| Step::Finish { succeeds }),
        1 => (0..4000_u64).prop_map(Step::Pass),
        1 => Just(Step::Crash),
    ]
}

fn operation() -> impl Strategy<Value = Operation> {
    // Captures are the most frequent, because refunds require them; voids are rare, because nothing can be captured
    // after a void.
    prop_oneof![
        6 => select(&OPERATIONS[..4]),
        4 => select(&OPERATIONS[4..7]),
        1 => Just(Operation::Void),
    ]
}

fn call() -> impl Strategy<Value = Call> {
    let fate = prop_oneof![3 => Just(Fate::Done), 4 => select(FATES.to_vec())];
    let sight = prop_oneof![3 => Just(Sight::Whole), 4 => select(SIGHTS.to_vec())];
    let crash = prop_oneof![6 => Just(None), 1 => (1..4_usize).prop_map(Some)];
    (prop::collection::vec(sight, 0..4), fate, crash).prop_map(|(sights, fate, crash_after)| Call {
        sights,
        fate,
        crash_after,
    })
}
