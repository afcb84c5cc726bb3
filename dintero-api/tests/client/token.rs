//! Tests the access token: how it is requested, shared and renewed, and what happens without a token.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use dintero_api::client::AuthFailure;
use dintero_api::client::StatusCode;

use super::*;

#[tokio::test]
async fn clones_request_the_token_once() {
    let server = Server::start(|request, before| {
        if is_token(request) {
            Reply::Late(Duration::from_millis(50), Box::new(token_reply(before)))
        } else {
            Reply::json(200, &json!({}))
        }
    })
    .await;
    let client = client(&server);
    let calls: Vec<_> = (0..5)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { get(&client).await })
        })
        .collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }

    let token_calls = server.token_calls();
    assert_eq!(token_calls.len(), 1);
    let request = &token_calls[0];
    assert_eq!(request.method, "POST");
    assert_eq!(request.target, "/v1/accounts/T12345678/auth/token");
    // printf my-client-id:client-secret-hunter2 | base64
    assert_eq!(
        request.header("authorization"),
        Some("Basic bXktY2xpZW50LWlkOmNsaWVudC1zZWNyZXQtaHVudGVyMg==")
    );
    assert_eq!(
        request.json(),
        json!({
            "grant_type": "client_credentials",
            "audience": "https://api.dintero.com/v1/accounts/T12345678"
        })
    );
    let calls = server.calls();
    assert_eq!(calls.len(), 5);
    assert!(calls.iter().all(|call| call.header("authorization") == Some("Bearer token-0")));
}

#[tokio::test]
async fn expired_token_is_replaced() {
    let server = Server::start(|request, before| {
        if is_token(request) {
            Reply::json(200, &json!({"access_token": before.to_string(), "expires_in": 0}))
        } else {
            Reply::json(200, &json!({}))
        }
    })
    .await;
    let client = client(&server);
    get(&client).await.unwrap();
    get(&client).await.unwrap();
    assert_eq!(server.token_calls().len(), 2);
    assert_eq!(server.calls()[1].header("authorization"), Some("Bearer 2"));
}

#[tokio::test]
async fn refused_token_is_renewed_and_the_call_retried_once() {
    let server = start(|request| match request.header("authorization") {
        Some("Bearer token-0") => Reply::json(401, &json!({"error": {"message": "expired"}})),
        _ => Reply::json(200, &json!({"id": "s1"})),
    })
    .await;
    let client = client(&server);
    let body = json!({"order": {"amount": 100}});
    assert_eq!(create(&client, &body).await.unwrap(), json!({"id": "s1"}));
    assert_eq!(server.token_calls().len(), 2);
    let calls = server.calls();
    assert_eq!(calls.len(), 2);
    assert!(calls.iter().all(|call| call.json() == body));

    // The new token is used for later calls.
    create(&client, &body).await.unwrap();
    assert_eq!((server.token_calls().len(), server.calls().len()), (2, 3));
}

#[tokio::test]
async fn persistent_401_is_an_error_after_one_retry() {
    let server = start(|_| Reply::json(401, &json!({"error": {"message": "no"}}))).await;
    let error = get(&client(&server)).await.unwrap_err();
    assert!(matches!(error, Error::Api(_)));
    assert_eq!((error.status(), error.message()), (Some(StatusCode::UNAUTHORIZED), Some("no")));
    assert_eq!((server.token_calls().len(), server.calls().len()), (2, 2));
}

#[tokio::test]
async fn one_renewal_serves_all_refused_calls() {
    let server = start(|request| match request.header("authorization") {
        // The response is delayed, so that all calls are refused with the same token.
        Some("Bearer token-0") => {
            Reply::Late(Duration::from_millis(50), Box::new(Reply::json(401, &json!({}))))
        }
        _ => Reply::json(200, &json!({})),
    })
    .await;
    let client = client(&server);
    let calls: Vec<_> = (0..4)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { get(&client).await })
        })
        .collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!((server.token_calls().len(), server.calls().len()), (2, 8));
}

