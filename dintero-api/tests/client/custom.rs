//! Tests requests for operations that are not in Dintero's API document.

use dintero_api::Secret;
use dintero_api::client::Bytes;
use dintero_api::client::StatusCode;

use super::*;

/// Starts a server for each of Dintero's two hosts, and creates a client that calls these servers.
async fn servers(handler: fn(&Request) -> Reply) -> (Server, Server, Client) {
    let (checkout, api) = (start(handler).await, start(handler).await);
    let client = Client::builder("T12345678", "my-client-id", SECRET)
        .base_url_for("https://checkout.dintero.com", checkout.url())
        .base_url_for("https://api.dintero.com", api.url())
        .system("fjordshop", "12.1")
        .clock(Arc::new(TestClock::default()))
        .build()
        .unwrap();
    (checkout, api, client)
}

fn ok(_: &Request) -> Reply {
    Reply::json(200, &json!({"id": "s1"}))
}

fn unavailable(_: &Request) -> Reply {
    Reply::json(503, &json!({"error": {"message": "m"}}))
}

#[tokio::test]
async fn path_goes_to_the_checkout_and_url_to_its_host() {
    let (checkout, api, client) = servers(ok).await;
    let response = client
        .request(Method::POST, "/v1/sessions?a=1")
        .query("limit", "a b")
        .header("x-extra", 5)
        .json(&json!({"b": 2}))
        .send::<Value>()
        .await
        .unwrap();
    assert_eq!((response.status(), &response["id"]), (StatusCode::OK, &json!("s1")));
    let call = &checkout.calls()[0];
    assert_eq!(
        (call.method.as_str(), call.target.as_str()),
        ("POST", "/v1/sessions?a=1&limit=a+b")
    );
    assert_eq!(call.header("authorization"), Some("Bearer token-0"));
    assert_eq!(call.header("x-extra"), Some("5"));
    assert_eq!(call.header("dintero-system-name"), Some("fjordshop"));
    assert_eq!(call.header("content-type"), Some("application/json"));
    assert_eq!(call.json(), json!({"b": 2}));

    let url = "https://api.dintero.com/v1/accounts/T12345678/things";
    let bytes = client.request(Method::GET, url).send_as::<Bytes>().await.unwrap();
    assert_eq!(&bytes[..], br#"{"id":"s1"}"#);
    client.request(Method::DELETE, api.url() + "/v2/x").send::<()>().await.unwrap();
    let targets: Vec<_> = api.calls().into_iter().map(|call| call.target).collect();
    assert_eq!(targets, ["/v1/accounts/T12345678/things", "/v2/x"]);
}

#[tokio::test]
async fn other_hosts_receive_nothing() {
    let elsewhere = start(ok).await;
    let (checkout, api, client) = servers(ok).await;
    for target in [
        elsewhere.url() + "/v1/sessions",
        "https://checkout.dintero.com.evil.example/v1/sessions".to_owned(),
        "v1/sessions".to_owned(),
    ] {
        let error = client.request(Method::GET, target).send::<Value>().await.unwrap_err();
        assert!(matches!(error, Error::Build(_)) && !error.maybe_sent(), "{error:?}");
    }
    for server in [elsewhere, checkout, api] {
        assert_eq!((server.calls().len(), server.token_calls().len()), (0, 0));
    }
}

#[tokio::test]
async fn headers_of_the_client_cannot_be_set() {
    let (checkout, _, client) = servers(ok).await;
    for name in [
        "Authorization",
        "x-api-key",
        "Host",
        "content-length",
        "Connection",
        "keep-alive",
        "Proxy-Connection",
        "proxy-authorization",
        "proxy-authenticate",
        "TE",
        "trailer",
        "Transfer-Encoding",
        "upgrade",
        "http2-settings",
    ] {
        let request = client.request(Method::GET, "/v1/x").header(name, "hunter2");
        let error = request.send::<Value>().await.unwrap_err();
        let expected =
            format!("`request` cannot be sent: header `{name}` can only be set by the client");
        assert_eq!(error.to_string(), expected);
    }
    assert!(checkout.calls().is_empty());
}

/// The client replaces no header that the caller set, whichever is set first: the header or the body.
#[tokio::test]
async fn headers_of_the_caller_are_sent() {
    let (checkout, _, client) = servers(ok).await;
    let patch = "application/merge-patch+json";
    let own = [
        ("content-type", patch),
        ("Dintero-System-Name", "another shop"),
        ("User-Agent", "job/1"),
        ("accept", "text/csv"),
    ];
    let request = || client.request(Method::PATCH, "/v1/things/1");
    let first = own.iter().fold(request(), |call, (name, value)| call.header(name, value));
    let last = request().json(&json!({"a": 1}));
    let last = own.iter().fold(last, |call, (name, value)| call.header(name, value));
    for call in [first.json(&json!({"a": 1})), last] {
        call.send::<Value>().await.unwrap();
        let call = checkout.calls().pop().unwrap();
        for (name, value) in own {
            assert_eq!(call.header(&name.to_lowercase()), Some(value), "{name}");
        }
        assert_eq!(call.json(), json!({"a": 1}));
    }
    // Without a body, the client sets no content type of its own.
    request().send::<Value>().await.unwrap();
    assert_eq!(checkout.calls().pop().unwrap().header("content-type"), None);
}

/// A request target that a URL parser would change is refused, because the request would go to a different target.
#[tokio::test]
async fn target_arrives_unchanged_or_is_refused() {
    let (checkout, _, client) = servers(ok).await;
    let urls = [String::new(), "https://checkout.dintero.com".to_owned(), checkout.url()];
    for url in &urls {
        for path in ["/v1/a%0Ab/%2E%2E%2Fx", "/v1/x?a=%23&b=c+d", "//x", "/v1/x/", "/v1/x?"] {
            client.request(Method::GET, format!("{url}{path}")).send::<Value>().await.unwrap();
            let arrived = checkout.calls().pop().unwrap().target;
            assert_eq!(arrived.trim_end_matches('?'), path.trim_end_matches('?'));
        }
        let before = checkout.calls().len();
        for path in [
            "/v1/a\nb",
            "/v1/a\tb",
            "/v1/a\rb",
            "/v1/x\0",
            "/v1/x\u{7f}",
            "/v1/x ",
            "/v1/x\n",
            "/v1/sessions/../x",
            "/v1/sessions/%2e%2E/x",
            "/v1/sessions/.%2E/x",
            "/v1/./x",
            "/v1\\x",
            "/v1/x#part",
            "/v1/kåre",
        ] {
            let error = client
                .request(Method::GET, format!("{url}{path}"))
                .send::<Value>()
                .await
                .unwrap_err();
            assert!(matches!(error, Error::Build(_)) && !error.maybe_sent(), "{path}: {error:?}");
            assert!(error.to_string().starts_with("`request` cannot be sent: its URL "), "{error}");
        }
        assert_eq!(checkout.calls().len(), before);
    }
}

#[tokio::test]
async fn methods_arrive_with_their_path_or_are_refused() {
    let (checkout, _, client) = servers(ok).await;
    let own = Method::from_bytes(b"PURGE").unwrap();
    for method in [
        Method::GET,
        Method::POST,
        Method::PUT,
        Method::DELETE,
        Method::HEAD,
        Method::OPTIONS,
        Method::PATCH,
        own,
    ] {
        client.request(method.clone(), "/v1/x?a=1").send::<()>().await.unwrap();
        let call = checkout.calls().pop().unwrap();
        assert_eq!((call.method.as_str(), call.target.as_str()), (method.as_str(), "/v1/x?a=1"));
    }
    let before = checkout.calls().len();
    for method in [Method::CONNECT, Method::TRACE] {
        let error = client.request(method.clone(), "/v1/x").send::<()>().await.unwrap_err();
        let message = format!("`request` cannot be sent: {method} ");
        assert!(error.to_string().starts_with(&message), "{error}");
    }
    assert_eq!(checkout.calls().len(), before);
}

#[tokio::test]
async fn request_is_retried_only_if_it_reads_or_is_marked_repeatable() {
    for (method, says_so, times) in [
        (Method::GET, None, 3),
        (Method::GET, Some(false), 1),
        (Method::POST, None, 1),
        (Method::PUT, None, 1),
        (Method::DELETE, None, 1),
        (Method::POST, Some(true), 3),
    ] {
        let (checkout, _, client) = servers(unavailable).await;
        let mut request = client.request(method.clone(), "/v1/kari");
        if let Some(repeatable) = says_so {
            request = request.repeatable(repeatable);
        }
        let error = request.send::<Value>().await.unwrap_err();
        assert_eq!((checkout.calls().len(), error.attempts()), (times, times as u32), "{method}");
        assert_eq!(error.is_retryable(), times > 1);
        assert_eq!(error.to_string(), "`request`: Dintero responded with 503 Service Unavailable");
        assert!(!everything_shown(&error).contains("kari"));
    }
}

#[tokio::test]
async fn signature_secret_is_created_once_and_not_shown() {
    let handler = |_: &Request| Reply::json(200, &json!({"signature": {"secret": "hunter2"}}));
    let (checkout, _, client) = servers(handler).await;
    let secret = client.signature_secrets().create().await.unwrap().into_inner();
    assert!(!format!("{secret:?}").contains("hunter2"));
    assert_eq!(secret.signature.secret, Secret::new("hunter2"));
    let call = &checkout.calls()[0];
    assert_eq!((call.method.as_str(), call.target.as_str()), ("POST", "/v1/admin/signature"));

    let (checkout, _, client) = servers(unavailable).await;
    let error = client.signature_secrets().create().await.unwrap_err();
    assert_eq!(
        (error.status(), checkout.calls().len()),
        (Some(StatusCode::SERVICE_UNAVAILABLE), 1)
    );

    let handler = |_: &Request| Reply::json(200, &json!({"signature": "hunter2"}));
    let (_, _, client) = servers(handler).await;
    let error = client.signature_secrets().create().await.unwrap_err();
    assert!(matches!(error, Error::Unexpected(_)) && !everything_shown(&error).contains("hunter2"));
}
