//! The turns of guarded calls: one at a time on each transaction, and a pause after a request whose fate is not known.
//!
//! A turn belongs to the task that runs the call, never to its caller. Who waits is woken when the turn ends and then
//! tries to take it; a turn is never handed to somebody who may not be there to use it.

use std::collections::HashMap;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::{Duration, Instant};

use tokio::sync::watch;

use crate::client::Client;
use crate::events::OperationKind;

/// How long a call waits for another one on the same transaction.
///
/// Only a task whose runtime stands still takes longer than its timeouts, and nobody should wait for that one.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// For how long a request of unknown fate keeps the same one from being sent again.
pub(super) const SETTLING: Duration = Duration::from_secs(2);

/// The turns of a client and its clones.
#[derive(Debug, Default)]
pub(in crate::client) struct Turns {
    /// The transactions of the running calls. A receiver sees its call end.
    running: Mutex<HashMap<String, watch::Receiver<()>>>,
    /// The requests of unknown fate, and when they were sent or failed.
    in_doubt: Mutex<HashMap<Doubted, Instant>>,
}

/// What a request in doubt was about.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Doubted {
    pub(super) transaction_id: String,
    pub(super) kind: OperationKind,
    pub(super) reference: Option<String>,
}

/// The right to work on a transaction, until it is dropped.
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
    /// Waits for the turn, or returns `None` after a minute.
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

/// Waits until the other call has ended, or returns `false` after the time.
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
    /// Remembers that the request is sent, or has failed in a way that leaves it open if it was carried out.
    pub(super) fn doubt(&self, what: &Doubted, now: Instant) {
        let mut in_doubt = lock(&self.in_doubt);
        in_doubt.retain(|_, since| now.saturating_duration_since(*since) < SETTLING);
        in_doubt.insert(what.clone(), now);
    }

    /// Forgets the request: it is known what happened.
    pub(super) fn settle(&self, what: &Doubted) {
        lock(&self.in_doubt).remove(what);
    }

    /// Returns how long the request must not be sent again yet.
    pub(super) fn unsettled(&self, what: &Doubted, now: Instant) -> Option<Duration> {
        let since = *lock(&self.in_doubt).get(what)?;
        SETTLING.checked_sub(now.saturating_duration_since(since)).filter(|left| !left.is_zero())
    }
}

/// The maps are whole whatever happened to the thread that held the lock.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
