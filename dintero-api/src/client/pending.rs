//! Waits for a capture, refund or void that Dintero accepted (status 202) and carries out later.

use std::fmt;
use std::time::Duration;

use serde_json::Value;

use super::{Error, Response};
use crate::events::{OperationKind, OperationState, TransactionOperation};
use crate::operations::Transactions;
use crate::types::{Transaction, TransactionEventDetails};

impl<'c> Transactions<'c> {
    /// Returns a handle to an operation that Dintero accepted with status 202 and finishes later.
    ///
    /// `event_request_id` comes from [`TransactionChange::Accepted`](crate::operations::TransactionChange). Both ids
    /// can be stored, so that another process can wait for the operation. Nothing is sent before
    /// [`wait`](PendingChange::wait) or [`check`](PendingChange::check).
    ///
    /// Guarded calls such as [`capture_once`](Self::capture_once) return such a handle themselves, even if Dintero
    /// sends no id.
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
    ///             other => println!("not voided: {other:?}"),
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
            sought: Sought::RequestId(event_request_id.into()),
            poll: PollPolicy::default(),
        }
    }
}

/// A capture, refund or void that Dintero accepted and has not finished; see [`Transactions::pending`].
#[derive(Debug, Clone)]
#[must_use = "whether the operation succeeds is only known after `wait` or `check`"]
pub struct PendingChange<'c> {
    pub(super) transactions: Transactions<'c>,
    pub(super) transaction_id: String,
    pub(super) sought: Sought,
    pub(super) poll: PollPolicy,
}

/// How the operation is found among the events.
#[derive(Debug, Clone)]
pub(super) enum Sought {
    /// By the id that Dintero gave it.
    RequestId(String),
    /// By its kind and your reference, because Dintero gave no id. A void has no reference.
    Operation {
        kind: OperationKind,
        reference: Option<String>,
        /// The number of such operations that had failed before.
        failures: usize,
    },
}

const AN_HOUR: Duration = Duration::from_secs(60 * 60);

/// How often, and for how long, [`PendingChange::wait`] reads the transaction.
///
/// Before each further read, `wait` sleeps for a random time between zero and a bound (full jitter, so that many
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
    timeout: Duration,
}

impl Default for PollPolicy {
    /// Delays from 1 to 15 seconds, for 2 minutes.
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
    #[must_use]
    pub fn initial_delay(mut self, delay: Duration) -> Self {
        self.initial_delay = delay;
        self
    }

    /// Sets the limit up to which the bound of a delay doubles, at most one hour. Default: 15 seconds.
    #[must_use]
    pub fn max_delay(mut self, delay: Duration) -> Self {
        self.max_delay = delay;
        self
    }

    /// Sets the time after which no further read begins. Default: 2 minutes.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Returns the bound of the delay after `reads` reads (1 or more).
    fn bound(self, reads: u32) -> Duration {
        let doubled = 2_u32.saturating_pow(reads.saturating_sub(1));
        self.initial_delay.saturating_mul(doubled).min(self.max_delay).min(AN_HOUR)
    }
}

