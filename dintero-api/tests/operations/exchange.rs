//! Sets up one call of one operation: creates a client, starts a server for each of Dintero's two hosts, and records
//! the requests that arrive at each server.

use std::sync::Arc;

use dintero_api::Client;
use dintero_api::client::{PaymentsApi, RetryPolicy};
use serde_json::json;

use crate::server::{Reply, Request, Server, is_token};

pub(crate) const CHECKOUT: &str = "checkout.dintero.com";
pub(crate) const API: &str = "api.dintero.com";
pub(crate) const ACCOUNT: &str = "T12345678";

/// The four headers that the client sends from its configuration.
pub(crate) const SYSTEM_HEADERS: [(&str, &str); 4] = [
    ("dintero-system-name", "fjordshop"),
    ("dintero-system-version", "12.1"),
    ("dintero-system-plugin-name", "glue"),
    ("dintero-system-plugin-version", "0.9"),
];

/// A client and the two servers that it calls.
pub(crate) struct Exchange {
    pub(crate) client: Client,
    checkout: Server,
    api: Server,
}

impl Exchange {
    /// Starts servers that issue tokens and pass all other requests to `reply`.
    pub(crate) async fn start(reply: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Self {
        Self::of(PaymentsApi::V1, reply).await
    }

    /// Starts the same servers as `start`, for either URL of the payments API.
    pub(crate) async fn of(
        api: PaymentsApi,
        reply: impl Fn(&Request) -> Reply + Send + Sync + 'static,
    ) -> Self {
        Self::with(
            api,
            move |request| {
                if is_token(request) { token_reply() } else { reply(request) }
            },
        )
        .await
    }

    /// Starts servers that pass all requests to `reply`, including token requests.
    pub(crate) async fn with_tokens(
        reply: impl Fn(&Request) -> Reply + Send + Sync + 'static,
    ) -> Self {
        Self::with(PaymentsApi::V1, reply).await
    }

    async fn with(
        payments_api: PaymentsApi,
        reply: impl Fn(&Request) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let reply = Arc::new(reply);
        let checkout = {
            let reply = Arc::clone(&reply);
            Server::start(move |request, _| reply(request)).await
        };
        let api = Server::start(move |request, _| reply(request)).await;
        let client = Client::builder(ACCOUNT, "my-client-id", "client-secret-hunter2")
            // Nothing listens on this port, so a request to a third host fails. All servers use plain HTTP, for which
            // the machine needs no root certificates.
            .base_url("http://127.0.0.1:1")
            .payments_api(payments_api)
            .base_url_for(format!("https://{CHECKOUT}"), checkout.url())
            .base_url_for(format!("https://{API}"), api.url())
            // The client never retries, because these tests count requests; `tests/client` tests retries.
            .retries(RetryPolicy::never())
            .system(SYSTEM_HEADERS[0].1, SYSTEM_HEADERS[1].1)
            .plugin(SYSTEM_HEADERS[2].1, SYSTEM_HEADERS[3].1)
            .build()
            .expect("the configuration is valid");
        Self { client, checkout, api }
    }

    /// Returns every request that arrived, including token requests, with the host to which it was sent.
    pub(crate) fn arrived(&self) -> Vec<(&'static str, Request)> {
        let at = |host, server: &Server| {
            let requests = server.calls().into_iter().chain(server.token_calls());
            requests.map(move |request| (host, request)).collect::<Vec<_>>()
        };
        [at(CHECKOUT, &self.checkout), at(API, &self.api)].concat()
    }

    /// Returns the requests that arrived, without the client's own token requests.
    pub(crate) fn calls(&self) -> Vec<(&'static str, Request)> {
        self.arrived().into_iter().filter(|(_, request)| !is_token(request)).collect()
    }
}

pub(crate) fn token_reply() -> Reply {
    let token = json!({"access_token": "token-0", "token_type": "Bearer", "expires_in": 14400});
    Reply::json(200, &token)
}
