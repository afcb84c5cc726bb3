//! What feature `tracing` tells of a call, and a subscriber that keeps everything any crate tells.

use std::fmt::{Debug, Write as _};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use super::*;

/// Keeps every span, field and event of every level, as text, one a line.
#[derive(Debug, Default, Clone)]
pub(crate) struct Kept(Arc<Mutex<String>>);

impl Kept {
    /// Returns a subscriber that writes here.
    pub(crate) fn subscriber(&self) -> impl Subscriber + use<> {
        Keeper { kept: self.clone(), spans: AtomicU64::new(1) }
    }

    pub(crate) fn text(&self) -> String {
        self.0.lock().unwrap().clone()
    }

    fn line(&self, what: &str, record: impl FnOnce(&mut dyn Visit)) {
        let mut fields = Fields(String::new());
        record(&mut fields);
        writeln!(self.0.lock().unwrap(), "{what}{}", fields.0).unwrap();
    }
}

struct Keeper {
    kept: Kept,
    spans: AtomicU64,
}

impl Subscriber for Keeper {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        self.kept.line(&what(span.metadata()), |fields| span.record(fields));
        Id::from_u64(self.spans.fetch_add(1, Ordering::SeqCst))
    }

    fn record(&self, _: &Id, record: &Record<'_>) {
        self.kept.line("-", |fields| record.record(fields));
    }

    fn event(&self, event: &Event<'_>) {
        self.kept.line(&what(event.metadata()), |fields| event.record(fields));
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

#[tokio::test]
async fn call_is_told_without_what_is_in_it() {
    let kept = Kept::default();
    let _guard = tracing::subscriber::set_default(kept.subscriber());
    let server = Server::start(|request, before| match before {
        _ if is_token(request) => token_reply(before),
        1 => Reply::Answer {
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

    let text = kept.text();
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
            r#"WARN event message=attempt will be repeated attempt=1 status=503 request_id="r-1" duration_ms=0 wait_ms=2500"#,
            r#"WARN event message=attempt will be repeated attempt=2 duration_ms=0 failure=no answer from Dintero wait_ms=1000"#,
            r#"DEBUG event message=attempt attempt=3 status=200 duration_ms=0"#,
            "attempts=3",
            "status=200",
            "duration_ms=3500",
            r#"INFO dintero.call operation="sessions.create_from_profile" method="POST" path="/sessions-profile""#,
            r#"DEBUG event message=attempt attempt=1 status=404 duration_ms=0"#,
            "attempts=1",
            "status=404",
            "duration_ms=0",
            "error=`sessions.create_from_profile`: Dintero answered 404 Not Found (NOT FOUND)",
        ],
        "{text}"
    );
    assert!(!text.contains("kari") && !text.contains("hunter2"), "{text}");
}
