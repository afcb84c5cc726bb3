//! The client's source of time and randomness, which tests replace to avoid waiting.

use std::fmt;
use std::hash::{BuildHasher as _, RandomState};
use std::time::{Duration, Instant, SystemTime};

use super::BoxFuture;

/// The client's clock: decides when a token has expired, and waits before a request is retried.
///
/// For tests; outside the compatibility promise.
#[doc(hidden)]
pub trait Clock: fmt::Debug + Send + Sync + 'static {
    /// Returns the current time.
    fn now(&self) -> Instant;

    /// Returns the current time of the system's clock, which also runs while the machine is suspended.
    fn system_time(&self) -> SystemTime {
        SystemTime::now()
    }

    /// Waits for `duration`.
    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()>;

    /// Returns a random duration from zero to `longest`.
    fn jitter(&self, longest: Duration) -> Duration;
}

/// The system's clock and tokio's timer.
#[derive(Debug)]
pub(super) struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Instant {
        Instant::now()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        Box::pin(tokio::time::sleep(duration))
    }

    fn jitter(&self, longest: Duration) -> Duration {
        // Each `RandomState` has its own keys, and hashing an empty value with them yields 64 bits that are as good as
        // random. That is enough to spread clients over time, without another dependency.
        let random = RandomState::new().hash_one(());
        let seconds = longest.as_secs_f64() * (random as f64 / u64::MAX as f64);
        // Rounding must not make the delay longer than `longest`.
        Duration::try_from_secs_f64(seconds).map_or(longest, |jitter| jitter.min(longest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jitter_is_spread_over_the_whole_range() {
        let longest = Duration::from_secs(8);
        let mut eighths = [0; 8];
        for _ in 0..4000 {
            let jitter = SystemClock.jitter(longest);
            assert!(jitter <= longest);
            eighths[(jitter.as_secs() as usize).min(7)] += 1;
        }
        // Each eighth gets 500 on average; the probability of fewer than 250 is below 1e-30.
        assert!(eighths.iter().all(|count| *count > 250), "{eighths:?}");
        assert_eq!(SystemClock.jitter(Duration::ZERO), Duration::ZERO);
        assert!(SystemClock.jitter(Duration::MAX) <= Duration::MAX);
    }
}
