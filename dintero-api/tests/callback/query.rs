//! Tests reading the queries of callback URLs and return URLs. Also tests reading callback queries as the generated
//! query types.

use dintero_api::callback::{CallbackQuery, PaymentError, ReturnQuery};
use dintero_api::types::{
    SessionCallbackQuery, SessionWithTransactionCallbackQuery, Transaction, TransactionEventEvent,
    TransactionStatus,
};

const WHOLE: &str = "order=17&method=POST&includes=session&report_error=true&report_event=REFUND&report_event=VOID\
    &transaction_id=T1.x&session_id=T1.s&merchant_reference=Kari+%26+Ola%2F17&time=2026-03-01T12%3A00%3A00.123Z\
    &error=failed&event=REFUND&event_id=2";

fn read(query: &str) -> CallbackQuery {
    CallbackQuery::from_query(query).expect("it can be read")
}

#[test]
fn whole_query_is_read_as_the_documents_type_reads_it() {
    let query = read(WHOLE);
    assert_eq!(query.merchant_reference, "Kari & Ola/17");
    assert_eq!(query.transaction_id.as_deref(), Some("T1.x"));
    assert_eq!(query.session_id.as_deref(), Some("T1.s"));
    assert_eq!(query.time.map(|time| time.as_millisecond()), Some(1_772_366_400_123));
    assert_eq!(query.error, Some(PaymentError::Failed));
    assert_eq!(query.event, Some(TransactionEventEvent::Refund));
    assert_eq!(query.event_id.as_deref(), Some("2"));
    let documented = SessionCallbackQuery::from_query(WHOLE).expect("it can be read");
    assert_eq!(CallbackQuery::from(documented), query);
    let documented =
        SessionWithTransactionCallbackQuery::from_query(WHOLE).expect("it can be read");
    assert_eq!(documented.includes.as_deref(), Some("session"));
}

/// Dintero's API document requires the parameter `includes`, but Dintero sends it only if the shop asks for the
/// session.
#[test]
fn post_without_session_is_read() {
    let query = read("method=POST&merchant_reference=17&transaction_id=T1.x&session_id=T1.s");
    assert_eq!((query.error, query.event, query.time), (None, None, None));
}

#[test]
fn session_has_one_name_or_the_other() {
    for query in ["session_id=T1.s", "sid=T1.s", "session_id=&sid=T1.s"] {
        let query = read(&format!("merchant_reference=17&{query}"));
        assert_eq!(query.session_id.as_deref(), Some("T1.s"));
    }
}

/// A refused callback is lost, so a callback with invalid values is accepted, and those values are ignored.
#[test]
fn only_the_reference_is_required() {
    let query = read("merchant_reference=17&transaction_id=&time=yesterday&error=&event=&event_id");
    let CallbackQuery { transaction_id, session_id, time, error, event, event_id, .. } = query;
    assert_eq!((transaction_id, session_id, event_id), (None, None, None));
    assert_eq!((time, error, event), (None, None, None));
    let error = CallbackQuery::from_query("transaction_id=T1.hunter2").expect_err("no reference");
    assert_eq!(error.to_string(), "`merchant_reference` is missing");
}

/// Dintero appends its parameters to those of the shop's URL, so the last of several equal parameters is Dintero's.
#[test]
fn the_last_of_repeated_parameters_wins() {
    assert_eq!(read("merchant_reference=mine&merchant_reference=17").merchant_reference, "17");
}

#[test]
fn new_errors_and_events_are_kept() {
    let query = read("merchant_reference=17&error=capture&event=CHARGEBACK");
    let error = query.error.expect("the query has an error");
    assert!(matches!(&error, PaymentError::Other(_)));
    assert_eq!(error.as_str(), "capture");
    assert_eq!(query.event.map(|event| event.to_string()).as_deref(), Some("CHARGEBACK"));
    for (text, error) in [
        ("cancelled", PaymentError::Cancelled),
        ("authorization", PaymentError::Authorization),
        ("failed", PaymentError::Failed),
    ] {
        assert_eq!((PaymentError::from(text), error.as_str()), (error.clone(), text));
    }
}

