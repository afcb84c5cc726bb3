//! A model test of the events of a payment. A ledger keeps the true amounts while random steps move money, and each
//! step adds the events that Dintero would show. Whatever the library then says about an operation or an amount must
//! agree with the ledger, or be unknown. If the events determine everything, nothing may be unknown.

use std::collections::BTreeMap;

use dintero_api::types::Transaction;
use dintero_api::{OperationKind, OperationState, PaymentState, serde_json};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

const AMOUNT: i64 = 30000;

/// When and how the payment is captured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Start {
    Authorized,
    /// The authorization event says that everything was captured.
    CapturedByAuthorization,
    /// Only the product and the status say so.
    Swish,
}

/// How the events show that an operation has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Report {
    Success,
    Failure,
    /// The event has no amount.
    WithoutAmount,
    /// The event does not say whether the operation succeeded.
    WithoutResult,
    /// The event has a correction.
    Corrected(Corrected),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Corrected {
    /// What the event says in `success`.
    success: bool,
    /// The share of the amount that was moved, in quarters.
    quarters: i64,
    /// A change in the provider's portal, which the correction includes.
    portal: Portal,
    /// The share of the remaining reservation that was released in the portal, in quarters. No event shows this.
    released: i64,
    /// What the event says in `transaction_status`.
    status: Stated,
}

/// A refund if the corrected operation is a capture, and a capture otherwise, with its share of what is possible, in
/// quarters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Portal {
    Nothing,
    /// The change has an event that Dintero added for the correction.
    Shown(i64),
    /// The event of the change is not shown yet.
    Hidden(i64),
}

/// The `transaction_status` of an event with a correction, which the correction replaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stated {
    Absent,
    /// The status after the change.
    Right,
    /// The status as if the whole requested amount had been moved.
    OfAttempt,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Capture,
    Refund,
    Void,
}

#[derive(Debug, Clone)]
enum Step {
    Operate(Kind, i64, Report),
    /// Dintero accepts the operation. The provider may carry it out before an event says so.
    Accept(Kind, i64, Provider),
    /// An accepted operation ends.
    Finish(usize, Report),
    /// An event of a kind that this version does not know, which may have moved money.
    Unknown(Kind, i64, Moves),
    /// An event that has an amount but moves nothing, such as a settlement.
    Harmless(&'static str),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Provider {
    Waits,
    IsAhead,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Moves {
    Money,
    Nothing,
    /// The event has no amount, and moves nothing.
    NothingWithoutAmount,
    NothingBecauseItFailed,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Capture => "CAPTURE",
            Self::Refund => "REFUND",
            Self::Void => "VOID",
        }
    }

    fn of(kind: OperationKind) -> Self {
        match kind {
            OperationKind::Capture => Self::Capture,
            OperationKind::Refund => Self::Refund,
            _ => Self::Void,
        }
    }
}

/// The money of a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Money {
    captured: i64,
    refunded: i64,
    released: i64,
}

impl Money {
    fn reserved(self) -> i64 {
        AMOUNT - self.captured - self.released
    }

    /// Returns the largest possible amount of an operation.
    fn possible(self, kind: Kind) -> i64 {
        match kind {
            Kind::Refund => self.captured - self.refunded,
            Kind::Capture | Kind::Void => self.reserved(),
        }
    }

    fn moved(mut self, kind: Kind, amount: i64) -> Self {
        match kind {
            Kind::Capture => self.captured += amount,
            Kind::Refund => self.refunded += amount,
            Kind::Void => self.released += amount,
        }
        self
    }

    fn status(self) -> &'static str {
        match (self.captured, self.refunded, self.reserved()) {
            (0, _, AMOUNT) => "AUTHORIZED",
            (0, ..) => "AUTHORIZATION_VOIDED",
            (AMOUNT, 0, _) => "CAPTURED",
            (_, 0, _) => "PARTIALLY_CAPTURED",
            (captured, refunded, 0) if captured == refunded => "REFUNDED",
            (_, _, 0) => "PARTIALLY_REFUNDED",
            _ => "PARTIALLY_CAPTURED_REFUNDED",
        }
    }
}

