//! The builder of a client.

mod build;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::PaymentsApi;
use super::clock::{Clock, SystemClock};
use super::credentials::Credentials;
use super::hosts;
use super::http_client::{HttpConfig, Proxies};
use super::observe::{Exchange, Observer};
use super::retry::RetryPolicy;
use super::tls::{Trust, TrustRoots};
use crate::AccountId;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const TIMEOUT: Duration = Duration::from_secs(60);
/// The size limit for a response body, in bytes: 8 MiB is twenty times the size of a page of a hundred full
/// transactions. The body is parsed on the task that awaits it, and parsing a larger body would block a runtime thread
/// for longer than a tenth of a second.
const RESPONSE_LIMIT: usize = 8 * 1024 * 1024;

/// Configures a [`Client`](crate::Client).
///
/// `Debug` omits credentials, and every value that may be a credential passed by mistake.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use dintero_api::Client;
/// use dintero_api::client::RetryPolicy;
///
/// let client = Client::builder("T12345678", "my-client-id", "my-client-secret")
///     .system("fjordshop", "12.1.0")
///     .timeout(Duration::from_secs(20))
///     .retries(RetryPolicy::default().max_attempts(5))
/// #     .base_url("http://127.0.0.1:8080")
///     .build()?;
/// # Ok::<(), dintero_api::BuildError>(())
/// ```
#[must_use = "call `build` to get a client"]
pub struct ClientBuilder {
    /// `None` if the account id is missing; `problems` then says why.
    account_id: Option<String>,
    /// `None` if the credentials are missing; `problems` then says why.
    credentials: Option<Credentials>,
    /// The problems found while the builder was created.
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

    /// Creates a builder from the account id and the credentials. If either is `None`, `problems` says why.
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

    /// Sets the name and version of the shop system, which are sent in the headers `Dintero-System-Name` and
    /// `Dintero-System-Version`. Dintero stores both with the session.
    ///
    /// Each must consist of 1 to 120 visible ASCII characters.
    pub fn system(mut self, name: impl Into<String>, version: impl Into<String>) -> Self {
        self.system = Some((name.into(), version.into()));
        self
    }

    /// Sets the name and version of the plugin or library between the shop system and Dintero, which are sent in the
    /// headers `Dintero-System-Plugin-Name` and `Dintero-System-Plugin-Version`.
    ///
    /// Each must consist of 1 to 120 visible ASCII characters.
    ///
    /// # Examples
    ///
    /// ```
    /// let client = dintero_api::Client::builder("T12345678", "my-client-id", "my-client-secret")
    ///     .system("fjordshop", "12.1.0")
    ///     .plugin("fjordshop-dintero", env!("CARGO_PKG_VERSION"))
    /// #     .base_url("http://127.0.0.1:8080")
    ///     .build()?;
    /// # Ok::<(), dintero_api::BuildError>(())
    /// ```
    pub fn plugin(mut self, name: impl Into<String>, version: impl Into<String>) -> Self {
        self.plugin = Some((name.into(), version.into()));
        self
    }

    /// Sets whether Dintero refuses a session whose order does not add up. On by default, as Dintero recommends.
    ///
    /// Sends `Dintero-Feature-Toggles: strict-session-amounts` with the operations for which the API document lists
    /// that header. An order with `partial_payment` is exempt, because its amount may be less than the sum of its
    /// items. Without this toggle, an incorrect sum is only noticed at capture.
    ///
    /// # Examples
    ///
    /// ```
    /// // For a shop that still has orders whose sums are off by a rounding error.
    /// let client = dintero_api::Client::builder("T12345678", "my-client-id", "my-client-secret")
    ///     .strict_amounts(false)
    /// #     .base_url("http://127.0.0.1:8080")
    ///     .build()?;
    /// # Ok::<(), dintero_api::BuildError>(())
    /// ```
    pub fn strict_amounts(mut self, strict: bool) -> Self {
        self.strict_amounts = strict;
        self
    }

    /// Chooses the base URL for sessions, transactions and card tokens. Default: [`PaymentsApi::V1`].
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

