//! The client's credentials (an API client's id and secret, or an API key), and the authentication of requests.

use std::fmt;

use http::{HeaderMap, HeaderName, HeaderValue, header};

use super::endpoint::Scheme;
use crate::BuildError;
use crate::Secret;

const API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// The credentials of a client. A client has only one kind of credentials, so no request ever carries two kinds.
pub(super) enum Credentials {
    /// The id and secret of an API client, sent with HTTP Basic to get an access token, which authenticates all other
    /// calls.
    Client { id: String, secret: Secret },
    /// An API key, which is sent unchanged.
    ApiKey(Secret),
}

impl Credentials {
    /// Reports invalid credentials in `problems`, without quoting them.
    pub(super) fn check(&self, problems: &mut Vec<String>) {
        match self {
            Self::Client { id, secret } => {
                check_client_id(id, problems);
                check_secret("client secret", secret, problems);
            }
            Self::ApiKey(key) => {
                check_secret("API key", key, problems);
                if sensitive(key).is_none() {
                    let problem = "the API key has characters other than visible ASCII";
                    problems.push(problem.to_owned());
                }
            }
        }
    }

    /// Chooses how to authenticate a call to an operation that allows `schemes`. Any one of the schemes is sufficient;
    /// if `schemes` is empty, the request is not authenticated. Returns an error if the client's credentials support
    /// none of the schemes.
    ///
    /// Basic takes precedence over the token. The document allows Basic only for the operation that issues tokens;
    /// there, the alternative is a bearer token, which is meant for a person who already has a token.
    pub(super) fn scheme(
        &self,
        operation: &'static str,
        schemes: &[Scheme],
    ) -> Result<Option<Scheme>, BuildError> {
        let (own, problem): (&[Scheme], _) = match self {
            Self::Client { .. } => (
                &[Scheme::Basic, Scheme::Bearer],
                "it needs an API key, but the client has client credentials",
            ),
            Self::ApiKey(_) => (
                &[Scheme::ApiKey],
                "it does not accept an API key; use a client with a client id and a client secret",
            ),
        };
        match own.iter().find(|scheme| schemes.contains(scheme)) {
            Some(scheme) => Ok(Some(*scheme)),
            None if schemes.is_empty() => Ok(None),
            None => Err(BuildError::request(operation, vec![problem.to_owned()])),
        }
    }

    /// Returns the authentication of requests that are sent without an access token.
    pub(super) fn authorization(&self) -> Authorization<'_> {
        match self {
            Self::Client { id, secret } => Authorization::Basic { id, secret },
            // `check` has already refused any key that is not a valid header value.
            Self::ApiKey(key) => sensitive(key).map_or(Authorization::None, Authorization::ApiKey),
        }
    }
}

impl fmt::Debug for Credentials {
    /// Omits the client id: the secret may have been passed in its place.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Client { .. } => "Client",
            Self::ApiKey(_) => "ApiKey",
        })
    }
}

/// Reports problems with the id of an API client.
pub(super) fn check_client_id(id: &str, problems: &mut Vec<String>) {
    if id.is_empty() {
        problems.push("the client id is empty".to_owned());
    }
    // HTTP Basic separates id and secret at the first colon.
    if id.contains(':') {
        problems.push("the client id must not contain a colon".to_owned());
    }
}

/// Reports a secret for which Dintero would refuse every request: one that is empty, or that was copied with whitespace
/// around it, such as the line break at the end of a file.
fn check_secret(name: &str, secret: &Secret, problems: &mut Vec<String>) {
    if secret.expose().is_empty() {
        problems.push(format!("the {name} is empty"));
    } else if secret.has_blank_ends() {
        problems.push(format!("the {name} begins or ends with whitespace"));
    }
}

fn sensitive(secret: &Secret) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(secret.expose()).ok()?;
    value.set_sensitive(true);
    secret.expose().is_ascii().then_some(value)
}

