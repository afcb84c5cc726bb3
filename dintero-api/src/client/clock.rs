//! Time and chance, as the client meets them: a test brings its own and waits for nothing.

use std::fmt;
use std::hash::{BuildHasher as _, RandomState};
use std::time::{Duration, Instant};

use super::BoxFuture;

/// What the client knows of time: when a token expires, and how long to wait before a request is repeated.
///
/// For tests; outside the compatibility promise.
#[doc(hidden)]
pub trait Clock: fmt::Debug + Send + Sync + 'static {
    /// Returns the time.
    fn now(&self) -> Instant;

    /// Waits.
    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()>;

    /// Returns a random duration from zero to `longest`.
    fn jitter(&self, longest: Duration) -> Duration;
}

/// The clock of the runtime that the program runs on.
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
        // Each `RandomState` has keys of its own, and hashing nothing with them gives 64 bits that are as good as
        // random: enough to keep clients apart, without another dependency.
        let random = RandomState::new().hash_one(());
        let seconds = longest.as_secs_f64() * (random as f64 / u64::MAX as f64);
        // Rounding must not make it longer than the longest that there is.
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
        // 500 each on average; fewer than 250 has a probability below 1e-30.
        assert!(eighths.iter().all(|count| *count > 250), "{eighths:?}");
        assert_eq!(SystemClock.jitter(Duration::ZERO), Duration::ZERO);
        assert!(SystemClock.jitter(Duration::MAX) <= Duration::MAX);
    }
}
