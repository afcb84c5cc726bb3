//! Errors of calls that were not sent: what could not be put together, and what found no access token.

use std::fmt;

use super::Error;

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
pub struct AuthError(Box<Error>);

impl AuthError {
    pub(in crate::client) fn new(cause: Error) -> Self {
        Self(Box::new(cause))
    }

    /// Returns what became of the request for the token.
    #[must_use]
    pub fn cause(&self) -> &Error {
        &self.0
    }
}

impl fmt::Display for AuthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no access token could be had from Dintero")
    }
}

impl std::error::Error for AuthError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&*self.0)
    }
}
