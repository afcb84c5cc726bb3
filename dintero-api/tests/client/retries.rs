//! Tests how often and how soon a request is retried, and what the final error says.

use std::time::Duration;

use dintero_api::client::RetryPolicy;
use dintero_api::types::FundTransferCreateDataV2;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::*;

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Starts a server that responds to the first `times` calls with this status.
async fn failing(status: u16, headers: &'static str, times: usize) -> Server {
    // The first request is the token request.
    Server::start(move |request, before| match before {
        _ if is_token(request) => token_reply(before),
        before if before <= times => Reply::Response { status, headers, body: String::new() },
        _ => Reply::json(200, &json!({})),
    })
    .await
}

const ALWAYS: usize = usize::MAX;

/// Creates a client, and the clock that records its waits.
fn with_policy(server: &Server, policy: RetryPolicy) -> (Client, Arc<TestClock>) {
    let clock = Arc::new(TestClock::default());
    let builder = builder(server).clock(Arc::<TestClock>::clone(&clock)).retries(policy);
    (builder.build().unwrap(), clock)
}

#[tokio::test]
async fn read_is_retried_after_a_failure() {
    let server = failing(503, "", 2).await;
    let (client, clock) = with_policy(&server, RetryPolicy::default());
    get(&client).await.unwrap();
    assert_eq!(server.calls().len(), 3);
    assert_eq!(clock.waits(), [Duration::from_millis(500), seconds(1)]);
}

#[tokio::test]
async fn delays_follow_the_policy() {
    let server = failing(503, "", ALWAYS).await;
    let policy = RetryPolicy::default().max_attempts(5).backoff(seconds(1), seconds(4));
    let (client, clock) = with_policy(&server, policy);
    let error = get(&client).await.unwrap_err();
    assert_eq!((error.attempts(), server.calls().len()), (5, 5));
    assert_eq!(clock.waits(), [1, 2, 4, 4].map(seconds));
}

#[tokio::test]
async fn never_retries_only_with_a_new_token() {
    let server = failing(503, "", ALWAYS).await;
    let (client, clock) = with_policy(&server, RetryPolicy::never());
    let error = get(&client).await.unwrap_err();
    assert_eq!((error.attempts(), server.calls().len(), clock.waits().len()), (1, 1, 0));
    assert!(error.is_retryable());

    let server = failing(401, "", 1).await;
    let (client, _) = with_policy(&server, RetryPolicy::never());
    get(&client).await.unwrap();
}

#[tokio::test]
async fn policy_without_limits_does_not_overflow() {
    let policy = RetryPolicy::default()
        .max_attempts(u32::MAX)
        .backoff(Duration::MAX, Duration::MAX)
        .retry_after_limit(Duration::MAX)
        .total_timeout(Duration::from_secs(60));
    let server = failing(503, "retry-after: 18446744073709551615\r\n", ALWAYS).await;
    let (client, _) = with_policy(&server, policy);
    assert_eq!(get(&client).await.unwrap_err().attempts(), 1);
}

#[tokio::test]
async fn total_timeout_limits_retries() {
    let server = failing(503, "", ALWAYS).await;
    let policy = RetryPolicy::default()
        .max_attempts(90)
        .backoff(seconds(10), seconds(10))
        .total_timeout(seconds(35));
    let (client, clock) = with_policy(&server, policy);
    assert_eq!(get(&client).await.unwrap_err().attempts(), 4);
    assert_eq!(clock.waits(), [seconds(10); 3]);
}

#[tokio::test]
async fn retry_after_is_seconds_or_a_date() {
    let date =
        "date: Sun, 06 Nov 1994 08:49:37 GMT\r\nretry-after: Sun, 06 Nov 1994 08:49:44 GMT\r\n";
    for headers in ["retry-after: 7\r\n", date] {
        let server = failing(503, headers, ALWAYS).await;
        let (client, clock) = with_policy(&server, RetryPolicy::default());
        let error = get(&client).await.unwrap_err();
        assert_eq!(error.retry_after(), Some(seconds(7)));
        assert_eq!(clock.waits(), [seconds(7) + Duration::from_millis(500), seconds(8)]);

        let impatient = RetryPolicy::default().retry_after_limit(seconds(6));
        let (client, clock) = with_policy(&server, impatient);
        assert_eq!(get(&client).await.unwrap_err().attempts(), 1);
        assert!(clock.waits().is_empty());
    }
}

