//! Waits for a capture, refund or void that Dintero accepted (status 202) and carries out later.

mod poll;

use std::fmt;
use std::time::Duration;

use serde_json::Value;

pub use poll::PollPolicy;

use super::moved::OtherAmount;
use super::{Error, Response};
use crate::MinorUnits;
use crate::events::{OperationKind, OperationState, TransactionOperation};
use crate::operations::Transactions;
use crate::types::{Transaction, TransactionEventDetails};

impl<'c> Transactions<'c> {
    /// Returns a handle to an operation that Dintero accepted with status 202 and will finish later.
    ///
    /// `event_request_id` comes from [`TransactionChange::Accepted`](crate::operations::TransactionChange). Both ids
    /// can be stored, so that another process can wait for the operation. Nothing is sent before
    /// [`wait`](PendingChange::wait) or [`check`](PendingChange::check).
    ///
    /// Guarded calls such as [`capture_once`](Self::capture_once) return such a handle by themselves, even if Dintero
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
    ///             _ => println!("not voided"),
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
            requested: None,
            poll: PollPolicy::default(),
        }
    }
}

/// A capture, refund or void that Dintero has accepted but not finished; see [`Transactions::pending`].
///
/// # Examples
///
/// ```no_run
/// use dintero_api::Client;
/// use dintero_api::client::{GuardedChange, PendingChange};
/// # fn store(transaction_id: &str, request_id: Option<&str>) {}
///
/// /// Stores the ids of an accepted refund, for a job that runs later.
/// fn keep(change: &GuardedChange<'_>) {
///     if let GuardedChange::Accepted { pending, .. } = change {
///         store(pending.transaction_id(), pending.event_request_id());
///     }
/// }
///
/// async fn run_job(client: &Client, transaction_id: &str, request_id: &str) -> Result<(), dintero_api::Error> {
///     let pending = client.transactions().pending(transaction_id, request_id);
///     match pending.check().await? {
///         None => println!("still in progress: run the job again later"),
///         Some(finished) => println!("{finished:?}"),
///     }
///     Ok(())
/// }
/// ```
#[derive(Debug, Clone)]
#[must_use = "whether the operation succeeds is only known after `wait` or `check`"]
pub struct PendingChange<'c> {
    pub(super) transactions: Transactions<'c>,
    pub(super) transaction_id: String,
    pub(super) sought: Sought,
    /// The requested amount, if it is known and the operation has one.
    pub(super) requested: Option<MinorUnits>,
    pub(super) poll: PollPolicy,
}

/// How the operation is found among the events.
#[derive(Debug, Clone)]
pub(super) enum Sought {
    /// By the id that Dintero assigned to the operation.
    RequestId(String),
    /// By the operation's kind and your reference, because Dintero sent no id. The reference of a void is ignored.
    Operation {
        kind: OperationKind,
        reference: Option<String>,
        /// The number of matching operations that had failed before the request.
        failures: usize,
    },
}

/// How an accepted operation ended.
///
/// # Examples
///
/// ```
/// use dintero_api::client::FinishedChange;
///
/// fn note(finished: &FinishedChange) -> String {
///     match finished {
///         FinishedChange::Succeeded { event, .. } => format!("refunded {:?} minor units", event.amount),
///         FinishedChange::OtherAmount { moved, .. } => format!("refunded {moved}, a different amount than requested"),
///         FinishedChange::Failed { event, .. } => format!("not refunded: {:?}", event.error),
///         _ => "something new".to_owned(),
///     }
/// }
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
#[must_use]
pub enum FinishedChange {
    /// The operation was carried out, with the requested amount if the events show both amounts.
    #[non_exhaustive]
    Succeeded {
        /// The event that reports the success.
        event: Box<TransactionEventDetails>,
        /// The transaction with that event.
        transaction: Box<Transaction>,
    },
    /// The operation was carried out, but moved a different amount than requested, such as only a part of it. The
    /// transaction says so in the correction of an event, or in the event of the result.
    ///
    /// Do not make the operation again: a person should decide what happens with the difference.
    #[non_exhaustive]
    OtherAmount {
        /// The requested amount, in minor units. `None` if the events do not show it: compare `moved` with the amount
        /// that you requested.
        requested: Option<MinorUnits>,
        /// The amount that was moved, in minor units.
        moved: MinorUnits,
        /// The event that reports the operation.
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

    /// Returns the id by which the operation's event is found. Returns `None` if Dintero sent no id; the event is then
    /// found by the operation's kind and your reference.
    #[must_use]
    pub fn event_request_id(&self) -> Option<&str> {
        match &self.sought {
            Sought::RequestId(id) => Some(id),
            Sought::Operation { .. } => None,
        }
    }

    /// Changes how often, and for how long, [`wait`](Self::wait) reads the transaction.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use std::time::Duration;
    ///
    /// use dintero_api::client::{FinishedChange, PollPolicy, WaitError};
    ///
    /// # async fn wait(client: &dintero_api::Client, id: &str, request_id: &str) -> Result<(), WaitError> {
    /// let pending = client.transactions().pending(id, request_id);
    /// let short = PollPolicy::default().timeout(Duration::from_secs(20));
    /// if let FinishedChange::Succeeded { transaction, .. } = pending.poll(short).wait().await? {
    ///     println!("{:?}", transaction.status);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn poll(mut self, policy: PollPolicy) -> Self {
        self.poll = policy;
        self
    }