#[tokio::test]
async fn without_a_token_the_call_is_not_sent() {
    let server = Server::start(|_, _| {
        let body = json!({"error": {"code": "UNAUTHORIZED", "message": format!("wrong {SECRET}")}});
        Reply::json(401, &body)
    })
    .await;
    let error = get(&client(&server)).await.unwrap_err();
    assert!(matches!(error, Error::Auth(_)));
    assert!(!error.maybe_sent() && !error.is_retryable());
    assert_eq!(
        (error.status(), error.code()),
        (Some(StatusCode::UNAUTHORIZED), Some("UNAUTHORIZED"))
    );
    assert_eq!((server.token_calls().len(), server.calls().len()), (1, 0));
    assert!(!everything_shown(&error).contains("hunter2"));
}

#[tokio::test]
async fn unreadable_token_is_not_shown() {
    let server = Server::start(|_, _| {
        Reply::json(200, &json!({"access_token": "jwt-hunter2", "expires_in": "x"}))
    })
    .await;
    let error = get(&client(&server)).await.unwrap_err();
    let shown = everything_shown(&error);
    assert!(shown.contains("`expires_in`: expected an integer, found a string"), "{shown}");
    assert!(!shown.contains("hunter2"), "{shown}");
}

#[tokio::test]
async fn failed_token_is_fetched_again_by_the_next_call() {
    let server = Server::start(|request, before| match (is_token(request), before) {
        (true, 0..3) => Reply::Response { status: 503, headers: "", body: String::new() },
        (true, _) => token_reply(before),
        (false, _) => Reply::json(200, &json!({})),
    })
    .await;
    let client = client(&server);
    let error = get(&client).await.unwrap_err();
    assert!(error.is_retryable() && !error.maybe_sent());
    assert_eq!(error.status(), Some(StatusCode::SERVICE_UNAVAILABLE));
    get(&client).await.unwrap();
    assert_eq!((server.token_calls().len(), server.calls().len()), (4, 1));
}

/// No call requests a token before the time set by `Retry-After`.
#[tokio::test]
async fn retry_after_of_a_token_request_applies_to_all_calls() {
    let server = Server::start(|request, before| match (is_token(request), before) {
        (true, 0) => {
            Reply::Response { status: 429, headers: "retry-after: 45\r\n", body: String::new() }
        }
        (true, _) => token_reply(before),
        (false, _) => Reply::json(200, &json!({})),
    })
    .await;
    let clock = Arc::new(TestClock::default());
    let client = builder(&server).clock(Arc::<TestClock>::clone(&clock)).build().unwrap();
    for second in [0, 10, 20, 30, 40] {
        let error = get(&client).await.unwrap_err();
        assert!(matches!(&error, Error::Auth(auth) if auth.reason() == AuthFailure::Unavailable));
        assert_eq!(
            (error.status(), error.retry_after()),
            (Some(StatusCode::TOO_MANY_REQUESTS), Some(Duration::from_secs(45)))
        );
        assert_eq!(server.token_calls().len(), 1, "after {second} s");
        clock.advance(Duration::from_secs(10));
    }
    get(&client).await.unwrap();
    assert_eq!((server.token_calls().len(), server.calls().len()), (2, 1));
    assert!(clock.waits().is_empty());
}

#[tokio::test]
async fn second_factor_is_distinguished_from_invalid_credentials() {
    for (status, code, reason) in [
        (403, "mfa_required", AuthFailure::MfaRequired),
        (403, "FORBIDDEN", AuthFailure::Refused),
        (401, "UNAUTHORIZED", AuthFailure::Refused),
        (500, "INTERNAL", AuthFailure::Unavailable),
    ] {
        let body = json!({"error": {"code": code, "message": "m"}, "mfa_token": "hunter2"});
        let server = Server::start(move |_, _| Reply::json(status, &body)).await;
        let error = get(&client(&server)).await.unwrap_err();
        let Error::Auth(auth) = &error else { panic!("{error:?}") };
        assert_eq!(auth.reason(), reason);
        assert_eq!(error.is_mfa_required(), reason == AuthFailure::MfaRequired);
        assert!(server.calls().is_empty());
        assert!(!everything_shown(&error).contains("hunter2"));
    }
}

