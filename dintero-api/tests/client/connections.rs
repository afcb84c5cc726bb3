//! Connections that are kept and closed: the layers below must not send anything again that may have arrived.

use std::collections::BTreeMap;

use dintero_api::client::RetryPolicy;

use super::*;

/// On a connection that was used before, other clients try again when it closes without an answer.
#[tokio::test]
async fn kept_connection_that_closes_after_reading_gets_nothing_twice() {
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

/// Connections close before, while and after requests are sent on them. However they race, a request that must not be
/// repeated arrives at most once, it arrives if its call succeeds, and it does not if its error says so.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn closing_connections_never_make_one_request_two() {
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

/// A call that reads goes on whatever closes, if it may be repeated often enough.
#[tokio::test]
async fn closing_connections_do_not_stop_what_may_be_repeated() {
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