/// The retry budget is 100 retries, plus one for every five responses other than 408, 429 and 5xx.
#[tokio::test]
async fn clones_share_a_budget() {
    // The requests, in order: the token request, 101 failed attempts of the first call, one failed attempt of the
    // second call, and five successful calls. All later attempts fail.
    let server = Server::start(|request, before| match before {
        _ if is_token(request) => token_reply(before),
        103..=107 => Reply::json(200, &json!({})),
        _ => Reply::Response { status: 503, headers: "", body: String::new() },
    })
    .await;
    let policy = RetryPolicy::default().max_attempts(1000).total_timeout(seconds(100_000));
    let (client, _) = with_policy(&server, policy);
    assert_eq!(get(&client).await.unwrap_err().attempts(), 101);
    let clone = client.clone();
    assert_eq!(get(&clone).await.unwrap_err().attempts(), 1);
    for _ in 0..5 {
        get(&clone).await.unwrap();
    }
    assert_eq!(get(&client).await.unwrap_err().attempts(), 2);
}

#[tokio::test]
async fn operation_that_the_overlay_marks_is_retried() {
    let server = failing(503, "", 1).await;
    let transfer = FundTransferCreateDataV2::new("transfer-1", "a", "b", 1000, "NOK", "correction");
    let _ = client(&server).payouts().create_fund_transfer(&transfer).await;
    let calls = server.calls();
    assert_eq!(calls.len(), 2);
    assert_eq!(calls[0].body, calls[1].body);
}

/// The first attempt may have arrived, so the error says that the call may have been sent, although the last attempt
/// definitely did not arrive.
#[cfg(unix)]
#[tokio::test]
async fn one_attempt_that_may_have_arrived_is_enough() {
    let bound = |port| {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.set_reuseport(true).unwrap();
        socket.bind(std::net::SocketAddr::from(([127, 0, 0, 1], port))).unwrap();
        socket
    };
    // Reserves the port, so that no other test can take it after the listener closes.
    let held = bound(0);
    let address = held.local_addr().unwrap();
    let listener = bound(address.port()).listen(1).unwrap();
    let url = format!("http://{address}");
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        drop(listener);
        let _ = stream.read(&mut [0; 1000]).await;
        stream.write_all(b"HTTP/1.1 503 X\r\nconnection: close\r\n\r\n").await.unwrap();
    });
    let client = Client::builder_with_api_key("T12345678", "key")
        .base_url(url)
        .clock(Arc::new(TestClock::default()))
        .build()
        .unwrap();
    let error = get(&client).await.unwrap_err();
    assert!(matches!(&error, Error::Transport(error) if error.is_connect()), "{error:?}");
    assert!(error.maybe_sent());
    assert_eq!(error.attempts(), 3);
    assert!(error.to_string().ends_with("the request may have been carried out"), "{error}");
}

#[tokio::test]
async fn call_has_arrived_even_if_its_token_cannot_be_renewed() {
    let server = Server::start(|request, before| match (is_token(request), before) {
        (true, 0) => token_reply(0),
        _ => Reply::json(401, &json!({"error": {"message": "no"}})),
    })
    .await;
    let error = create(&client(&server), &json!({})).await.unwrap_err();
    assert!(matches!(error, Error::Auth(_)), "{error:?}");
    assert_eq!((error.maybe_sent(), error.attempts()), (true, 1));
}

#[tokio::test]
async fn response_may_be_as_long_as_the_limit() {
    for (length, is_ok) in [(100, true), (101, false)] {
        let body = format!("\"{}\"", "x".repeat(length - 2));
        let server =
            start(move |_| Reply::Response { status: 200, headers: "", body: body.clone() });
        let server = server.await;
        // The token response is shorter than the limit.
        let client = builder(&server).response_limit(100).build().unwrap();
        let result = create(&client, &json!({})).await;
        assert_eq!(result.is_ok(), is_ok, "{result:?}");
        if let Err(error) = result {
            assert_eq!(
                error.to_string(),
                "`sessions.create_from_profile`: the response from Dintero is longer than the limit of 100 bytes; the \
                 request may have been carried out"
            );
        }
    }
}
