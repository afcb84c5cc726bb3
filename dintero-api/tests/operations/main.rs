//! Tests every operation: calls it through the client over HTTP, and compares requests, responses and errors with the
//! document. The tests read the document without the generator; see `document`.

mod bodies;
mod callbacks;
mod calls;
mod document;
mod errors;
mod exchange;
#[cfg(feature = "callback")]
mod express;
mod payments_api;
mod requests;
mod responses;
mod schema;
#[path = "../support/server.rs"]
mod server;
mod story;
mod unread;

/// Panics if there are problems, and lists all of them.
fn expect_none(problems: Vec<String>) {
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}