struct Pending {
    kind: Kind,
    number: usize,
    amount: i64,
    /// The amount that the provider has already moved.
    ahead: i64,
}

struct Ledger {
    start: Start,
    /// The money, without what the provider moved for operations in progress.
    money: Money,
    pending: Vec<Pending>,
    events: Vec<Value>,
    /// The amount that each operation moved, by the number in its reference.
    moved: BTreeMap<(Kind, usize), i64>,
    operations: usize,
    /// The amount that was released in the portal, beside an operation.
    released_in_portal: i64,
    /// Whether the events show everything.
    is_determined: bool,
}

impl Ledger {
    fn new(start: Start) -> Self {
        let captured = if start == Start::Authorized { 0 } else { AMOUNT };
        let money = Money { captured, ..Money::default() };
        let mut authorize = json!({"event": "AUTHORIZE", "success": true, "amount": AMOUNT});
        if start == Start::CapturedByAuthorization {
            authorize["transaction_status"] = "CAPTURED".into();
        }
        Self {
            start,
            money,
            pending: Vec::new(),
            events: vec![authorize],
            moved: BTreeMap::new(),
            operations: 0,
            released_in_portal: 0,
            is_determined: true,
        }
    }

    /// Returns the money at the provider.
    fn at_provider(&self) -> Money {
        let ahead = self.pending.iter().filter(|pending| pending.ahead > 0);
        ahead.fold(self.money, |money, pending| money.moved(pending.kind, pending.ahead))
    }

    /// Returns the largest possible amount of an operation. Dintero refunds only what its events show as captured, and
    /// neither captures during a void nor voids during a capture or another void.
    fn possible(&self, kind: Kind) -> i64 {
        let excludes = |other: Kind| match kind {
            Kind::Capture => other == Kind::Void,
            Kind::Refund => false,
            Kind::Void => other != Kind::Refund,
        };
        if self.pending.iter().any(|pending| excludes(pending.kind)) {
            return 0;
        }
        self.at_provider().possible(kind).min(self.money.possible(kind))
    }

    fn transact(&mut self, step: &Step) {
        match *step {
            Step::Operate(kind, quarters, report) => {
                let possible = self.possible(kind);
                let amount = if kind == Kind::Void { possible } else { possible * quarters / 4 };
                if amount > 0 {
                    self.operations += 1;
                    self.end(kind, self.operations, amount, report, json!({}));
                }
            }
            Step::Accept(kind, quarters, provider) => self.accept(kind, quarters, provider),
            Step::Finish(index, report) => self.finish(index, report),
            Step::Unknown(kind, quarters, moves) => self.add_unknown(kind, quarters, moves),
            Step::Harmless(name) => {
                let event = json!({"event": name, "success": true, "amount": AMOUNT});
                self.events.push(event);
            }
        }
    }

    fn event(&self, name: &str, kind: Kind, number: usize, amount: i64, success: bool) -> Value {
        let mut event =
            json!({"id": format!("e{}", self.events.len()), "event": name, "success": success});
        if kind != Kind::Void {
            event["amount"] = amount.into();
            event["event_reference"] = format!("{number}").into();
        }
        event
    }

    fn accept(&mut self, kind: Kind, quarters: i64, provider: Provider) {
        let possible = self.possible(kind);
        let amount = if kind == Kind::Void { possible } else { possible * quarters / 4 };
        if amount <= 0 {
            return;
        }
        self.operations += 1;
        let number = self.operations;
        let name = format!("INITIATE_{}", kind.name());
        let mut event = self.event(&name, kind, number, amount, true);
        event["request_id"] = format!("q{number}").into();
        self.events.push(event);
        let ahead = if provider == Provider::IsAhead { amount } else { 0 };
        self.pending.push(Pending { kind, number, amount, ahead });
    }

