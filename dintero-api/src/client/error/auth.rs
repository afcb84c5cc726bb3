//! The error of calls that were not sent because there is no access token.

use std::fmt;
use std::sync::Arc;

use http::StatusCode;

use super::Error;
use crate::client::attempt::Trail;

/// No access token could be had, so the call was not made.
///
/// After a 401 it was made once with the old token, which Dintero refused.
#[derive(Debug)]
pub struct AuthError(Box<AuthInner>);

#[derive(Debug)]
struct AuthInner {
    /// One failure may end many calls that waited for the same token.
    cause: Arc<Error>,
    trail: Trail,
}

/// Why there is no access token, as far as a program may want to know.
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
    /// Dintero asks for a second factor (403, `mfa_required`): the credentials are those of a person. A program needs
    /// an API client of its own, made in Dintero's back office.
    MfaRequired,
    /// Dintero refuses the credentials (400, 401 or 403). They are wrong, or of another account: those of a sandbox
    /// account do not work for the production account.
    Refused,
    /// The token endpoint cannot be reached, is overloaded, or responds with something else. Later it may work.
    Unavailable,
}

impl AuthError {
    pub(in crate::client) fn new(trail: Trail, cause: Arc<Error>) -> Self {
        Self(Box::new(AuthInner { cause, trail }))
    }

    /// Returns what became of the request for the token.
    #[must_use]
    pub fn cause(&self) -> &Error {
        &self.0.cause
    }

    /// Returns the reason, for a `match`.
    #[must_use]
    pub fn reason(&self) -> AuthFailure {
        let cause = self.cause();
        match cause.status() {
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
        write!(f, "`{name}`: no access token could be had from Dintero")?;
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
