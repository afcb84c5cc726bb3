//! The tokio runtime that polls a call: its identity, and the drivers that it lacks.

use std::fmt;
use std::future::poll_fn;
use std::net::{Ipv4Addr, UdpSocket};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::task::Poll;
use std::time::Duration;

use tokio::runtime::{Handle, Id};

use super::BoxFuture;

/// Identifies a runtime.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RuntimeId(Id);

impl RuntimeId {
    /// Returns the id of the runtime that polls the caller.
    pub(super) fn current() -> Result<Self, Lack> {
        Handle::try_current().map(|handle| Self(handle.id())).map_err(|_| Lack::Runtime)
    }
}

/// What a call needs but its runtime does not provide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lack {
    Runtime,
    Timer,
    Io,
    /// The task that fetched the token ended without a result.
    Lost,
}

impl fmt::Display for Lack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Runtime => {
                "there is no tokio runtime here: make the call in `#[tokio::main]`, in `Runtime::block_on` or in a task"
            }
            Self::Timer => "the tokio runtime has no timer: build it with `enable_all()`",
            Self::Io => "the tokio runtime has no I/O driver: build it with `enable_all()`",
            Self::Lost => {
                "the task that fetched the access token ended early: its runtime shut down, or it panicked"
            }
        })
    }
}

/// Runs `future`, or returns [`Lack::Runtime`] if no runtime polls the caller. If the future panics because the runtime
/// lacks a driver, returns which driver is missing. Any other panic is resumed.
///
/// tokio offers no way to check beforehand: timers and sockets panic when they are created.
pub(super) async fn run<T>(mut future: BoxFuture<'_, T>) -> Result<T, Lack> {
    poll_fn(|context| {
        RuntimeId::current()?;
        // After a panic, the future is dropped and not polled again.
        match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
            Ok(poll) => poll.map(Ok),
            Err(panic) => match missing_driver() {
                Some(lack) => Poll::Ready(Err(lack)),
                None => resume_unwind(panic),
            },
        }
    })
    .await
}

fn missing_driver() -> Option<Lack> {
    if catch_unwind(|| drop(tokio::time::sleep(Duration::ZERO))).is_err() {
        return Some(Lack::Timer);
    }
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).ok()?;
    socket.set_nonblocking(true).ok()?;
    let registered = catch_unwind(|| drop(tokio::net::UdpSocket::from_std(socket)));
    registered.is_err().then_some(Lack::Io)
}
