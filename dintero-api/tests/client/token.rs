//! The access token: how it is asked for, shared and renewed, and what happens without one.

use std::time::Duration;

use super::*;

#[tokio::test]
async fn token_is_asked_for_once_by_all_clones() {
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
async fn expired_token_is_fetched_anew() {
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
async fn refused_token_is_renewed_and_the_call_repeated_once() {
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

    // The new token is kept.
    create(&client, &body).await.unwrap();
    assert_eq!((server.token_calls().len(), server.calls().len()), (2, 3));
}

#[tokio::test]
async fn lasting_401_is_an_error_after_one_repetition() {
    let server = start(|_| Reply::json(401, &json!({"error": {"message": "no"}}))).await;
    let error = get(&client(&server)).await.unwrap_err();
    assert!(matches!(error, Error::Api(_)));
    assert_eq!((error.status(), error.message()), (Some(401), Some("no")));
    assert_eq!((server.token_calls().len(), server.calls().len()), (2, 2));
}

#[tokio::test]
async fn one_renewal_serves_all_that_were_refused() {
    let server = start(|request| match request.header("authorization") {
        // Late, so that all are refused the same token.
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
    assert!(!error.maybe_sent() && !error.is_repeatable());
    assert_eq!((error.status(), error.code()), (Some(401), Some("UNAUTHORIZED")));
    assert_eq!((server.token_calls().len(), server.calls().len()), (1, 0));
    assert!(!everything_shown(&error).contains("hunter2"));
}

#[tokio::test]
async fn unreadable_token_does_not_show() {
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
        (true, 0) => {
            Reply::Answer { status: 503, headers: "retry-after: 3\r\n", body: String::new() }
        }
        (true, _) => token_reply(before),
        (false, _) => Reply::json(200, &json!({})),
    })
    .await;
    let client = client(&server);
    let error = get(&client).await.unwrap_err();
    assert!(error.is_repeatable() && !error.maybe_sent());
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3)));
    get(&client).await.unwrap();
}
