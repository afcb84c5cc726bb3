//! When a request is sent again, and after how long: the policy, the budget that all clones share, and one call's use
//! of both.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::Inner;
use super::attempt::{Attempt, Trail};
use super::endpoint::Operation;
use super::response::RawResponse;

/// How often, how soon and for how long a request is repeated.
///
/// Whether it may be repeated at all is not for this policy to say:
///
/// | what happened | repeated for |
/// | --- | --- |
/// | definitely not sent: no connection, or it closed before a byte of the request was written | every operation |
/// | no response, half of one, 408, 429, 5xx | the access token, and operations of which a second arrival does no harm |
/// | 401 | every operation with an access token, once, with a new one; even with [`never`](Self::never). An operation that was refused with a new token as well is not retried for 5 seconds, and up to a minute if that lasts |
/// | any other response | none |
///
/// A second arrival does no harm to operations that only read, and to those that the overlay of the document names,
/// such as a payout with an id of its own. A session, capture, refund or void is never sent again once it may have
/// arrived. That includes 429 Too Many Requests: the document has it for the access token alone, and with a payment it
/// may come from the processor behind Dintero, when something was done already;
/// [`Error::retry_after`](super::Error::retry_after) says how long to wait.
///
/// Waits are random, from nothing to a time that doubles with every repetition. After a response with `Retry-After`
/// (seconds or a date) the client waits that long and the random time on top, so that clients do not all come back
/// at once; if it is longer than the [limit](Self::retry_after_limit), the call ends with the error instead.
///
/// All clones of a client share a budget of repetitions: 100 at first, a new one for every five calls that succeed.
/// When Dintero is down, they stop adding to its load.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use dintero_api::Client;
/// use dintero_api::client::RetryPolicy;
///
/// # fn main() -> Result<(), dintero_api::BuildError> {
/// let patient = RetryPolicy::default().max_attempts(5).total_timeout(Duration::from_secs(120));
/// # let client =
/// Client::builder("T12345678", "my-client-id", "my-client-secret")
///     .retries(patient)
/// #   .base_url("http://127.0.0.1:8080")
///     .build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetryPolicy {
    attempts: u32,
    first_wait: Duration,
    longest_wait: Duration,
    retry_after_limit: Duration,
    total: Duration,
}

impl RetryPolicy {
    /// Sends every request once.
    #[must_use]
    pub fn never() -> Self {
        Self::default().max_attempts(1)
    }

    /// Sends a request at most this often. 3 by default; 0 counts as 1.
    #[must_use]
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts;
        self
    }

    /// Waits up to `first` before the first repetition, twice as long before each further one, never more than
    /// `longest`. 500 milliseconds and 10 seconds by default.
    #[must_use]
    pub fn backoff(mut self, first: Duration, longest: Duration) -> Self {
        (self.first_wait, self.longest_wait) = (first, longest);
        self
    }

    /// Waits at most this long because of `Retry-After`; a request that had to wait longer is not repeated. 30 seconds
    /// by default.
    #[must_use]
    pub fn retry_after_limit(mut self, limit: Duration) -> Self {
        self.retry_after_limit = limit;
        self
    }

    /// Begins no repetition later than this after the call began. 60 seconds by default.
    ///
    /// An attempt under way is not cut short; its limit is [`timeout`](super::ClientBuilder::timeout).
    #[must_use]
    pub fn total_timeout(mut self, total: Duration) -> Self {
        self.total = total;
        self
    }

    /// Returns the longest wait before the repetition after `repetitions` others.
    fn ceiling(&self, repetitions: u32) -> Duration {
        let doubled = 2_u32.checked_pow(repetitions).and_then(|by| self.first_wait.checked_mul(by));
        doubled.unwrap_or(self.longest_wait).min(self.longest_wait)
    }
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            attempts: 3,
            first_wait: Duration::from_millis(500),
            longest_wait: Duration::from_secs(10),
            retry_after_limit: Duration::from_secs(30),
            total: Duration::from_secs(60),
        }
    }
}

/// What all clones of a client may still spend on repetitions.
#[derive(Debug)]
pub(super) struct Budget(Mutex<u32>);

impl Budget {
    const FULL: u32 = 500;
    const PRICE: u32 = 5;

    fn withdraw(&self) -> bool {
        let mut left = self.left();
        let affordable = left.checked_sub(Self::PRICE);
        *left = affordable.unwrap_or(*left);
        affordable.is_some()
    }

    fn deposit(&self) {
        let mut left = self.left();
        *left = Self::FULL.min(*left + 1);
    }

    fn left(&self) -> MutexGuard<'_, u32> {
        // A number is whole whatever happened to who held the lock.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Budget {
    fn default() -> Self {
        Self(Mutex::new(Self::FULL))
    }
}

/// The repetitions of one call.
pub(super) struct Retries<'c> {
    client: &'c Inner,
    policy: &'c RetryPolicy,
    started: Instant,
    repetitions: u32,
    trail: Trail,
}

impl<'c> Retries<'c> {
    pub(super) fn new(client: &'c Inner, policy: &'c RetryPolicy, operation: Operation) -> Self {
        Self {
            client,
            policy,
            started: client.clock.now(),
            repetitions: 0,
            trail: Trail::new(operation),
        }
    }

    pub(super) fn trail(&self) -> Trail {
        self.trail
    }

    /// Returns how long ago the call began.
    pub(super) fn elapsed(&self) -> Duration {
        self.client.clock.now().saturating_duration_since(self.started)
    }

    /// Takes note of an attempt, and returns how long to wait before the next one, or `None` if it was the last.
    pub(super) fn after(&mut self, attempt: &Attempt) -> Option<Duration> {
        self.trail.record(attempt);
        if !self.trail.is_retryable(attempt.as_ref()) {
            if attempt.as_ref().is_ok_and(|response| !response.is_overload()) {
                self.client.budget.deposit();
            }
            return None;
        }
        let wait = self.wait(attempt)?;
        if !self.client.budget.withdraw() {
            return None;
        }
        self.repetitions += 1;
        Some(wait)
    }

    fn wait(&self, attempt: &Attempt) -> Option<Duration> {
        if self.repetitions + 1 >= self.policy.attempts {
            return None;
        }
        let asked = attempt.as_ref().ok().and_then(RawResponse::retry_after).unwrap_or_default();
        if asked > self.policy.retry_after_limit {
            return None;
        }
        let random = self.client.clock.jitter(self.policy.ceiling(self.repetitions));
        let wait = asked.saturating_add(random);
        (self.elapsed().saturating_add(wait) <= self.policy.total).then_some(wait)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest() {
        let policy =
            RetryPolicy::default().backoff(Duration::from_secs(1), Duration::from_secs(10));
        let ceilings = [0, 1, 2, 3, 4, 31, 32, u32::MAX].map(|n| policy.ceiling(n).as_secs());
        assert_eq!(ceilings, [1, 2, 4, 8, 10, 10, 10, 10]);
    }

    #[test]
    fn budget_is_spent_and_earned() {
        let budget = Budget::default();
        assert_eq!((0..200).filter(|_| budget.withdraw()).count(), 100);
        for _ in 0..4 {
            budget.deposit();
        }
        assert!(!budget.withdraw());
        budget.deposit();
        assert!(budget.withdraw() && !budget.withdraw());
        for _ in 0..1000 {
            budget.deposit();
        }
        assert_eq!((0..200).filter(|_| budget.withdraw()).count(), 100);
    }
}
