//! The error for clients, requests, verifiers, callback URLs and responses to callbacks that cannot be built.

use std::fmt;

/// Why a client, a request or another value could not be built, with all problems at once. Nothing was sent.
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

    /// Creates the error for a request that cannot be built and is therefore not sent.
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

    /// Returns one message per problem. Messages contain no values, because a secret may have been passed as the wrong
    /// argument. The messages for a response to an express callback are the exception: they contain amounts and line
    /// ids.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[cfg(feature = "callback")] {
    /// use dintero_api::callback::CallbackUrl;
    ///
    /// /// Checks the URL that a merchant enters on the settings page of a plugin.
    /// fn problems(url: &str) -> Vec<String> {
    ///     match CallbackUrl::new(url).build() {
    ///         Ok(_) => Vec::new(),
    ///         Err(error) => error.messages().map(str::to_owned).collect(),
    ///     }
    /// }
    /// assert_eq!(problems("http://localhost/callback").len(), 2);
    /// # }
    /// ```
    pub fn messages(&self) -> impl Iterator<Item = &str> {
        self.0.messages.iter().map(String::as_str)
    }
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.summary, self.0.messages.join("; "))
    }
}

/// Shows the same text as `Display`, because Rust prints the `Debug` text when `main` returns an error.
impl fmt::Debug for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BuildError({self})")
    }
}

impl std::error::Error for BuildError {}
