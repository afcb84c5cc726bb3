//! Tests every case in which `maybe_sent()` is `false`, and checks that no part of the request arrived at a server or
//! proxy.

use std::time::Duration;

use dintero_api::client::RetryPolicy;

use super::wire::{Wire, WireServer};
use super::*;

/// Returns the builder of a client that uses an API key and never retries a call.
fn with_key(base_url: String) -> ClientBuilder {
    Client::builder_with_api_key("T12345678", "key-hunter2")
        .base_url(base_url)
        .clock(Arc::new(TestClock::default()))
        .retries(RetryPolicy::never())
}

async fn unsent(builder: ClientBuilder) -> Error {
    let error = create(&builder.build().unwrap(), &json!({"hunter": 2})).await.unwrap_err();
    assert!(!error.maybe_sent(), "{error:?}");
    error
}

#[tokio::test]
async fn call_that_cannot_be_built() {
    let server = WireServer::start(Wire::Mute).await;
    let client = with_key(format!("http://{}", server.address)).build().unwrap();
    let climbing = Call::new(&client, &GET).path("session_id", "..").send::<Value>().await;
    let mut header = Call::new(&client, &CREATE);
    header.header("x-any", "a\nb");
    let header = header.send::<Value>().await;
    let elsewhere = client.request(Method::GET, "https://example.com/v1").send::<Value>().await;
    for result in [climbing, header, elsewhere] {
        let error = result.unwrap_err();
        assert!(matches!(error, Error::Build(_)) && !error.maybe_sent(), "{error:?}");
    }
    assert_eq!(server.arrived(), b"");
}

/// The token request is refused, its response is unreadable or does not arrive in time, or the connection closes.
#[tokio::test]
async fn call_without_a_token() {
    let refused = "HTTP/1.1 401 X\r\ncontent-length: 0\r\n\r\n";
    let unreadable = "HTTP/1.1 200 X\r\ncontent-length: 2\r\n\r\n{}";
    for wire in [Wire::Says(refused), Wire::Says(unreadable), Wire::Mute, Wire::Closes] {
        let (tokens, checkout) =
            (WireServer::start(wire).await, WireServer::start(Wire::Mute).await);
        let builder = Client::builder("T12345678", "my-client-id", SECRET)
            .base_url(format!("http://{}", tokens.address))
            .base_url_for("https://checkout.dintero.com", format!("http://{}", checkout.address))
            .timeout(Duration::from_millis(500))
            .retries(RetryPolicy::never());
        let error = unsent(builder).await;
        assert!(matches!(error, Error::Auth(_)), "{error:?}");
        assert_eq!(checkout.arrived(), b"");
    }
}

#[tokio::test]
async fn connection_that_is_refused() {
    let server = Server::refusing();
    let error = unsent(with_key(server.url())).await;
    assert!(matches!(&error, Error::Transport(error) if error.is_connect()), "{error:?}");
}

#[tokio::test]
async fn host_that_is_not_found() {
    let error = unsent(with_key("http://checkout.invalid".to_owned()).no_proxy()).await;
    assert!(matches!(&error, Error::Transport(error) if error.is_connect()), "{error:?}");
}

/// A proxy that refuses the tunnel learns only the host.
#[cfg(any(feature = "rustls", feature = "rustls-ring", feature = "native-tls"))]
#[tokio::test]
async fn tunnel_that_is_refused() {
    let refused = "HTTP/1.1 403 X\r\ncontent-length: 0\r\n\r\n";
    let proxy = WireServer::start(Wire::Says(refused)).await;
    let proxy_url = format!("http://{}", proxy.address);
    let builder = with_key("https://checkout.invalid".to_owned());
    let error = unsent(builder.proxy(reqwest::Proxy::all(proxy_url).unwrap())).await;
    assert!(matches!(&error, Error::Transport(error) if error.is_connect()), "{error:?}");
    let arrived = String::from_utf8(proxy.arrived()).unwrap();
    assert!(arrived.starts_with("CONNECT checkout.invalid:443 HTTP/1.1\r\n"), "{arrived}");
    assert!(!arrived.contains("hunter") && !arrived.contains("sessions"), "{arrived}");
}

/// The server never responds to the client's first TLS message, which contains no part of the request.
#[cfg(any(feature = "rustls", feature = "rustls-ring", feature = "native-tls"))]
#[tokio::test]
async fn tls_that_does_not_begin_in_time() {
    let server = WireServer::start(Wire::Mute).await;
    let builder = with_key(format!("https://localhost:{}", server.address.port()));
    let error = unsent(builder.connect_timeout(Duration::from_millis(300))).await;
    assert!(error.is_timeout(), "{error:?}");
    assert!(matches!(&error, Error::Transport(error) if error.is_connect()), "{error:?}");
    // Exactly one handshake record arrived.
    let arrived = server.arrived();
    let length = usize::from(u16::from_be_bytes([arrived[3], arrived[4]]));
    assert_eq!((arrived[0], arrived.len()), (22, 5 + length));
}

#[cfg(any(feature = "rustls", feature = "rustls-ring", feature = "native-tls"))]
#[tokio::test]
async fn server_that_does_not_speak_tls() {
    let server = WireServer::start(Wire::Says("HTTP/1.1 400 X\r\n\r\n")).await;
    let error = unsent(with_key(format!("https://localhost:{}", server.address.port()))).await;
    assert!(matches!(&error, Error::Transport(error) if error.is_connect()), "{error:?}");
    let arrived = server.arrived();
    assert!(!arrived.windows(6).any(|window| window == b"hunter"), "{arrived:?}");
}

/// The HTTP client rejects the request.
#[tokio::test]
async fn request_that_the_http_client_refuses() {
    let server = WireServer::start(Wire::Mute).await;
    let builder = with_key(format!("http://{}", server.address));
    let error = unsent(builder.configure_http(|http| http.https_only(true))).await;
    assert_eq!(
        error.to_string(),
        "`sessions.create_from_profile`: the request could not be built; nothing was sent"
    );
    assert_eq!(server.arrived(), b"");
}

/// The server shuts down its sending side of each connection as soon as the connection opens, but keeps reading, so
/// that it receives every byte that a call writes.
#[tokio::test]
async fn connection_that_ends_before_it_is_used() {
    let server = WireServer::start(Wire::Ends).await;
    let client = with_key(format!("http://{}", server.address)).build().unwrap();
    let (mut maybe, mut not) = (0, 0);
    for _ in 0..200 {
        let error = create(&client, &json!({})).await.unwrap_err();
        if error.maybe_sent() {
            maybe += 1;
        } else {
            assert!(error.to_string().contains("closed before it was used"), "{error}");
            not += 1;
        }
    }
    // The shutdown races with the request, and nearly always wins.
    assert!(not > 0);
    let arrived = String::from_utf8(server.arrived()).unwrap();
    let requests = arrived.matches("POST ").count();
    assert!(
        requests <= maybe,
        "{requests} requests arrived; {maybe} errors say that the call may have been sent, and {not} say that it was not sent"
    );
}
