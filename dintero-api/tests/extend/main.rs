//! Tests the ways in which merchants can extend the crate: settings of the HTTP client, their own types, stored state,
//! and test values that otherwise only Dintero creates.

mod guidelines;
mod http;
mod own_types;
#[path = "../support/server.rs"]
mod server;
mod stored;
#[cfg(feature = "test-util")]
mod test_util;

use dintero_api::{Client, ClientBuilder};
use serde_json::json;
use server::{Reply, Request, Server, is_token};

/// Starts a server that issues tokens and passes all other requests to `handler`.
async fn start(handler: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Server {
    let token = json!({"access_token": "token", "token_type": "Bearer", "expires_in": 14400});
    Server::start(
        move |request, _| {
            if is_token(request) { Reply::json(200, &token) } else { handler(request) }
        },
    )
    .await
}

fn builder(server: &Server) -> ClientBuilder {
    Client::builder("T12345678", "my-client-id", "my-client-secret").base_url(server.url())
}