#[test]
fn return_url_is_read() {
    let paid = ReturnQuery::from_query("order=17&merchant_reference=order+17&transaction_id=T1.x");
    let paid = paid.expect("it can be read");
    assert_eq!(paid.merchant_reference, "order 17");
    assert_eq!((paid.transaction_id.as_deref(), paid.error), (Some("T1.x"), None));
    let given_up = ReturnQuery::from_query("merchant_reference=17&error=cancelled");
    let given_up = given_up.expect("it can be read");
    assert_eq!((given_up.transaction_id, given_up.error), (None, Some(PaymentError::Cancelled)));
    ReturnQuery::from_query("error=cancelled").expect_err("there is no reference");
}

#[test]
fn repeated_calls_have_one_key_and_different_ones_different_keys() {
    let paid = "merchant_reference=17&transaction_id=T1.x&session_id=T1.s";
    let authorized = Some(TransactionStatus::Authorized);
    let on_hold = Some(TransactionStatus::OnHold);
    let given_up = "merchant_reference=a%26b&session_id=T1.s&error=cancelled";
    let event = |id| format!("{paid}&event=CAPTURE&event_id={id}");
    let keys = [
        (paid, &on_hold, "transaction_id=T1.x&status=ON_HOLD"),
        (paid, &authorized, "transaction_id=T1.x&status=AUTHORIZED"),
        (&event(2), &authorized, "transaction_id=T1.x&event=CAPTURE&event_id=2"),
        (&event(3), &authorized, "transaction_id=T1.x&event=CAPTURE&event_id=3"),
        (given_up, &None, "merchant_reference=a%26b&session_id=T1.s&error=cancelled"),
    ];
    for (query, status, key) in keys {
        let first = read(&format!("{query}&time=2026-03-01T12%3A00%3A00Z"));
        assert_eq!(first.deduplication_key(status.as_ref()).as_deref(), Some(key));
        let again = read(&format!("{query}&time=2026-03-01T12%3A05%3A00Z&method=GET"));
        assert_eq!(again.deduplication_key(status.as_ref()).as_deref(), Some(key));
    }
    // The deduplication key of an event stays the same when the transaction changes later.
    let captured = Some(&TransactionStatus::Captured);
    assert_eq!(read(&event(2)).deduplication_key(captured).as_deref(), Some(keys[2].2));
}

/// Two partial captures without event ids have the same query and transaction status, so no key could distinguish them.
#[test]
fn events_without_an_id_have_no_key() {
    for event in ["CAPTURE", "REFUND", "VOID", "CHARGEBACK"] {
        for rest in ["", "&event_id=", "&time=2026-03-01T12%3A00%3A00Z"] {
            let query = format!("merchant_reference=17&transaction_id=T1.x&event={event}{rest}");
            let partly = TransactionStatus::PartiallyCaptured;
            assert_eq!(read(&query).deduplication_key(Some(&partly)), None, "{query}");
            assert_eq!(read(&query).deduplication_key(None), None, "{query}");
        }
    }
}

/// A parameter value that a customer controls cannot imitate the key of another callback.
#[test]
fn keys_cannot_be_forged_by_values() {
    let one = read("merchant_reference=17%26error%3Dfailed").deduplication_key(None);
    let other = read("merchant_reference=17&error=failed").deduplication_key(None);
    assert_ne!(one, other);
}

#[test]
fn body_of_a_post_is_the_transaction_which_hides_personal_data() {
    let body = r#"{"id": "T1.x", "status": "AUTHORIZED", "amount": 100, "currency": "NOK",
        "payment_product": "vipps", "payment_product_type": "vipps", "customer_ip": "203.0.113.7",
        "billing_address": {"first_name": "Kari", "email": "kari@example.com"}}"#;
    let transaction: Transaction = serde_json::from_str(body).expect("it can be read");
    assert_eq!(transaction.status, Some(TransactionStatus::Authorized));
    let shown = format!("{transaction:?}");
    for personal in ["203.0.113.7", "Kari", "kari@example.com"] {
        assert!(!shown.contains(personal), "{shown}");
    }
}