    /// Reads the transaction until an event says how the operation ended.
    ///
    /// The event is found by its `correlation_request_id` (in older responses, `initiate_request_id`) or its
    /// `request_id`. An event without any of these ids also counts, if an earlier `INITIATE_…` event has the id and
    /// both events have the same kind, reference and amount.
    ///
    /// # After a failure
    ///
    /// [`FinishedChange::Failed`] means that an event reports the failure and no event reports a success. Dintero
    /// documents the event as the result of the operation. Dintero does not document whether it retries an accepted
    /// operation by itself; it does retry an `auto_capture`, for 48 hours. So do not simply send the operation again:
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
    /// Returns [`WaitError::TimedOut`] if no event reported the result in time, or if `Retry-After` asks for a longer
    /// wait than the time left. The outcome is then unknown, and the operation must not be sent again. Returns
    /// [`WaitError::Read`] if the transaction cannot be read; retryable errors ([`Error::is_retryable`]) do not end the
    /// wait.
    ///
    /// # Examples
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/support/loopback.rs"));
    /// use dintero_api::client::FinishedChange;
    ///
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let client = fake_dintero(&[
    /// #     ("GET /v1/transactions/T12345678.t1", 200, r#"{"id": "T12345678.t1", "amount": 29990, "currency": "NOK",
    /// #         "payment_product": "vipps", "payment_product_type": "vipps", "status": "CAPTURED",
    /// #         "events": [{"event": "INITIATE_REFUND", "amount": 5000, "request_id": "r1"}]}"#),
    /// #     ("GET /v1/transactions/T12345678.t1", 200, r#"{"id": "T12345678.t1", "amount": 29990, "currency": "NOK",
    /// #         "payment_product": "vipps", "payment_product_type": "vipps", "status": "PARTIALLY_REFUNDED",
    /// #         "events": [{"event": "INITIATE_REFUND", "amount": 5000, "request_id": "r1"}, {"event": "REFUND", "success": true, "amount": 5000, "correlation_request_id": "r1"}]}"#),
    /// # ]);
    /// let pending = client.transactions().pending("T12345678.t1", "r1");
    /// #   let pending = pending.poll(dintero_api::client::PollPolicy::default().initial_delay(std::time::Duration::ZERO));
    /// match pending.wait().await? {
    ///     FinishedChange::Succeeded { transaction, .. } => println!("{:?}", transaction.status),
    ///     FinishedChange::Failed { event, .. } => eprintln!("not refunded: {:?}", event.error),
    ///     _ => eprintln!("not refunded as requested: a person should look at it"),
    /// }
    /// # Ok(())
    /// # }
    /// ```
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
            // If less time is left than the delay, the last read starts when the timeout expires.
            let delay = clock.jitter(self.poll.bound(reads)).max(pause);
            clock.sleep(delay.min(left)).await;
        }
    }

