//! Tests the error that the caller receives when the response is missing, incomplete or not JSON.

use super::*;
use dintero_api::client::StatusCode;

#[tokio::test]
async fn html_of_a_gateway_is_kept() {
    let server = start(|_| Reply::Response {
        status: 502,
        headers: "content-type: text/html\r\nx-request-id: r7\r\n",
        body: "<h1>Bad gateway hunter2</h1>".to_owned(),
    })
    .await;
    let client = client(&server);
    let error = create(&client, &json!({})).await.unwrap_err();
    assert!(matches!(error, Error::Unexpected(_)) && error.maybe_sent() && !error.is_retryable());
    assert_eq!(error.status(), Some(StatusCode::BAD_GATEWAY));
    assert_eq!(error.request_id(), Some("r7"));
    assert_eq!(error.headers().unwrap()["content-type"], "text/html");
    assert_eq!(&error.raw_body().unwrap()[..], b"<h1>Bad gateway hunter2</h1>");
    assert!(!everything_shown(&error).contains("hunter2"));
    assert!(get(&client).await.unwrap_err().is_retryable());
}

#[tokio::test]
async fn error_without_a_body_is_an_api_error() {
    for status in [404, 500, 503] {
        let server =
            start(move |_| Reply::Response { status, headers: "", body: String::new() }).await;
        let error = get(&client(&server)).await.unwrap_err();
        assert!(matches!(error, Error::Api(_)) && error.maybe_sent(), "{error:?}");
        assert_eq!(
            (error.status(), error.is_retryable()),
            (StatusCode::from_u16(status).ok(), status != 404)
        );
        assert_eq!((error.code(), error.message()), (None, None));
    }
}

#[tokio::test]
async fn truncated_json_of_a_success_is_kept() {
    let server =
        start(|_| Reply::Response { status: 200, headers: "", body: r#"{"id": "hunt"#.to_owned() })
            .await;
    let error = create(&client(&server), &json!({})).await.unwrap_err();
    assert!(matches!(error, Error::Unexpected(_)) && error.maybe_sent());
    assert_eq!(
        (error.status(), &error.raw_body().unwrap()[..]),
        (Some(StatusCode::OK), &br#"{"id": "hunt"#[..])
    );
    assert!(!everything_shown(&error).contains("hunt"));
}

#[tokio::test]
async fn response_that_is_cut_short_keeps_its_status() {
    let server =
        start(|_| Reply::Raw("HTTP/1.1 200 X\r\ncontent-length: 99\r\n\r\n{\"id\":".to_owned()))
            .await;
    let client = client(&server);
    let error = create(&client, &json!({})).await.unwrap_err();
    assert!(matches!(error, Error::Transport(_)) && error.maybe_sent() && !error.is_retryable());
    assert_eq!(error.status(), Some(StatusCode::OK));
    assert!(error.to_string().contains("was cut short"), "{error}");
    assert!(get(&client).await.unwrap_err().is_retryable());
}

#[tokio::test]
async fn request_may_have_been_sent_if_the_connection_closes_without_a_response() {
    let server = start(|_| Reply::Raw(String::new())).await;
    let error = create(&client(&server), &json!({})).await.unwrap_err();
    assert!(matches!(error, Error::Transport(_)) && error.maybe_sent() && !error.is_retryable());
    // The HTTP client must not resend the request on its own.
    assert_eq!(server.calls().len(), 1);
}

#[tokio::test]
async fn refused_connection_was_definitely_not_sent() {
    let tokens = start(|_| Reply::json(200, &json!({}))).await;
    let nobody = Server::refusing();
    let client = builder(&tokens)
        .base_url_for("https://checkout.dintero.com", nobody.url())
        .clock(Arc::new(TestClock::default()))
        .build()
        .unwrap();
    let error = create(&client, &json!({})).await.unwrap_err();
    assert!(matches!(&error, Error::Transport(error) if error.is_connect()));
    assert!(!error.maybe_sent() && error.is_retryable() && !error.is_timeout());
    let shown = everything_shown(&error);
    assert!(!shown.contains("/v1/"), "the error must not show a URL: {shown}");
}

/// Uses the bundled root certificates, so that the machine need not have any.
#[cfg(feature = "bundled-roots")]
#[tokio::test]
async fn failed_handshake_was_definitely_not_sent() {
    use dintero_api::client::TrustRoots;

    let tokens = start(|_| Reply::json(200, &json!({}))).await;
    let no_tls = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", no_tls.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((stream, _)) = no_tls.accept().await {
            drop(stream);
        }
    });
    let client = builder(&tokens)
        .base_url_for("https://checkout.dintero.com", url)
        .trust_roots(TrustRoots::Bundled)
        .build()
        .unwrap();
    let error = create(&client, &json!({})).await.unwrap_err();
    assert!(matches!(&error, Error::Transport(error) if error.is_connect()), "{error:?}");
    assert!(!error.maybe_sent());
}

#[tokio::test]
async fn api_error_is_parsed_and_its_message_not_shown() {
    let server = start(|_| {
        let errors = json!([{"message": "amount differs for kari@example.com"}]);
        let body = json!({"error": {"code": "BAD_REQUEST", "message": "kari@example.com", "errors": errors}});
        Reply::json(400, &body)
    })
    .await;
    let error = create(&client(&server), &json!({})).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "`sessions.create_from_profile`: Dintero responded with 400 Bad Request (BAD_REQUEST)"
    );
    assert_eq!(error.message(), Some("kari@example.com"));
    assert_eq!(error.errors().len(), 1);
    assert!(!everything_shown(&error).contains("kari"));
}