/// Makes a call in each of `tasks` tasks, and waits for all calls.
async fn call_from_tasks(client: &Client, tasks: usize) -> Vec<Result<Value, Error>> {
    let calls: Vec<_> = (0..tasks)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { get(&client).await })
        })
        .collect();
    let mut results = Vec::new();
    for call in calls {
        results.push(call.await.unwrap());
    }
    results
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_token_serves_64_tasks() {
    let server = start(|_| Reply::json(200, &json!({}))).await;
    let results = call_from_tasks(&client(&server), 64).await;
    assert!(results.iter().all(Result::is_ok), "{results:?}");
    assert_eq!((server.token_calls().len(), server.calls().len()), (1, 64));
}

/// One failure ends all calls that wait for the token, so that the calls do not request the token one after the other.
/// Because the runtime has one thread, all tasks have begun before the first response arrives.
#[tokio::test]
async fn one_refusal_ends_64_calls() {
    let server = Server::start(|_, _| Reply::json(401, &json!({}))).await;
    let results = call_from_tasks(&client(&server), 64).await;
    assert!(results.iter().all(|result| matches!(result, Err(Error::Auth(_)))), "{results:?}");
    assert_eq!((server.token_calls().len(), server.calls().len()), (1, 0));
}

/// In every round, all tasks make a call, and the server revokes the current token in the middle of the round. In every
/// second round, the token of the previous round has also expired by the clock.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn token_that_expires_under_load_fails_no_call() {
    const TASKS: usize = 64;
    let state = Arc::new(Tokens::default());
    let server = Server::start({
        let state = Arc::clone(&state);
        move |request, _| state.reply(request)
    })
    .await;
    let clock = Arc::new(TestClock::default());
    let client = builder(&server).clock(Arc::<TestClock>::clone(&clock)).build().unwrap();
    for round in 1..=20 {
        state.ends_after.store(TASKS / 2, Ordering::SeqCst);
        if round % 2 == 0 {
            clock.advance(Duration::from_secs(3600));
        }
        let results = call_from_tasks(&client, TASKS).await;
        assert!(results.iter().all(Result::is_ok), "round {round}: {results:?}");
    }
    let most = state.most_at_once.load(Ordering::SeqCst);
    assert_eq!(most, 1, "renewals at once");
    // One token at first, one in every second round because the old token has expired, and one in every round because
    // the server refuses the current token.
    assert_eq!(server.token_calls().len(), 1 + 10 + 20);
}

/// The state of a server that revokes its token after a number of calls.
#[derive(Default)]
struct Tokens {
    current: AtomicUsize,
    /// The number of successful calls before the server revokes the token.
    ends_after: AtomicUsize,
    fetching: AtomicUsize,
    most_at_once: AtomicUsize,
}

impl Tokens {
    fn reply(&self, request: &Request) -> Reply {
        if is_token(request) {
            let at_once = self.fetching.fetch_add(1, Ordering::SeqCst) + 1;
            self.most_at_once.fetch_max(at_once, Ordering::SeqCst);
            let number = self.current.fetch_add(1, Ordering::SeqCst) + 1;
            std::thread::sleep(Duration::from_millis(2));
            self.fetching.fetch_sub(1, Ordering::SeqCst);
            let body = json!({"access_token": number.to_string(), "expires_in": 3600});
            return Reply::json(200, &body);
        }
        let current = self.current.load(Ordering::SeqCst);
        if request.header("authorization") != Some(format!("Bearer {current}").as_str()) {
            return Reply::json(401, &json!({"error": {"message": "expired"}}));
        }
        if self.ends_after.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.current.fetch_add(1, Ordering::SeqCst);
        }
        Reply::json(200, &json!({}))
    }
}

