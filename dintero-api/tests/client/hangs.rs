//! Tests that no call waits for a future that is not being polled, or for the renewal of a token that is still valid.
//!
//! In an earlier version, where the first call fetched the token inside its own future, each of these tests hung or
//! lost calls.

use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::StreamExt as _;

use super::*;

const fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

/// A time limit that is far longer than any of these tests takes, and far shorter than the client's own timeouts.
const TOO_LONG: Duration = Duration::from_secs(10);

async fn in_time<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(TOO_LONG, future).await.expect("the call hangs")
}

/// Polls a future for a moment, then stops polling it without dropping it.
async fn poll_for_a_moment(future: &mut (impl Future + Unpin)) {
    assert!(tokio::time::timeout(ms(50), future).await.is_err(), "the token arrived too early");
}

/// Starts a server that is slow to issue tokens, and whose lists are empty.
async fn slow_token() -> Server {
    Server::start(slow_token_reply).await
}

fn slow_token_reply(request: &Request, before: usize) -> Reply {
    if is_token(request) {
        Reply::Late(ms(500), Box::new(token_reply(before)))
    } else if request.target.contains("limit=") {
        Reply::json(200, &json!([]))
    } else {
        Reply::json(200, &json!({"id": "s1"}))
    }
}

#[tokio::test]
async fn abandoned_listing_blocks_no_other_call() {
    let server = slow_token().await;
    let client = client(&server);
    let transactions = client.transactions();
    let mut list = transactions.list_all(|list| list);
    poll_for_a_moment(&mut Box::pin(list.try_next())).await;
    let other = client.clone();
    tokio::spawn(async move { in_time(get(&other)).await }).await.unwrap().unwrap();
    // The abandoned listing can still be continued.
    assert!(in_time(list.try_next()).await.unwrap().is_none());
    assert_eq!((server.token_calls().len(), server.calls().len()), (1, 2));
}

#[tokio::test]
async fn call_that_is_no_longer_polled_blocks_no_other_call() {
    let server = slow_token().await;
    let client = client(&server);
    let mut slow = pin!(client.request(Method::GET, "/v1/slow").send::<Value>());
    poll_for_a_moment(&mut slow).await;
    in_time(get(&client)).await.unwrap();
    in_time(slow).await.unwrap();
    assert_eq!((server.token_calls().len(), server.calls().len()), (1, 2));
}

/// A batch job reads the transactions of a list four at a time, with another call in the body of the loop. Halfway
/// through, Dintero revokes the token, which affects both the buffered reads and the call in the body.
#[tokio::test]
async fn buffered_reads_do_not_block_the_body_of_their_loop() {
    let is_revoked = AtomicBool::new(false);
    let server = Server::start(move |request, before| {
        if is_token(request) {
            return Reply::Late(
                ms(if before == 0 { 0 } else { 300 }),
                Box::new(token_reply(before)),
            );
        }
        if request.target.contains("starting_after") {
            return Reply::json(200, &json!([]));
        }
        if request.target.contains("limit=") {
            let page: Value = (0..100).map(|number| transaction(&format!("T{number}"))).collect();
            return Reply::json(200, &page);
        }
        let is_old = request.header("authorization") == Some("Bearer token-0");
        if request.target.ends_with("/T50") {
            is_revoked.store(true, Ordering::SeqCst);
        }
        let is_on_its_way = request.target.ends_with("/T51");
        if is_old && is_revoked.load(Ordering::SeqCst) && !is_on_its_way {
            return Reply::json(401, &json!({"error": {"message": "revoked"}}));
        }
        let wait = if is_on_its_way { ms(100) } else { ms(1) };
        Reply::Late(wait, Box::new(Reply::json(200, &transaction("T"))))
    })
    .await;
    let client = client(&server);
    let transactions = client.transactions();
    let mut reads = transactions
        .list_all(|list| list)
        .map(|entry| async {
            let id = entry.unwrap().id.unwrap();
            client.transactions().get(&id).await
        })
        .buffer_unordered(4);
    let mut read = 0;
    while let Some(transaction) = in_time(reads.next()).await {
        transaction.unwrap();
        in_time(client.transactions().get("other").send()).await.unwrap();
        read += 1;
    }
    assert_eq!((read, server.token_calls().len()), (100, 2));
}

