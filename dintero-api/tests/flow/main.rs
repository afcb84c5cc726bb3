//! Tests payments from the created session to the settlement: outcomes, guarded captures, waiting after a 202, and
//! lists. The server is a small fake Dintero that stores one transaction.

mod accepted;
#[path = "../client/clock.rs"]
mod clock;
mod corrections;
mod dintero;
mod dropped;
mod guard;
mod in_part;
mod listing;
mod live_check;
mod outcome;
mod pending;
mod permits;
mod privacy;
#[path = "../support/server.rs"]
mod server;
mod sessions;
mod shares;
#[cfg(all(feature = "axum", feature = "derive"))]
mod shop;
#[path = "../../examples/smoke.rs"]
#[expect(dead_code, reason = "the tests call `run`, not `main`")]
mod smoke;
mod turns;