    /// Limits the duration of one attempt, from connecting to the last byte of the response. Default: 60 seconds.
    ///
    /// A call may make several attempts: one to get an access token, one to send the request, both again if Dintero
    /// refuses the token, and the retries that [`retries`](Self::retries) allows.
    ///
    /// After a timeout, it is not known whether the request was carried out; see
    /// [`Error::maybe_sent`](super::Error::maybe_sent).
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// // A customer is waiting for the checkout page.
    /// let client = dintero_api::Client::builder("T12345678", "my-client-id", "my-client-secret")
    ///     .connect_timeout(Duration::from_secs(3))
    ///     .timeout(Duration::from_secs(15))
    /// #     .base_url("http://127.0.0.1:8080")
    ///     .build()?;
    /// # Ok::<(), dintero_api::BuildError>(())
    /// ```
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.http.timeout = timeout;
        self
    }

    /// Limits the time to connect, before anything is sent. Default: 10 seconds, and never more than nine tenths of
    /// [`timeout`](Self::timeout), so that a connect timeout is reported as such.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// // Fail early if Dintero cannot be reached: nothing was sent, so a retry is safe.
    /// let client = dintero_api::Client::builder("T12345678", "my-client-id", "my-client-secret")
    ///     .connect_timeout(Duration::from_secs(2))
    /// #     .base_url("http://127.0.0.1:8080")
    ///     .build()?;
    /// # Ok::<(), dintero_api::BuildError>(())
    /// ```
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.http.connect_timeout = timeout;
        self
    }

    /// Sends all requests, including credentials, to another server instead of Dintero, for tests.
    ///
    /// The paths of the servers in the API document are kept: with `http://127.0.0.1:8080`, sessions are created at
    /// `http://127.0.0.1:8080/v1/sessions-profile`. A production account (`P…`) needs HTTPS, unless the server is on
    /// this machine; for such an account, [`build`](Self::build) reports plain HTTP to another machine as an error.
    ///
    /// # Examples
    ///
    /// ```
    /// use dintero_api::Client;
    ///
    /// let sandbox = Client::builder("T12345678", "id", "secret").base_url("http://mock-dintero:8080");
    /// assert!(sandbox.build().is_ok());
    /// let production = Client::builder("P12345678", "id", "secret").base_url("http://mock-dintero:8080");
    /// assert!(production.build().is_err()); // would expose the credentials of a production account
    /// ```
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// Sends the requests for one of Dintero's hosts, including credentials, to another server.
    ///
    /// `origin` is the host as in the API document, without a path: `https://checkout.dintero.com` or
    /// `https://api.dintero.com`; [`build`](Self::build) reports any other origin as an error. A URL set here takes
    /// precedence over [`base_url`](Self::base_url), and the server's path in the API document is kept.
    ///
    /// # Examples
    ///
    /// ```
    /// let client = dintero_api::Client::builder("T12345678", "my-client-id", "my-client-secret")
    ///     .base_url_for("https://checkout.dintero.com", "http://127.0.0.1:8080") // sessions, transactions
    ///     .base_url_for("https://api.dintero.com", "http://127.0.0.1:8081") // access tokens, settlements
    ///     .build()?;
    /// # Ok::<(), dintero_api::BuildError>(())
    /// ```
    pub fn base_url_for(mut self, origin: impl Into<String>, url: impl Into<String>) -> Self {
        self.servers.push((origin.into(), url.into()));
        self
    }

    /// Sets how often and how soon a request is retried. [`RetryPolicy`] describes which requests are retried.
    pub fn retries(mut self, policy: RetryPolicy) -> Self {
        self.retries = policy;
        self
    }

    /// Limits the size of a response body, in bytes. Default: 8 MiB, which is twenty times the size of a page of a
    /// hundred full transactions. For a larger body, the call fails with a [`TransportError`](super::TransportError)
    /// whose [`is_too_large`](super::TransportError::is_too_large) returns `true`.
    ///
    /// The whole body is kept in memory. Parsing JSON needs several times that much memory, and runs on the calling
    /// task without yielding. Set a lower limit for a service with little memory or many calls on one thread, and a
    /// higher one to download larger files.
    ///
    /// # Examples
    ///
    /// ```
    /// // For a job that downloads report files of up to 100 MiB.
    /// let client = dintero_api::Client::builder("T12345678", "my-client-id", "my-client-secret")
    ///     .response_limit(100 * 1024 * 1024)
    /// #     .base_url("http://127.0.0.1:8080")
    ///     .build()?;
    /// # Ok::<(), dintero_api::BuildError>(())
    /// ```
    pub fn response_limit(mut self, bytes: usize) -> Self {
        self.response_limit = bytes;
        self
    }

    /// Calls `observer` after every attempt, with the raw request and response. Intended for tests: bodies contain
    /// personal data. The client's credentials and the bodies of custom requests are redacted; [`Exchange`] says exactly
    /// what is redacted.
    ///
    /// The observer runs on the task that sends the request, and blocks that task until it returns.
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

    /// Chooses the root certificates to trust. Default: those of the operating system.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[cfg(feature = "bundled-roots")] {
    /// use dintero_api::client::TrustRoots;
    ///
    /// // For a container image without root certificates.
    /// let client = dintero_api::Client::builder("T12345678", "my-client-id", "my-client-secret")
    ///     .trust_roots(TrustRoots::Bundled)
    ///     .build()?;
    /// # }
    /// # Ok::<(), dintero_api::BuildError>(())
    /// ```
    pub fn trust_roots(mut self, roots: TrustRoots) -> Self {
        self.http.trust.roots = roots;
        self
    }

    /// Adds one or more trusted root certificates in PEM format, such as the one for a company's proxy.
    ///
    /// May be called more than once. The certificates are added to the [trust roots](Self::trust_roots).
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let client = dintero_api::Client::builder("T12345678", "my-client-id", "my-client-secret")
    ///     .root_certificates(std::fs::read("/etc/company/proxy-ca.pem")?)
    ///     .build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn root_certificates(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.http.trust.added.push(pem.into());
        self
    }

    /// Sends requests through a proxy, instead of the proxies from the environment.
    ///
    /// May be called more than once; the first proxy that matches a request is used. A proxy set here is used for every
    /// host that it matches, including `localhost`. The proxy sees the content of plain HTTP requests; for HTTPS, it
    /// relays an encrypted connection.
    ///
    /// By default, the client uses the proxies from the environment: `HTTPS_PROXY`, `HTTP_PROXY` and `ALL_PROXY`, or
    /// their names in lower case, except for the hosts in `NO_PROXY`. Calling this method or
    /// [`no_proxy`](Self::no_proxy), or setting a proxy in [`configure_http`](Self::configure_http), overrides this
    /// default. The proxies from the environment are never used for hosts on this machine: `localhost` and its
    /// subdomains, `127.0.0.0/8`, `::1` and the unspecified addresses. [`build`](Self::build) reports an error for a
    /// variable whose value is not the URL of a proxy, unless all calls stay on this machine. A typo therefore never
    /// causes requests to bypass the proxy.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use dintero_api::client::reqwest::Proxy;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let client = dintero_api::Client::builder("T12345678", "my-client-id", "my-client-secret")
    ///     .proxy(Proxy::all("http://proxy.example.com:3128")?)
    ///     .build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn proxy(mut self, proxy: reqwest::Proxy) -> Self {
        match &mut self.http.proxies {
            Proxies::Given(proxies) => proxies.push(proxy),
            Proxies::Environment => self.http.proxies = Proxies::Given(vec![proxy]),
        }
        self
    }

    /// Sends requests directly, ignores the proxies from the environment, and removes every [`proxy`](Self::proxy) set
    /// so far.
    ///
    /// # Examples
    ///
    /// ```
    /// // The proxy of this network is meant for other programs.
    /// let client = dintero_api::Client::builder("T12345678", "my-client-id", "my-client-secret")
    ///     .no_proxy()
    /// #     .base_url("http://127.0.0.1:8080")
    ///     .build()?;
    /// # Ok::<(), dintero_api::BuildError>(())
    /// ```
    pub fn no_proxy(mut self) -> Self {
        self.http.proxies = Proxies::Given(Vec::new());
        self
    }

    /// Configures the underlying HTTP client, for example connection pool limits, DNS, a local address, proxies or
    /// certificates.
    ///
    /// May be called more than once. [`build`](Self::build) calls `adjust` once, or twice if hosts on this machine need
    /// a client without the environment's proxies. The following settings are applied afterwards and cannot be changed:
    /// no redirects, no retries by reqwest, HTTP/1.1, no logging of sent data, the time limits of this builder, and
    /// verification of certificates and host names. With the `rustls-ring` feature, reqwest ignores TLS settings; use
    /// [`root_certificates`](Self::root_certificates).
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
