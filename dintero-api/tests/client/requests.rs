//! Tests what the client sends (hosts, paths, headers), and when it must send nothing.

use dintero_api::client::StatusCode;
use dintero_api::types::{ClientCredentials, SessionProfile};

use super::*;

async fn ok_server() -> Server {
    start(|_| Reply::json(200, &json!({"id": "s1"}))).await
}

#[tokio::test]
async fn path_and_query_are_encoded_after_one_slash() {
    let server = ok_server().await;
    // A trailing slash in the base URL is not doubled.
    let client =
        Client::builder("T12345678", "id", SECRET).base_url(server.url() + "/").build().unwrap();
    let mut call = Call::new(&client, &GET).path("session_id", "a b/c");
    call.query_each("includes", ["x", "y z"]);
    let response: Response<Value> = call.send().await.unwrap();
    assert_eq!(
        (response.status(), &response["id"], &response.raw()[..]),
        (StatusCode::OK, &json!("s1"), &b"{\"id\":\"s1\"}"[..])
    );
    let call = &server.calls()[0];
    assert_eq!(call.target, "/v1/sessions/a%20b%2Fc?includes=x&includes=y+z");
    assert_eq!(call.method, "GET");
    assert_eq!(call.header("content-type"), None);
    assert_eq!(call.header("user-agent"), Some(concat!("dintero-api/", env!("CARGO_PKG_VERSION"))));
}

#[tokio::test]
async fn path_with_dot_segments_is_not_sent() {
    let server = ok_server().await;
    let client = client(&server);
    for id in ["", ".", ".."] {
        let error =
            Call::new(&client, &GET).path("session_id", id).send::<Value>().await.unwrap_err();
        assert!(matches!(error, Error::Build(_)) && !error.maybe_sent());
    }
    assert!(server.calls().is_empty() && server.token_calls().is_empty());
}

#[tokio::test]
async fn one_server_can_be_replaced() {
    let (checkout, api) = (ok_server().await, ok_server().await);
    let client =
        builder(&checkout).base_url_for("https://api.dintero.com", api.url()).build().unwrap();
    get(&client).await.unwrap();
    assert_eq!((checkout.calls().len(), checkout.token_calls().len()), (1, 0));
    assert_eq!((api.calls().len(), api.token_calls().len()), (0, 1));
    assert!(
        String::from_utf8_lossy(&api.token_calls()[0].body)
            .contains("https://api.dintero.com/v1/accounts/")
    );
}

#[test]
fn server_that_is_not_dinteros_is_reported() {
    let error = Client::builder("T12345678", "id", SECRET)
        .base_url("http://127.0.0.1:1")
        .base_url_for("https://checkout.dintero.no", "http://127.0.0.1:2")
        .build()
        .unwrap_err();
    let problems: Vec<_> = error.messages().collect();
    let [problem] = problems[..] else { panic!("{problems:?}") };
    assert!(
        problem.starts_with("the server to replace is not one of Dintero's servers: "),
        "{problem}"
    );
    for known in ["`https://checkout.dintero.com`", "`https://api.dintero.com`"] {
        assert_eq!(problem.matches(known).count(), 1, "{problem}");
    }
}

#[tokio::test]
async fn both_servers_can_be_replaced_without_a_base_url() {
    let (checkout, api) = (ok_server().await, ok_server().await);
    let client = Client::builder("T12345678", "id", SECRET)
        .base_url_for("https://checkout.dintero.com", checkout.url())
        .base_url_for("https://api.dintero.com", api.url())
        .build()
        .unwrap();
    get(&client).await.unwrap();
    assert_eq!((checkout.calls().len(), api.token_calls().len()), (1, 1));
}

#[tokio::test]
async fn system_headers_are_sent_only_where_the_document_has_them() {
    let server = ok_server().await;
    let client =
        builder(&server).system("fjordshop", "12.1").plugin("glue", "0.9").build().unwrap();
    create(&client, &json!({"order": {}})).await.unwrap();
    get(&client).await.unwrap();
    let calls = server.calls();
    let system = |call: &Request, name: &str| {
        call.header(&format!("dintero-system-{name}")).map(str::to_owned)
    };
    assert_eq!(system(&calls[0], "name").as_deref(), Some("fjordshop"));
    assert_eq!(system(&calls[0], "version").as_deref(), Some("12.1"));
    assert_eq!(system(&calls[0], "plugin-name").as_deref(), Some("glue"));
    assert_eq!(system(&calls[0], "plugin-version").as_deref(), Some("0.9"));
    assert_eq!(calls[0].header("content-type"), Some("application/json"));
    assert_eq!(system(&calls[1], "name").as_deref(), Some("fjordshop"));
    assert_eq!(system(&calls[1], "version"), None);
    assert_eq!(server.token_calls()[0].header("dintero-system-name"), None);
}

