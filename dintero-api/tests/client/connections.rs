//! Tests reused and closed connections: the HTTP client must not resend a request that may have arrived.

use std::collections::BTreeMap;

use dintero_api::client::RetryPolicy;

use super::*;

/// Some HTTP clients resend a request when a reused connection closes without a response.
#[tokio::test]
async fn reused_connection_that_closes_gets_no_request_twice() {
    for last in [|| Reply::Raw(String::new()), || Reply::Reset] {
        let server = start(move |request| match request.json()["number"].as_i64() {
            Some(0) => Reply::Kept(200, json!({})),
            _ => last(),
        })
        .await;
        let client = client(&server);
        create(&client, &json!({"number": 0})).await.unwrap();
        let error = create(&client, &json!({"number": 1})).await.unwrap_err();
        assert!(error.maybe_sent() && !error.is_retryable(), "{error:?}");
        assert_eq!((error.attempts(), server.calls().len()), (1, 2));
    }
}

/// Connections close before, while and after requests are sent on them. Whatever the timing, a request that must not be
/// retried arrives at most once. If the call succeeds, the request has arrived; if the error says that nothing was
/// sent, the request has not arrived.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn closing_connections_never_duplicate_a_request() {
    const TASKS: usize = 8;
    const CALLS: usize = 60;
    let server = Server::start(|request, before| match before % 5 {
        _ if is_token(request) => token_reply(before),
        0 => Reply::Kept(200, json!({})),
        1 => Reply::Raw(String::new()),
        2 => Reply::Reset,
        _ => Reply::Dropped(200, json!({})),
    })
    .await;
    let client = client(&server);
    let tasks: Vec<_> = (0..TASKS)
        .map(|task| {
            let client = client.clone();
            tokio::spawn(async move {
                let mut results = Vec::new();
                for call in 0..CALLS {
                    let number = task * CALLS + call;
                    let result = create(&client, &json!({"number": number})).await;
                    results.push((number, result));
                }
                results
            })
        })
        .collect();
    let mut results = Vec::new();
    for task in tasks {
        results.extend(task.await.unwrap());
    }

    let mut arrived = BTreeMap::new();
    for request in server.calls() {
        *arrived.entry(request.json()["number"].as_u64().unwrap()).or_insert(0) += 1;
    }
    for (number, result) in &results {
        let times = arrived.get(&(*number as u64)).copied().unwrap_or(0);
        match result {
            Ok(_) => assert_eq!(times, 1, "{number}"),
            Err(error) if error.maybe_sent() => assert!(times <= 1, "{number}: {error:?}"),
            Err(error) => assert_eq!(times, 0, "{number}: {error:?}"),
        }
    }
    assert!(results.iter().any(|(_, result)| result.is_ok()));
    assert!(results.iter().any(|(_, result)| result.is_err()));
}

/// A read succeeds despite closed connections, if the policy allows enough retries.
#[tokio::test]
async fn closing_connections_do_not_stop_retryable_calls() {
    let server = Server::start(|request, before| match before % 3 {
        _ if is_token(request) => token_reply(before),
        0 => Reply::Reset,
        1 => Reply::Dropped(200, json!({})),
        _ => Reply::Raw(String::new()),
    })
    .await;
    let client = builder(&server)
        .clock(Arc::new(TestClock::default()))
        .retries(RetryPolicy::default().max_attempts(5))
        .build()
        .unwrap();
    for _ in 0..10 {
        get(&client).await.unwrap();
    }
}