/// If an operation is refused even with a new token, its calls request no more tokens until a pause has passed. Other
/// operations are not affected.
#[tokio::test]
async fn persistent_401_does_not_cost_a_token_each_time() {
    let is_open = Arc::new(AtomicBool::new(false));
    let server = start({
        let is_open = Arc::clone(&is_open);
        move |request| match request.method.as_str() {
            "GET" if !is_open.load(Ordering::SeqCst) => Reply::json(401, &json!({})),
            _ => Reply::json(200, &json!({})),
        }
    })
    .await;
    let clock = Arc::new(TestClock::default());
    let client = builder(&server).clock(Arc::<TestClock>::clone(&clock)).build().unwrap();
    let mut counts = Vec::new();
    // A token is requested at once, and again after pauses of 5, 10 and 20 seconds.
    for advance in [0, 0, 4, 1, 0, 9, 1, 19, 1] {
        clock.advance(Duration::from_secs(advance));
        assert_eq!(get(&client).await.unwrap_err().status(), Some(StatusCode::UNAUTHORIZED));
        create(&client, &json!({})).await.unwrap();
        counts.push((server.token_calls().len(), server.calls().len()));
    }
    let expected = [(2, 3), (2, 5), (2, 7), (3, 10), (3, 12), (3, 14), (4, 17), (4, 19), (5, 22)];
    assert_eq!(counts, expected);

    // After a call succeeds with a new token, the next refusal causes another token request at once.
    is_open.store(true, Ordering::SeqCst);
    get(&client).await.unwrap();
    clock.advance(Duration::from_secs(14_400));
    get(&client).await.unwrap();
    assert_eq!(server.token_calls().len(), 6);
}

#[tokio::test]
async fn lifetime_may_be_a_string() {
    let server = Server::start(|request, _| {
        if is_token(request) {
            Reply::json(200, &json!({"access_token": "a", "expires_in": "3600"}))
        } else {
            Reply::json(200, &json!({}))
        }
    })
    .await;
    let client = client(&server);
    get(&client).await.unwrap();
    get(&client).await.unwrap();
    assert_eq!(server.token_calls().len(), 1);
}

/// Shortly before the token expires, a renewal begins in the background; if it fails, calls keep using the old token.
#[tokio::test]
async fn renewal_that_fails_does_not_fail_the_call() {
    let server = Server::start(|request, before| match (is_token(request), before) {
        (true, 0) => token_reply(0),
        (true, ..4) => Reply::json(500, &json!({})),
        (true, _) => token_reply(before),
        (false, _) => Reply::json(200, &json!({})),
    })
    .await;
    let clock = Arc::new(TestClock::default());
    let (ended, mut fetches) = tokio::sync::mpsc::unbounded_channel();
    let client = builder(&server)
        .clock(Arc::<TestClock>::clone(&clock))
        .observer(move |exchange| {
            if exchange.operation() == "auth.token" {
                ended.send(()).unwrap();
            }
        })
        .build()
        .unwrap();
    // The first call fetches the token, the second uses it before the renewal is due, and the other three after it is
    // due. Neither the call that began a failed renewal nor the next call retries the renewal at once.
    for (advance, fetched, tokens) in
        [(0, true, 1), (14_339, false, 1), (1, true, 2), (1, false, 2), (5, true, 3)]
    {
        clock.advance(Duration::from_secs(advance));
        get(&client).await.unwrap();
        if fetched {
            fetches.recv().await.unwrap();
        }
        assert_eq!(server.token_calls().len(), tokens, "after {advance} s");
    }
    let is_first = |call: &Request| call.header("authorization") == Some("Bearer token-0");
    assert!(server.calls().iter().all(is_first));
    get(&client).await.unwrap();
    let last = server.calls().pop().unwrap();
    assert_eq!(last.header("authorization"), Some("Bearer token-6"));
}
