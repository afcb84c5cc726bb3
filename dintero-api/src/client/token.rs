//! The access token: fetched once for all clones of a client, renewed shortly before it expires.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use http::{HeaderValue, Method};
use serde_json::json;

use super::Client;
use super::call::Call;
use super::endpoint::{Endpoint, Scheme};
use super::error::{AuthError, BuildError, Error};
use super::request::Request;
use super::retry::{RetryPolicy, Trail};
use super::send::Success;
use crate::Secret;
use crate::wire::{FromJson, ObjectReader, ReadError, Value};

static TOKEN: Endpoint = Endpoint {
    name: "auth.token",
    method: Method::POST,
    server: "https://api.dintero.com/v1",
    path: "/accounts/{oid}/auth/token",
    schemes: &[Scheme::Basic],
    client_headers: &[],
    repeatable: true,
    confidential: true,
    v1_only: false,
};

/// A token is renewed this long before it expires, or a tenth of its lifetime if that is shorter.
const MARGIN: Duration = Duration::from_secs(60);
/// No token is kept longer, whatever its answer says; Dintero's live for hours.
const LONGEST_LIFETIME: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// After a renewal that failed, the old token serves for this long before the next try.
const RENEWAL_PAUSE: Duration = Duration::from_secs(5);
/// After a failure with `Retry-After` nobody asks again for that long, but no longer than this.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// The token that all clones share.
#[derive(Default)]
pub(super) struct TokenCache {
    state: Mutex<State>,
    /// Held while a token is fetched, so that callers that come meanwhile wait for it instead of fetching another
    /// (single flight).
    fetching: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct State {
    token: Option<Token>,
    fetched: u64,
    failed: u64,
    last_failure: Option<TokenFailure>,
}

#[derive(Clone)]
pub(super) struct Token {
    authorization: HeaderValue,
    renew_at: Instant,
    expires_at: Instant,
    /// Which of the client's tokens this is.
    number: u64,
}

impl Token {
    /// Returns the header value, marked as sensitive.
    pub(super) fn authorization(&self) -> HeaderValue {
        self.authorization.clone()
    }
}

#[derive(Clone)]
struct TokenFailure {
    error: Arc<Error>,
    at: Instant,
    /// What Dintero asked for with `Retry-After`, or zero.
    pause: Duration,
}

impl State {
    /// Returns the token, unless it has expired or is the one that was refused.
    fn usable(&self, now: Instant, refused: Option<&Token>) -> Option<Token> {
        let token = self.token.as_ref().filter(|token| now < token.expires_at)?;
        let is_refused = refused.is_some_and(|refused| refused.number == token.number);
        (!is_refused).then(|| token.clone())
    }

    /// Whether a token that still serves is to be renewed.
    fn is_renewal_due(&self, token: &Token, now: Instant) -> bool {
        let paused = self
            .last_failure
            .as_ref()
            .is_some_and(|failure| now < failure.at + failure.pause.max(RENEWAL_PAUSE));
        token.renew_at <= now && !paused
    }

    /// Returns the error to end with instead of asking for a token: one that came while the caller waited, in which
    /// `failed` was the number of failures, or one after which Dintero asked for a pause that is not over.
    fn failure(&self, now: Instant, failed: u64) -> Option<Arc<Error>> {
        let failure = self.last_failure.as_ref()?;
        let counts = self.failed > failed || now < failure.at + failure.pause;
        counts.then(|| Arc::clone(&failure.error))
    }
}

impl TokenCache {
    /// Returns a token that is not `refused`, from the cache if it has one.
    ///
    /// Shortly before the token expires one caller renews it, and the others go on with the old one; so does the one
    /// that renews, if that fails.
    pub(super) async fn get(
        &self,
        client: &Client,
        trail: Trail,
        refused: Option<&Token>,
    ) -> Result<Token, AuthError> {
        let now = client.inner.clock.now();
        let (usable, is_due, failed) = {
            let state = self.state();
            let usable = state.usable(now, refused);
            let is_due = usable.as_ref().is_some_and(|token| state.is_renewal_due(token, now));
            (usable, is_due, state.failed)
        };
        match (usable, is_due.then(|| self.fetching.try_lock())) {
            (Some(token), Some(Ok(_guard))) => {
                Ok(self.fetch(client, &RetryPolicy::never()).await.unwrap_or(token))
            }
            (Some(token), _) => Ok(token),
            (None, _) => {
                let token = self.wait_or_fetch(client, refused, failed).await;
                token.map_err(|cause| AuthError::new(trail, cause))
            }
        }
    }

