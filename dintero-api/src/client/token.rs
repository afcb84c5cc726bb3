//! The access token: fetched once for all clones of a client, kept until shortly before it expires.

use std::time::{Duration, Instant};

use http::{HeaderValue, Method};
use serde_json::json;
use tokio::sync::Mutex;

use super::Client;
use super::call::Call;
use super::endpoint::{Endpoint, Scheme};
use super::error::{AuthError, Error};
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
};

/// A token is renewed this long before it expires, or a tenth of its lifetime if that is shorter.
const MARGIN: Duration = Duration::from_secs(60);
/// No token is kept longer, whatever its answer says; Dintero's live for hours.
const LONGEST_LIFETIME: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// The slot for the token. The lock is held while a token is fetched, so that callers that come meanwhile wait for it
/// instead of fetching another (single flight).
#[derive(Default)]
pub(super) struct TokenCache {
    slot: Mutex<Slot>,
}

#[derive(Default)]
struct Slot {
    token: Option<Token>,
    fetched: u64,
}

#[derive(Clone)]
pub(super) struct Token {
    authorization: HeaderValue,
    fresh_until: Instant,
    /// Which of the client's tokens this is.
    number: u64,
}

impl Token {
    /// Returns the header value, marked as sensitive.
    pub(super) fn authorization(&self) -> HeaderValue {
        self.authorization.clone()
    }
}

impl TokenCache {
    /// Returns a fresh token that is not `refused`, from the cache if it has one.
    pub(super) async fn get(
        &self,
        client: &Client,
        refused: Option<&Token>,
    ) -> Result<Token, AuthError> {
        let mut slot = self.slot.lock().await;
        let refused = refused.map(|token| token.number);
        match &slot.token {
            Some(token) if Some(token.number) != refused && Instant::now() < token.fresh_until => {
                return Ok(token.clone());
            }
            _ => slot.token = None,
        }
        let asked_at = Instant::now();
        let grant = fetch(client).await.map_err(AuthError::new)?;
        slot.fetched += 1;
        let token = Token {
            authorization: grant.authorization,
            fresh_until: asked_at + kept_for(grant.expires_in),
            number: slot.fetched,
        };
        slot.token = Some(token.clone());
        Ok(token)
    }
}

/// Returns for how long a token is used that lives for `expires_in` seconds.
fn kept_for(expires_in: i64) -> Duration {
    let seconds = u64::try_from(expires_in).unwrap_or_default();
    let lifetime = Duration::from_secs(seconds).min(LONGEST_LIFETIME);
    lifetime - MARGIN.min(lifetime / 10)
}

async fn fetch(client: &Client) -> Result<Grant, Error> {
    let account = client.account_id();
    // The audience names the production host, whatever host the token is fetched from.
    let body = json!({
        "grant_type": "client_credentials",
        "audience": format!("https://api.dintero.com/v1/accounts/{account}"),
    });
    let request = Call::new(client, &TOKEN).account("oid").json(&body).into_request()?;
    let answer = client.transmit(&request, client.basic()).await?;
    if !answer.is_success() {
        return Err(Error::answered(&TOKEN, answer));
    }
    answer.json().map_err(|error| Error::unreadable(&TOKEN, answer, error))
}

/// The answer with the token, as far as it matters.
struct Grant {
    authorization: HeaderValue,
    /// Seconds.
    expires_in: i64,
}

impl FromJson for Grant {
    fn from_json(value: Value) -> Result<Self, ReadError> {
        let mut object = ObjectReader::new(value)?;
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
        let seconds = |expires_in| kept_for(expires_in).as_secs();
        assert_eq!(seconds(14_400), 14_340);
        assert_eq!(seconds(100), 90);
        assert_eq!(seconds(0), 0);
        assert_eq!(seconds(-5), 0);
        assert_eq!(seconds(i64::MAX), 7 * 24 * 60 * 60 - 60);
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
