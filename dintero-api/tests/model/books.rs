//! A small Dintero: sessions, transactions and their money, as it is and as it was a moment ago.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use dintero_api::client::Clock;
use dintero_api::{OperationKind, PaymentState};
use proptest::prelude::*;
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::clock::ModelClock;
use crate::schedule::{Call, FATES, Fate, SIGHTS, Sight};
use crate::server::{Reply, Request, is_token};
use crate::sight::{self, error, show};

pub(crate) const REFERENCE: &str = "order-1";
/// Three units that do not divide, one line, and freight.
pub(crate) const LINES: [(&str, i64, i64); 3] =
    [("1", 10000, 3), ("2", 5000, 1), ("post", 4900, 1)];
pub(crate) const AMOUNT: i64 = 19900;

/// For how long a read may show what was before.
const LAG: Duration = Duration::from_millis(1500);

pub(crate) struct Dintero {
    clock: Arc<ModelClock>,
    /// Ids are new in each schedule: the client remembers some for a moment.
    serial: usize,
    sessions: Vec<Session>,
    pub(crate) payments: Vec<Payment>,
    /// What the schedule says of the running call.
    call: Option<Call>,
    sights: VecDeque<Sight>,
    arrived: usize,
    create_is_lost: bool,
    /// Told when the shop's process is to end.
    pub(crate) crash: Arc<Notify>,
    problem: Option<TestCaseError>,
    pub(crate) seen: Seen,
}

struct Session {
    id: String,
    is_cancelled: bool,
    transaction_id: Option<String>,
}