    async fn wait_or_fetch(
        &self,
        client: &Client,
        refused: Option<&Token>,
        failed: u64,
    ) -> Result<Token, Arc<Error>> {
        let _guard = self.fetching.lock().await;
        {
            // Whoever held the lock before may have fetched one, or learnt that there is none.
            let now = client.inner.clock.now();
            let state = self.state();
            if let Some(token) = state.usable(now, refused) {
                return Ok(token);
            }
            if let Some(error) = state.failure(now, failed) {
                return Err(error);
            }
        }
        self.fetch(client, &client.inner.retries).await
    }

    /// Fetches a token and keeps it, or the error.
    async fn fetch(&self, client: &Client, policy: &RetryPolicy) -> Result<Token, Arc<Error>> {
        let asked_at = client.inner.clock.now();
        let result = client.carry_out(request(client), policy).await;
        let result = result.and_then(Success::read::<Grant>);
        let mut state = self.state();
        match result {
            Ok(grant) => {
                state.fetched += 1;
                let token = grant.into_inner().into_token(asked_at, state.fetched);
                (state.token, state.last_failure) = (Some(token.clone()), None);
                Ok(token)
            }
            Err(error) => {
                state.failed += 1;
                let pause = error.retry_after().unwrap_or_default().min(LONGEST_PAUSE);
                let (at, error) = (client.inner.clock.now(), Arc::new(error));
                state.last_failure = Some(TokenFailure { error: Arc::clone(&error), at, pause });
                Err(error)
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing panics while it is locked; a token that was there stays good.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn request(client: &Client) -> Result<Request, BuildError> {
    let account = client.account_id();
    // The audience names the production host, whatever host the token is fetched from.
    let body = json!({
        "grant_type": "client_credentials",
        "audience": format!("https://api.dintero.com/v1/accounts/{account}"),
    });
    Call::new(client, &TOKEN).account("oid").json(&body).into_request()
}

/// The answer with the token, as far as it matters.
struct Grant {
    authorization: HeaderValue,
    /// Seconds.
    expires_in: i64,
}

impl Grant {
    fn into_token(self, asked_at: Instant, number: u64) -> Token {
        let seconds = u64::try_from(self.expires_in).unwrap_or_default();
        let lifetime = Duration::from_secs(seconds).min(LONGEST_LIFETIME);
        let expires_at = asked_at + lifetime;
        let renew_at = expires_at - MARGIN.min(lifetime / 10);
        Token { authorization: self.authorization, renew_at, expires_at, number }
    }
}

impl FromJson for Grant {
    fn from_json(value: Value) -> Result<Self, ReadError> {
        let mut object = ObjectReader::new(value);
        let token: Secret = object.required("access_token")?;
        let expires_in = object.required("expires_in")?;
        let mut authorization = HeaderValue::try_from(format!("Bearer {}", token.expose()))
            .map_err(|_| {
                ReadError::unexpected("an access token that fits a header", "another text")
            })?;
        authorization.set_sensitive(true);
        Ok(Self { authorization, expires_in })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn renewed_shortly_before_the_end() {
        let now = Instant::now();
        let times = |expires_in| {
            let authorization = HeaderValue::from_static("Bearer x");
            let token = Grant { authorization, expires_in }.into_token(now, 1);
            [token.renew_at, token.expires_at].map(|at| at.duration_since(now).as_secs())
        };
        assert_eq!(times(14_400), [14_340, 14_400]);
        assert_eq!(times(100), [90, 100]);
        assert_eq!(times(0), [0, 0]);
        assert_eq!(times(-5), [0, 0]);
        let week = 7 * 24 * 60 * 60;
        assert_eq!(times(i64::MAX), [week - 60, week]);
    }

    #[test]
    fn token_is_sensitive_and_never_in_an_error() {
        let grant =
            Grant::from_json(json!({"access_token": "abc", "expires_in": 60.0})).ok().unwrap();
        assert_eq!(format!("{:?}", grant.authorization), "Sensitive");
        let error =
            Grant::from_json(json!({"access_token": "a\nbc", "expires_in": 60})).err().unwrap();
        assert_eq!(
            error.to_string(),
            "expected an access token that fits a header, found another text"
        );
    }
}
