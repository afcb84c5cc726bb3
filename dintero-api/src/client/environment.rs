//! Reads the client's configuration from environment variables.

use std::ffi::OsString;

use super::credentials::{self, Credentials};
use super::{Client, ClientBuilder};
use crate::{BuildError, Secret};

const ACCOUNT_ID: &str = "DINTERO_ACCOUNT_ID";
const CLIENT_ID: &str = "DINTERO_CLIENT_ID";
const CLIENT_SECRET: &str = "DINTERO_CLIENT_SECRET";
const BASE_URL: &str = "DINTERO_BASE_URL";

impl Client {
    /// Builds a client from environment variables:
    ///
    /// | variable | |
    /// | --- | --- |
    /// | `DINTERO_ACCOUNT_ID` | required: `T` (sandbox) or `P` (production), followed by eight digits |
    /// | `DINTERO_CLIENT_ID`, `DINTERO_CLIENT_SECRET` | required: the API client that was created in Dintero's back office |
    /// | `DINTERO_BASE_URL` | optional: another server instead of Dintero's, for tests; see [`ClientBuilder::base_url`] |
    ///
    /// [`ClientBuilder::from_env`] does the same and allows further settings. To use an API key, read it from the
    /// environment yourself and pass it to [`builder_with_api_key`](Self::builder_with_api_key).
    ///
    /// # Errors
    ///
    /// Reports all problems at once: required variables that are missing or empty, invalid variables, and everything
    /// else that [`build`](ClientBuilder::build) reports. Messages name the variables but omit their values.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # fn main() -> Result<(), dintero_api::BuildError> {
    /// let client = dintero_api::Client::from_env()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn from_env() -> Result<Self, BuildError> {
        ClientBuilder::from_env().build()
    }
}

impl ClientBuilder {
    /// Returns a builder with the account, the credentials and the base URL from the environment; see
    /// [`Client::from_env`].
    ///
    /// The variables are read immediately. [`build`](Self::build) reports problems with them, along with all other
    /// problems.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # fn main() -> Result<(), dintero_api::BuildError> {
    /// let client = dintero_api::ClientBuilder::from_env().system("fjordshop", "12.1.0").build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn from_env() -> Self {
        Self::from_variables(|name| std::env::var_os(name))
    }

    fn from_variables(read: impl Fn(&str) -> Option<OsString>) -> Self {
        let mut problems = Vec::new();
        let mut required = |name| match read(name) {
            Some(value) => text(name, value, &mut problems),
            None => {
                problems.push(format!("the variable `{name}` is not set"));
                None
            }
        };
        let (account_id, id, secret) =
            (required(ACCOUNT_ID), required(CLIENT_ID), required(CLIENT_SECRET));
        let base_url = read(BASE_URL).filter(|url| !url.is_empty());
        let base_url = base_url.and_then(|value| text(BASE_URL, value, &mut problems));
        let credentials = match (id, secret) {
            (Some(id), Some(secret)) => {
                Some(Credentials::Client { id, secret: Secret::new(secret) })
            }
            (Some(id), None) => {
                credentials::check_client_id(&id, &mut problems);
                None
            }
            (None, _) => None,
        };
        let builder = Self::of_parts(account_id, credentials, problems);
        match base_url {
            Some(url) => builder.base_url(url),
            None => builder,
        }
    }
}

/// Returns the value of a variable, or reports the problem with it. The message omits the value, which may be a secret.
fn text(name: &str, value: OsString, problems: &mut Vec<String>) -> Option<String> {
    let problem = match value.into_string() {
        Ok(text) if text.is_empty() => "is empty",
        // A common cause is the line break at the end of a file that contains the secret.
        Ok(text) if text.trim() != text => "begins or ends with whitespace",
        Ok(text) => return Some(text),
        Err(_) => "is not Unicode",
    };
    problems.push(format!("the variable `{name}` {problem}"));
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn build(variables: &[(&str, &str)]) -> Result<Client, BuildError> {
        let read = |name: &str| {
            let found = variables.iter().find(|(variable, _)| *variable == name);
            found.map(|(_, value)| OsString::from(value))
        };
        ClientBuilder::from_variables(read).build()
    }

    fn messages(variables: &[(&str, &str)]) -> Vec<String> {
        build(variables).unwrap_err().messages().map(str::to_owned).collect()
    }

    const LOCAL: (&str, &str) = (BASE_URL, "http://127.0.0.1:1");

    #[test]
    fn all_missing_variables_are_named_at_once() {
        let missing = [ACCOUNT_ID, CLIENT_ID, CLIENT_SECRET]
            .map(|name| format!("the variable `{name}` is not set"));
        assert_eq!(messages(&[LOCAL]), missing);
        assert_eq!(
            messages(&[(CLIENT_ID, "id"), LOCAL]),
            [&missing[0], &missing[2]].map(String::clone)
        );
        let variables =
            [(ACCOUNT_ID, "T12345678"), (CLIENT_ID, "id"), (CLIENT_SECRET, "secret"), LOCAL];
        let client = build(&variables).unwrap();
        assert!(client.account_id().is_sandbox());
        // An empty optional variable counts as not set.
        let elsewhere = build(&[variables[0], variables[1], variables[2], (BASE_URL, "")]);
        assert!(
            elsewhere.is_ok()
                || cfg!(not(any(
                    feature = "rustls",
                    feature = "rustls-ring",
                    feature = "native-tls"
                )))
        );
    }

    #[test]
    fn invalid_variables_are_named_without_their_values() {
        let problems = messages(&[
            (ACCOUNT_ID, "hunter2"),
            (CLIENT_ID, "hunter2:"),
            (CLIENT_SECRET, "hunter2\n"),
            (BASE_URL, "hunter2"),
        ]);
        assert_eq!(
            problems,
            [
                "the variable `DINTERO_CLIENT_SECRET` begins or ends with whitespace",
                "the client id must not contain a colon",
                "an account id is `T` (sandbox) or `P` (production) followed by eight digits",
                "the base URL is not a URL",
            ]
        );
        let problems = messages(&[(ACCOUNT_ID, ""), (CLIENT_ID, " "), (CLIENT_SECRET, ""), LOCAL]);
        assert_eq!(problems.len(), 3, "{problems:?}");
    }

    #[cfg(unix)]
    #[test]
    fn variables_that_are_not_unicode_are_named() {
        use std::os::unix::ffi::OsStringExt as _;

        let error = ClientBuilder::from_variables(|_| Some(OsString::from_vec(vec![0xff]))).build();
        let error = error.unwrap_err();
        let messages: Vec<_> = error.messages().collect();
        assert!(messages.iter().all(|message| message.ends_with("is not Unicode")), "{messages:?}");
        assert_eq!(messages.len(), 4);
    }
}
