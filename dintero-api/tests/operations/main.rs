//! Every operation, called through the client over HTTP and compared with the document: requests, responses and errors.
//! These tests read the document themselves; see `document`.

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

/// Fails with all problems at once, so that one run shows everything.
fn expect_none(problems: Vec<String>) {
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}
