//! Lets guarded calls take turns, one at a time on each transaction, and records the requests that were sent recently.
//!
//! A turn belongs to the task that runs the call, never to its caller. A waiting call is woken when the turn ends, and
//! then tries to take the next turn. A turn is never assigned to a waiting call, because that call may no longer be
//! polled.

use std::collections::HashMap;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::{Duration, Instant};

use tokio::sync::watch;

use crate::client::Client;
use crate::events::{OperationKind, OperationState, TransactionOperation};

/// How long a call waits for another call on the same transaction.
///
/// A call ends within its own timeouts unless nothing drives the runtime of its task. Other calls must not wait forever
/// for such a task.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// How long a transaction is considered outdated if it does not show a request that was sent.
pub(super) const SETTLING: Duration = Duration::from_secs(2);

/// The turns of a client and its clones.
#[derive(Debug, Default)]
pub(in crate::client) struct Turns {
    /// The transactions of the running calls. Each receiver is notified when its call ends.
    running: Mutex<HashMap<String, watch::Receiver<()>>>,
    /// The requests sent recently, except those that were definitely not carried out.
    sent: Mutex<Vec<Sent>>,
}

/// A request that was sent.
#[derive(Debug, Clone)]
pub(super) struct Sent {
    pub(super) transaction_id: String,
    pub(super) kind: OperationKind,
    pub(super) reference: Option<String>,
    /// When the request was sent; updated when the guarded call ends, however it ends.
    pub(super) at: Instant,
}

impl Sent {
    fn is_same(&self, other: &Self) -> bool {
        self.transaction_id == other.transaction_id
            && self.kind == other.kind
            && self.reference == other.reference
    }

    /// Returns whether these operations show the request as done, in progress or with an unknown result. A failed
    /// operation does not count.
    fn is_shown_by(&self, operations: &[TransactionOperation<'_>]) -> bool {
        operations.iter().any(|operation| {
            operation.is(self.kind, self.reference.as_deref())
                && operation.state != OperationState::Failed
        })
    }

    /// Returns how much longer the transaction may be outdated if it does not show this request.
    fn settling(&self, now: Instant) -> Duration {
        SETTLING.saturating_sub(now.saturating_duration_since(self.at))
    }
}

/// The record of a request that is being sent.
///
/// If this value is dropped, the request counts as sent at that moment, because it may have been under way until then. A
/// task that is cut off, by its runtime or by a panic, drops it too.
pub(super) struct Sending<'c> {
    client: &'c Client,
    /// `None` if the request was not carried out.
    request: Option<Sent>,
}

impl<'c> Sending<'c> {
    /// Records a request that is about to be sent.
    pub(super) fn begin(client: &'c Client, request: Sent) -> Self {
        client.inner.turns.remember(request.clone());
        Self { client, request: Some(request) }
    }

    /// Removes the record of a request that was not carried out.
    pub(super) fn forget(mut self) {
        if let Some(request) = self.request.take() {
            self.client.inner.turns.forget(&request);
        }
    }
}

impl Drop for Sending<'_> {
    fn drop(&mut self) {
        if let Some(request) = self.request.take() {
            let at = self.client.inner.clock.now();
            self.client.inner.turns.remember(Sent { at, ..request });
        }
    }
}

/// The right to work on a transaction. It ends when this value is dropped.
pub(super) struct Turn<'c> {
    client: &'c Client,
    transaction_id: String,
    _running: watch::Sender<()>,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        lock(&self.client.inner.turns.running).remove(&self.transaction_id);
    }
}

impl<'c> Turn<'c> {
    /// Waits for the turn for up to a minute, and returns `None` after that.
    pub(super) async fn take(client: &'c Client, transaction_id: &str) -> Option<Self> {
        let begun = client.inner.clock.now();
        loop {
            let other = match Self::try_take(client, transaction_id) {
                Ok(turn) => return Some(turn),
                Err(other) => other,
            };
            let waited = client.inner.clock.now().saturating_duration_since(begun);
            if !has_ended(client, other, LONGEST_WAIT.checked_sub(waited)?).await {
                return None;
            }
        }
    }

    fn try_take(client: &'c Client, transaction_id: &str) -> Result<Self, watch::Receiver<()>> {
        let mut running = lock(&client.inner.turns.running);
        if let Some(other) = running.get(transaction_id) {
            return Err(other.clone());
        }
        let (sender, receiver) = watch::channel(());
        running.insert(transaction_id.to_owned(), receiver);
        Ok(Self { client, transaction_id: transaction_id.to_owned(), _running: sender })
    }
}

/// Waits until the other call has ended. Returns `false` if that takes longer than `at_most`.
async fn has_ended(client: &Client, mut other: watch::Receiver<()>, at_most: Duration) -> bool {
    let mut ended = pin!(async move { while other.changed().await.is_ok() {} });
    let mut late = pin!(client.inner.clock.sleep(at_most));
    poll_fn(|context| {
        if ended.as_mut().poll(context).is_ready() {
            return Poll::Ready(true);
        }
        late.as_mut().poll(context).map(|()| false)
    })
    .await
}

impl Turns {
    /// Records a request that is being sent, was carried out, or has an unknown outcome.
    fn remember(&self, request: Sent) {
        let mut sent = lock(&self.sent);
        sent.retain(|other| !other.is_same(&request) && !other.settling(request.at).is_zero());
        sent.push(request);
    }

    fn forget(&self, request: &Sent) {
        lock(&self.sent).retain(|other| !other.is_same(request));
    }

    /// Returns how much longer a transaction with these operations may be outdated because it does not show a request
    /// that was sent; `None` if the transaction cannot be outdated.
    pub(super) fn settling(
        &self,
        transaction_id: &str,
        operations: &[TransactionOperation<'_>],
        now: Instant,
    ) -> Option<Duration> {
        lock(&self.sent)
            .iter()
            .filter(|sent| sent.transaction_id == transaction_id && !sent.is_shown_by(operations))
            .map(|sent| sent.settling(now))
            .max()
            .filter(|left| !left.is_zero())
    }
}

/// Locks a mutex. Poisoning is harmless here: no code panics between two changes that belong together.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
