//! Waiting for what Dintero accepted (status 202) and carries out later: a capture, a refund or a void.

use std::fmt;
use std::time::Duration;

use serde_json::Value;

use super::{Error, Response};
use crate::movement::{Movement, MovementState};
use crate::operations::Transactions;
use crate::types::{Transaction, TransactionEventDetails};

impl<'c> Transactions<'c> {
    /// Returns a handle to an operation that Dintero accepted with status 202 and finishes later.
    ///
    /// `event_request_id` comes from [`TransactionChange::Accepted`](crate::operations::TransactionChange). Both ids
    /// are all that the handle holds, so they can be stored and waited for in another process. Nothing is sent before
    /// [`wait`](PendingChange::wait) or [`check`](PendingChange::check).
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use dintero_api::client::FinishedChange;
    /// use dintero_api::operations::TransactionChange;
    ///
    /// # async fn void(client: &dintero_api::Client, id: &str) -> Result<(), Box<dyn std::error::Error>> {
    /// match client.transactions().void(id).await?.into_inner() {
    ///     TransactionChange::Accepted { event_request_id: Some(request_id), .. } => {
    ///         match client.transactions().pending(id, request_id).wait().await? {
    ///             FinishedChange::Succeeded { .. } => println!("voided"),
    ///             FinishedChange::Failed { event, .. } => println!("not voided: {:?}", event.error),
    ///         }
    ///     }
    ///     other => println!("{other:?}"),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn pending(
        &self,
        transaction_id: impl Into<String>,
        event_request_id: impl Into<String>,
    ) -> PendingChange<'c> {
        PendingChange {
            transactions: *self,
            transaction_id: transaction_id.into(),
            event_request_id: event_request_id.into(),
            patience: Patience::default(),
        }
    }
}

/// A capture, refund or void that Dintero accepted and has not finished; see [`Transactions::pending`].
#[derive(Debug, Clone)]
#[must_use = "whether the operation succeeds is only known after `wait` or `check`"]
pub struct PendingChange<'c> {
    transactions: Transactions<'c>,
    transaction_id: String,
    event_request_id: String,
    patience: Patience,
}

const AN_HOUR: Duration = Duration::from_secs(60 * 60);

/// How long, and how often, [`PendingChange::wait`] reads the transaction.
///
/// Before each further read it sleeps for a random time between nothing and a bound (full jitter, so that many waiting
/// tasks do not ask at the same moment). The bound begins with `first`, doubles, and ends at `longest`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    first: Duration,
    longest: Duration,
    total: Duration,
}

impl Default for Patience {
    /// From 1 second to 15 seconds between reads, 2 minutes in all.
    fn default() -> Self {
        Self {
            first: Duration::from_secs(1),
            longest: Duration::from_secs(15),
            total: Duration::from_secs(120),
        }
    }
}

impl Patience {
    /// Sets the bound of the first sleep.
    #[must_use]
    pub fn first(mut self, first: Duration) -> Self {
        self.first = first;
        self
    }

    /// Sets the largest bound of a sleep. It is never more than an hour.
    #[must_use]
    pub fn longest(mut self, longest: Duration) -> Self {
        self.longest = longest;
        self
    }

    /// Sets the time after which nothing more is read. A read that has begun is finished.
    #[must_use]
    pub fn total(mut self, total: Duration) -> Self {
        self.total = total;
        self
    }

    /// Returns the bound of the sleep after `reads` reads, at least one.
    fn bound(self, reads: u32) -> Duration {
        let doubled = 2_u32.saturating_pow(reads.saturating_sub(1));
        self.first.saturating_mul(doubled).min(self.longest).min(AN_HOUR)
    }
}

/// How an operation ended that was accepted before.
#[derive(Debug, Clone, PartialEq)]
#[must_use]
pub enum FinishedChange {
    /// It was carried out.
    #[non_exhaustive]
    Succeeded {
        /// The event that says so.
        event: Box<TransactionEventDetails>,
        /// The transaction with that event.
        transaction: Box<Transaction>,
    },
    /// It was not carried out. To try it again is safe.
    #[non_exhaustive]
    Failed {
        /// The event that says so; its `error` has the reason.
        event: Box<TransactionEventDetails>,
        /// The transaction with that event.
        transaction: Box<Transaction>,
    },
}

