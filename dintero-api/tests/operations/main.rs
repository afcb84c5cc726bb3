//! Every operation, called through the client over HTTP and held against the document: what is sent, what is read, and
//! what an error says. The document is read by these tests themselves; see `document`.

mod answers;
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
mod schema;
#[path = "../support/server.rs"]
mod server;
mod story;
mod unread;

/// Fails with all that was found, so that one run shows everything.
fn expect_none(problems: Vec<String>) {
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}
