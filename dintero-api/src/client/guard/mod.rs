//! Captures, refunds and voids that are carried out at most once, although Dintero has no idempotency keys. The steps:
//! read the transaction, look for the operation, compute the request, send it, and look for the operation again.
//!
//! `call` is the public API. `change` holds the requested change, and `look` finds it in a transaction. `run` runs the
//! steps in order, and `turn` makes the guarded calls of one client and its clones take turns. `error` says why a
//! guarded call failed.

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
