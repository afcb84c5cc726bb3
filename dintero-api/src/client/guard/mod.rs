//! Captures, refunds and voids that happen once, though Dintero has no idempotency key: read the transaction, look for the
//! operation, compute the request, send it, look again.
//!
//! `call` is the public surface, `change` the requested change, `look` what a transaction says of it, `run` the steps in
//! their order, `turn` keeps the guarded calls of one process apart, `error` says why one did not end well.

mod call;
mod change;
mod error;
mod look;
mod run;
mod turn;

pub use self::call::{GuardedCall, GuardedChange, MadeBy};
pub use self::change::{GuardedCapture, GuardedRefund};
pub use self::error::GuardError;
pub(super) use self::turn::Turns;