/// How an accepted operation ended.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
#[must_use]
pub enum FinishedChange {
    /// The operation was carried out.
    #[non_exhaustive]
    Succeeded {
        /// The event that reports the success.
        event: Box<TransactionEventDetails>,
        /// The transaction with that event.
        transaction: Box<Transaction>,
    },
    /// An event says that the operation failed. See [`PendingChange::wait`] for what to do then.
    #[non_exhaustive]
    Failed {
        /// The event that reports the failure; its `error` has the reason.
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

    /// Returns the id by which the operation's event is found. `None` if Dintero sent no id; the event is then found by
    /// your reference.
    #[must_use]
    pub fn event_request_id(&self) -> Option<&str> {
        match &self.sought {
            Sought::RequestId(id) => Some(id),
            Sought::Operation { .. } => None,
        }
    }

    /// Changes how often, and for how long, [`wait`](Self::wait) reads the transaction.
    pub fn poll(mut self, policy: PollPolicy) -> Self {
        self.poll = policy;
        self
    }

    /// Reads the transaction until an event says how the operation ended.
    ///
    /// The event is found by its `correlation_request_id`, or by `initiate_request_id`, as older responses call it. An
    /// event that names no request counts if an earlier `INITIATE_…` event has the id, and kind, reference and amount
    /// match.
    ///
    /// # After a failure
    ///
    /// [`FinishedChange::Failed`] means that an event reports the failure and no event reports a success. Dintero
    /// documents the event as the result of the operation. It does not document whether it retries an accepted
    /// operation by itself; it does so for `auto_capture`, for 48 hours. So do not send the operation again unchecked:
    /// make the guarded call ([`capture_once`](Transactions::capture_once), [`refund_once`](Transactions::refund_once))
    /// with the same reference. That call finds a success that came after the failure, and sends a request only if
    /// there is no such success.
    ///
    /// # Kravia
    ///
    /// A capture ends when the shopper pays the invoice, which can take weeks. Do not wait for it here: ship, and let the
    /// callback tell you (`report_event=CAPTURE`).
    ///
    /// # Errors
    ///
    /// [`WaitError::TimedOut`] if no such event arrived in time, or if `Retry-After` asks for a longer wait than the
    /// time left: the outcome is then unknown, and the operation must not be sent again. [`WaitError::Read`] if the
    /// transaction cannot be read; retryable errors ([`Error::is_retryable`]) do not end the wait.
    #[inline]
    pub async fn wait(&self) -> Result<FinishedChange, WaitError> {
        let clock = &self.transactions.client.inner.clock;
        let begun = clock.now();
        let mut reads = 0_u32;
        loop {
            let (last, pause) = match self.transactions.get(&self.transaction_id).await {
                Ok(response) => {
                    let pause = response.retry_after();
                    if let Some(finished) = self.finished(response) {
                        return Ok(finished);
                    }
                    (None, pause)
                }
                Err(error) if error.is_retryable() => {
                    let pause = error.retry_after();
                    (Some(error), pause)
                }
                Err(error) => return Err(WaitError::Read(error)),
            };
            reads = reads.saturating_add(1);
            let waited = clock.now().saturating_duration_since(begun);
            let left = self.poll.timeout.saturating_sub(waited);
            let pause = pause.unwrap_or_default();
            if left.is_zero() || pause > left {
                return Err(WaitError::TimedOut { waited, last });
            }
            // If the time left is shorter than the delay, the last read is at its end.
            let delay = clock.jitter(self.poll.bound(reads)).max(pause);
            clock.sleep(delay.min(left)).await;
        }
    }

    /// Reads the transaction once. Returns `None` while the operation is not finished.
    ///
    /// # Errors
    ///
    /// The errors of [`Transactions::get`].
    #[inline]
    pub async fn check(&self) -> Result<Option<FinishedChange>, Error> {
        Ok(self.finished(self.transactions.get(&self.transaction_id).await?))
    }

    #[inline]
    fn finished(&self, response: Response<Transaction>) -> Option<FinishedChange> {
        let operations = response.operations();
        let ours = match &self.sought {
            Sought::RequestId(id) => by_request_id(&response, &operations, id),
            Sought::Operation { kind, reference, .. } => operations
                .iter()
                .filter(|it| it.kind == *kind && it.reference == reference.as_deref())
                .collect(),
        };
        let failures = match &self.sought {
            Sought::RequestId(_) => 0,
            Sought::Operation { failures, .. } => *failures,
        };
        let (event, state) = result(&ours, failures)?;
        let event = Box::new(event.clone());
        let transaction = Box::new(response.into_inner());
        Some(match state {
            Ended::Succeeded => FinishedChange::Succeeded { event, transaction },
            Ended::Failed => FinishedChange::Failed { event, transaction },
        })
    }
}

enum Ended {
    Succeeded,
    Failed,
}

/// Returns the event that says how the operation ended: any success, or a failure if no newer operation is in progress
/// or undecided.
fn result<'t>(
    ours: &[&TransactionOperation<'t>],
    failures: usize,
) -> Option<(&'t TransactionEventDetails, Ended)> {
    if let Some(done) = ours.iter().find(|it| it.state == OperationState::Done) {
        return Some((done.event, Ended::Succeeded));
    }
    let newest = ours.iter().skip(failures).next_back()?;
    let has_failed = newest.state == OperationState::Failed;
    has_failed.then_some((newest.event, Ended::Failed))
}

fn by_request_id<'o, 't>(
    response: &Response<Transaction>,
    operations: &'o [TransactionOperation<'t>],
    id: &str,
) -> Vec<&'o TransactionOperation<'t>> {
    let older = older_ids(response.raw());
    let events = response.events.as_deref().unwrap_or_default();
    let names_it = |event: &TransactionEventDetails| {
        let index = events.iter().position(|other| std::ptr::eq(other, event));
        let older = index.and_then(|index| older.get(index)?.as_deref());
        let current = [event.correlation_request_id.as_deref(), event.request_id.as_deref()];
        older == Some(id) || current.contains(&Some(id))
    };
    let is_ours = |operation: &&TransactionOperation<'_>| {
        names_it(operation.event) || operation.begun_by.is_some_and(names_it)
    };
    operations.iter().filter(is_ours).collect()
}

/// Returns the `initiate_request_id` of each event. The field is in neither the API's document nor the types; Dintero's
/// changelog once used this name for `correlation_request_id`.
fn older_ids(transaction: &[u8]) -> Vec<Option<String>> {
    let transaction: Value = serde_json::from_slice(transaction).unwrap_or_default();
    let events = transaction["events"].as_array().map_or(&[][..], Vec::as_slice);
    let id = |event: &Value| event["initiate_request_id"].as_str().map(str::to_owned);
    events.iter().map(id).collect()
}

/// Why the outcome of an operation is unknown.
#[derive(Debug)]
#[non_exhaustive]
pub enum WaitError {
    /// The transaction could not be read. The operation continues, and you can wait for it again.
    Read(Error),
    /// The operation did not finish in time. It may still succeed or fail.
    ///
    /// Do not send it again. Wait again later, or make the same guarded call.
    #[non_exhaustive]
    TimedOut {
        /// How long `wait` waited.
        waited: Duration,
        /// The error of the last read, if it failed.
        last: Option<Error>,
    },
}

impl fmt::Display for WaitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read(_) => f.write_str(
                "the transaction cannot be read; the operation continues, so wait for it again",
            ),
            Self::TimedOut { waited, .. } => write!(
                f,
                "the operation has no result after {} s and may still succeed or fail; do not send it again, wait for it \
                 again or read the transaction later",
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
        let policy = PollPolicy::default();
        let seconds: Vec<u64> = (1..=6).map(|reads| policy.bound(reads).as_secs()).collect();
        assert_eq!(seconds, [1, 2, 4, 8, 15, 15]);
        assert_eq!(policy.bound(u32::MAX), Duration::from_secs(15));
        let endless = policy.initial_delay(Duration::MAX).max_delay(Duration::MAX);
        assert_eq!(endless.bound(40), AN_HOUR);
    }

    #[test]
    fn older_ids_are_found_by_event() {
        let json = br#"{"events": [{}, {"initiate_request_id": "r1"}]}"#;
        assert_eq!(older_ids(json), [None, Some("r1".to_owned())]);
        assert!(older_ids(b"x").is_empty());
    }
}
