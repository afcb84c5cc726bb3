//! A clock that advances only when the client sleeps, or when a schedule advances it.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use dintero_api::client::{BoxFuture, Clock};

#[derive(Debug)]
pub(crate) struct ModelClock(Mutex<Instant>);

impl Default for ModelClock {
    fn default() -> Self {
        Self(Mutex::new(Instant::now()))
    }
}

impl ModelClock {
    pub(crate) fn pass(&self, time: Duration) {
        *self.0.lock().unwrap() += time;
    }
}

/// A sleep of this length or longer is a time limit that no test may reach. Such sleeps take real time, so that a test
/// that reaches a limit hangs visibly.
const LIMIT: Duration = Duration::from_secs(59);

impl Clock for ModelClock {
    fn now(&self) -> Instant {
        *self.0.lock().unwrap()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        if duration >= LIMIT {
            return Box::pin(tokio::time::sleep(duration));
        }
        self.pass(duration);
        Box::pin(tokio::task::yield_now())
    }

    fn jitter(&self, longest: Duration) -> Duration {
        longest
    }
}
