//! The client's configuration, checked as a whole.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};

use super::clock::{Clock, SystemClock};
use super::credentials::Credentials;
use super::guard::Turns;
use super::hosts::{self, Hosts};
use super::http_client::{HttpConfig, Proxies};
use super::observe::{Exchange, Observer};
use super::retry::{Budget, RetryPolicy};
use super::tls::{Trust, TrustRoots};
use super::token::TokenCache;
use super::{Client, Inner, PaymentsApi};
use crate::AccountId;
use crate::BuildError;
use crate::generated::operations::SERVERS;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const TIMEOUT: Duration = Duration::from_secs(60);
/// The size limit for a response body, in bytes: 8 MiB is twenty times a page of a hundred full transactions. The body
/// is parsed on the task that awaits it, and a larger one would block a runtime thread for longer than a tenth of a
/// second.
const RESPONSE_LIMIT: usize = 8 * 1024 * 1024;
/// The API document's limit for the four `Dintero-System-*` headers.
const SYSTEM_HEADER_CHARACTERS: usize = 120;

/// Configures a [`Client`].
///
/// `Debug` omits credentials, and every value that may be a credential passed by mistake.
#[must_use = "call `build` to get a client"]
pub struct ClientBuilder {
    /// `None` if `problems` says why it is missing.
    account_id: Option<String>,
    /// `None` if `problems` says why they are missing.
    credentials: Option<Credentials>,
    /// The problems found before any setting was changed.
    problems: Vec<String>,
    system: Option<(String, String)>,
    plugin: Option<(String, String)>,
    strict_amounts: bool,
    payments_api: PaymentsApi,
    http: HttpConfig,
    base_url: Option<String>,
    servers: Vec<(String, String)>,
    response_limit: usize,
    retries: RetryPolicy,
    observer: Option<Observer>,
    clock: Arc<dyn Clock>,
}

impl ClientBuilder {
    pub(super) fn new(account_id: String, credentials: Credentials) -> Self {
        Self::of_parts(Some(account_id), Some(credentials), Vec::new())
    }

    /// Creates a builder from the parts that are known; `problems` says why the others are missing.
    pub(super) fn of_parts(
        account_id: Option<String>,
        credentials: Option<Credentials>,
        problems: Vec<String>,
    ) -> Self {
        Self {
            account_id,
            credentials,
            problems,
            system: None,
            plugin: None,
            strict_amounts: true,
            payments_api: PaymentsApi::default(),
            http: HttpConfig {
                timeout: TIMEOUT,
                connect_timeout: CONNECT_TIMEOUT,
                proxies: Proxies::Environment,
                trust: Trust::default(),
                adjustments: Vec::new(),
            },
            base_url: None,
            servers: Vec::new(),
            response_limit: RESPONSE_LIMIT,
            retries: RetryPolicy::default(),
            observer: None,
            clock: Arc::new(SystemClock),
        }
    }

    /// Sets the name and version of the shop system, sent in `Dintero-System-Name` and `-Version`. Dintero stores both
    /// with the session.
    ///
    /// At most 120 characters each, visible ASCII.
    pub fn system(mut self, name: impl Into<String>, version: impl Into<String>) -> Self {
        self.system = Some((name.into(), version.into()));
        self
    }

    /// Sets the name and version of the plugin or library between the shop system and Dintero, sent in
    /// `Dintero-System-Plugin-Name` and `-Version`.
    ///
    /// At most 120 characters each, visible ASCII.
    pub fn plugin(mut self, name: impl Into<String>, version: impl Into<String>) -> Self {
        self.plugin = Some((name.into(), version.into()));
        self
    }

    /// Sets whether Dintero refuses a session whose order does not add up. On by default, as Dintero recommends.
    ///
    /// Sends `Dintero-Feature-Toggles: strict-session-amounts` to the operations for which the API document lists it,
    /// but not for an order with `partial_payment`, whose amount may be less than the sum of its items. Without it, a
    /// wrong sum only shows up at capture.
    pub fn strict_amounts(mut self, strict: bool) -> Self {
        self.strict_amounts = strict;
        self
    }

