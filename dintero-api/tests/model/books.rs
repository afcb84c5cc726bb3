//! A small model of Dintero: its sessions, and its transactions in their current and recent versions.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use dintero_api::client::Clock;
use proptest::prelude::*;
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::clock::ModelClock;
use crate::payment::{AMOUNT, Change, Payment, REFERENCE};
use crate::schedule::{Call, FATES, Fate, SIGHTS, Sight};
use crate::server::{Reply, Request, is_token};
use crate::sight::{self, error, show};

pub(crate) struct Dintero {
    clock: Arc<ModelClock>,
    /// The number in the last id. Ids are unique across schedules, because the client remembers recent operations.
    serial: usize,
    sessions: Vec<Session>,
    pub(crate) payments: Vec<Payment>,
    /// What the schedule chose for the current call.
    call: Option<Call>,
    sights: VecDeque<Sight>,
    arrived: usize,
    create_is_lost: bool,
    /// Notified when the shop's process must end.
    pub(crate) crash: Arc<Notify>,
    problem: Option<TestCaseError>,
    pub(crate) seen: Seen,
}

struct Session {
    id: String,
    is_cancelled: bool,
    transaction_id: Option<String>,
}

/// What has happened in all schedules so far.
#[derive(Default)]
pub(crate) struct Seen {
    fates: BTreeSet<Fate>,
    sights: BTreeSet<Sight>,
    kinds: BTreeMap<&'static str, usize>,
    pub(crate) crashes: usize,
    pub(crate) duplicates: usize,
    pub(crate) found: usize,
    pub(crate) in_part: usize,
}

impl Seen {
    pub(crate) fn assert_all(&self) {
        assert_eq!((self.fates.len(), self.sights.len()), (FATES.len(), SIGHTS.len()));
        assert_eq!(self.kinds.len(), 3, "{:?}", self.kinds);
        let counts = [self.crashes, self.duplicates, self.found, self.in_part];
        assert!(counts.iter().all(|count| *count > 0), "{counts:?}");
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

    /// Sets what happens to the next requests.
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

    /// Makes the shopper pay a session, if the session is neither cancelled nor paid.
    pub(crate) fn pay(&mut self, index: usize) {
        self.serial += 1;
        let (id, at) = (format!("T12345678.t{}", self.serial), self.clock.now());
        let Some(session) = self.sessions.get_mut(index) else { return };
        if session.is_cancelled || session.transaction_id.is_some() {
            return;
        }
        session.transaction_id = Some(id.clone());
        self.payments.push(Payment::authorized(id, at));
    }

    pub(crate) fn finish(&mut self, succeeds: bool) {
        let at = self.clock.now();
        self.payments.iter_mut().for_each(|payment| payment.finish(at, succeeds));
    }

    pub(crate) fn respond(&mut self, request: &Request) -> Reply {
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
        self.seen.fates.insert(fate);
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
        *self.seen.kinds.entry(change.kind).or_default() += 1;
        match fate {
            Fate::FailsAtTheProvider => payment.fail(at, &change),
            Fate::Accepted | Fate::AcceptedAndLost => {
                payment.accept(at, change, Some(request_id.clone()));
            }
            Fate::AcceptedWithoutId => payment.accept(at, change, None),
            Fate::DoneInPart if change.amount > 1 => payment.carry_out_in_part(at, &change),
            _ => payment.carry_out(at, &change, change.event(change.kind, true)),
        }
        let body = payment.json(payment.now(), payment.now());
        match fate {
            Fate::DoneAndLost | Fate::AcceptedAndLost => Reply::Raw(String::new()),
            Fate::DoneAndUnavailable => Reply::Kept(503, error("UNAVAILABLE")),
            Fate::DoneAndLimited => Reply::Kept(429, error("SLOW DOWN")),
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