    fn finish(&mut self, index: usize, report: Report) {
        if self.pending.is_empty() {
            return;
        }
        let Pending { kind, number, amount, ahead } =
            self.pending.remove(index % self.pending.len());
        // What the provider has already moved has succeeded.
        let report = match report {
            Report::Failure if ahead > 0 => Report::Success,
            Report::Corrected(corrected) if ahead > 0 => {
                Report::Corrected(Corrected { quarters: 4, ..corrected })
            }
            report => report,
        };
        let fields = json!({"correlation_request_id": format!("q{number}")});
        self.end(kind, number, amount, report, fields);
    }

    /// Moves the money of an operation, if it moves any, and adds its event.
    fn end(&mut self, kind: Kind, number: usize, requested: i64, report: Report, fields: Value) {
        let possible = requested.min(self.possible(kind));
        // An operation that exceeds what is left fails.
        let report = match report {
            Report::Success | Report::WithoutAmount | Report::WithoutResult
                if possible < requested =>
            {
                Report::Failure
            }
            report => report,
        };
        let attempted = self.money.moved(kind, possible).status();
        let moved = match report {
            Report::Failure => 0,
            // A void releases everything or nothing.
            Report::Corrected(Corrected { quarters, .. }) if kind == Kind::Void && quarters < 4 => {
                0
            }
            Report::Corrected(Corrected { quarters, .. }) => possible * quarters / 4,
            _ => possible,
        };
        let success = match report {
            Report::Failure => false,
            Report::Corrected(corrected) => corrected.success,
            _ => true,
        };
        let said = if matches!(report, Report::Corrected(_)) { requested } else { moved };
        let mut event = self.event(kind.name(), kind, number, said, success);
        event.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        self.money = self.money.moved(kind, moved);
        *self.moved.entry((kind, number)).or_default() += moved;
        match report {
            Report::WithoutAmount
                if kind != Kind::Void && fields.get("correlation_request_id").is_none() =>
            {
                event.as_object_mut().unwrap().remove("amount");
                self.is_determined = false;
            }
            Report::WithoutResult => {
                event.as_object_mut().unwrap().remove("success");
                self.is_determined = false;
            }
            _ => {}
        }
        let added = match report {
            Report::Corrected(corrected) => {
                let added = self.correct(&mut event, kind, corrected);
                match corrected.status {
                    Stated::Absent => {}
                    Stated::Right => {
                        event["transaction_status"] = self.at_provider().status().into()
                    }
                    Stated::OfAttempt => event["transaction_status"] = attempted.into(),
                }
                added
            }
            // The status says more than the other events show if the money moved without an event.
            _ if self.is_determined => {
                event["transaction_status"] = self.money.status().into();
                None
            }
            _ => None,
        };
        self.events.push(event);
        self.events.extend(added);
    }

    /// Adds a correction to the event. Returns the event of the change in the portal, if it is shown.
    fn correct(&mut self, event: &mut Value, kind: Kind, corrected: Corrected) -> Option<Value> {
        let mut ids = Vec::new();
        let mut added = None;
        let other = if kind == Kind::Capture { Kind::Refund } else { Kind::Capture };
        if let Portal::Shown(quarters) | Portal::Hidden(quarters) = corrected.portal {
            let amount = self.possible(other) * quarters / 4;
            if amount > 0 {
                self.money = self.money.moved(other, amount);
                ids.push(format!("p{}", self.events.len()));
                added = Some(
                    json!({"id": ids[0], "event": other.name(), "success": true, "amount": amount}),
                );
                self.is_determined = false;
            }
        }
        // Dintero has no status for a payment of which only a part was released.
        let released = self.possible(Kind::Void) * corrected.released / 4;
        if released > 0 && self.money.captured > 0 {
            self.money = self.money.moved(Kind::Void, released);
            self.released_in_portal += released;
            self.is_determined = false;
        }
        // A capture of a Swish payment may be the one that captured it.
        self.is_determined &= self.pending.is_empty() && self.start != Start::Swish;
        let provider = self.at_provider();
        event["correction"] = json!({
            "status": provider.status(), "event_ids": ids, "remaining_capture_amount": provider.reserved(),
            "remaining_refund_amount": provider.captured - provider.refunded,
            "remaining_void_amount": provider.reserved(),
        });
        added.filter(|_| matches!(corrected.portal, Portal::Shown(..)))
    }

