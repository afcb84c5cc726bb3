//! What must hold at the moment at which a request is sent. Guarded calls set such a condition, because they send a
//! request for a caller who may be gone, on the basis of a read that may be outdated.

use std::fmt;
use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::{Duration, Instant, SystemTime};

use tokio::sync::watch;

use super::clock::Clock;

/// How old the read on which a request is based may be when the request is sent.
///
/// Usually, less than a second passes between the two. More time passes if a token must be fetched, or if nothing drives
/// the runtime; meanwhile, another process may send the same request.
pub(super) const LONGEST_AGE: Duration = Duration::from_secs(10);

/// The presence of a caller, who drops this value with the future that waits for the result.
#[derive(Debug)]
pub(super) struct Presence {
    _sender: watch::Sender<()>,
}

/// Tells whether the caller still waits for the result.
#[derive(Debug, Clone)]
pub(super) struct Caller(Option<watch::Receiver<()>>);

/// A moment on two clocks.
///
/// The monotonic clock may stop while the machine is suspended, and the clock of the system may be set. So the time
/// that has passed is the longer of the two.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    monotonic: Instant,
    system: SystemTime,
}

/// A condition that is checked immediately before each attempt to send a request.
#[derive(Debug, Clone)]
pub(super) struct Condition {
    pub(super) caller: Caller,
    /// When the read began on which the request is based.
    pub(super) read: Moment,
}

/// Why a request was not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unmet {
    CallerGone,
    OutdatedRead,
}

impl Presence {
    pub(super) fn new() -> (Self, Caller) {
        let (sender, receiver) = watch::channel(());
        (Self { _sender: sender }, Caller(Some(receiver)))
    }
}

impl Caller {
    /// A caller who runs the steps itself, so that they stop when it is gone.
    pub(super) const ITSELF: Self = Self(None);

    fn is_gone(&self) -> bool {
        self.0.as_ref().is_some_and(|presence| presence.has_changed().is_err())
    }

    /// Runs steps that the caller's absence ends. Returns `None` if the caller is gone.
    pub(super) async fn while_present<T>(&self, steps: impl Future<Output = T>) -> Option<T> {
        let mut steps = pin!(steps);
        let presence = self.0.clone();
        let mut gone = pin!(async move {
            match presence {
                Some(mut presence) => while presence.changed().await.is_ok() {},
                None => std::future::pending().await,
            }
        });
        poll_fn(|context| {
            if gone.as_mut().poll(context).is_ready() {
                return Poll::Ready(None);
            }
            steps.as_mut().poll(context).map(Some)
        })
        .await
    }
}

impl Moment {
    pub(super) fn now(clock: &dyn Clock) -> Self {
        Self { monotonic: clock.now(), system: clock.system_time() }
    }

    fn elapsed(&self, clock: &dyn Clock) -> Duration {
        let now = Self::now(clock);
        // An error means that the system's clock was set back.
        let by_system = now.system.duration_since(self.system).unwrap_or_default();
        now.monotonic.saturating_duration_since(self.monotonic).max(by_system)
    }
}

impl Condition {
    /// Returns why the request must not be sent now, or `None` if it may be sent.
    pub(super) fn unmet(&self, clock: &dyn Clock) -> Option<Unmet> {
        if self.caller.is_gone() {
            return Some(Unmet::CallerGone);
        }
        (self.read.elapsed(clock) > LONGEST_AGE).then_some(Unmet::OutdatedRead)
    }
}

impl fmt::Display for Unmet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::CallerGone => "the caller no longer waits for the result",
            Self::OutdatedRead => "the read on which the request is based is outdated",
        })
    }
}
