//! Decides after which 401 responses a new token is requested. A 401 that persists is not caused by the token: the
//! credentials were revoked, or do not permit the operation. Without a pause, each such call would cost a token request
//! and a second attempt.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// The pause after the first new token that was refused. It doubles with each further refusal.
const FIRST_PAUSE: Duration = Duration::from_secs(5);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// The operations that were refused with a new token. Until an operation's pause is over, no new token is requested for
/// that operation.
#[derive(Default)]
pub(super) struct Backoff(BTreeMap<&'static str, Refusal>);

struct Refusal {
    until: Instant,
    pause: Duration,
}

impl Backoff {
    /// Returns whether a refused operation may be retried with a new token.
    pub(super) fn is_over(&self, operation: &str, now: Instant) -> bool {
        self.0.get(operation).is_none_or(|refusal| refusal.until <= now)
    }

    /// Records that an operation was refused with a new token.
    pub(super) fn refused(&mut self, operation: &'static str, now: Instant) {
        let before = self.0.get(operation).map(|refusal| refusal.pause);
        let pause = before.map_or(FIRST_PAUSE, |pause| (pause * 2).min(LONGEST_PAUSE));
        self.0.insert(operation, Refusal { until: now + pause, pause });
    }

    /// Records that an operation was accepted with a new token.
    pub(super) fn accepted(&mut self, operation: &str) {
        self.0.remove(operation);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_separately_for_each_operation() {
        let mut backoff = Backoff::default();
        let mut now = Instant::now();
        for seconds in [5, 10, 20, 40, 60, 60] {
            assert!(backoff.is_over("a", now));
            backoff.refused("a", now);
            let end = now + Duration::from_secs(seconds);
            assert!(!backoff.is_over("a", end - Duration::from_millis(1)));
            assert!(backoff.is_over("b", now));
            now = end;
        }
        backoff.accepted("a");
        backoff.refused("a", now);
        assert!(backoff.is_over("a", now + FIRST_PAUSE));
    }
}