    fn add_unknown(&mut self, kind: Kind, quarters: i64, moves: Moves) {
        let amount = self.possible(kind) * quarters / 4;
        let mut event = json!({"event": "SOMETHING_NEW", "success": true, "amount": amount.max(1)});
        match moves {
            Moves::Money if amount > 0 => {
                self.money = self.money.moved(kind, amount);
                self.is_determined = false;
            }
            Moves::Money | Moves::Nothing => self.is_determined = false,
            Moves::NothingWithoutAmount => {
                event.as_object_mut().unwrap().remove("amount");
            }
            Moves::NothingBecauseItFailed => event["success"] = false.into(),
        }
        self.events.push(event);
    }

    fn transaction(&self, is_late: bool) -> Transaction {
        let (product, kind) = match self.start {
            Start::Swish => ("swish", "swish.swish"),
            _ => ("vipps", "vipps"),
        };
        // The status of a Swish payment is the only sign that it was captured.
        let is_late = is_late && self.start != Start::Swish;
        let status = if is_late { "AUTHORIZED" } else { self.money.status() };
        serde_json::from_value(json!({
            "amount": AMOUNT, "currency": "NOK", "payment_product": product, "payment_product_type": kind,
            "status": status, "events": self.events,
        }))
        .unwrap()
    }

    fn takes_money_back(&self) -> bool {
        let is_back = |kind: Kind| kind != Kind::Capture;
        self.money.refunded > 0
            || self.money.released > self.released_in_portal
            || self.pending.iter().any(|pending| is_back(pending.kind))
    }
}

/// Compares what the library says about the transaction with the ledger.
fn compare(ledger: &Ledger, is_late: bool) -> Result<(), TestCaseError> {
    let transaction = ledger.transaction(is_late);
    let events = serde_json::to_string_pretty(&ledger.events).unwrap();
    for operation in transaction.operations() {
        // Only the changes in the portal have no reference.
        let kind = Kind::of(operation.kind);
        let number = operation.reference.and_then(|reference| reference.parse::<usize>().ok());
        let key = match (kind, number) {
            (Kind::Void, _) => continue,
            (_, Some(number)) => (kind, number),
            (_, None) => continue,
        };
        let moved = ledger.moved.get(&key).copied();
        let said = operation.amount.map(|amount| amount.get());
        match operation.state {
            OperationState::Done => {
                let is_right =
                    moved.is_some_and(|moved| moved > 0 && said.is_none_or(|said| said == moved));
                prop_assert!(is_right, "done {key:?} {said:?} {moved:?} {events}");
            }
            OperationState::Failed => {
                prop_assert_eq!(moved, Some(0), "failed {:?} {}", key, events)
            }
            OperationState::InProgress => {
                prop_assert_eq!(moved, None, "in progress {:?} {}", key, events)
            }
            _ => prop_assert!(!ledger.is_determined, "unknown {key:?} {events}"),
        }
    }
    compare_voids(ledger, &transaction)?;
    let outcome = transaction.outcome();
    let agrees = outcome.amounts.is_none() || outcome.state == state(ledger.money.status());
    prop_assert!(agrees, "{:?} {:?} {events}", outcome.state, ledger.money);
    let known = outcome.amounts.map(|amounts| {
        let [captured, refunded] = [amounts.captured, amounts.refunded];
        [captured, refunded, amounts.remaining_capture, amounts.remaining_refund].map(|it| it.get())
    });
    let Money { captured, refunded, .. } = ledger.money;
    let expected = [captured, refunded, ledger.money.reserved(), captured - refunded];
    prop_assert!(known.is_none_or(|known| known == expected), "{known:?} {expected:?} {events}");
    let is_known = known.is_some() || !ledger.is_determined;
    prop_assert!(is_known, "{:?} {events}", outcome.unclear);
    prop_assert!(!(ledger.takes_money_back() && outcome.may_ship()), "may ship {events}");
    Ok(())
}

