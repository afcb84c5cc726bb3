//! From "session created" to "money settled": the outcome of a payment, guarded captures, waiting for 202, and lists,
//! against a small stand-in for Dintero that keeps its transaction.

mod accepted;
#[path = "../client/clock.rs"]
mod clock;
mod corrections;
mod dintero;
mod guard;
mod listing;
mod live_check;
mod outcome;
mod pending;
mod permits;
#[path = "../support/server.rs"]
mod server;
mod sessions;
mod shares;
#[cfg(all(feature = "axum", feature = "derive"))]
mod shop;
#[path = "../../examples/smoke.rs"]
#[expect(dead_code, reason = "its `main` is for people; `run` is everything else")]
mod smoke;
mod turns;
