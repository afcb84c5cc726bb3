//! Tests that guarded calls of one process on the same transaction take turns, and that no call waits for a future that
//! is not being polled.

use std::future::poll_fn;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::{Duration, Instant};

use dintero_api::Client;
use dintero_api::client::{BoxFuture, Clock, GuardError, GuardedChange, MadeBy};
use dintero_api::types::CaptureTransactionRequest;
use serde_json::json;
use tokio::runtime::Runtime;
use tokio::sync::Notify;

use crate::dintero::{AMOUNT, Dintero, Does, ID, builder, client, token_reply, transaction_json};
use crate::server::{Reply, Server, is_token};

const LONG: Duration = Duration::from_secs(30);

fn capture(amount: i64, reference: &str) -> CaptureTransactionRequest {
    CaptureTransactionRequest::new(amount).capture_reference(reference)
}

async fn capture_once(client: &Client) -> Result<MadeBy, GuardError> {
    let call = client.transactions().capture_once(ID, capture(AMOUNT, "shipment-1"));
    call.await.map(|change| change.made_by())
}

/// Calls with the same reference are made at the same moment: ten in separate tasks, on clones of the client, and two
/// in one task.
#[tokio::test]
async fn calls_with_one_reference_send_one_request() {
    for does in [Does::Acts, Does::ActsAndIsLost, Does::Accepts("r1"), Does::AcceptsNamelessly] {
        let dintero = Dintero::in_real_time([does]).await;
        let tasks: Vec<_> = (0..10)
            .map(|_| {
                let client = dintero.client.clone();
                tokio::spawn(async move { capture_once(&client).await })
            })
            .collect();
        let mut made = Vec::new();
        for task in tasks {
            made.push(task.await.unwrap().unwrap());
        }
        let by_this = made.iter().filter(|by| **by == MadeBy::ThisCall).count();
        assert_eq!((by_this, dintero.sent().len()), (1, 1), "{does:?}");

        let dintero = Dintero::in_real_time([does]).await;
        let (one, other) =
            tokio::join!(capture_once(&dintero.client), capture_once(&dintero.client));
        assert!(one.is_ok() && other.is_ok(), "{does:?}");
        assert_eq!(dintero.sent().len(), 1, "{does:?}");
    }
}

/// Each call checks the amount that remains after the previous capture, so if two captures together exceed
/// the transaction's amount, only one of them is sent.
#[tokio::test]
async fn calls_with_different_references_see_each_other() {
    let dintero = Dintero::in_real_time([]).await;
    let transactions = dintero.client.transactions();
    let (one, other) = tokio::join!(
        transactions.capture_once(ID, capture(20000, "a")).send(),
        transactions.capture_once(ID, capture(20000, "b")).send(),
    );
    assert!(one.is_ok() && other.is_err(), "{other:?}");
    assert_eq!(dintero.sent().len(), 1);
}

/// Polls a future once, as `select!` does when another branch is ready.
async fn poll_once<F: Future + Unpin>(mut future: F) -> F {
    poll_fn(|context| {
        assert!(std::pin::Pin::new(&mut future).poll(context).is_pending());
        Poll::Ready(())
    })
    .await;
    future
}

/// The first call is kept but no longer polled; the second call neither hangs nor captures again.
#[tokio::test]
async fn call_that_is_no_longer_polled_blocks_no_other_call() {
    let dintero = Dintero::in_real_time([]).await;
    let transactions = dintero.client.transactions();
    let kept = poll_once(transactions.capture_once(ID, capture(AMOUNT, "shipment-1")).send()).await;
    let second = tokio::time::timeout(LONG, capture_once(&dintero.client)).await;
    assert!(second.expect("the call does not hang").is_ok());
    assert!(matches!(kept.await, Ok(GuardedChange::Done { .. })));
    assert_eq!(dintero.sent().len(), 1);
}

/// The caller drops the call before it completes. The call continues in its own task, and the next call finds the
/// capture.
#[tokio::test]
async fn dropped_call_continues() {
    let captured = Arc::new(AtomicUsize::new(0));
    let (arrived, go_on) = (Arc::new(Notify::new()), Arc::new(AtomicUsize::new(0)));
    let server = {
        let (captured, arrived, go_on) = (captured.clone(), arrived.clone(), go_on.clone());
        Server::start(move |request, _| {
            if is_token(request) {
                return token_reply();
            }
            let done = |count: usize| match count {
                0 => transaction_json("AUTHORIZED", &json!([])),
                _ => transaction_json(
                    "CAPTURED",
                    &json!([{"event": "CAPTURE", "success": true,
                    "amount": AMOUNT, "event_reference": "shipment-1"}]),
                ),
            };
            if request.method == "GET" {
                return Reply::json(200, &done(captured.load(Ordering::SeqCst)));
            }
            arrived.notify_one();
            let count = captured.fetch_add(1, Ordering::SeqCst) + 1;
            let late = if go_on.load(Ordering::SeqCst) == 0 { 300 } else { 0 };
            let reply = Reply::json(200, &done(count));
            Reply::Late(Duration::from_millis(late), Box::new(reply))
        })
        .await
    };
    let client = builder(&server).build().unwrap();
    let call = client.transactions().capture_once(ID, capture(AMOUNT, "shipment-1"));
    // The call is dropped while Dintero processes the request.
    tokio::select! {
        result = call.send() => panic!("{result:?}"),
        () = arrived.notified() => {}
    }
    go_on.store(1, Ordering::SeqCst);
    assert_eq!(capture_once(&client).await.unwrap(), MadeBy::AnotherCall);
    assert_eq!(captured.load(Ordering::SeqCst), 1);
}

