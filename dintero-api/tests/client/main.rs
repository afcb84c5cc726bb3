//! Tests the client against a loopback server: tokens, headers, URLs, and every way in which a response can fail to
//! arrive.

mod clock;
mod connections;
mod custom;
mod errors;
mod faults;
mod hangs;
mod observer;
mod privacy;
mod proxies;
mod requests;
mod retries;
mod runtimes;
#[path = "../support/server.rs"]
mod server;
#[cfg(any(feature = "rustls", feature = "rustls-ring", feature = "native-tls"))]
mod tls;
mod token;
#[cfg(feature = "tracing")]
mod traces;
mod unsent;
#[path = "../support/wire.rs"]
mod wire;

use std::sync::Arc;

use dintero_api::client::{Call, Endpoint, Method, Scheme};
use dintero_api::{Client, ClientBuilder, Error, Response};
use serde_json::{Value, json};

use clock::TestClock;
use server::{Reply, Request, Server, is_token};

/// An operation that only reads.
static GET: Endpoint = Endpoint {
    name: "sessions.get",
    method: Method::GET,
    server: "https://checkout.dintero.com/v1",
    path: "/sessions/{session_id}",
    schemes: &[Scheme::ApiKey, Scheme::Bearer],
    client_headers: &["Dintero-System-Name"],
    repeatable: true,
    confidential: false,
    v1_only: false,
    query_rules: &[],
};

/// An operation that must not be carried out twice.
static CREATE: Endpoint = Endpoint {
    name: "sessions.create_from_profile",
    method: Method::POST,
    server: "https://checkout.dintero.com/v1",
    path: "/sessions-profile",
    schemes: &[Scheme::ApiKey, Scheme::Bearer],
    client_headers: &[
        "Dintero-Feature-Toggles",
        "Dintero-System-Name",
        "Dintero-System-Version",
        "Dintero-System-Plugin-Name",
        "Dintero-System-Plugin-Version",
    ],
    repeatable: false,
    confidential: false,
    v1_only: false,
    query_rules: &[],
};

const SECRET: &str = "client-secret-hunter2";

fn builder(server: &Server) -> ClientBuilder {
    Client::builder("T12345678", "my-client-id", SECRET).base_url(server.url())
}

/// Creates a client that does not wait before it retries a request.
fn client(server: &Server) -> Client {
    builder(server).clock(Arc::new(TestClock::default())).build().unwrap()
}

fn token_reply(number: usize) -> Reply {
    let token = format!("token-{number}");
    Reply::json(200, &json!({"access_token": token, "token_type": "Bearer", "expires_in": 14400}))
}

/// Starts a server that issues tokens and passes all other requests to `handler`.
async fn start(handler: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Server {
    Server::start(
        move |request, before| {
            if is_token(request) { token_reply(before) } else { handler(request) }
        },
    )
    .await
}

async fn get(client: &Client) -> Result<Value, Error> {
    Call::new(client, &GET).path("session_id", "s1").send().await.map(Response::into_inner)
}

async fn create(client: &Client, body: &Value) -> Result<Value, Error> {
    Call::new(client, &CREATE).json(body).send().await.map(Response::into_inner)
}

/// Returns everything that a program could log about an error.
fn everything_shown(error: &Error) -> String {
    let mut shown = format!("{error} {error:?} {error:#?}");
    let mut source = std::error::Error::source(error);
    while let Some(error) = source {
        shown += &format!(" {error} {error:?}");
        source = error.source();
    }
    shown
}