impl PendingChange<'_> {
    /// Returns the id of the transaction.
    #[must_use]
    pub fn transaction_id(&self) -> &str {
        &self.transaction_id
    }

    /// Returns the id of the operation, by which its event is found.
    #[must_use]
    pub fn event_request_id(&self) -> &str {
        &self.event_request_id
    }

    /// Changes how long, and how often, [`wait`](Self::wait) reads the transaction.
    pub fn patience(mut self, patience: Patience) -> Self {
        self.patience = patience;
        self
    }

    /// Reads the transaction until it has the event that ends the operation.
    ///
    /// The event is found by its `correlation_request_id`, or by `initiate_request_id`, its name in older answers. One
    /// that names no request counts if an `INITIATE_…` with the id came before and kind, reference and amount agree.
    ///
    /// # Errors
    ///
    /// [`WaitError::TimedOut`] when it did not come in time: then nobody knows how the operation ends, and it must not
    /// be repeated. [`WaitError::Read`] when the transaction cannot be read; errors that pass
    /// ([`Error::is_repeatable`]) do not end the waiting.
    #[inline]
    pub async fn wait(&self) -> Result<FinishedChange, WaitError> {
        let clock = &self.transactions.client.inner.clock;
        let begun = clock.now();
        let mut reads = 0_u32;
        loop {
            let last = match self.check().await {
                Ok(Some(finished)) => return Ok(finished),
                Ok(None) => None,
                Err(error) if error.is_repeatable() => Some(error),
                Err(error) => return Err(WaitError::Read(error)),
            };
            reads = reads.saturating_add(1);
            let waited = clock.now().saturating_duration_since(begun);
            let left = self.patience.total.saturating_sub(waited);
            if left.is_zero() {
                let event_request_id = self.event_request_id.clone();
                return Err(WaitError::TimedOut { event_request_id, waited, last });
            }
            // What is left may be less than the sleep: then the last read is at the very end.
            clock.sleep(clock.jitter(self.patience.bound(reads)).min(left)).await;
        }
    }

    /// Reads the transaction once. `None` while the operation is not finished.
    ///
    /// # Errors
    ///
    /// As for [`Transactions::get`].
    #[inline]
    pub async fn check(&self) -> Result<Option<FinishedChange>, Error> {
        Ok(self.finished(self.transactions.get(&self.transaction_id).await?))
    }

    #[inline]
    fn finished(&self, response: Response<Transaction>) -> Option<FinishedChange> {
        let older = older_ids(response.raw());
        let events = response.events.as_deref().unwrap_or_default();
        let id = Some(self.event_request_id.as_str());
        let names_it = |event: &TransactionEventDetails| {
            let index = events.iter().position(|other| std::ptr::eq(other, event));
            let older = index.and_then(|index| older.get(index)?.as_deref());
            let current = [&event.correlation_request_id, &event.request_id];
            older == id || current.into_iter().any(|name| name.as_deref() == id)
        };
        let is_ours = |movement: &Movement<'_>| {
            names_it(movement.event) || movement.begun_by.is_some_and(names_it)
        };
        let movements = response.movements();
        let is_over = |movement: &&Movement<'_>| movement.state != MovementState::UnderWay;
        // Dintero may try more than once: what was carried out is the result.
        let found = movements
            .iter()
            .filter(|movement| is_ours(movement))
            .filter(is_over)
            .max_by_key(|movement| movement.state == MovementState::Done)?;
        let (event, state) = (Box::new(found.event.clone()), found.state);
        let transaction = Box::new(response.into_inner());
        Some(match state {
            MovementState::Failed => FinishedChange::Failed { event, transaction },
            _ => FinishedChange::Succeeded { event, transaction },
        })
    }
}

/// Returns `initiate_request_id` of each event. The document does not have it, so the types do not either; Dintero's
/// changelog of an earlier year called `correlation_request_id` so.
fn older_ids(transaction: &[u8]) -> Vec<Option<String>> {
    let transaction: Value = serde_json::from_slice(transaction).unwrap_or_default();
    let events = transaction["events"].as_array().map_or(&[][..], Vec::as_slice);
    let id = |event: &Value| event["initiate_request_id"].as_str().map(str::to_owned);
    events.iter().map(id).collect()
}

/// Why the end of an operation is not known.
#[derive(Debug)]
#[non_exhaustive]
pub enum WaitError {
    /// The transaction could not be read. The operation goes on, and can be waited for again.
    Read(Error),
    /// The operation did not end in time. It may still succeed or fail.
    ///
    /// Do not repeat it. Wait again later ([`Transactions::pending`]), or read the transaction before you decide.
    #[non_exhaustive]
    TimedOut {
        /// The id of the operation.
        event_request_id: String,
        /// How long it was waited for.
        waited: Duration,
        /// What went wrong with the last read, if it did.
        last: Option<Error>,
    },
}

impl fmt::Display for WaitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read(_) => f.write_str(
                "the transaction cannot be read; the operation goes on, so wait for it again",
            ),
            Self::TimedOut { event_request_id, waited, .. } => write!(
                f,
                "the operation `{event_request_id}` has no result after {} s and may still succeed or fail; \
                 do not repeat it, wait for it again or read the transaction later",
                waited.as_secs()
            ),
        }
    }
}

impl std::error::Error for WaitError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Read(error) | Self::TimedOut { last: Some(error), .. } => Some(error),
            Self::TimedOut { last: None, .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_grow_to_the_longest() {
        let patience = Patience::default();
        let seconds: Vec<u64> = (1..=6).map(|reads| patience.bound(reads).as_secs()).collect();
        assert_eq!(seconds, [1, 2, 4, 8, 15, 15]);
        assert_eq!(patience.bound(u32::MAX), Duration::from_secs(15));
        let endless = patience.first(Duration::MAX).longest(Duration::MAX);
        assert_eq!(endless.bound(40), AN_HOUR);
    }

    #[test]
    fn older_ids_are_found_by_event() {
        let json = br#"{"events": [{}, {"initiate_request_id": "r1"}]}"#;
        assert_eq!(older_ids(json), [None, Some("r1".to_owned())]);
        assert!(older_ids(b"x").is_empty());
    }
}
