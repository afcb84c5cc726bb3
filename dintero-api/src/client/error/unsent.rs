//! Errors of calls that were not sent: what could not be put together, and what found no access token.

use std::fmt;
use std::sync::Arc;

use super::Error;
use crate::client::attempt::Trail;

/// A client or a call that cannot be put together, with all problems at once. Nothing was sent.
#[derive(Debug)]
pub struct BuildError(Box<Problems>);

#[derive(Debug)]
struct Problems {
    /// The operation, or `None` for the client itself.
    operation: Option<&'static str>,
    problems: Vec<String>,
}

impl BuildError {
    pub(in crate::client) fn client(problems: Vec<String>) -> Self {
        Self(Box::new(Problems { operation: None, problems }))
    }

    pub(in crate::client) fn call(operation: &'static str, problems: Vec<String>) -> Self {
        Self(Box::new(Problems { operation: Some(operation), problems }))
    }

    /// Returns what is wrong, in sentences without values: they may be secret.
    pub fn problems(&self) -> impl Iterator<Item = &str> {
        self.0.problems.iter().map(String::as_str)
    }
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.operation {
            Some(operation) => write!(f, "`{operation}` cannot be sent: ")?,
            None => f.write_str("the client cannot be made: ")?,
        }
        f.write_str(&self.0.problems.join("; "))
    }
}

impl std::error::Error for BuildError {}

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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuthFailure {
    /// Dintero asks for a second factor (403, `mfa_required`): the credentials are those of a person. A program needs
    /// an API client of its own, made in Dintero's back office.
    MfaRequired,
    /// Dintero refuses the credentials (400, 401 or 403). They are wrong, or of another account: those of a sandbox
    /// account do not work for the production account.
    Refused,
    /// The token endpoint cannot be reached, is overloaded, or answers with something else. Later it may work.
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
            Some(400 | 401 | 403) => AuthFailure::Refused,
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
