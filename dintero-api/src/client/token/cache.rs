//! The token that all clones share, and the tasks that fetch it.
//!
//! A fetch belongs to no call: it runs in its own task, continues if the calls that wait for it are dropped, and holds
//! no lock. A call waits only for a fetch on the runtime that polls the call, because that runtime drives both. A fetch
//! on another runtime may make no progress, so the call begins a fetch of its own. A token from any fetch serves all
//! calls. If a task panics or is dropped by its runtime, the calls that wait for it get an error.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::{Duration, Instant};

use tokio::sync::watch;

use super::Token;
use super::backoff::Backoff;
use crate::client::Client;
use crate::client::attempt::{Failure, Trail};
use crate::client::error::{AuthError, Error, TransportError};
use crate::client::retry::RetryPolicy;
use crate::client::runtime::{Lack, RuntimeId};

/// After a failed renewal, no other renewal begins for this long, because the old token is still valid.
const RENEWAL_PAUSE: Duration = Duration::from_secs(5);
/// After a failure with `Retry-After`, no token is requested until that time has passed, up to this limit.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// The token that all clones share.
pub(in crate::client) struct TokenCache {
    /// The lock is never held while anything is awaited, spawned or woken.
    state: Mutex<State>,
    /// Notifies the waiting calls when the state has changed.
    changes: watch::Sender<()>,
}

#[derive(Default)]
struct State {
    token: Option<Token>,
    /// The number of fetches that have begun, which is also the number of the last one.
    begun: u64,
    under_way: Vec<Fetch>,
    failed_for_calls: Option<TokenFailure>,
    failed_renewal: Option<TokenFailure>,
    /// The number of the last fetch whose task ended without a result.
    lost: Option<u64>,
    backoff: Backoff,
}

/// A fetch in progress.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Fetch {
    number: u64,
    purpose: Purpose,
    runtime: RuntimeId,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// Calls wait for the token.
    Calls,
    /// The current token is about to expire; calls use it meanwhile.
    Renewal,
}

struct TokenFailure {
    number: u64,
    error: Arc<Error>,
    at: Instant,
    /// The wait that Dintero asked for with `Retry-After`, or zero.
    pause: Duration,
}

/// What one call needs from the cache.
struct Need {
    /// The number of the token that Dintero refused, if any.
    refused: Option<u64>,
    /// The number of the last fetch that had begun before the call needed a token.
    before: u64,
    /// The number of the fetch that the call waits for.
    awaited: Option<u64>,
}

/// What a call must do next.
enum Step {
    Ready(Token),
    /// Use the token, and begin its renewal.
    Renew(Token, Fetch),
    /// Begin a fetch, because there is no token.
    Begin(Fetch),
    /// Wait for a fetch in progress.
    Wait,
    Failed(Arc<Error>),
    /// The awaited fetch ended without a result.
    Lost,
}

impl Default for TokenCache {
    fn default() -> Self {
        Self { state: Mutex::default(), changes: watch::Sender::new(()) }
    }
}

impl TokenCache {
    /// Returns a token other than `refused`, from the cache if possible.
    ///
    /// Shortly before the token expires, a renewal begins in the background.
    pub(in crate::client) async fn get(
        &self,
        client: &Client,
        trail: Trail,
        refused: Option<&Token>,
    ) -> Result<Token, AuthError> {
        let mut changes = self.changes.subscribe();
        let refused = refused.map(|token| token.number);
        let mut need = Need { refused, before: self.state().begun, awaited: None };
        loop {
            let here = RuntimeId::current().map_err(|lack| no_token(trail, lack))?;
            let step = self.state().step(client.inner.clock.now(), here, &mut need);
            match step {
                Step::Ready(token) => return Ok(token),
                Step::Renew(token, fetch) => {
                    spawn(client, fetch);
                    return Ok(token);
                }
                Step::Begin(fetch) => spawn(client, fetch),
                Step::Wait => {}
                Step::Failed(error) => return Err(AuthError::new(trail, error)),
                Step::Lost => return Err(no_token(trail, Lack::Lost)),
            }
            changed(&mut changes, here).await;
        }
    }

    /// Returns whether an operation that was refused with 401 may succeed with a new token.
    pub(in crate::client) fn may_help(&self, client: &Client, operation: &'static str) -> bool {
        self.state().backoff.is_over(operation, client.inner.clock.now())
    }

    /// Records whether an operation succeeded with a new token or was refused again.
    pub(in crate::client) fn record_new_token(
        &self,
        client: &Client,
        trail: &Trail,
        helped: Helped,
    ) {
        let (now, operation) = (client.inner.clock.now(), trail.operation.name);
        match helped {
            Helped::Yes => self.state().backoff.accepted(operation),
            Helped::No => self.state().backoff.refused(operation, now),
        }
    }

