//! A clock that tests can advance, and that jumps ahead instead of waiting when the client sleeps. Therefore,
//! no test has to wait for a retry or an expiry time.

use std::sync::Mutex;
use std::time::{Duration, Instant, SystemTime};

use dintero_api::client::{BoxFuture, Clock};

#[derive(Debug)]
pub(crate) struct TestClock {
    now: Mutex<Instant>,
    waits: Mutex<Vec<Duration>>,
    suspended: Mutex<Duration>,
}

impl Default for TestClock {
    fn default() -> Self {
        Self {
            now: Mutex::new(Instant::now()),
            waits: Mutex::default(),
            suspended: Mutex::default(),
        }
    }
}

impl TestClock {
    pub(crate) fn advance(&self, by: Duration) {
        *self.now.lock().unwrap() += by;
    }

    /// Advances only the clock of the system, as if the machine had been suspended.
    #[allow(dead_code, reason = "not every test program suspends the machine")]
    pub(crate) fn suspend(&self, by: Duration) {
        *self.suspended.lock().unwrap() += by;
    }

    /// Returns the duration of each of the client's sleeps.
    pub(crate) fn waits(&self) -> Vec<Duration> {
        self.waits.lock().unwrap().clone()
    }
}

impl Clock for TestClock {
    fn now(&self) -> Instant {
        *self.now.lock().unwrap()
    }

    fn system_time(&self) -> SystemTime {
        SystemTime::now() + *self.suspended.lock().unwrap()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        self.waits.lock().unwrap().push(duration);
        self.advance(duration);
        Box::pin(tokio::task::yield_now())
    }

    /// Always returns the upper bound of a random wait, so that tests can predict each wait.
    fn jitter(&self, longest: Duration) -> Duration {
        longest
    }
}
