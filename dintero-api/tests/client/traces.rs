//! Tests what the `tracing` feature logs about a call, and defines a subscriber that records the output of every crate.

use std::cell::RefCell;
use std::fmt::{Debug, Write as _};
use std::sync::Once;
use std::sync::atomic::{AtomicU64, Ordering};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use super::*;

thread_local! {
    static KEPT: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Returns the result of `run`, and everything that any crate logs on this thread while `run` executes: spans, fields
/// and events of every level, as text, one per line.
///
/// The subscriber is global and stays installed. If each test had its own subscriber, one test could disable another
/// test's events.
pub(crate) fn logged<T>(run: impl FnOnce() -> T) -> (T, String) {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        tracing::subscriber::set_global_default(Keeper { spans: AtomicU64::new(1) }).unwrap();
    });
    KEPT.set(Some(String::new()));
    let result = run();
    (result, KEPT.take().unwrap())
}

fn keep(what: &str, record: impl FnOnce(&mut dyn Visit)) {
    KEPT.with_borrow_mut(|kept| {
        let Some(kept) = kept else { return };
        let mut fields = Fields(String::new());
        record(&mut fields);
        writeln!(kept, "{what}{}", fields.0).unwrap();
    });
}

struct Keeper {
    spans: AtomicU64,
}

impl Subscriber for Keeper {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        keep(&what(span.metadata()), |fields| span.record(fields));
        Id::from_u64(self.spans.fetch_add(1, Ordering::SeqCst))
    }

    fn record(&self, _: &Id, record: &Record<'_>) {
        keep("-", |fields| record.record(fields));
    }

    fn event(&self, event: &Event<'_>) {
        keep(&what(event.metadata()), |fields| event.record(fields));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

fn what(metadata: &Metadata<'_>) -> String {
    let module = metadata.target().split(':').next().unwrap();
    let name = if metadata.is_span() { metadata.name() } else { "event" };
    format!("{module} {} {name}", metadata.level())
}

struct Fields(String);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {field}={value:?}").unwrap();
    }
}

#[test]
fn call_is_logged_without_its_content() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let ((), text) = logged(|| runtime.block_on(two_calls()));
    let own: Vec<_> = text
        .lines()
        .filter_map(|line| line.strip_prefix("dintero_api ").or(line.strip_prefix("- ")))
        .collect();
    assert_eq!(
        own,
        [
            r#"INFO dintero.call operation="sessions.get" method="GET" path="/sessions/{session_id}""#,
            r#"INFO dintero.call operation="auth.token" method="POST" path="/accounts/{oid}/auth/token""#,
            r#"DEBUG event message=attempt attempt=1 status=200 duration_ms=0"#,
            "attempts=1",
            "status=200",
            "duration_ms=0",
            r#"WARN event message=attempt will be retried attempt=1 status=503 request_id="r-1" duration_ms=0 wait_ms=2500"#,
            r#"WARN event message=attempt will be retried attempt=2 duration_ms=0 failure=no response from Dintero wait_ms=1000"#,
            r#"DEBUG event message=attempt attempt=3 status=200 duration_ms=0"#,
            "attempts=3",
            "status=200",
            "duration_ms=3500",
            r#"INFO dintero.call operation="sessions.create_from_profile" method="POST" path="/sessions-profile""#,
            r#"DEBUG event message=attempt attempt=1 status=404 duration_ms=0"#,
            "attempts=1",
            "status=404",
            "duration_ms=0",
            "error=`sessions.create_from_profile`: Dintero responded with 404 Not Found (NOT FOUND)",
        ],
        "{text}"
    );
    assert!(!text.contains("kari") && !text.contains("hunter2"), "{text}");
}

/// Makes a call that succeeds on its third attempt, and one that fails.
async fn two_calls() {
    let server = Server::start(|request, before| match before {
        _ if is_token(request) => token_reply(before),
        1 => Reply::Response {
            status: 503,
            headers: "x-request-id: r-1\r\nretry-after: 2\r\n",
            body: String::new(),
        },
        2 => Reply::Raw(String::new()),
        3 => Reply::json(200, &json!({"name": "kari"})),
        _ => Reply::json(404, &json!({"error": {"code": "NOT FOUND", "message": "kari"}})),
    })
    .await;
    let client = client(&server);
    get(&client).await.unwrap();
    create(&client, &json!({"name": "kari"})).await.unwrap_err();
}

/// Reads a transaction with an invalid country code, which is a descriptive field, and with metadata that has personal
/// data as its key.
async fn read_odd_address() {
    let server = Server::start(|request, before| match before {
        _ if is_token(request) => token_reply(before),
        _ => Reply::json(
            200,
            &json!({
                "payment_product": "swish", "payment_product_type": "swish.swish", "amount": 29990,
                "currency": "NOK", "billing_address": {"first_name": "kari", "country": "hunter2"},
                "shipping_option": {
                    "id": "home", "line_id": "home", "amount": 0, "title": "Home", "operator": "Bring",
                    "metadata": {"kari@example.com": null},
                },
            }),
        ),
    })
    .await;
    let response = client(&server).transactions().get("T1").send().await.unwrap();
    assert_eq!(response.unread().len(), 2);
}

#[test]
fn unreadable_fields_are_logged_by_path_only() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let ((), text) = logged(|| runtime.block_on(read_odd_address()));
    let logged: Vec<_> = text.lines().filter(|line| line.contains("unread")).collect();
    assert_eq!(
        logged,
        [
            r#"dintero_api WARN event message=a response has values that cannot be read operation="transactions.get" unread="billing_address.country, shipping_option.metadata[…]""#
        ],
        "{text}"
    );
    assert!(!text.contains("kari") && !text.contains("hunter2"), "{text}");
}
