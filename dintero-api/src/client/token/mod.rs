//! The access token: how it is requested, and how the response is parsed. `cache` keeps the token for all clones of a
//! client, and `backoff` decides when no new token is requested after a 401.

mod backoff;
mod cache;

use std::time::{Duration, Instant};

use http::{HeaderValue, Method};
use serde_json::json;

pub(super) use self::cache::{Helped, TokenCache};
use super::Client;
use super::call::Call;
use super::endpoint::{Endpoint, Scheme};
use super::error::Error;
use super::request::Request;
use super::retry::RetryPolicy;
use crate::BuildError;
use crate::Secret;
use crate::wire::{FromJson, ObjectReader, Value, ValueError};

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
    query_rules: &[],
};

/// A token is renewed this long before it expires, or a tenth of its lifetime if that is shorter.
const MARGIN: Duration = Duration::from_secs(60);
/// The longest time that a token is kept, even if the response specifies a longer lifetime. Dintero's tokens are valid
/// for hours.
const LONGEST_LIFETIME: Duration = Duration::from_secs(7 * 24 * 60 * 60);

#[derive(Clone)]
pub(super) struct Token {
    authorization: HeaderValue,
    renew_at: Instant,
    expires_at: Instant,
    /// The number of the fetch that returned the token.
    number: u64,
}

impl Token {
    /// Returns the header value, marked as sensitive.
    pub(super) fn authorization(&self) -> HeaderValue {
        self.authorization.clone()
    }
}

/// Requests a token, with as many attempts as `policy` allows.
async fn fetch(client: &Client, policy: &RetryPolicy, number: u64) -> Result<Token, Error> {
    let asked_at = client.inner.clock.now();
    let success = client.carry_out(request(client), policy).await?;
    let grant = success.read::<Grant>()?.into_inner();
    Ok(grant.into_token(asked_at, number))
}

fn request(client: &Client) -> Result<Request, BuildError> {
    let account = client.account_id();
    // The audience always names the production host, even if the token is fetched from another host.
    let body = json!({
        "grant_type": "client_credentials",
        "audience": format!("https://api.dintero.com/v1/accounts/{account}"),
    });
    Call::new(client, &TOKEN).account("oid").json(&body).into_request()
}

/// The fields of the token response that the client uses.
struct Grant {
    authorization: HeaderValue,
    /// The lifetime, in seconds.
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
    fn from_json(value: Value) -> Result<Self, ValueError> {
        let mut object = ObjectReader::new(value);
        let token: Secret = object.required("access_token")?;
        let Seconds(expires_in) = object.required("expires_in")?;
        let mut authorization = HeaderValue::try_from(format!("Bearer {}", token.expose()))
            .map_err(|_| {
                ValueError::unexpected("an access token that fits in a header", "another string")
            })?;
        authorization.set_sensitive(true);
        Ok(Self { authorization, expires_in })
    }
}

/// A number of seconds, which some token endpoints send as a string.
struct Seconds(i64);

impl FromJson for Seconds {
    fn from_json(value: Value) -> Result<Self, ValueError> {
        let text = value.as_str().and_then(|text| text.parse().ok());
        match text {
            Some(seconds) => Ok(Self(seconds)),
            None => i64::from_json(value).map(Self),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn token_is_renewed_shortly_before_it_expires() {
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
    fn seconds_are_a_number_or_a_string() {
        let seconds = |value| {
            let read = Seconds::from_json(value);
            read.map(|Seconds(seconds)| seconds).map_err(|error| error.to_string())
        };
        for value in [json!(3600), json!(3600.0), json!("3600")] {
            assert_eq!(seconds(value), Ok(3600));
        }
        for value in [json!("an hour"), json!(""), json!(null)] {
            assert!(seconds(value).unwrap_err().starts_with("expected an integer"));
        }
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
            "expected an access token that fits in a header, found another string"
        );
    }
}
