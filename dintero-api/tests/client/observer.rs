//! Tests that the observer receives each attempt's request and response, but no credentials.

use std::sync::Mutex;

use super::*;

/// Formats one attempt.
fn describe(exchange: &dintero_api::client::Exchange<'_>) -> String {
    let text =
        |bytes: Option<&[u8]>| String::from_utf8_lossy(bytes.unwrap_or_default()).into_owned();
    let header = |name| exchange.headers().get(name).map(|value| value.to_str().unwrap());
    let response = exchange
        .response()
        .map(|response| (response.status().as_u16(), text(Some(response.body()))));
    format!(
        "{} {}: {} {} {:?} {:?} {} {:?} {:?}",
        exchange.operation(),
        exchange.attempt(),
        exchange.method(),
        exchange.path(),
        header("authorization"),
        header("x-api-key"),
        text(exchange.body().map(|body| &body[..])),
        response,
        exchange.failure(),
    )
}

async fn observed(builder: ClientBuilder, call: impl AsyncFnOnce(&Client)) -> Vec<String> {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let client = builder
        .clock(Arc::new(TestClock::default()))
        .observer({
            let seen = Arc::clone(&seen);
            move |exchange| {
                assert!(exchange.url().starts_with("http://127.0.0.1:"));
                assert!(!format!("{exchange:?}").contains("hunter2"));
                seen.lock().unwrap().push(describe(exchange));
            }
        })
        .build()
        .unwrap();
    call(&client).await;
    let seen = seen.lock().unwrap();
    seen.clone()
}

#[tokio::test]
async fn every_attempt_is_shown_without_credentials() {
    let server = Server::start(|request, before| match before {
        _ if is_token(request) => token_reply(before),
        1 => Reply::Raw(String::new()),
        2 => Reply::json(503, &json!({"error": {}})),
        _ => Reply::json(200, &json!({"name": "kari"})),
    })
    .await;
    let call = async |client: &Client| {
        get(client).await.unwrap();
        create(client, &json!({"a": 1})).await.unwrap();
    };
    let bearer = r#"Some("Bearer [redacted]") None"#;
    assert_eq!(
        observed(builder(&server), call).await,
        [
            r#"auth.token 1: POST /accounts/{oid}/auth/token Some("Basic [redacted]") None [redacted] Some((200, "[redacted]")) None"#.to_owned(),
            format!(r#"sessions.get 1: GET /sessions/{{session_id}} {bearer}  None Some("no response from Dintero")"#),
            format!(r#"sessions.get 2: GET /sessions/{{session_id}} {bearer}  Some((503, "{{\"error\":{{}}}}")) None"#),
            format!(r#"sessions.get 3: GET /sessions/{{session_id}} {bearer}  Some((200, "{{\"name\":\"kari\"}}")) None"#),
            format!(r#"sessions.create_from_profile 1: POST /sessions-profile {bearer} {{"a":1}} Some((200, "{{\"name\":\"kari\"}}")) None"#),
        ]
    );
}

#[tokio::test]
async fn keys_and_new_secrets_are_not_shown() {
    let server = start(|_| Reply::json(200, &json!({"signature": {"secret": "hunter2"}}))).await;
    let builder = Client::builder_with_api_key("T12345678", "key-hunter2").base_url(server.url());
    let call = async |client: &Client| drop(client.signature_secrets().create().await.unwrap());
    assert_eq!(
        observed(builder, call).await,
        [
            r#"signature_secrets.create 1: POST /admin/signature None Some("[redacted]")  Some((200, "[redacted]")) None"#
        ]
    );
}

/// The client does not know whether the bodies of a custom request contain credentials.
#[tokio::test]
async fn bodies_of_custom_requests_are_shown_only_if_the_request_says_so() {
    let server = start(|request| match request.target.as_str() {
        "/v1/refused" => Reply::json(400, &json!({"error": {"message": "hunter2"}})),
        _ => Reply::json(200, &json!({"keys": ["hunter2"]})),
    })
    .await;
    let body = json!({"secret": "hunter2"});
    let builder =
        || Client::builder_with_api_key("T12345678", "key-hunter2").base_url(server.url());
    let hidden = async |client: &Client| {
        let request = client.request(Method::POST, "/v1/admin/api-keys").json(&body);
        assert_eq!(request.send::<Value>().await.unwrap()["keys"], json!(["hunter2"]));
        let refused = client.request(Method::POST, "/v1/refused").json(&body);
        refused.send::<Value>().await.unwrap_err();
    };
    let redacted = |status: u16| {
        format!(
            r#"request 1: POST  None Some("[redacted]") [redacted] Some(({status}, "[redacted]")) None"#
        )
    };
    assert_eq!(observed(builder(), hidden).await, [redacted(200), redacted(400)]);

    let shown = async |client: &Client| {
        let request = client.request(Method::PUT, "/v1/things/1").json(&json!({"name": "lamp"}));
        request.observable().send::<Value>().await.unwrap();
    };
    assert_eq!(
        observed(builder(), shown).await,
        [
            r#"request 1: PUT  None Some("[redacted]") {"name":"lamp"} Some((200, "{\"keys\":[\"hunter2\"]}")) None"#
        ]
    );
}