fn transaction(id: &str) -> Value {
    json!({
        "id": id, "amount": 1, "currency": "NOK",
        "payment_product": "vipps", "payment_product_type": "vipps",
    })
}

/// A future that is kept without being polled blocks no other call, however far its own call has progressed.
#[tokio::test]
async fn kept_futures_block_no_other_call() {
    let server = Server::start(|request, before| match request.target.as_str() {
        _ if is_token(request) => token_reply(before),
        "/v1/hangs" => Reply::Hang(String::new()),
        "/v1/hangs-in-the-body" => {
            Reply::Hang("HTTP/1.1 200 X\r\ncontent-length: 9\r\n\r\n{".to_owned())
        }
        "/v1/refused" => Reply::json(401, &json!({})),
        "/v1/overloaded" => {
            Reply::Response { status: 503, headers: "retry-after: 20\r\n", body: String::new() }
        }
        _ => Reply::json(200, &json!({})),
    })
    .await;
    let client = builder(&server).build().unwrap();
    let mut kept = Vec::new();
    for target in ["/v1/hangs", "/v1/hangs-in-the-body", "/v1/overloaded", "/v1/refused"] {
        for _ in 0..50 {
            let mut call = Box::pin(client.request(Method::GET, target).send::<Value>());
            let _ = tokio::time::timeout(ms(2), &mut call).await;
            kept.push(call);
        }
    }
    for _ in 0..20 {
        in_time(get(&client)).await.unwrap();
    }
}

#[tokio::test]
async fn fetch_survives_the_calls_that_wait_for_it() {
    let server = Server::start(|request, before| {
        if is_token(request) {
            Reply::Late(ms(1000), Box::new(token_reply(before)))
        } else {
            Reply::json(200, &json!({}))
        }
    })
    .await;
    let client = client(&server);
    for _ in 0..15 {
        let _ = tokio::time::timeout(ms(20), get(&client)).await;
    }
    in_time(get(&client)).await.unwrap();
    assert_eq!(server.token_calls().len(), 1);
}

/// Starts a server that hangs on the second token request, which is the renewal, and responds to all other token
/// requests.
async fn hanging_renewal() -> (Server, Client, Arc<TestClock>) {
    let tokens = std::sync::atomic::AtomicUsize::new(0);
    let server = Server::start(move |request, _| {
        if !is_token(request) {
            return Reply::json(200, &json!({}));
        }
        match tokens.fetch_add(1, Ordering::SeqCst) {
            1 => Reply::Hang(String::new()),
            number => token_reply(number),
        }
    })
    .await;
    let clock = Arc::new(TestClock::default());
    let client = builder(&server).clock(Arc::<TestClock>::clone(&clock)).build().unwrap();
    get(&client).await.unwrap();
    (server, client, clock)
}

#[tokio::test]
async fn hanging_renewal_blocks_no_call() {
    let (server, client, clock) = hanging_renewal().await;
    clock.advance(Duration::from_secs(14_399));
    for _ in 0..5 {
        in_time(get(&client)).await.unwrap();
    }
    assert_eq!(server.calls().pop().unwrap().header("authorization"), Some("Bearer token-0"));
    // The token has expired, so a call fetches a new token without waiting for the renewal.
    clock.advance(Duration::from_secs(1));
    in_time(get(&client)).await.unwrap();
    assert_eq!(server.calls().pop().unwrap().header("authorization"), Some("Bearer token-2"));
    assert_eq!(server.token_calls().len(), 3);
}

#[tokio::test]
async fn refused_token_does_not_wait_for_a_hanging_renewal() {
    let tokens = std::sync::atomic::AtomicUsize::new(0);
    let server = Server::start(move |request, before| {
        if is_token(request) {
            return match tokens.fetch_add(1, Ordering::SeqCst) {
                1 => Reply::Hang(String::new()),
                number => token_reply(number),
            };
        }
        match (before, request.header("authorization")) {
            (2.., Some("Bearer token-0")) => Reply::json(401, &json!({})),
            _ => Reply::json(200, &json!({})),
        }
    })
    .await;
    let clock = Arc::new(TestClock::default());
    let client = builder(&server).clock(Arc::<TestClock>::clone(&clock)).build().unwrap();
    get(&client).await.unwrap();
    clock.advance(Duration::from_secs(14_399));
    in_time(get(&client)).await.unwrap();
    in_time(get(&client)).await.unwrap();
}
