//! The error of every builder: of clients, requests, verifiers, callback URLs and responses to callbacks.

use std::fmt;

/// Why something cannot be built, with every problem at once. Nothing was sent.
///
/// # Examples
///
/// ```
/// # #[cfg(feature = "callback")] {
/// use dintero_api::callback::CallbackVerifier;
///
/// let error = CallbackVerifier::builder("12345678", [""]).build().unwrap_err();
/// assert_eq!(error.messages().count(), 2); // the account id and the secret
/// # }
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct BuildError(Box<Inner>);

#[derive(Clone, PartialEq, Eq)]
struct Inner {
    /// The first part of the message: "the client cannot be built".
    summary: String,
    messages: Vec<String>,
}

impl BuildError {
    fn new(summary: impl Into<String>, messages: Vec<String>) -> Self {
        Self(Box::new(Inner { summary: summary.into(), messages }))
    }

    /// Creates the error for a client that cannot be built.
    #[cfg(feature = "client")]
    pub(crate) fn client(messages: Vec<String>) -> Self {
        Self::new("the client cannot be built", messages)
    }

    /// Creates the error for a request that cannot be built, and so was not sent.
    #[cfg(feature = "client")]
    pub(crate) fn request(operation: &str, messages: Vec<String>) -> Self {
        Self::new(format!("`{operation}` cannot be sent"), messages)
    }

    /// Returns `built`, or an error if there are problems.
    #[cfg(feature = "callback")]
    pub(crate) fn unless<T>(
        name: &str,
        built: Option<T>,
        messages: Vec<String>,
    ) -> Result<T, Self> {
        match built {
            Some(built) if messages.is_empty() => Ok(built),
            _ => Err(Self::new(format!("the {name} cannot be built"), messages)),
        }
    }

    /// Returns one message per problem. Messages contain no values, because arguments may have been swapped and some
    /// are secret; only those for a response to an express callback contain amounts and line ids.
    pub fn messages(&self) -> impl Iterator<Item = &str> {
        self.0.messages.iter().map(String::as_str)
    }
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.summary, self.0.messages.join("; "))
    }
}

/// As `Display` shows it: this is what a program prints whose `main` returns the error.
impl fmt::Debug for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BuildError({self})")
    }
}

impl std::error::Error for BuildError {}