/// The authentication of a request.
pub(super) enum Authorization<'c> {
    None,
    ApiKey(HeaderValue),
    Bearer(HeaderValue),
    Basic { id: &'c str, secret: &'c Secret },
}

impl Authorization<'_> {
    /// Adds the authentication to a request.
    pub(super) fn add_to(&self, request: reqwest::RequestBuilder) -> reqwest::RequestBuilder {
        match self {
            Self::None => request,
            Self::ApiKey(key) => request.header(API_KEY, key.clone()),
            Self::Bearer(token) => request.header(header::AUTHORIZATION, token.clone()),
            Self::Basic { id, secret } => request.basic_auth(id, Some(secret.expose())),
        }
    }

    /// Adds the authentication header, with its value redacted, to headers that are shown to an observer.
    pub(super) fn show_in(&self, headers: &mut HeaderMap) {
        let (name, value) = match self {
            Self::None => return,
            Self::ApiKey(_) => (API_KEY, "[redacted]"),
            Self::Bearer(_) => (header::AUTHORIZATION, "Bearer [redacted]"),
            Self::Basic { .. } => (header::AUTHORIZATION, "Basic [redacted]"),
        };
        headers.insert(name, HeaderValue::from_static(value));
    }
}

/// The headers that only the client itself may set: authentication headers, and hop-by-hop headers (RFC 9110, section
/// 7.6.1), `host` and `content-length`, which the HTTP client sets.
const RESERVED: [&str; 15] = [
    "authorization",
    "connection",
    "content-length",
    "host",
    "http2-settings",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "trailers",
    "transfer-encoding",
    "upgrade",
    "x-api-key",
];

/// Returns whether only the client itself may set a header.
pub(super) fn is_reserved(name: &str) -> bool {
    RESERVED.iter().any(|reserved| reserved.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client() -> Credentials {
        Credentials::Client { id: "id".to_owned(), secret: Secret::new("hunter2") }
    }

    fn key() -> Credentials {
        Credentials::ApiKey(Secret::new("hunter2"))
    }

    const USUAL: &[Scheme] = &[Scheme::ApiKey, Scheme::Bearer];
    const TOKEN: &[Scheme] = &[Scheme::Basic, Scheme::Bearer];

    #[test]
    fn sufficient_credentials_are_used() {
        let scheme = |credentials: Credentials, schemes| credentials.scheme("x", schemes).unwrap();
        assert_eq!(scheme(client(), TOKEN), Some(Scheme::Basic));
        assert_eq!(scheme(client(), USUAL), Some(Scheme::Bearer));
        assert_eq!(scheme(client(), &[]), None);
        assert_eq!(scheme(key(), USUAL), Some(Scheme::ApiKey));
        assert_eq!(scheme(key(), &[]), None);
    }

    #[test]
    fn missing_credentials_are_an_error() {
        let error = client().scheme("things.get", &[Scheme::ApiKey]).unwrap_err().to_string();
        assert_eq!(
            error,
            "`things.get` cannot be sent: it needs an API key, but the client has client credentials"
        );
        for schemes in [TOKEN, &[Scheme::Bearer]] {
            let error = key().scheme("things.get", schemes).unwrap_err().to_string();
            assert!(error.ends_with("use a client with a client id and a client secret"));
        }
    }

    #[test]
    fn secrets_are_not_shown() {
        let shown = format!("{:?} {:?}", client(), key());
        assert!(!shown.contains("hunter2"), "{shown}");
        let Authorization::ApiKey(value) = key().authorization() else { panic!("another header") };
        assert_eq!(format!("{value:?}"), "Sensitive");
        for (authorization, shown) in [
            (client().authorization(), "Basic [redacted]"),
            (Authorization::Bearer(HeaderValue::from_static("hunter2")), "Bearer [redacted]"),
        ] {
            let mut headers = HeaderMap::new();
            authorization.show_in(&mut headers);
            assert_eq!(headers[header::AUTHORIZATION], shown);
        }
    }
}