#[tokio::test]
async fn strict_amounts_are_requested_unless_payment_is_partial() {
    let server = ok_server().await;
    let strict = client(&server);
    create(&strict, &json!({"order": {"amount": 1}})).await.unwrap();
    let partial = json!({
        "url": {"return_url": "https://h"}, "profile_id": "default",
        "order": {"amount": 1, "currency": "NOK", "merchant_reference": "1", "partial_payment": true},
    });
    let partial: SessionProfile = serde_json::from_value(partial).unwrap();
    Call::new(&strict, &CREATE).json(&partial).toggles(&partial).send::<Value>().await.unwrap();
    get(&strict).await.unwrap();
    let mut call = Call::new(&strict, &CREATE).json(&json!({"order": {}}));
    call.header_joined("Dintero-Feature-Toggles", ["of-the-call"]);
    call.send::<Value>().await.unwrap();
    let lax = builder(&server).strict_amounts(false).build().unwrap();
    create(&lax, &json!({"order": {"amount": 1}})).await.unwrap();

    let toggles: Vec<_> = server
        .calls()
        .iter()
        .map(|call| call.header("dintero-feature-toggles").map(str::to_owned))
        .collect();
    let toggles: Vec<_> = toggles.iter().map(Option::as_deref).collect();
    assert_eq!(toggles, [Some("strict-session-amounts"), None, None, Some("of-the-call"), None]);
}

#[tokio::test]
async fn credentials_are_sent_only_where_they_are_needed() {
    static OPEN: Endpoint = endpoint(&[]);
    static KEY: Endpoint = endpoint(&[Scheme::ApiKey]);
    let server = ok_server().await;
    let client = client(&server);
    Call::new(&client, &OPEN).send::<Value>().await.unwrap();
    assert_eq!(server.calls()[0].header("authorization"), None);

    let error = Call::new(&client, &KEY).send::<Value>().await.unwrap_err();
    assert!(matches!(error, Error::Build(_)));
    assert_eq!(server.calls().len(), 1);
    assert!(server.token_calls().is_empty());
}

#[tokio::test]
async fn api_key_is_sent_without_a_token_where_it_is_accepted() {
    let server = ok_server().await;
    let client =
        Client::builder_with_api_key("T12345678", "key-1").base_url(server.url()).build().unwrap();
    get(&client).await.unwrap();
    create(&client, &json!({})).await.unwrap();
    client.request(Method::GET, "/v1/things").send::<Value>().await.unwrap();
    let calls = server.calls();
    assert_eq!(calls.len(), 3);
    for call in calls {
        assert_eq!((call.header("x-api-key"), call.header("authorization")), (Some("key-1"), None));
    }

    // An API key is not sufficient for these operations: the first requires a token, and the second requires client
    // credentials.
    let error = client.approvals().list().await.unwrap_err();
    assert!(matches!(error, Error::Build(_)), "{error:?}");
    let body = ClientCredentials::new("https://api.dintero.com/v1/accounts/T12345678").into();
    let error = client.auth().create_token(&body).await.unwrap_err();
    assert!(matches!(error, Error::Build(_)), "{error:?}");
    assert_eq!((server.calls().len(), server.token_calls().len()), (3, 0));
}

/// If Dintero refuses the API key, there is no other key to try.
#[tokio::test]
async fn refused_api_key_is_an_immediate_error() {
    let server = start(|_| Reply::json(401, &json!({"error": {"message": "no"}}))).await;
    let client =
        Client::builder_with_api_key("T12345678", "key-1").base_url(server.url()).build().unwrap();
    let error = get(&client).await.unwrap_err();
    assert_eq!(
        (error.status(), error.attempts(), server.calls().len()),
        (Some(StatusCode::UNAUTHORIZED), 1, 1)
    );
}

#[test]
fn api_key_is_checked() {
    for (key, problem) in [
        ("", "the API key is empty"),
        ("hunter2\n", "the API key begins or ends with whitespace"),
        ("hunter2ø", "the API key has characters other than visible ASCII"),
    ] {
        let error = Client::builder_with_api_key("T12345678", key).build().unwrap_err();
        assert_eq!(error.messages().next(), Some(problem));
        assert!(!format!("{error:?} {error}").contains("hunter2"));
    }
}

const fn endpoint(schemes: &'static [Scheme]) -> Endpoint {
    Endpoint {
        name: "x.get",
        method: Method::GET,
        server: "https://checkout.dintero.com/v1",
        path: "/x",
        schemes,
        client_headers: &[],
        repeatable: true,
        confidential: false,
        v1_only: false,
        query_rules: &[],
    }
}

#[tokio::test]
async fn body_that_cannot_be_serialized_is_not_sent() {
    use std::collections::BTreeMap;

    let server = ok_server().await;
    let client = client(&server);
    // The keys of JSON objects must be strings.
    let body = BTreeMap::from([((1, 2), 3)]);
    let error = Call::new(&client, &CREATE).json(&body).send::<Value>().await.unwrap_err();
    assert!(matches!(error, Error::Build(_)), "{error:?}");
    assert!(server.calls().is_empty());
}

#[tokio::test]
async fn redirect_is_not_followed() {
    let elsewhere = ok_server().await;
    let location =
        format!("HTTP/1.1 307 X\r\nlocation: {}/\r\ncontent-length: 0\r\n\r\n", elsewhere.url());
    let server = start(move |_| Reply::Raw(location.clone())).await;
    let error = create(&client(&server), &json!({})).await.unwrap_err();
    assert!(matches!(error, Error::Unexpected(_)));
    assert_eq!(error.status(), Some(StatusCode::TEMPORARY_REDIRECT));
    assert!(elsewhere.calls().is_empty());
}
