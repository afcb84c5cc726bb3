//! The underlying HTTP client: proxies, connections, limits, and the program's changes to them.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use std::time::Duration;

use http::Method;
use reqwest::{Proxy, RequestBuilder, Url};

use super::hosts::Hosts;
use super::proxy_env;
use super::tls::{self, Trust};

/// Shorter than the time for which load balancers keep an idle connection open (60 s at AWS): when a request fails on a
/// connection that is being closed, it is not known whether the request arrived.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);

/// A function passed to [`ClientBuilder::configure_http`](super::ClientBuilder::configure_http).
pub(super) type Adjustment =
    Arc<dyn Fn(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send + Sync>;

/// The proxies that requests go through.
pub(super) enum Proxies {
    /// The proxies of the environment, except for hosts on this machine.
    Environment,
    /// These proxies: a request uses the first one that matches it, and is sent directly if none does.
    Given(Vec<Proxy>),
}

/// The configuration of the HTTP client.
pub(super) struct HttpConfig {
    pub(super) timeout: Duration,
    pub(super) connect_timeout: Duration,
    pub(super) proxies: Proxies,
    pub(super) trust: Trust,
    pub(super) adjustments: Vec<Adjustment>,
}

/// The HTTP client.
pub(super) struct Http {
    client: reqwest::Client,
    /// The client for hosts on this machine, if `client` uses proxies that are not meant for them.
    direct: Option<reqwest::Client>,
}

impl Http {
    /// Starts building a request.
    pub(super) fn request(&self, method: Method, url: Url) -> RequestBuilder {
        let client = match &self.direct {
            Some(direct) if is_this_machine(&url) => direct,
            _ => &self.client,
        };
        client.request(method, url)
    }
}

impl HttpConfig {
    /// Builds the client for these hosts, or returns the problems.
    pub(super) fn build(&self, hosts: &Hosts) -> Result<Http, Vec<String>> {
        let targets = hosts.targets();
        let is_elsewhere = !targets.iter().all(is_this_machine);
        if matches!(self.proxies, Proxies::Environment) && is_elsewhere {
            let problems = proxy_env::check(|name| std::env::var_os(name));
            if !problems.is_empty() {
                return Err(problems);
            }
        }
        self.set_up(hosts).map_err(|problem| vec![problem])
    }

    fn set_up(&self, hosts: &Hosts) -> Result<Http, String> {
        let targets = hosts.targets();
        let is_here = targets.iter().any(is_this_machine);
        let is_elsewhere = !targets.iter().all(is_this_machine);
        match &self.proxies {
            Proxies::Given(_) => {
                Ok(Http { client: self.client(hosts, Route::Given)?, direct: None })
            }
            Proxies::Environment if !is_elsewhere => {
                Ok(Http { client: self.client(hosts, Route::Direct)?, direct: None })
            }
            Proxies::Environment => {
                let direct = is_here.then(|| self.client(hosts, Route::Direct)).transpose()?;
                Ok(Http { client: self.client(hosts, Route::Environment)?, direct })
            }
        }
    }

    fn client(&self, hosts: &Hosts, route: Route) -> Result<reqwest::Client, String> {
        let mut http = reqwest::Client::builder()
            .user_agent(concat!("dintero-api/", env!("CARGO_PKG_VERSION")))
            .pool_idle_timeout(IDLE_TIMEOUT);
        if !matches!(route, Route::Environment) {
            http = http.no_proxy();
        }
        if let Proxies::Given(proxies) = &self.proxies {
            http = proxies.iter().cloned().fold(http, reqwest::ClientBuilder::proxy);
        }
        for adjust in &self.adjustments {
            http = adjust(http);
        }
        // These settings come last, so that `adjustments` cannot override them.
        let http = http
            // Only the `retry` module decides what is sent again; reqwest would retry requests that an HTTP/2 server
            // rejects. Over HTTP/2, which another crate may enable, it is also harder to tell which requests were
            // processed.
            .retry(reqwest::retry::never())
            .http1_only()
            // A redirect could carry credentials and card data to another host.
            .redirect(reqwest::redirect::Policy::none())
            // Verbose connections would log the data sent.
            .connection_verbose(false)
            .timeout(self.timeout)
            .connect_timeout(self.connect_timeout.min(self.timeout / 10 * 9));
        let http = if self.needs_tls(hosts, &route) {
            tls::apply(http, &self.trust)?
        } else {
            tls::apply_unused(http)?
        };
        http.build()
            .map_err(|error| format!("the HTTP client cannot be set up: {}", causes(&error)))
    }

    /// Returns whether the client needs TLS. A proxy may itself be reached over TLS, even for plain HTTP requests.
    fn needs_tls(&self, hosts: &Hosts, route: &Route) -> bool {
        let may_have_proxy = match (route, &self.proxies) {
            (Route::Given, Proxies::Given(proxies)) => !proxies.is_empty(),
            (Route::Direct, _) => false,
            _ => true,
        };
        let is_trust_given = !self.trust.added.is_empty();
        !hosts.all_plain() || may_have_proxy || is_trust_given
    }
}

/// The proxies that a client uses.
enum Route {
    Environment,
    Given,
    Direct,
}

/// Formats an error with its sources, because the message of a reqwest error omits the details.
fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text += &format!(": {error}");
        source = error.source();
    }
    text
}

/// Returns whether a URL leads to this machine, by name or address.
pub(super) fn is_this_machine(url: &Url) -> bool {
    let Some(host) = url.host_str() else { return false };
    let host = host.trim_start_matches('[').trim_end_matches(']');
    if let Ok(address) = host.parse::<Ipv4Addr>() {
        return address.is_loopback() || address.is_unspecified();
    }
    if let Ok(address) = host.parse::<Ipv6Addr>() {
        let mapped = address.to_ipv4_mapped();
        return address.is_loopback()
            || address.is_unspecified()
            || mapped.is_some_and(|address| address.is_loopback() || address.is_unspecified());
    }
    let name = host.trim_end_matches('.');
    name == "localhost" || name.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_is_recognized_by_name_and_address() {
        let is_here = |host| is_this_machine(&Url::parse(&format!("http://{host}:1/v1")).unwrap());
        for host in [
            "127.0.0.1",
            "127.9.9.9",
            "localhost",
            "LOCALHOST",
            "localhost.",
            "a.localhost",
            "[::1]",
            "0.0.0.0",
            "[::]",
            "[::ffff:127.0.0.1]",
            "2130706433",
            "0x7f.1",
        ] {
            assert!(is_here(host), "{host}");
        }
        for host in [
            "api.dintero.com",
            "128.0.0.1",
            "10.0.0.1",
            "[::2]",
            "localhost.example",
            "notlocalhost",
            "127.0.0.1.example",
            "[::ffff:10.0.0.1]",
        ] {
            assert!(!is_here(host), "{host}");
        }
    }
}