/// A clock that runs in real time, and that a test can also advance.
#[derive(Debug, Default)]
struct AheadClock(Mutex<Duration>);

impl Clock for AheadClock {
    fn now(&self) -> Instant {
        Instant::now() + *self.0.lock().unwrap()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        Box::pin(tokio::time::sleep(duration))
    }

    fn jitter(&self, longest: Duration) -> Duration {
        longest
    }
}

/// Dintero is still processing the capture when the client no longer remembers the request.
#[tokio::test]
async fn call_waits_for_a_slow_one() {
    let (clock, arrived, released) =
        (Arc::new(AheadClock::default()), Arc::new(Notify::new()), Arc::new(AtomicUsize::new(0)));
    let server = {
        let (arrived, released) = (arrived.clone(), released.clone());
        Server::start(move |request, _| {
            let captured = json!([{"event": "CAPTURE", "success": true, "amount": AMOUNT, "event_reference": "shipment-1"}]);
            if is_token(request) {
                return token_reply();
            }
            if request.method == "GET" {
                let is_captured = released.load(Ordering::SeqCst) > 0;
                let (status, events) =
                    if is_captured { ("CAPTURED", captured) } else { ("AUTHORIZED", json!([])) };
                return Reply::json(200, &transaction_json(status, &events));
            }
            arrived.notify_one();
            while released.load(Ordering::SeqCst) == 0 {
                std::thread::sleep(Duration::from_millis(5));
            }
            Reply::json(200, &transaction_json("CAPTURED", &captured))
        })
    };
    let host = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build();
    let host = host.unwrap();
    let server = host.spawn(server).await.unwrap();
    let client = builder(&server).clock(clock.clone()).build().unwrap();
    let spawn = || {
        let client = client.clone();
        tokio::spawn(async move { capture_once(&client).await })
    };
    let slow = spawn();
    arrived.notified().await;
    *clock.0.lock().unwrap() += Duration::from_secs(30);
    let other = spawn();
    tokio::time::sleep(Duration::from_millis(200)).await;
    released.store(1, Ordering::SeqCst);
    assert_eq!(slow.await.unwrap().unwrap(), MadeBy::ThisCall);
    assert_eq!(other.await.unwrap().unwrap(), MadeBy::AnotherCall);
    assert_eq!(server.calls().iter().filter(|call| call.method == "POST").count(), 1);
    host.shutdown_background();
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

/// Starts a server that runs on its own runtime and never responds to the first read.
fn serve_forever() -> (Runtime, Server) {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let host = builder.worker_threads(1).enable_all().build().unwrap();
    let captured = json!([{"event": "CAPTURE", "success": true, "amount": AMOUNT, "event_reference": "shipment-1"}]);
    let server = host.block_on(Server::start(move |request, before| {
        if is_token(request) {
            token_reply()
        } else if before == 1 {
            Reply::Hang(String::new())
        } else if request.method == "GET" {
            Reply::json(200, &transaction_json("AUTHORIZED", &json!([])))
        } else {
            Reply::json(200, &transaction_json("CAPTURED", &captured))
        }
    }));
    (host, server)
}

/// Begins a call on this runtime, and drives the runtime until the call waits for its first read.
fn begin(runtime: &Runtime, client: &Client) {
    runtime.block_on(async {
        let call = tokio::time::timeout(Duration::from_millis(300), capture_once(client));
        assert!(call.await.is_err());
    });
}

/// If several runtimes share a client, a runtime that shuts down releases its turn.
#[test]
fn runtime_that_shuts_down_releases_its_turn() {
    let (host, server) = serve_forever();
    let client = builder(&server).build().unwrap();
    let first = runtime();
    begin(&first, &client);
    first.shutdown_background();
    let made =
        runtime().block_on(async { tokio::time::timeout(LONG, capture_once(&client)).await });
    assert_eq!(made.expect("the call does not hang").unwrap(), MadeBy::ThisCall);
    assert_eq!(server.calls().iter().filter(|call| call.method == "POST").count(), 1);
    host.shutdown_background();
}

/// While a runtime that is not being driven has the turn, other calls wait for a minute, which this clock skips, and
/// then fail.
#[test]
fn runtime_that_is_not_driven_does_not_block_others_forever() {
    let (host, server) = serve_forever();
    let client = client(&server);
    let first = runtime();
    begin(&first, &client);
    let error = runtime().block_on(capture_once(&client)).unwrap_err();
    assert!(matches!(error, GuardError::Busy) && !error.maybe_sent(), "{error:?}");
    drop(first);
    assert!(runtime().block_on(capture_once(&client)).is_ok());
    host.shutdown_background();
}
