//! The error for calls that could not get an access token.

use std::fmt;
use std::sync::Arc;

use http::StatusCode;

use super::Error;
use crate::client::attempt::Trail;

/// The error for a call that was not carried out because the client could not get an access token.
///
/// If the client requested the token after a 401, the call had been sent with the old token, which Dintero refused.
///
/// # Examples
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/support/loopback.rs"));
/// use dintero_api::Error;
/// use dintero_api::client::AuthFailure;
///
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let client = fake_dintero(&[
/// #     ("GET /v1/transactions/T12345678.t1", 401, "{}"),
/// #     ("POST /v1/accounts/T12345678/auth/token", 401, r#"{"error": {"message": "unknown client"}}"#),
/// # ]);
/// let error = client.transactions().get("T12345678.t1").await.unwrap_err();
/// let Error::Auth(auth) = error else { panic!("{error}") };
/// assert_eq!(auth.reason(), AuthFailure::Refused);
/// assert_eq!(auth.cause().message(), Some("unknown client"));
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct AuthError(Box<AuthInner>);

#[derive(Debug)]
struct AuthInner {
    /// One failure may end many calls that waited for the same token.
    cause: Arc<Error>,
    trail: Trail,
}

/// Why the client could not get an access token.
///
/// # Examples
///
/// ```
/// use dintero_api::Error;
/// use dintero_api::client::AuthFailure;
///
/// fn advice(error: &Error) -> &'static str {
///     match error {
///         Error::Auth(error) => match error.reason() {
///             AuthFailure::MfaRequired => "use an API client, not the credentials of a person",
///             AuthFailure::Refused => "check the client id, the secret and the account id",
///             _ => "try again later",
///         },
///         _ => "the access token is not the problem",
///     }
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AuthFailure {
    /// Dintero requires a second factor (403, `mfa_required`), because the credentials belong to a person. A program
    /// needs its own API client, created in Dintero's back office.
    MfaRequired,
    /// Dintero refuses the credentials (400, 401 or 403). They are invalid, or belong to another account: credentials
    /// for a sandbox account do not work for the production account.
    Refused,
    /// The token endpoint cannot be reached, is overloaded, or returned an unexpected response. A later call may
    /// succeed.
    Unavailable,
}

impl AuthError {
    pub(in crate::client) fn new(trail: Trail, cause: Arc<Error>) -> Self {
        Self(Box::new(AuthInner { cause, trail }))
    }

    /// Returns the error of the token request.
    #[must_use]
    pub fn cause(&self) -> &Error {
        &self.0.cause
    }

    /// Returns why there is no access token.
    #[must_use]
    pub fn reason(&self) -> AuthFailure {
        let cause = self.cause();
        // The status of a response that the API does not describe is a gateway's, and says nothing about credentials.
        let status =
            if let Error::Api(error) = cause { Some(error.response().status()) } else { None };
        match status {
            _ if cause.is_mfa_required() => AuthFailure::MfaRequired,
            Some(StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) => {
                AuthFailure::Refused
            }
            _ => AuthFailure::Unavailable,
        }
    }

    pub(super) fn trail(&self) -> &Trail {
        &self.0.trail
    }
}

impl fmt::Display for AuthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.0.trail.operation.name;
        write!(f, "`{name}`: could not get an access token from Dintero")?;
        f.write_str(match self.reason() {
            AuthFailure::MfaRequired => {
                ", which asks for a second factor; use the credentials of an API client, not of a person"
            }
            AuthFailure::Refused => {
                "; check the client id and secret, and that they belong to this account"
            }
            AuthFailure::Unavailable => "",
        })
    }
}

impl std::error::Error for AuthError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(self.cause())
    }
}