    /// Reads the transaction once. Returns `None` while the operation is not finished.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`Transactions::get`].
    ///
    /// # Examples
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/support/loopback.rs"));
    /// use dintero_api::client::FinishedChange;
    ///
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let client = fake_dintero(&[
    /// #     ("GET /v1/transactions/T12345678.t1", 200, r#"{"id": "T12345678.t1", "amount": 29990, "currency": "NOK",
    /// #         "payment_product": "vipps", "payment_product_type": "vipps", "status": "CAPTURED",
    /// #         "events": [{"event": "INITIATE_REFUND", "amount": 5000, "request_id": "r1"}]}"#),
    /// #     ("GET /v1/transactions/T12345678.t1", 200, r#"{"id": "T12345678.t1", "amount": 29990, "currency": "NOK",
    /// #         "payment_product": "vipps", "payment_product_type": "vipps", "status": "PARTIALLY_REFUNDED",
    /// #         "events": [{"event": "INITIATE_REFUND", "amount": 5000, "request_id": "r1"}, {"event": "REFUND", "success": true, "amount": 5000, "correlation_request_id": "r1"}]}"#),
    /// # ]);
    /// // For a job that runs every minute, with the ids that the shop has stored.
    /// let pending = client.transactions().pending("T12345678.t1", "r1");
    /// assert!(pending.check().await?.is_none()); // first run: in progress
    /// let finished = pending.check().await?; // second run
    /// assert!(matches!(finished, Some(FinishedChange::Succeeded { .. })));
    /// # Ok(())
    /// # }
    /// ```
    #[inline]
    pub async fn check(&self) -> Result<Option<FinishedChange>, Error> {
        Ok(self.finished(self.transactions.get(&self.transaction_id).await?))
    }

    #[inline]
    fn finished(&self, response: Response<Transaction>) -> Option<FinishedChange> {
        let operations = response.operations();
        let ours = match &self.sought {
            Sought::RequestId(id) => by_request_id(&response, &operations, id),
            Sought::Operation { kind, reference, .. } => {
                operations.iter().filter(|it| it.is(*kind, reference.as_deref())).collect()
            }
        };
        let failures = match &self.sought {
            Sought::RequestId(_) => 0,
            Sought::Operation { failures, .. } => *failures,
        };
        let operation = result(&ours, failures)?;
        let other = match self.requested {
            Some(requested) => OtherAmount::than(requested, operation),
            None => OtherAmount::of(operation, &response),
        };
        let has_failed = operation.state == OperationState::Failed;
        let event = Box::new(operation.event.clone());
        let transaction = Box::new(response.into_inner());
        Some(match other {
            _ if has_failed => FinishedChange::Failed { event, transaction },
            None => FinishedChange::Succeeded { event, transaction },
            Some(OtherAmount { requested, moved }) => {
                FinishedChange::OtherAmount { requested, moved, event, transaction }
            }
        })
    }
}

/// Returns the operation that says how the change ended: one that was carried out if there is one; otherwise the newest
/// operation, if that operation failed.
fn result<'o, 't>(
    ours: &[&'o TransactionOperation<'t>],
    failures: usize,
) -> Option<&'o TransactionOperation<'t>> {
    if let Some(done) = ours.iter().find(|it| it.state == OperationState::Done) {
        return Some(done);
    }
    let newest = ours.iter().skip(failures).next_back()?;
    (newest.state == OperationState::Failed).then_some(*newest)
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

/// Why the outcome of an operation is unknown. The operation must not be sent again in any case.
///
/// # Examples
///
/// ```
/// use dintero_api::client::WaitError;
///
/// /// Returns whether a job should wait again later.
/// fn is_worth_waiting(error: &WaitError) -> bool {
///     match error {
///         WaitError::TimedOut { waited, .. } => {
///             println!("no result after {waited:?}");
///             true
///         }
///         WaitError::Read(error) => {
///             eprintln!("a person should look at it: {error}");
///             false
///         }
///         _ => false,
///     }
/// }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum WaitError {
    /// The transaction could not be read because of an error that will not resolve on its own, such as a missing
    /// permission or a response that cannot be read. (After an error that may be temporary,
    /// [`wait`](PendingChange::wait) reads again.)
    ///
    /// The operation continues. Wait for it again once the cause is fixed.
    Read(Error),
    /// The operation did not finish in time. It may still succeed or fail.
    ///
    /// Do not send the operation again. Wait again later, or make the same guarded call.
    #[non_exhaustive]
    TimedOut {
        /// How long `wait` waited.
        waited: Duration,
        /// The error of the last read, if that read failed.
        last: Option<Error>,
    },
}

impl fmt::Display for WaitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read(_) => f.write_str(
                "the transaction cannot be read; the operation continues, so wait for it again once it can be read",
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
    fn older_ids_are_found_by_event() {
        let json = br#"{"events": [{}, {"initiate_request_id": "r1"}]}"#;
        assert_eq!(older_ids(json), [None, Some("r1".to_owned())]);
        assert!(older_ids(b"x").is_empty());
    }
}
