//! How often, and for how long, [`PendingChange::wait`](super::PendingChange::wait) reads the transaction.

use std::time::Duration;

const AN_HOUR: Duration = Duration::from_secs(60 * 60);

/// How often, and for how long, [`PendingChange::wait`](super::PendingChange::wait) reads the transaction.
///
/// Before each further read, `wait` sleeps for a random time between zero and an upper bound (full jitter, so that many
/// waiting tasks do not read at the same moment). The bound starts at the initial delay and doubles up to the maximum
/// delay. If Dintero responds with `Retry-After`, `wait` sleeps at least that long.
///
/// # Examples
///
/// ```no_run
/// use std::time::Duration;
///
/// use dintero_api::client::{FinishedChange, PendingChange, PollPolicy, WaitError};
///
/// async fn is_done(pending: PendingChange<'_>) -> Result<bool, WaitError> {
///     let short = PollPolicy::default().timeout(Duration::from_secs(20));
///     Ok(matches!(pending.poll(short).wait().await?, FinishedChange::Succeeded { .. }))
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PollPolicy {
    initial_delay: Duration,
    max_delay: Duration,
    pub(super) timeout: Duration,
}

impl Default for PollPolicy {
    /// Delays of up to 1 second at first and up to 15 seconds later, with a timeout of 2 minutes.
    fn default() -> Self {
        Self {
            initial_delay: Duration::from_secs(1),
            max_delay: Duration::from_secs(15),
            timeout: Duration::from_secs(120),
        }
    }
}

impl PollPolicy {
    /// Sets the upper bound of the first delay. Default: 1 second.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use dintero_api::client::PollPolicy;
    ///
    /// // In tests against a mock server, read again without a delay.
    /// let policy = PollPolicy::default().initial_delay(Duration::ZERO);
    /// # let _ = policy;
    /// ```
    #[must_use]
    pub fn initial_delay(mut self, delay: Duration) -> Self {
        self.initial_delay = delay;
        self
    }

    /// Sets the maximum up to which the upper bound of the delays doubles; more than one hour counts as one hour.
    /// Default: 15 seconds.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use dintero_api::client::PollPolicy;
    ///
    /// // For a background job that may wait for an hour, and reads at least every five minutes.
    /// let minutes = |count: u64| Duration::from_secs(60 * count);
    /// let policy = PollPolicy::default().max_delay(minutes(5)).timeout(minutes(60));
    /// # let _ = policy;
    /// ```
    #[must_use]
    pub fn max_delay(mut self, delay: Duration) -> Self {
        self.max_delay = delay;
        self
    }

    /// Sets the time after which no further read begins. Default: 2 minutes.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use dintero_api::client::PollPolicy;
    ///
    /// // A colleague is waiting for the result.
    /// let policy = PollPolicy::default().timeout(Duration::from_secs(20));
    /// # let _ = policy;
    /// ```
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Returns the upper bound of the delay after `reads` reads (1 or more).
    pub(super) fn bound(self, reads: u32) -> Duration {
        let doubled = 2_u32.saturating_pow(reads.saturating_sub(1));
        self.initial_delay.saturating_mul(doubled).min(self.max_delay).min(AN_HOUR)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_grow_to_the_longest() {
        let policy = PollPolicy::default();
        let seconds: Vec<u64> = (1..=6).map(|reads| policy.bound(reads).as_secs()).collect();
        assert_eq!(seconds, [1, 2, 4, 8, 15, 15]);
        assert_eq!(policy.bound(u32::MAX), Duration::from_secs(15));
        let endless = policy.initial_delay(Duration::MAX).max_delay(Duration::MAX);
        assert_eq!(endless.bound(40), AN_HOUR);
    }
}
