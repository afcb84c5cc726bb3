//! One call of one operation: a client, a server in place of each of Dintero's two hosts, and what arrived at which.

use std::sync::Arc;

use dintero_api::Client;
use dintero_api::client::{PaymentsApi, RetryPolicy};
use serde_json::json;

use crate::server::{Reply, Request, Server, is_token};

pub(crate) const CHECKOUT: &str = "checkout.dintero.com";
pub(crate) const API: &str = "api.dintero.com";
pub(crate) const ACCOUNT: &str = "T12345678";

/// The four headers that the client's configuration below fills.
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
    /// Starts servers that give out tokens and leave everything else to `answer`.
    pub(crate) async fn start(answer: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Self {
        Self::of(PaymentsApi::V1, answer).await
    }

    /// The same under either URL of the payments API.
    pub(crate) async fn of(
        api: PaymentsApi,
        answer: impl Fn(&Request) -> Reply + Send + Sync + 'static,
    ) -> Self {
        Self::with(
            api,
            move |request| {
                if is_token(request) { token_reply() } else { answer(request) }
            },
        )
        .await
    }

    /// Starts servers that leave everything to `answer`, tokens included.
    pub(crate) async fn with_tokens(
        answer: impl Fn(&Request) -> Reply + Send + Sync + 'static,
    ) -> Self {
        Self::with(PaymentsApi::V1, answer).await
    }

    async fn with(
        payments_api: PaymentsApi,
        answer: impl Fn(&Request) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let answer = Arc::new(answer);
        let checkout = {
            let answer = Arc::clone(&answer);
            Server::start(move |request, _| answer(request)).await
        };
        let api = Server::start(move |request, _| answer(request)).await;
        let client = Client::builder(ACCOUNT, "my-client-id", "client-secret-hunter2")
            // Nobody listens there: no call goes to a third host. And all is plain HTTP, for which no machine needs
            // root certificates.
            .base_url("http://127.0.0.1:1")
            .payments_api(payments_api)
            .base_url_for(format!("https://{CHECKOUT}"), checkout.url())
            .base_url_for(format!("https://{API}"), api.url())
            // What arrives is counted; when something is sent again is the business of `tests/client`.
            .retries(RetryPolicy::never())
            .system(SYSTEM_HEADERS[0].1, SYSTEM_HEADERS[1].1)
            .plugin(SYSTEM_HEADERS[2].1, SYSTEM_HEADERS[3].1)
            .build()
            .expect("the client is configured rightly");
        Self { client, checkout, api }
    }

    /// Everything that arrived, tokens included, with the host that it was for.
    pub(crate) fn arrived(&self) -> Vec<(&'static str, Request)> {
        let at = |host, server: &Server| {
            let requests = server.calls().into_iter().chain(server.token_calls());
            requests.map(move |request| (host, request)).collect::<Vec<_>>()
        };
        [at(CHECKOUT, &self.checkout), at(API, &self.api)].concat()
    }

    /// What arrived apart from the client's own requests for a token.
    pub(crate) fn calls(&self) -> Vec<(&'static str, Request)> {
        self.arrived().into_iter().filter(|(_, request)| !is_token(request)).collect()
    }
}

pub(crate) fn token_reply() -> Reply {
    let token = json!({"access_token": "token-0", "token_type": "Bearer", "expires_in": 14400});
    Reply::json(200, &token)
}
