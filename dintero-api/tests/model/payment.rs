//! A transaction in the books: its money, its events, and its recent versions.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use dintero_api::{OperationKind, PaymentState};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::server::Request;

pub(crate) const REFERENCE: &str = "order-1";
/// A line of three units whose amount does not divide evenly, another line, and shipping.
pub(crate) const LINES: [(&str, i64, i64); 3] =
    [("1", 10000, 3), ("2", 5000, 1), ("post", 4900, 1)];
pub(crate) const AMOUNT: i64 = 19900;

/// How long a read may still show an older version.
const LAG: Duration = Duration::from_millis(1500);

/// A transaction.
pub(crate) struct Payment {
    pub(crate) id: String,
    pub(crate) versions: Vec<Version>,
    accepted: Vec<Accepted>,
    /// How many times money moved, by kind and reference.
    moved: BTreeMap<(&'static str, String), usize>,
    /// The captured amount of each line.
    lines: BTreeMap<String, i64>,
    /// References of changes that were ever accepted or carried out.
    known: BTreeSet<(&'static str, String)>,
    /// References of changes that moved only a part of their amount.
    in_part: BTreeSet<(&'static str, String)>,
}

/// A version of a transaction, and the time from which it is current.
#[derive(Clone)]
pub(crate) struct Version {
    at: Instant,
    pub(crate) state: PaymentState,
    status: &'static str,
    events: Vec<Value>,
    captured: i64,
    refunded: i64,
    is_voided: bool,
    /// Whether a refund or a void is in progress or done.
    pub(crate) takes_back: bool,
}

/// A change that was accepted and has not finished yet.
#[derive(Clone)]
struct Accepted {
    change: Change,
    id: Option<String>,
}

#[derive(Clone)]
pub(crate) struct Change {
    pub(crate) kind: &'static str,
    reference: String,
    pub(crate) amount: i64,
    items: Value,
}

impl Version {
    /// Returns the authorized, captured and refunded amounts, and the amounts left to capture and to refund.
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
    pub(crate) fn authorized(id: String, at: Instant) -> Self {
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
        Self {
            id,
            versions: vec![version],
            accepted: Vec::new(),
            moved: BTreeMap::new(),
            lines: BTreeMap::new(),
            known: BTreeSet::new(),
            in_part: BTreeSet::new(),
        }
    }

    pub(crate) fn now(&self) -> &Version {
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

    /// Returns the index of the oldest version that a read may still show.
    pub(crate) fn late(&self, now: Instant) -> usize {
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

    /// Returns whether Dintero permits the change.
    pub(crate) fn permits(&self, change: &Change) -> bool {
        let is_accepted = |kind| self.accepted.iter().any(|accepted| accepted.change.kind == kind);
        match change.kind {
            "VOID" => self.left("CAPTURE") > 0 && !is_accepted("CAPTURE") && !is_accepted("VOID"),
            kind => change.amount <= self.left(kind) && !(kind == "CAPTURE" && is_accepted("VOID")),
        }
    }

    /// Returns whether a change with this reference was ever accepted or carried out, and how many times it was carried
    /// out.
    pub(crate) fn count(&self, kind: OperationKind, reference: &str) -> (bool, usize) {
        let key = (name(kind), reference.to_owned());
        (self.known.contains(&key), self.moved.get(&key).copied().unwrap_or_default())
    }

    /// Returns whether a change with this reference moved only a part of its amount.
    pub(crate) fn is_in_part(&self, kind: OperationKind, reference: &str) -> bool {
        self.in_part.contains(&(name(kind), reference.to_owned()))
    }

    /// Returns how many accepted changes have not finished, and how many changes were carried out. Neither number may
    /// change without a request.
    pub(crate) fn fingerprint(&self) -> (usize, usize) {
        (self.accepted.len(), self.moved.values().sum())
    }

    pub(crate) fn has_money(&self) -> bool {
        let [_, _, _, to_capture, to_refund] = self.now().figures();
        to_capture > 0 || to_refund > 0
    }

    pub(crate) fn check(&self) -> Result<(), TestCaseError> {
        let now = self.now();
        prop_assert!(now.captured <= AMOUNT && now.refunded <= now.captured, "{:?}", now.events);
        for (change, times) in &self.moved {
            prop_assert!(*times == 1, "{change:?} moved money {times} times: {:#?}", now.events);
        }
        for (id, amount, _) in LINES {
            let captured = self.lines.get(id).copied().unwrap_or_default();
            prop_assert!(
                captured <= amount,
                "{captured} of {amount} is captured on line {id}: {:#?}",
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
        // The status in a correction is the one after the operation, too.
        if let Some(correction) = event.get_mut("correction") {
            correction["status"] = version.status.into();
        }
        // Some providers omit the `transaction_status` of an event.
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

    pub(crate) fn accept(&mut self, at: Instant, change: Change, id: Option<String>) {
        let mut event = change.event(&format!("INITIATE_{}", change.kind), true);
        if let Some(id) = &id {
            event["request_id"] = id.as_str().into();
        }
        self.known.insert((change.kind, change.reference.clone()));
        self.accepted.push(Accepted { change, id });
        self.add(at, event, |_| ());
    }

    pub(crate) fn fail(&mut self, at: Instant, change: &Change) {
        let mut event = change.event(change.kind, false);
        event["error"] = json!({"message": "no"});
        self.add(at, event, |_| ());
    }

    pub(crate) fn carry_out(&mut self, at: Instant, change: &Change, event: Value) {
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

    /// Moves half of the amount. The event has the requested amount, and a correction with the amounts that remain. It
    /// does not show how much of each line was captured.
    pub(crate) fn carry_out_in_part(&mut self, at: Instant, change: &Change) {
        let mut event = change.event(change.kind, false);
        let key = (change.kind, change.reference.clone());
        self.in_part.insert(key);
        let part = Change { amount: change.amount / 2, items: Value::Null, ..change.clone() };
        let [_, captured, refunded, to_capture, _] = self.now().figures();
        let (captured, refunded, to_capture) = match change.kind {
            "CAPTURE" => (captured + part.amount, refunded, to_capture - part.amount),
            _ => (captured, refunded + part.amount, to_capture),
        };
        event["correction"] = json!({
            "remaining_capture_amount": to_capture, "remaining_refund_amount": captured - refunded,
            "remaining_void_amount": to_capture,
        });
        self.carry_out(at, &part, event);
    }

    /// Finishes all accepted changes. The event of a result has either only the id, or the reference and the amount.
    pub(crate) fn finish(&mut self, at: Instant, succeeds: bool) {
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
    pub(crate) fn of(kind: &'static str, request: &Request) -> Self {
        let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let reference = body[format!("{}_reference", kind.to_lowercase())].as_str();
        Self {
            kind,
            reference: reference.unwrap_or_default().to_owned(),
            amount: body["amount"].as_i64().unwrap_or_default(),
            items: body["items"].clone(),
        }
    }

    pub(crate) fn event(&self, name: &str, success: bool) -> Value {
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

fn name(kind: OperationKind) -> &'static str {
    match kind {
        OperationKind::Capture => "CAPTURE",
        OperationKind::Refund => "REFUND",
        _ => "VOID",
    }
}
