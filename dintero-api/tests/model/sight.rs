//! Defines how a read shows a transaction (complete, outdated or partial), and what the client may report in each case.

use dintero_api::types::Transaction;
use dintero_api::{OperationKind, OperationState, PaymentState};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::payment::{Payment, Version};
use crate::schedule::Sight;

/// Returns the transaction as a read shows it. `late` is the index of the version that an outdated read shows.
pub(crate) fn show(payment: &Payment, sight: Sight, late: usize, pick: usize) -> Value {
    let now = payment.versions.len() - 1;
    let (status, events) = match sight {
        Sight::Late => (late, late),
        Sight::LateEvents => (now, late),
        Sight::LateStatus => (late, now),
        _ => (now, now),
    };
    let mut shown = payment.json(&payment.versions[status], &payment.versions[events]);
    let fields: &[&str] = match sight {
        // With status AUTHORIZED, a transaction without these events would look like a complete payment without
        // captures.
        Sight::WithoutMoney if shown["status"] != "AUTHORIZED" => {
            shown["events"].as_array_mut().unwrap().truncate(1);
            return shown;
        }
        Sight::WithoutAmount => &["amount"],
        Sight::WithoutSuccess => &["success"],
        Sight::WithoutKind => &["event"],
        Sight::WithoutReferences => &["event_reference"],
        Sight::WithoutItems => &["items"],
        Sight::WithoutEvents => {
            shown.as_object_mut().unwrap().remove("events");
            return shown;
        }
        Sight::WithoutStatus => {
            shown.as_object_mut().unwrap().remove("status");
            return shown;
        }
        _ => return shown,
    };
    let all = matches!(sight, Sight::WithoutReferences | Sight::WithoutItems);
    let events = shown["events"].as_array_mut().unwrap();
    // The first event is the authorization, which has no amount.
    let picked = 1 + pick % (events.len() - 1).max(1);
    for (index, event) in events.iter_mut().enumerate().skip(1) {
        if all || index == picked {
            event.as_object_mut().unwrap().retain(|name, _| !fields.contains(&name.as_str()));
        }
    }
    shown
}

/// Checks that the client's report about the shown transaction is "unknown", or matches one of `versions`.
pub(crate) fn check(versions: &[Version], shown: &Value) -> Result<(), TestCaseError> {
    let transaction: Transaction = serde_json::from_value(shown.clone()).unwrap();
    let outcome = transaction.outcome();
    let is_known = |version: &Version| !matches!(version.state, PaymentState::Unknown(_));
    if !matches!(outcome.state, PaymentState::Unknown(_)) {
        let reported = versions.iter().any(|version| version.state == outcome.state);
        prop_assert!(reported && versions.iter().all(is_known), "{:?} of {shown:#}", outcome.state);
    }
    if let Some(amounts) = outcome.amounts {
        let reported = [
            amounts.authorized,
            amounts.captured,
            amounts.refunded,
            amounts.remaining_capture,
            amounts.remaining_refund,
        ]
        .map(|amount| amount.get());
        let is_reported = versions.iter().any(|version| version.figures() == reported);
        prop_assert!(is_reported, "{reported:?} of {shown:#}");
    }
    // The shop must not ship if a refund or void is in progress or done in every version that the read may show.
    let taken_back = versions.iter().all(|version| version.takes_back);
    prop_assert!(!(taken_back && outcome.may_ship()), "{shown:#}");
    prop_assert!(!(shown["events"].is_null() && outcome.may_ship()), "{shown:#}");
    Ok(())
}

/// Returns whether the client reports an operation with this reference as done.
pub(crate) fn is_done(transaction: &Transaction, kind: OperationKind, reference: &str) -> bool {
    transaction.operations().iter().any(|operation| {
        operation.kind == kind
            && operation.state == OperationState::Done
            && (kind == OperationKind::Void || operation.reference == Some(reference))
    })
}

pub(crate) fn error(code: &str) -> Value {
    json!({"error": {"code": code, "message": "as the schedule says"}})
}