    fn end(&self, fetch: Fetch, change: impl FnOnce(&mut State)) {
        {
            let mut state = self.state();
            state.under_way.retain(|other| *other != fetch);
            change(&mut state);
        }
        self.changes.send_replace(());
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Poisoning is harmless here: no code panics while it holds the lock, and a cached token would still be valid.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether Dintero accepted the new token.
pub(in crate::client) enum Helped {
    Yes,
    No,
}

impl State {
    /// Decides what a call polled on the runtime `here` must do next.
    fn step(&mut self, now: Instant, here: RuntimeId, need: &mut Need) -> Step {
        if self.token.as_ref().is_some_and(|token| Some(token.number) == need.refused) {
            self.token = None;
        }
        if let Some(token) = self.usable(now, need) {
            let is_due = self.is_renewal_due(&token, now);
            if is_due && !self.under_way.iter().any(|fetch| fetch.runtime == here) {
                return Step::Renew(token, self.begin(Purpose::Renewal, here));
            }
            return Step::Ready(token);
        }
        if let Some(error) = self.failure(now, need) {
            return Step::Failed(error);
        }
        if self.lost.is_some() && self.lost == need.awaited {
            return Step::Lost;
        }
        let is_shared = |fetch: &&Fetch| fetch.runtime == here && fetch.purpose == Purpose::Calls;
        if let Some(fetch) = self.under_way.iter().find(is_shared) {
            need.awaited = Some(fetch.number);
            return Step::Wait;
        }
        let fetch = self.begin(Purpose::Calls, here);
        need.awaited = Some(fetch.number);
        Step::Begin(fetch)
    }

    /// Returns the token, unless it has expired. A token that was fetched for this call is used even if its lifetime is
    /// zero.
    fn usable(&self, now: Instant, need: &Need) -> Option<Token> {
        let is_fresh = |token: &&Token| {
            now < token.expires_at || need.awaited.is_some_and(|number| token.number >= number)
        };
        self.token.as_ref().filter(is_fresh).cloned()
    }

    fn is_renewal_due(&self, token: &Token, now: Instant) -> bool {
        let is_paused =
            |failure: &TokenFailure| now < failure.at + failure.pause.max(RENEWAL_PAUSE);
        let in_time = token.renew_at <= now && now < token.expires_at;
        in_time && !self.failures().any(is_paused)
    }

    /// Returns the error with which the call must fail, if there is one: an error whose `Retry-After` time has not
    /// passed, or the error of the fetch that the call waited for.
    ///
    /// A fetch that began before the call may have ended without a response merely because its runtime stopped polling
    /// it. Such an error says nothing about whether another fetch would succeed, so the call begins a new fetch.
    fn failure(&self, now: Instant, need: &Need) -> Option<Arc<Error>> {
        let is_paused = |failure: &&TokenFailure| now < failure.at + failure.pause;
        let is_awaited = |failure: &&TokenFailure| {
            need.awaited.is_some_and(|number| failure.number >= number)
                && (failure.error.status().is_some() || failure.number > need.before)
        };
        let mut failures = self.failures();
        let found = failures.find(is_paused).or(self.failed_for_calls.as_ref().filter(is_awaited));
        found.map(|failure| Arc::clone(&failure.error))
    }

    fn failures(&self) -> impl Iterator<Item = &TokenFailure> {
        self.failed_for_calls.iter().chain(&self.failed_renewal)
    }

    fn begin(&mut self, purpose: Purpose, runtime: RuntimeId) -> Fetch {
        self.begun += 1;
        let fetch = Fetch { number: self.begun, purpose, runtime };
        self.under_way.push(fetch);
        fetch
    }

    /// Stores a token, unless the cached one expires later. A fetch can finish after a newer fetch, for example if its
    /// runtime was not driven for a while.
    fn store(&mut self, token: Token) {
        if self.token.as_ref().is_none_or(|other| other.expires_at <= token.expires_at) {
            self.token = Some(token);
        }
        (self.failed_for_calls, self.failed_renewal) = (None, None);
    }

    fn fail(&mut self, fetch: Fetch, error: Error, at: Instant) {
        let pause = error.retry_after().unwrap_or_default().min(LONGEST_PAUSE);
        let error = Arc::new(error);
        let failure = Some(TokenFailure { number: fetch.number, error, at, pause });
        match fetch.purpose {
            Purpose::Calls => self.failed_for_calls = failure,
            Purpose::Renewal => self.failed_renewal = failure,
        }
    }
}

/// Spawns a task for a fetch.
fn spawn(client: &Client, fetch: Fetch) {
    let running = Running { client: client.clone(), fetch, result: None };
    tokio::spawn(async move {
        let client = &running.client;
        let result = match fetch.purpose {
            Purpose::Calls => super::fetch(client, &client.inner.retries, fetch.number).await,
            Purpose::Renewal => super::fetch(client, &RetryPolicy::never(), fetch.number).await,
        };
        running.finish(result);
    });
}

/// A fetch in its task. When the fetch is dropped, it reports its result, or that it has no result.
struct Running {
    client: Client,
    fetch: Fetch,
    result: Option<Result<Token, Error>>,
}

impl Running {
    fn finish(mut self, result: Result<Token, Error>) {
        self.result = Some(result);
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let (fetch, now) = (self.fetch, self.client.inner.clock.now());
        let result = self.result.take();
        self.client.inner.token.end(fetch, |state| match result {
            Some(Ok(token)) => state.store(token),
            Some(Err(error)) => state.fail(fetch, error, now),
            None => state.lost = Some(fetch.number),
        });
    }
}

/// Waits until the state has changed, or until the call is polled on a runtime other than `here`.
async fn changed(changes: &mut watch::Receiver<()>, here: RuntimeId) {
    let mut changed = pin!(changes.changed());
    poll_fn(|context| match RuntimeId::current() {
        Ok(runtime) if runtime == here => changed.as_mut().poll(context).map(drop),
        _ => Poll::Ready(()),
    })
    .await;
}

fn no_token(trail: Trail, lack: Lack) -> AuthError {
    let failure = Failure::no_runtime(lack);
    let cause = TransportError::new(Trail::new(super::TOKEN.operation()), failure);
    AuthError::new(trail, Arc::new(cause.into()))
}
