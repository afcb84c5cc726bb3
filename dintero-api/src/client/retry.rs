//! Decides whether a request is retried, and after what delay: the policy, the budget that all clones share, and the
//! retries of one call.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::Inner;
use super::attempt::{Attempt, Trail};
use super::endpoint::Operation;
use super::response::RawResponse;

/// How often, how soon and for how long a request is retried.
///
/// The policy does not decide whether a retry is safe. That depends on what happened:
///
/// | what happened | retried for |
/// | --- | --- |
/// | definitely not sent: no connection was made, or the connection closed before a byte of the request was written | every operation |
/// | no response, an incomplete response, 408, 429 or 5xx | the token request, and operations that may safely arrive twice |
/// | 401 | every operation with an access token, once, with a new token; even with [`never`](Self::never). An operation that was refused with the new token as well is not retried in this way for 5 seconds, and for up to a minute if the refusals continue |
/// | any other response | no operation |
///
/// Two kinds of operations may safely arrive twice: those that only read, and those that this crate marks as safe, such
/// as a payout with its own id. Except after a 401, a request for a session, capture, refund or void is never sent
/// again once it may have arrived. This also applies to 429 Too Many Requests: the document defines that status only
/// for the token request, and a 429 for a payment may come from the processor behind Dintero, after part of the work
/// was done. [`Error::retry_after`](super::Error::retry_after) says how long to wait.
///
/// Delays are random, between zero and an upper bound that doubles with every retry. After a response with
/// `Retry-After` (seconds or a date), the client waits that long plus the random delay, so that clients do not all
/// retry at once. If `Retry-After` exceeds the [limit](Self::retry_after_limit), the call returns the error instead.
///
/// All clones of a client share a budget of 100 retries. Every retry takes one from the budget, except a retry after a
/// 401. Every five responses with a status other than 408, 429 or 5xx put one back. When Dintero is down, the budget
/// stops clients from adding to its load.
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
    /// Creates a policy without retries, except the one after a 401.
    ///
    /// # Examples
    ///
    /// ```
    /// use dintero_api::Client;
    /// use dintero_api::client::RetryPolicy;
    ///
    /// // For a test that counts requests.
    /// let client = Client::builder("T12345678", "my-client-id", "my-client-secret")
    ///     .retries(RetryPolicy::never())
    /// #     .base_url("http://127.0.0.1:8080")
    ///     .build()?;
    /// # let _ = client;
    /// # Ok::<(), dintero_api::BuildError>(())
    /// ```
    #[must_use]
    pub fn never() -> Self {
        Self::default().max_attempts(1)
    }

    /// Sets the maximum number of attempts, including the first one. Default: 3; 0 counts as 1.
    ///
    /// # Examples
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/support/loopback.rs"));
    /// use dintero_api::client::RetryPolicy;
    ///
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let client = fake_dintero(&[
    /// #     ("GET /v1/transactions/T12345678.t1", 503, ""),
    /// # ]);
    /// // The default policy makes three attempts.
    /// let error = client.transactions().get("T12345678.t1").await.unwrap_err();
    /// assert_eq!(error.attempts(), 3);
    ///
    /// let patient = RetryPolicy::default().max_attempts(6); // for `ClientBuilder::retries`
    /// # let _ = patient;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts;
        self
    }

    /// Sets the upper bound of the first delay (default: 500 milliseconds), and the limit up to which this bound
    /// doubles with each retry (default: 10 seconds).
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use dintero_api::client::RetryPolicy;
    ///
    /// // A nightly job has time: the delays are up to 2, 4, 8, 16 and 30 seconds.
    /// let policy = RetryPolicy::default()
    ///     .max_attempts(6)
    ///     .backoff(Duration::from_secs(2), Duration::from_secs(30))
    ///     .total_timeout(Duration::from_secs(300));
    /// # let _ = policy;
    /// ```
    #[must_use]
    pub fn backoff(mut self, first: Duration, longest: Duration) -> Self {
        (self.first_wait, self.longest_wait) = (first, longest);
        self
    }

    /// Sets the longest `Retry-After` that the client waits for; a request that would have to wait longer is not
    /// retried. Default: 30 seconds.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use dintero_api::client::RetryPolicy;
    ///
    /// // A customer is waiting: return the error instead of waiting for longer than two seconds.
    /// let policy = RetryPolicy::default().retry_after_limit(Duration::from_secs(2));
    /// # let _ = policy;
    /// ```
    #[must_use]
    pub fn retry_after_limit(mut self, limit: Duration) -> Self {
        self.retry_after_limit = limit;
        self
    }

    /// Sets how long after the start of a call a retry may still begin. Default: 60 seconds.
    ///
    /// An attempt under way is not cut short; its limit is [`timeout`](super::ClientBuilder::timeout).
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use dintero_api::client::RetryPolicy;
    ///
    /// // Dintero waits for 60 seconds for the response to an express callback, so leave time to respond.
    /// let policy = RetryPolicy::default().total_timeout(Duration::from_secs(30));
    /// # let _ = policy;
    /// ```
    #[must_use]
    pub fn total_timeout(mut self, total: Duration) -> Self {
        self.total = total;
        self
    }

    /// Returns the upper bound of the delay before the next retry, after `retries` retries.
    fn ceiling(&self, retries: u32) -> Duration {
        let doubled = 2_u32.checked_pow(retries).and_then(|by| self.first_wait.checked_mul(by));
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

/// The retry budget that all clones of a client share.
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
        // Poisoning is harmless here: the value is a plain integer.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Budget {
    fn default() -> Self {
        Self(Mutex::new(Self::FULL))
    }
}

/// The retries of one call.
pub(super) struct Retries<'c> {
    client: &'c Inner,
    policy: &'c RetryPolicy,
    started: Instant,
    retries: u32,
    trail: Trail,
}

impl<'c> Retries<'c> {
    pub(super) fn new(client: &'c Inner, policy: &'c RetryPolicy, operation: Operation) -> Self {
        Self {
            client,
            policy,
            started: client.clock.now(),
            retries: 0,
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

    /// Records an attempt, and returns how long to wait before the next one, or `None` if the recorded attempt was the
    /// last.
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
        self.retries += 1;
        Some(wait)
    }

    fn wait(&self, attempt: &Attempt) -> Option<Duration> {
        if self.retries + 1 >= self.policy.attempts {
            return None;
        }
        let asked = attempt.as_ref().ok().and_then(RawResponse::retry_after).unwrap_or_default();
        if asked > self.policy.retry_after_limit {
            return None;
        }
        let random = self.client.clock.jitter(self.policy.ceiling(self.retries));
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