fn state(status: &str) -> PaymentState {
    match status {
        "AUTHORIZED" => PaymentState::Reserved,
        "AUTHORIZATION_VOIDED" => PaymentState::Cancelled,
        "CAPTURED" => PaymentState::Paid,
        "PARTIALLY_CAPTURED" => PaymentState::PartlyPaid,
        "REFUNDED" => PaymentState::Refunded,
        _ => PaymentState::PartlyRefunded,
    }
}

fn compare_voids(ledger: &Ledger, transaction: &Transaction) -> Result<(), TestCaseError> {
    let voids: Vec<_> = transaction.operations();
    let voids = voids.iter().filter(|operation| operation.kind == OperationKind::Void);
    let states: Vec<_> = voids.map(|operation| operation.state).collect();
    let events = &ledger.events;
    let is_done = states.contains(&OperationState::Done);
    // An event of an unknown kind can release money too, but it is not reported as a void.
    prop_assert!(!is_done || ledger.money.released > 0, "released {states:?} {events:#?}");
    let has_released =
        ledger.moved.iter().any(|((kind, _), moved)| *kind == Kind::Void && *moved > 0);
    let is_certain = states.iter().all(|state| *state == OperationState::Failed);
    prop_assert!(!(has_released && is_certain), "not released {states:?} {events:#?}");
    Ok(())
}

fn kinds() -> impl Strategy<Value = Kind> {
    prop_oneof![3 => Just(Kind::Capture), 3 => Just(Kind::Refund), 1 => Just(Kind::Void)]
}

fn reports() -> impl Strategy<Value = Report> {
    let portal = prop_oneof![
        4 => Just(Portal::Nothing),
        1 => (1..=4_i64).prop_map(Portal::Shown),
        1 => (1..=4_i64).prop_map(Portal::Hidden),
    ];
    let released = prop_oneof![4 => Just(0_i64), 1 => 1..=4_i64];
    let status = select(vec![Stated::Absent, Stated::Right, Stated::OfAttempt]);
    let corrected = (any::<bool>(), 0..=4_i64, portal, released, status).prop_map(
        |(success, quarters, portal, released, status)| Corrected {
            success,
            quarters,
            portal,
            released,
            status,
        },
    );
    prop_oneof![
        4 => Just(Report::Success),
        2 => Just(Report::Failure),
        1 => Just(Report::WithoutAmount),
        1 => Just(Report::WithoutResult),
        5 => corrected.prop_map(Report::Corrected),
    ]
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let moves = select(vec![
        Moves::Money,
        Moves::Nothing,
        Moves::NothingWithoutAmount,
        Moves::NothingBecauseItFailed,
    ]);
    let provider = select(vec![Provider::Waits, Provider::IsAhead]);
    let step = prop_oneof![
        6 => (kinds(), 1..=4_i64, reports()).prop_map(|(kind, part, report)| Step::Operate(kind, part, report)),
        2 => (kinds(), 1..=4_i64, provider).prop_map(|(kind, part, provider)| Step::Accept(kind, part, provider)),
        2 => (any::<usize>(), reports()).prop_map(|(index, report)| Step::Finish(index, report)),
        1 => (kinds(), 1..=4_i64, moves).prop_map(|(kind, part, moves)| Step::Unknown(kind, part, moves)),
        1 => select(vec!["SETTLEMENT", "INITIALIZE", "AUTHORIZE"]).prop_map(Step::Harmless),
    ];
    proptest::collection::vec(step, 0..7)
}

proptest! {
    #![proptest_config(crate::cases(8000))]

    #[test]
    fn events_say_what_the_ledger_says_or_nothing(
        start in select(vec![Start::Authorized, Start::CapturedByAuthorization, Start::Swish]),
        steps in steps(),
        is_late in any::<bool>(),
    ) {
        let mut ledger = Ledger::new(start);
        compare(&ledger, is_late)?;
        for step in &steps {
            ledger.transact(step);
            compare(&ledger, is_late)?;
        }
    }
}