    /// Chooses the base URL for sessions, transactions and card tokens. [`PaymentsApi::V1`] by default.
    ///
    /// An API key cannot be used with [`PaymentsApi::V2`]; [`build`](Self::build) reports that as an error.
    ///
    /// # Examples
    ///
    /// ```
    /// # fn main() -> Result<(), dintero_api::BuildError> {
    /// use dintero_api::client::PaymentsApi;
    ///
    /// # let client =
    /// dintero_api::Client::builder("T12345678", "my-client-id", "my-client-secret")
    ///     .payments_api(PaymentsApi::V2)
    /// #   .base_url("http://127.0.0.1:8080")
    ///     .build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn payments_api(mut self, api: PaymentsApi) -> Self {
        self.payments_api = api;
        self
    }

    /// Limits the duration of one attempt, from connecting to the last byte of the response. 60 seconds by default.
    ///
    /// A call may take several attempts: one for the access token before it, both again if the token is refused, and
    /// those that [`retries`](Self::retries) allows.
    ///
    /// After a timeout, it is not known whether the request was carried out; see
    /// [`Error::maybe_sent`](super::Error::maybe_sent).
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.http.timeout = timeout;
        self
    }

    /// Limits the time to connect, before anything is sent. 10 seconds by default, and never more than nine tenths of
    /// [`timeout`](Self::timeout), so that a failure to connect in time is reported as such.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.http.connect_timeout = timeout;
        self
    }

    /// Sends all requests, including credentials, to another server instead of Dintero, for tests.
    ///
    /// The paths of the document's servers are kept: with `http://127.0.0.1:8080`, sessions are created at
    /// `http://127.0.0.1:8080/v1/sessions-profile`. A production account (`P…`) needs HTTPS, unless the server is on this
    /// machine; [`build`](Self::build) reports anything else.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// Sends the requests for one of Dintero's hosts, including credentials, to another server.
    ///
    /// `origin` is the host as in the API document, without a path: `https://checkout.dintero.com` or
    /// `https://api.dintero.com`; [`build`](Self::build) reports any other as an error. This takes precedence over
    /// [`base_url`](Self::base_url), and the path of the document's server is kept.
    pub fn base_url_for(mut self, origin: impl Into<String>, url: impl Into<String>) -> Self {
        self.servers.push((origin.into(), url.into()));
        self
    }

    /// Sets how often and how soon a request is retried. See [`RetryPolicy`] for which requests are retried.
    pub fn retries(mut self, policy: RetryPolicy) -> Self {
        self.retries = policy;
        self
    }

    /// Limits the size of a response body, in bytes. 8 MiB by default, twenty times a page of a hundred full
    /// transactions. A larger body is a [`TransportError`](super::TransportError) with
    /// [`is_too_large`](super::TransportError::is_too_large).
    ///
    /// The whole body is kept in memory. Parsing JSON takes several times its length, and runs on the calling task
    /// without yielding. Set a lower limit for a service with little memory or many calls on one thread, and a higher
    /// one to download larger files.
    pub fn response_limit(mut self, bytes: usize) -> Self {
        self.response_limit = bytes;
        self
    }

    /// Calls `observer` after every attempt, with the raw request and response. Intended for tests: bodies contain
    /// personal data. Credentials are redacted.
    ///
    /// The observer runs on the calling task, which waits for it.
    ///
    /// # Examples
    ///
    /// ```
    /// # fn main() -> Result<(), dintero_api::BuildError> {
    /// use std::sync::{Arc, Mutex};
    ///
    /// let seen = Arc::new(Mutex::new(Vec::new()));
    /// let client = dintero_api::Client::builder("T12345678", "my-client-id", "my-client-secret")
    ///     .base_url("http://127.0.0.1:8080")
    ///     .observer({
    ///         let seen = Arc::clone(&seen);
    ///         move |exchange| seen.lock().unwrap().push(exchange.url().to_owned())
    ///     })
    ///     .build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn observer(mut self, observer: impl Fn(&Exchange<'_>) + Send + Sync + 'static) -> Self {
        self.observer = Some(Observer::new(observer));
        self
    }

    /// Replaces the source of time and randomness with `clock`, for tests.
    #[doc(hidden)]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Chooses the root certificates. Those of the operating system by default.
    pub fn trust_roots(mut self, roots: TrustRoots) -> Self {
        self.http.trust.roots = roots;
        self
    }

    /// Adds trusted root certificates: one or several, in PEM format, such as a company's own for its proxy.
    ///
    /// May be called more than once. They are added to the [trust roots](Self::trust_roots).
    pub fn root_certificates(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.http.trust.added.push(pem.into());
        self
    }

    /// Sends requests through a proxy, instead of those of the environment.
    ///
    /// May be called more than once; the first proxy that matches a request is used. A proxy set here is used for every
    /// host that it matches, including `localhost`. It sees the content of plain HTTP requests; for HTTPS, it relays an
    /// encrypted connection.
    ///
    /// Without this, [`no_proxy`](Self::no_proxy) and [`configure_http`](Self::configure_http), the client uses the
    /// proxies of the environment, as curl does: `HTTPS_PROXY`, `HTTP_PROXY` and `ALL_PROXY`, or their names in lower
    /// case, except for the hosts in `NO_PROXY`. They are never used for hosts on this machine: `localhost` and names
    /// below it, `127.0.0.0/8`, `::1` and the unspecified addresses. A variable that is not the URL of a proxy is an
    /// error of [`build`](Self::build), unless all calls stay on this machine, so that a typo never causes requests to
    /// bypass the proxy.
    pub fn proxy(mut self, proxy: reqwest::Proxy) -> Self {
        match &mut self.http.proxies {
            Proxies::Given(proxies) => proxies.push(proxy),
            Proxies::Environment => self.http.proxies = Proxies::Given(vec![proxy]),
        }
        self
    }

    /// Sends requests directly, ignoring the environment, and removes every [`proxy`](Self::proxy) set so far.
    pub fn no_proxy(mut self) -> Self {
        self.http.proxies = Proxies::Given(Vec::new());
        self
    }

    /// Configures the underlying HTTP client: connection pool limits, DNS, a local address, proxies, certificates.
    ///
    /// May be called more than once. `adjust` is called by [`build`](Self::build), once, or twice if hosts on this
    /// machine need a client without the environment's proxies. The following settings are applied afterwards and
    /// cannot be changed: no redirects, no retries by reqwest, HTTP/1.1, no logging of sent data, the time limits of
    /// this builder, and verification of certificates and host names. With the `rustls-ring` feature, reqwest ignores
    /// TLS settings; use [`root_certificates`](Self::root_certificates).
    ///
    /// reqwest is re-exported as `dintero_api::client::reqwest`.
    ///
    /// # Examples
    ///
    /// ```
    /// # fn main() -> Result<(), dintero_api::BuildError> {
    /// # let client =
    /// dintero_api::Client::builder("T12345678", "my-client-id", "my-client-secret")
    ///     .configure_http(|http| http.pool_max_idle_per_host(4).tcp_nodelay(true))
    /// #   .base_url("http://127.0.0.1:8080")
    ///     .build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn configure_http(
        mut self,
        adjust: impl Fn(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send + Sync + 'static,
    ) -> Self {
        self.http.adjustments.push(Arc::new(adjust));
        self
    }

    /// Checks the configuration and builds the client. Nothing is sent.
    ///
    /// Returns an error with all problems at once.
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
            let problem = "a production account needs `https://`, except on this machine: plain HTTP would show its \
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

    // Messages do not quote the arguments: they may have been swapped, and one of them is a secret.

    fn check_account(&self, problems: &mut Vec<String>) -> Option<AccountId> {
        let account_id = self.account_id.as_ref()?;
        account_id
            .parse()
            .map_err(|error: crate::InvalidAccountId| problems.push(error.to_string()))
            .ok()
    }

    fn check_timeouts(&self, problems: &mut Vec<String>) {
        for (what, timeout) in
            [("timeout", self.http.timeout), ("connect timeout", self.http.connect_timeout)]
        {
            if timeout.is_zero() {
                problems.push(format!("the {what} must be longer than zero"));
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

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Nothing has been checked yet: a secret may have been passed as the account id, or be part of a URL.
        let account: Option<AccountId> = self.account_id.as_ref().and_then(|id| id.parse().ok());
        let servers = self.servers.iter().map(|(from, to)| [from, to].map(|url| hosts::shown(url)));
        f.debug_struct("ClientBuilder")
            .field("account_id", &account)
            .field("credentials", &self.credentials)
            .field("base_url", &self.base_url.as_deref().map(hosts::shown))
            .field("servers", &servers.collect::<Vec<_>>())
            .field("strict_amounts", &self.strict_amounts)
            .field("timeout", &self.http.timeout)
            .field("connect_timeout", &self.http.connect_timeout)
            .field("trust_roots", &self.http.trust.roots)
            .field("response_limit", &self.response_limit)
            .field("retries", &self.retries)
            .finish_non_exhaustive()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_problems_are_reported_at_once() {
        let error = Client::builder("hunter2", "", "T12345678")
            .system("x".repeat(121), "")
            .plugin("blåbær", "1")
            .timeout(Duration::ZERO)
            .base_url("127.0.0.1")
            .build()
            .unwrap_err();
        let problems: Vec<&str> = error.messages().collect();
        assert_eq!(
            problems,
            [
                "an account id is `T` (sandbox) or `P` (production) and eight digits",
                "the client id is empty",
                "the timeout must be longer than zero",
                "the value of `dintero-system-name` is longer than 120 characters",
                "the value of `dintero-system-version` is empty",
                "the value of `dintero-system-plugin-name` has characters other than visible ASCII",
                "the base URL is not a URL",
            ]
        );
        assert!(!format!("{error} {error:?}").contains("hunter2"));
    }

    #[test]
    fn debug_hides_what_may_be_a_secret() {
        let builder = Client::builder("T12345678", "hunter2", "hunter2")
            .base_url("https://hunter2:hunter2@proxy.example:8443/hunter2?hunter2#hunter2")
            .base_url_for("hunter2", "ftp://hunter2@hunter2")
            .base_url_for("https://api.dintero.com", "http://127.0.0.1:1")
            .system("hunter2", "hunter2")
            .root_certificates("hunter2")
            .proxy(reqwest::Proxy::all("http://hunter2:hunter2@proxy.example").unwrap());
        let shown = format!("{builder:?} {builder:#?}");
        assert!(!shown.contains("hunter2"), "{shown}");
        for part in ["T12345678", "\"https://proxy.example:8443\"", "\"http://127.0.0.1:1\""] {
            assert!(shown.contains(part), "{part} is not in {shown}");
        }
        let swapped = Client::builder_with_api_key("hunter2", "T12345678");
        assert!(!format!("{swapped:?}").contains("hunter2"));
        let client = Client::builder("T12345678", "id", "hunter2").base_url("http://127.0.0.1:1");
        let client = client.build().unwrap();
        assert_eq!(format!("{client:?}"), "Client { account_id: T12345678, .. }");
    }

    #[test]
    fn root_certificates_that_are_none_are_a_problem() {
        for pem in ["", "hunter2", "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n"] {
            let builder = Client::builder("T12345678", "id", "secret").root_certificates(pem);
            let error = builder.build().unwrap_err().to_string();
            assert!(error.contains("root certificate") && !error.contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn credentials_of_a_production_account_never_leave_this_machine_unencrypted() {
        let builder = |account, url: &str| Client::builder(account, "id", "hunter2").base_url(url);
        for url in ["http://dintero.example.com", "http://10.0.0.1:8080", "http://mock:8080"] {
            let error = builder("P12345678", url).build().unwrap_err().to_string();
            assert!(error.contains("needs `https://`") && !error.contains("hunter2"), "{error}");
            assert!(builder("T12345678", url).build().is_ok(), "{url}");
        }
        let replaced = Client::builder("P12345678", "id", "secret")
            .base_url_for("https://api.dintero.com", "http://dintero.example.com");
        assert!(replaced.build().is_err());
        for url in ["http://127.0.0.1:8080", "http://localhost:8080", "http://[::1]:8080"] {
            assert!(builder("P12345678", url).build().is_ok(), "{url}");
        }
    }

    #[cfg(feature = "bundled-roots")]
    #[test]
    fn bundled_roots_need_no_system() {
        Client::builder("P12345678", "id", "secret")
            .trust_roots(TrustRoots::Bundled)
            .build()
            .unwrap();
    }
}