/// A transaction.
pub(crate) struct Payment {
    pub(crate) id: String,
    pub(crate) versions: Vec<Version>,
    accepted: Vec<Accepted>,
    /// How often money was moved, by kind and reference.
    moved: BTreeMap<(&'static str, String), usize>,
    /// What was captured of each line.
    lines: BTreeMap<String, i64>,
    /// References that were ever accepted or carried out.
    known: BTreeSet<(&'static str, String)>,
}

/// A transaction as it was from a moment on.
#[derive(Clone)]
pub(crate) struct Version {
    at: Instant,
    pub(crate) state: PaymentState,
    status: &'static str,
    events: Vec<Value>,
    captured: i64,
    refunded: i64,
    is_voided: bool,
    /// Whether a refund or void is in progress or done.
    pub(crate) takes_back: bool,
}

/// A change that was accepted and has not ended.
#[derive(Clone)]
struct Accepted {
    change: Change,
    id: Option<String>,
}

#[derive(Clone)]
struct Change {
    kind: &'static str,
    reference: String,
    amount: i64,
    items: Value,
}

/// What has happened in all schedules together.
#[derive(Default)]
pub(crate) struct Seen {
    fates: BTreeSet<Fate>,
    sights: BTreeSet<Sight>,
    kinds: BTreeMap<&'static str, usize>,
    pub(crate) crashes: usize,
    pub(crate) duplicates: usize,
    pub(crate) found: usize,
}

impl Seen {
    pub(crate) fn assert_all(&self) {
        assert_eq!((self.fates.len(), self.sights.len()), (FATES.len(), SIGHTS.len()));
        assert_eq!(self.kinds.len(), 3, "{:?}", self.kinds);
        let counts = [self.crashes, self.duplicates, self.found];
        assert!(counts.iter().all(|count| *count > 0), "{counts:?}");
    }
}

impl Version {
    /// Authorized, captured, refunded, and what remains to capture and to refund.
    pub(crate) fn figures(&self) -> [i64; 5] {
        let remaining = if self.is_voided { 0 } else { AMOUNT - self.captured };
        [AMOUNT, self.captured, self.refunded, remaining, self.captured - self.refunded]
    }

    fn status(&self) -> (&'static str, PaymentState) {
        let is_whole = self.captured == AMOUNT || self.is_voided;
        match (self.captured, self.refunded) {
            (0, _) if self.is_voided => ("AUTHORIZATION_VOIDED", PaymentState::Cancelled),
            (0, _) => ("AUTHORIZED", PaymentState::Reserved),
            (AMOUNT, 0) => ("CAPTURED", PaymentState::Paid),
            (_, 0) => ("PARTIALLY_CAPTURED", PaymentState::PartlyPaid),
            (captured, refunded) if captured == refunded && is_whole => {
                ("REFUNDED", PaymentState::Refunded)
            }
            _ if is_whole => ("PARTIALLY_REFUNDED", PaymentState::PartlyRefunded),
            _ => ("PARTIALLY_CAPTURED_REFUNDED", PaymentState::PartlyRefunded),
        }
    }
}

impl Payment {
    fn now(&self) -> &Version {
        self.versions.last().unwrap()
    }

    pub(crate) fn json(&self, status: &Version, events: &Version) -> Value {
        let item = |(id, amount, quantity): &(&str, i64, i64)| json!({"line_id": id, "amount": amount, "quantity": quantity});
        json!({
            "id": self.id, "status": status.status, "events": events.events, "amount": AMOUNT, "currency": "NOK",
            "merchant_reference": REFERENCE, "payment_product": "vipps", "payment_product_type": "vipps",
            "items": LINES.iter().map(item).collect::<Vec<_>>(),
        })
    }

    /// Returns the oldest version that a read may still show.
    fn late(&self, now: Instant) -> usize {
        let newer = |index: &usize| {
            self.versions.get(index + 1).is_none_or(|next| now.duration_since(next.at) <= LAG)
        };
        (0..self.versions.len()).find(newer).unwrap()
    }

    fn left(&self, kind: &str) -> i64 {
        let [_, _, _, to_capture, to_refund] = self.now().figures();
        let accepted = self.accepted.iter().filter(|accepted| accepted.change.kind == kind);
        let accepted: i64 = accepted.map(|accepted| accepted.change.amount).sum();
        (if kind == "REFUND" { to_refund } else { to_capture }) - accepted
    }

    /// Whether Dintero would carry it out.
    fn permits(&self, change: &Change) -> bool {
        let is_accepted = |kind| self.accepted.iter().any(|accepted| accepted.change.kind == kind);
        match change.kind {
            "VOID" => self.left("CAPTURE") > 0 && !is_accepted("CAPTURE") && !is_accepted("VOID"),
            kind => change.amount <= self.left(kind) && !(kind == "CAPTURE" && is_accepted("VOID")),
        }
    }

    /// Returns whether a change of the reference is accepted or done, and how often it was done.
    pub(crate) fn count(&self, kind: OperationKind, reference: &str) -> (bool, usize) {
        let key = (name(kind), reference.to_owned());
        (self.known.contains(&key), self.moved.get(&key).copied().unwrap_or_default())
    }

    /// Returns all that was accepted or done, and not undone: what must not change without a request.
    pub(crate) fn fingerprint(&self) -> (usize, usize) {
        (self.accepted.len(), self.moved.values().sum())
    }

    pub(crate) fn has_money(&self) -> bool {
        let [_, _, _, to_capture, to_refund] = self.now().figures();
        to_capture > 0 || to_refund > 0
    }

    fn check(&self) -> Result<(), TestCaseError> {
        let now = self.now();
        prop_assert!(now.captured <= AMOUNT && now.refunded <= now.captured, "{:?}", now.events);
        for (change, times) in &self.moved {
            prop_assert!(*times == 1, "{change:?} moved money {times} times: {:#?}", now.events);
        }
        for (id, amount, _) in LINES {
            let captured = self.lines.get(id).copied().unwrap_or_default();
            prop_assert!(
                captured <= amount,
                "line {id}: {captured} of {amount}: {:#?}",
                now.events
            );
        }
        Ok(())
    }

    fn add(&mut self, at: Instant, mut event: Value, change: impl FnOnce(&mut Version)) {
        let mut version = Version { at, ..self.now().clone() };
        change(&mut version);
        (version.status, version.state) = version.status();
        event["transaction_status"] = version.status.into();
        // Some providers leave the status of an event out.
        if version.events.len() % 3 == 2 {
            event.as_object_mut().unwrap().remove("transaction_status");
        }
        version.events.push(event);
        let in_progress = |kind| self.accepted.iter().any(|accepted| accepted.change.kind == kind);
        version.takes_back = version.refunded > 0
            || version.is_voided
            || in_progress("REFUND")
            || in_progress("VOID");
        self.versions.push(version);
    }

    fn accept(&mut self, at: Instant, change: Change, id: Option<String>) {
        let mut event = change.event(&format!("INITIATE_{}", change.kind), true);
        if let Some(id) = &id {
            event["request_id"] = id.as_str().into();
        }
        self.known.insert((change.kind, change.reference.clone()));
        self.accepted.push(Accepted { change, id });
        self.add(at, event, |_| ());
    }

    fn fail(&mut self, at: Instant, change: &Change) {
        let mut event = change.event(change.kind, false);
        event["error"] = json!({"message": "no"});
        self.add(at, event, |_| ());
    }

    fn carry_out(&mut self, at: Instant, change: &Change, event: Value) {
        let key = (change.kind, change.reference.clone());
        *self.moved.entry(key.clone()).or_default() += 1;
        self.known.insert(key);
        if change.kind == "CAPTURE" {
            for item in change.items.as_array().into_iter().flatten() {
                let line = self.lines.entry(item["line_id"].as_str().unwrap().to_owned());
                *line.or_default() += item["amount"].as_i64().unwrap();
            }
        }
        self.add(at, event, |version| match change.kind {
            "CAPTURE" => version.captured += change.amount,
            "REFUND" => version.refunded += change.amount,
            _ => version.is_voided = true,
        });
    }

    /// Ends what was accepted; the result has the id alone, or the reference and the amount.
    fn finish(&mut self, at: Instant, succeeds: bool) {
        while !self.accepted.is_empty() {
            let Accepted { change, id } = self.accepted.remove(0);
            let event = match id {
                Some(id) => {
                    json!({"event": change.kind, "success": succeeds, "correlation_request_id": id})
                }
                None => change.event(change.kind, succeeds),
            };
            if succeeds {
                self.carry_out(at, &change, event);
            } else {
                self.add(at, event, |_| ());
            }
        }
    }
}

impl Change {
    fn of(kind: &'static str, request: &Request) -> Self {
        let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let reference = body[format!("{}_reference", kind.to_lowercase())].as_str();
        Self {
            kind,
            reference: reference.unwrap_or_default().to_owned(),
            amount: body["amount"].as_i64().unwrap_or_default(),
            items: body["items"].clone(),
        }
    }

    fn event(&self, name: &str, success: bool) -> Value {
        let mut event = json!({"event": name, "success": success});
        if self.kind != "VOID" {
            event["amount"] = self.amount.into();
            event["event_reference"] = self.reference.as_str().into();
        }
        if !self.items.is_null() {
            event["items"] = self.items.clone();
        }
        event
    }
}

impl Dintero {
    pub(crate) fn new(clock: Arc<ModelClock>) -> Self {
        Self {
            clock,
            serial: 0,
            sessions: Vec::new(),
            payments: Vec::new(),
            call: None,
            sights: VecDeque::new(),
            arrived: 0,
            create_is_lost: false,
            crash: Arc::default(),
            problem: None,
            seen: Seen::default(),
        }
    }

    pub(crate) fn start_over(&mut self) {
        self.sessions.clear();
        self.payments.clear();
        self.problem = None;
        self.expect(None);
    }

    /// Says what happens to the next requests.
    pub(crate) fn expect(&mut self, call: Option<&Call>) {
        self.call = call.cloned();
        self.sights = call.map(|call| call.sights.clone().into()).unwrap_or_default();
        self.arrived = 0;
        self.crash = Arc::default();
    }

    pub(crate) fn lose_the_next_create(&mut self) {
        self.create_is_lost = true;
    }

    pub(crate) fn payment(&self, id: &str) -> &Payment {
        self.payments.iter().find(|payment| payment.id == id).unwrap()
    }

    pub(crate) fn check(&mut self) -> Result<(), TestCaseError> {
        self.problem.take().map_or(Ok(()), Err)?;
        self.payments.iter().try_for_each(Payment::check)
    }

    /// Lets the shopper pay a session, if that is still possible.
    pub(crate) fn pay(&mut self, index: usize) {
        self.serial += 1;
        let (id, at) = (format!("T12345678.t{}", self.serial), self.clock.now());
        let Some(session) = self.sessions.get_mut(index) else { return };
        if session.is_cancelled || session.transaction_id.is_some() {
            return;
        }
        session.transaction_id = Some(id.clone());
        let event =
            json!({"event": "AUTHORIZE", "success": true, "transaction_status": "AUTHORIZED"});
        let version = Version {
            at,
            state: PaymentState::Reserved,
            status: "AUTHORIZED",
            events: vec![event],
            captured: 0,
            refunded: 0,
            is_voided: false,
            takes_back: false,
        };
        self.payments.push(Payment {
            id,
            versions: vec![version],
            accepted: Vec::new(),
            moved: BTreeMap::new(),
            lines: BTreeMap::new(),
            known: BTreeSet::new(),
        });
    }

    pub(crate) fn finish(&mut self, succeeds: bool) {
        let at = self.clock.now();
        self.payments.iter_mut().for_each(|payment| payment.finish(at, succeeds));
    }

    pub(crate) fn answer(&mut self, request: &Request) -> Reply {
        if is_token(request) {
            let token = json!({"access_token": "t", "token_type": "Bearer", "expires_in": 14400});
            return Reply::Kept(200, token);
        }
        self.arrived += 1;
        let reply = self.reply(request);
        if self.call.as_ref().and_then(|call| call.crash_after) == Some(self.arrived) {
            self.crash.notify_one();
            return Reply::Hang(String::new());
        }
        reply
    }

    fn reply(&mut self, request: &Request) -> Reply {
        let path = request.target.split('?').next().unwrap().trim_start_matches("/v1/");
        let mut parts = path.split('/');
        match (request.method.as_str(), parts.next(), parts.next(), parts.next()) {
            ("POST", Some("sessions-profile"), ..) => self.create(),
            ("GET", Some("sessions"), None, _) => {
                let all = self.sessions.iter().map(Session::json).collect();
                Reply::Kept(200, Value::Array(all))
            }
            ("POST", Some("sessions"), Some(id), Some("cancel")) => self.cancel(id),
            ("GET", Some("transactions"), Some(id), None) => self.read(id),
            ("POST", Some("transactions"), Some(id), Some(change)) => {
                let kind = match change {
                    "capture" => "CAPTURE",
                    "refund" => "REFUND",
                    _ => "VOID",
                };
                self.change(id, Change::of(kind, request))
            }
            _ => Reply::Kept(404, error("NOT FOUND")),
        }
    }

    fn create(&mut self) -> Reply {
        self.serial += 1;
        let id = format!("T12345678.s{}", self.serial);
        let created = json!({"id": id, "url": format!("https://checkout.dintero.com/{id}")});
        self.sessions.push(Session { id, is_cancelled: false, transaction_id: None });
        if std::mem::take(&mut self.create_is_lost) {
            return Reply::Raw(String::new());
        }
        Reply::Kept(200, created)
    }

    fn cancel(&mut self, id: &str) -> Reply {
        let session = self.sessions.iter_mut().find(|session| session.id == id).unwrap();
        if session.transaction_id.is_some() {
            return Reply::Kept(400, error("PAID"));
        }
        session.is_cancelled = true;
        Reply::Kept(200, session.json())
    }

    fn read(&mut self, id: &str) -> Reply {
        let sight = self.sights.pop_front().unwrap_or(Sight::Whole);
        self.seen.sights.insert(sight);
        if sight == Sight::Fails {
            return Reply::Kept(404, error("NOT NOW"));
        }
        let payment = self.payments.iter().find(|payment| payment.id == id).unwrap();
        let late = payment.late(self.clock.now());
        let shown = show(payment, sight, late, self.arrived);
        let first = if sight == Sight::Whole { payment.versions.len() - 1 } else { late };
        if let Err(problem) = sight::check(&payment.versions[first..], &shown) {
            self.problem.get_or_insert(problem);
        }
        Reply::Kept(200, shown)
    }

    fn change(&mut self, id: &str, change: Change) -> Reply {
        let fate = self
            .call
            .as_mut()
            .map_or(Fate::Done, |call| std::mem::replace(&mut call.fate, Fate::Done));
        let at = self.clock.now();
        self.serial += 1;
        let request_id = format!("r{}", self.serial);
        let payment = self.payments.iter_mut().find(|payment| payment.id == id).unwrap();
        match fate {
            Fate::LostOnTheWay => return Reply::Raw(String::new()),
            Fate::IsLimited => return Reply::Kept(429, error("SLOW DOWN")),
            Fate::IsUnavailable => return Reply::Kept(503, error("UNAVAILABLE")),
            _ if !payment.permits(&change) => return Reply::Kept(400, error("NOT PERMITTED")),
            _ => {}
        }
        self.seen.fates.extend([fate, Fate::LostOnTheWay, Fate::IsLimited, Fate::IsUnavailable]);
        *self.seen.kinds.entry(change.kind).or_default() += 1;
        match fate {
            Fate::FailsAtTheProvider => payment.fail(at, &change),
            Fate::Accepted | Fate::AcceptedAndLost => {
                payment.accept(at, change, Some(request_id.clone()));
            }
            Fate::AcceptedWithoutId => payment.accept(at, change, None),
            _ => payment.carry_out(at, &change, change.event(change.kind, true)),
        }
        let body = payment.json(payment.now(), payment.now());
        match fate {
            Fate::DoneAndLost | Fate::AcceptedAndLost => Reply::Raw(String::new()),
            Fate::DoneAndUnavailable => Reply::Kept(503, error("UNAVAILABLE")),
            Fate::Accepted => accepted(&body, &format!("event-request-id: {request_id}\r\n")),
            Fate::AcceptedWithoutId => accepted(&body, ""),
            _ => Reply::Kept(200, body),
        }
    }
}

impl Session {
    fn json(&self) -> Value {
        let mut session = json!({
            "id": self.id, "configuration": {}, "url": {"return_url": "https://example.com/thanks"},
            "order": {"amount": AMOUNT, "currency": "NOK", "merchant_reference": REFERENCE},
        });
        if let Some(id) = &self.transaction_id {
            session["transaction_id"] = id.as_str().into();
        }
        if self.is_cancelled {
            session["cancelled_at"] = "2026-11-27T12:00:00Z".into();
        }
        session
    }
}

fn accepted(body: &Value, header: &str) -> Reply {
    let headers = format!("content-type: application/json\r\n{header}");
    Reply::Bytes { status: 202, headers, body: body.to_string().into_bytes() }
}

fn name(kind: OperationKind) -> &'static str {
    match kind {
        OperationKind::Capture => "CAPTURE",
        OperationKind::Refund => "REFUND",
        _ => "VOID",
    }
}
