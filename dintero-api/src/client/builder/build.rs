//! Checks the configuration of a client, and builds the client.

use std::sync::Arc;

use http::{HeaderMap, HeaderName, HeaderValue};

use super::ClientBuilder;
use crate::client::credentials::Credentials;
use crate::client::guard::Turns;
use crate::client::hosts::Hosts;
use crate::client::retry::Budget;
use crate::client::token::TokenCache;
use crate::client::{Client, Inner};
use crate::generated::operations::SERVERS;
use crate::{AccountId, BuildError, InvalidAccountId};

/// The API document's limit for the four `Dintero-System-*` headers.
const SYSTEM_HEADER_CHARACTERS: usize = 120;

impl ClientBuilder {
    /// Checks the configuration and builds the client. Nothing is sent.
    ///
    /// # Errors
    ///
    /// Returns all problems at once.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let builder = dintero_api::Client::builder("12345678", "my-client-id", "").timeout(Duration::ZERO);
    /// for problem in builder.build().unwrap_err().messages() {
    ///     eprintln!("{problem}"); // the account id, the empty secret, and the timeout
    /// }
    /// ```
    pub fn build(self) -> Result<Client, BuildError> {
        let mut problems = self.problems.clone();
        let account = self.check_account(&mut problems);
        if let Some(credentials) = &self.credentials {
            credentials.check(&mut problems);
        }
        if let Some(Credentials::ApiKey(_)) = self.credentials {
            self.payments_api.check_api_key(&mut problems);
        }
        self.check_timeouts(&mut problems);
        let system_headers = self.system_headers(&mut problems);
        let hosts = Hosts::new(self.base_url.as_deref(), &self.servers, SERVERS, &mut problems);
        if account.is_some_and(|account| !account.is_sandbox()) && hosts.leave_unencrypted() {
            let problem = "a production account needs `https://`, except on this machine: plain HTTP would expose its \
                           credentials";
            problems.push(problem.to_owned());
        }
        let http = self.http.build(&hosts).map_err(|found| problems.extend(found)).ok();
        let parts = account.zip(self.credentials).zip(http);
        let Some(((account, credentials), http)) = parts.filter(|_| problems.is_empty()) else {
            return Err(BuildError::client(problems));
        };
        Ok(Client {
            inner: Arc::new(Inner {
                account,
                credentials,
                system_headers,
                strict_amounts: self.strict_amounts,
                payments_api: self.payments_api,
                hosts,
                http,
                response_limit: self.response_limit,
                retries: self.retries,
                budget: Budget::default(),
                clock: self.clock,
                observer: self.observer,
                token: TokenCache::default(),
                turns: Turns::default(),
            }),
        })
    }

    // Messages do not quote the arguments, because a secret may have been passed as the wrong argument.

    fn check_account(&self, problems: &mut Vec<String>) -> Option<AccountId> {
        let account_id = self.account_id.as_ref()?;
        account_id.parse().map_err(|error: InvalidAccountId| problems.push(error.to_string())).ok()
    }

    fn check_timeouts(&self, problems: &mut Vec<String>) {
        for (what, timeout) in
            [("timeout", self.http.timeout), ("connect timeout", self.http.connect_timeout)]
        {
            if timeout.is_zero() {
                problems.push(format!("the {what} must be greater than zero"));
            }
        }
    }

    fn system_headers(&self, problems: &mut Vec<String>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        let mut insert = |name: &'static str, value: &str| match system_header(value) {
            Ok(value) => drop(headers.insert(HeaderName::from_static(name), value)),
            Err(problem) => problems.push(format!("the value of `{name}` {problem}")),
        };
        if let Some((name, version)) = &self.system {
            insert("dintero-system-name", name);
            insert("dintero-system-version", version);
        }
        if let Some((name, version)) = &self.plugin {
            insert("dintero-system-plugin-name", name);
            insert("dintero-system-plugin-version", version);
        }
        headers
    }
}

fn system_header(value: &str) -> Result<HeaderValue, &'static str> {
    if value.is_empty() {
        return Err("is empty");
    }
    if value.chars().count() > SYSTEM_HEADER_CHARACTERS {
        return Err("is longer than 120 characters");
    }
    // `HeaderValue` also accepts other characters, as bytes that the server may read as Latin-1.
    match HeaderValue::from_str(value) {
        Ok(header) if value.is_ascii() => Ok(header),
        _ => Err("has characters other than visible ASCII"),
    }
}
