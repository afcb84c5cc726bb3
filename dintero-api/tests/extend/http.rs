//! Tests custom settings of the HTTP client: headers on every request, and a custom DNS resolver.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use dintero_api::Client;
use dintero_api::client::{HeaderMap, Method, reqwest};
use serde_json::{Value, json};

use crate::server::Reply;
use crate::{builder, start};

#[tokio::test]
async fn own_headers_and_settings_are_used_for_every_request() {
    let server = start(|_| Reply::json(200, &json!({}))).await;
    let client = builder(&server)
        .configure_http(|http| {
            let mut headers = HeaderMap::new();
            headers.insert("x-shop", "fjord".parse().expect("a header"));
            http.default_headers(headers).pool_max_idle_per_host(1)
        })
        .build()
        .unwrap();
    client.request(Method::GET, "/v1/things").send::<Value>().await.unwrap();
    for call in server.calls().iter().chain(&server.token_calls()) {
        assert_eq!(call.header("x-shop"), Some("fjord"), "{}", call.target);
    }
    assert_eq!((server.calls().len(), server.token_calls().len()), (1, 1));
}

/// Resolves every host to one address, as a service mesh or a service registry might.
struct OneAddress {
    address: SocketAddr,
    asked: AtomicUsize,
}

impl reqwest::dns::Resolve for OneAddress {
    fn resolve(&self, _: reqwest::dns::Name) -> reqwest::dns::Resolving {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let addresses: reqwest::dns::Addrs = Box::new(std::iter::once(self.address));
        Box::pin(std::future::ready(Ok(addresses)))
    }
}

#[tokio::test]
async fn own_resolver_finds_the_host() {
    let server = start(|_| Reply::json(200, &json!({"id": "s1"}))).await;
    let address: SocketAddr = server.url().trim_start_matches("http://").parse().unwrap();
    let resolver = Arc::new(OneAddress { address, asked: AtomicUsize::new(0) });
    let given = Arc::clone(&resolver);
    let client = Client::builder("T12345678", "my-client-id", "my-client-secret")
        .base_url(format!("http://dintero.example:{}", address.port()))
        .no_proxy()
        .configure_http(move |http| http.dns_resolver(Arc::clone(&given)))
        .build()
        .unwrap();
    let session = client.request(Method::GET, "/v1/sessions/s1").send::<Value>().await.unwrap();
    assert_eq!(session["id"], "s1");
    assert!(resolver.asked.load(Ordering::Relaxed) > 0);
}
