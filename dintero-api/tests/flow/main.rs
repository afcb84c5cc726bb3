//! From "session created" to "money settled": what a payment came to, guarded captures, waiting for 202, and lists,
//! against a small stand-in for Dintero that keeps its transaction.

mod corrections;
mod dintero;
mod listing;
mod live_check;
mod once;
mod outcome;
mod pending;
#[path = "../support/server.rs"]
mod server;
#[path = "../../examples/smoke.rs"]
#[expect(dead_code, reason = "its `main` is for people; `run` is everything else")]
mod smoke;
