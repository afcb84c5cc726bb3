//! Where requests go: the document's hosts, or what the configuration puts in their place.

use reqwest::Url;

/// The replacements of the document's hosts. Credentials go to these or to the document's hosts, and nowhere else.
#[derive(Debug)]
pub(super) struct Hosts {
    /// The servers of the document, with their paths.
    document: &'static [&'static str],
    /// For all hosts without a replacement of their own; without trailing slash.
    base: Option<String>,
    /// Origin of the document (`https://api.dintero.com`) and its replacement, without trailing slash.
    servers: Vec<(&'static str, String)>,
}

impl Hosts {
    /// Checks the configured URLs against the servers of the document, and describes what is wrong with them in `problems`.
    pub(super) fn new(
        base: Option<&str>,
        servers: &[(String, String)],
        document: &'static [&'static str],
        problems: &mut Vec<String>,
    ) -> Self {
        let mut hosts = Self { document, base: None, servers: Vec::new() };
        if let Some(text) = base {
            match parse(text) {
                Ok(url) => hosts.base = Some(without_slash(url.as_str())),
                Err(problem) => problems.push(format!("the base URL {problem}")),
            }
        }
        for (from, to) in servers {
            let from = known_origin(from, document)
                .map_err(|problem| problems.push(format!("the server to replace {problem}")));
            let to = parse(to)
                .map_err(|problem| problems.push(format!("the server's replacement {problem}")));
            if let (Ok(from), Ok(to)) = (from, to) {
                hosts.servers.push((from, without_slash(to.as_str())));
            }
        }
        hosts
    }

    /// Whether nothing ever goes over TLS, as with a sandbox on this machine.
    pub(super) fn all_plain(&self) -> bool {
        self.document.iter().all(|server| self.resolve(server).starts_with("http://"))
    }

    /// Returns every place that a request may go to.
    pub(super) fn targets(&self) -> Vec<Url> {
        let document = self.document.iter().map(|server| self.resolve(server));
        let given = self.base.iter().chain(self.servers.iter().map(|(_, to)| to)).cloned();
        document.chain(given).filter_map(|url| Url::parse(&url).ok()).collect()
    }

    /// Returns the base URL for a server of the document, which keeps its path: `https://api.dintero.com/v1` becomes
    /// `http://127.0.0.1:8080/v1`.
    pub(super) fn resolve(&self, server: &str) -> String {
        let (origin, path) = split_origin(server);
        let replacement = self.servers.iter().find(|(from, _)| *from == origin).map(|(_, to)| to);
        let origin = replacement.or(self.base.as_ref()).map_or(origin, String::as_str);
        format!("{origin}{}", path.trim_end_matches('/'))
    }

    /// Returns the URL for a path on the host `origin` of the document, or for a URL on one of the document's hosts or
    /// of their replacements; or what is wrong with it, without its text.
    pub(super) fn locate(&self, origin: &str, target: &str) -> Result<Url, &'static str> {
        const ELSEWHERE: &str =
            "leads neither to one of Dintero's hosts nor to the base URL of the client";
        if target.starts_with('/') {
            return below(&self.resolve(origin), target).ok_or(ELSEWHERE);
        }
        let url = Url::parse(target).map_err(|_| "is neither a path nor a URL")?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err("must not hold a user name or password");
        }
        let found = url.origin().ascii_serialization();
        let (origin, path) = split_origin(url.as_str());
        if self.document.iter().any(|server| split_origin(server).0 == found) {
            return below(&self.resolve(origin), path).ok_or(ELSEWHERE);
        }
        let replacements = self.base.iter().chain(self.servers.iter().map(|(_, to)| to));
        let mut at_home =
            replacements.filter_map(|base| below(base, url.as_str().strip_prefix(base)?));
        at_home.next().ok_or(ELSEWHERE)
    }
}

/// Returns the URL at `path` below `base`, which has no trailing slash, unless it climbs out or does not begin there.
fn below(base: &str, path: &str) -> Option<Url> {
    let url = Url::parse(&format!("{base}{path}")).ok()?;
    let rest = url.as_str().strip_prefix(base)?;
    (rest.starts_with('/') && url.fragment().is_none()).then_some(url)
}

/// Returns the origin in the document that `text` names, or what is wrong with it.
fn known_origin(text: &str, document: &[&'static str]) -> Result<&'static str, String> {
    let url = parse(text)?;
    if url.path() != "/" {
        return Err("is named without a path, as `https://api.dintero.com`".to_owned());
    }
    let mut known = Vec::new();
    for (origin, _) in document.iter().map(|server| split_origin(server)) {
        if origin == without_slash(url.as_str()) {
            return Ok(origin);
        }
        if !known.contains(&origin) {
            known.push(origin);
        }
    }
    Err(format!("is none of Dintero's: `{}`", known.join("`, `")))
}

fn parse(text: &str) -> Result<Url, &'static str> {
    // The text is not repeated in messages: a URL may hold a password.
    let url = Url::parse(text).map_err(|_| "is not a URL")?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        Err("must start with `https://` or `http://` and a host")
    } else if !url.username().is_empty() || url.password().is_some() {
        Err("must not hold a user name or password")
    } else if url.query().is_some() || url.fragment().is_some() {
        Err("must not have a query or fragment")
    } else {
        Ok(url)
    }
}

fn without_slash(url: &str) -> String {
    url.trim_end_matches('/').to_owned()
}

/// Returns what may be shown of a URL that has not been checked: scheme, host and port.
pub(super) fn shown(text: &str) -> String {
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    url.map_or_else(|| "[not a URL]".to_owned(), |url| url.origin().ascii_serialization())
}

/// Splits `https://host/v1` before the path.
fn split_origin(server: &str) -> (&str, &str) {
    let host_at = server.find("://").map_or(0, |at| at + "://".len());
    let path_at = server[host_at..].find('/').map_or(server.len(), |at| host_at + at);
    server.split_at(path_at)
}

#[cfg(test)]
mod tests {
    use super::*;

    const API: &str = "https://api.dintero.com/v1";
    const CHECKOUT: &str = "https://checkout.dintero.com/v1";
    const DOCUMENT: &[&str] = &[CHECKOUT, API, "https://api.dintero.com"];

    fn hosts(base: Option<&str>, servers: &[(&str, &str)]) -> Result<Hosts, Vec<String>> {
        let servers: Vec<_> =
            servers.iter().map(|(from, to)| ((*from).into(), (*to).into())).collect();
        let mut problems = Vec::new();
        let hosts = Hosts::new(base, &servers, DOCUMENT, &mut problems);
        if problems.is_empty() { Ok(hosts) } else { Err(problems) }
    }

    #[test]
    fn document_decides_by_default() {
        assert_eq!(hosts(None, &[]).unwrap().resolve(API), API);
        assert!(!hosts(None, &[]).unwrap().all_plain());
    }

    #[test]
    fn base_url_keeps_the_path_of_the_server() {
        let hosts = hosts(Some("http://127.0.0.1:8080/"), &[]).unwrap();
        assert_eq!(hosts.resolve(API), "http://127.0.0.1:8080/v1");
        assert_eq!(hosts.resolve("https://api.dintero.com"), "http://127.0.0.1:8080");
        assert_eq!(hosts.resolve("https://api.dintero.com/"), "http://127.0.0.1:8080");
        assert!(hosts.all_plain());
    }

    #[test]
    fn one_server_can_be_replaced() {
        let hosts =
            hosts(None, &[("https://API.dintero.com/", "https://proxy.example/dintero/")]).unwrap();
        assert_eq!(hosts.resolve(API), "https://proxy.example/dintero/v1");
        assert_eq!(hosts.resolve(CHECKOUT), CHECKOUT);
    }

    #[test]
    fn all_is_plain_when_every_host_of_the_document_is() {
        let checkout = ("https://checkout.dintero.com", "http://127.0.0.1:1");
        let api = ("https://api.dintero.com", "http://127.0.0.1:2");
        let all_plain = |base, servers: &[_]| hosts(base, servers).unwrap().all_plain();
        assert!(all_plain(None, &[checkout, api]));
        assert!(!all_plain(None, &[checkout]));
        assert!(all_plain(Some("http://127.0.0.1:3"), &[checkout]));
        // Nothing goes to the base URL.
        assert!(all_plain(Some("https://proxy.example"), &[checkout, api]));
        assert!(!all_plain(Some("https://proxy.example"), &[checkout]));
        assert!(!all_plain(Some("http://127.0.0.1:3"), &[(api.0, "https://proxy.example")]));
    }

    #[test]
    fn unknown_server_is_reported_with_the_known_ones() {
        let known = "`https://checkout.dintero.com`, `https://api.dintero.com`";
        for origin in [
            "https://hunter2.example",
            "http://api.dintero.com",
            "https://api.dintero.com:8443",
            "https://dintero.com",
        ] {
            let problems = hosts(None, &[(origin, "http://127.0.0.1:1")]).unwrap_err();
            assert_eq!(problems, [format!("the server to replace is none of Dintero's: {known}")]);
        }
        assert!(hosts(None, &[("https://api.dintero.com:443", "http://127.0.0.1:1")]).is_ok());
    }

    #[test]
    fn targets_stay_at_dinteros_hosts_and_their_replacements() {
        let origin = "https://checkout.dintero.com";
        let document = hosts(None, &[]).unwrap();
        let proxy = ("https://api.dintero.com", "https://proxy.example/dintero/");
        let replaced = hosts(Some("http://127.0.0.1:8080"), &[proxy]).unwrap();
        let located =
            |hosts: &Hosts, target| hosts.locate(origin, target).map(|url| url.to_string());
        for (target, expected, expected_replaced) in [
            (
                "/v1/x?a=1",
                "https://checkout.dintero.com/v1/x?a=1",
                "http://127.0.0.1:8080/v1/x?a=1",
            ),
            (
                "//evil.example/x",
                "https://checkout.dintero.com//evil.example/x",
                "http://127.0.0.1:8080//evil.example/x",
            ),
            (
                "https://api.dintero.com/v1/x",
                "https://api.dintero.com/v1/x",
                "https://proxy.example/dintero/v1/x",
            ),
            (
                "HTTPS://API.dintero.com:443/",
                "https://api.dintero.com/",
                "https://proxy.example/dintero/",
            ),
        ] {
            assert_eq!(located(&document, target).as_deref(), Ok(expected));
            assert_eq!(located(&replaced, target).as_deref(), Ok(expected_replaced));
        }
        for target in ["http://127.0.0.1:8080/v1/x", "https://proxy.example/dintero/v1/x"] {
            assert_eq!(located(&replaced, target).as_deref(), Ok(target));
            assert!(located(&document, target).is_err(), "{target}");
        }
        for target in [
            "",
            "v1/x",
            "@evil.example/x",
            "https://evil.example/v1/x",
            "http://checkout.dintero.com/v1/x",
            "https://checkout.dintero.com:8443/v1/x",
            "https://checkout.dintero.com.evil.example/v1/x",
            "https://checkout.dintero.com@evil.example/v1/x",
            "https://hunter2:hunter2@checkout.dintero.com/v1/x",
            "http://127.0.0.1:80801/v1/x",
            "http://127.0.0.1:8081/v1/x",
            "https://proxy.example/dintero-not/v1/x",
            "https://proxy.example/dintero/../v1/x",
            "https://proxy.example/",
            "https://checkout.dintero.com/v1/x#part",
            "/v1/x#part",
        ] {
            assert!(located(&document, target).is_err(), "{target}");
            assert!(located(&replaced, target).is_err(), "{target}");
        }
        // A path that climbs stays on its host; below a replacement with a path it stays there too.
        let deep = hosts(Some("https://proxy.example/dintero"), &[]).unwrap();
        assert!(located(&deep, "/../secret").is_err());
    }

    #[test]
    fn every_bad_url_is_reported_without_its_text() {
        let problems = hosts(
            Some("http://user:hunter2@127.0.0.1"),
            &[("api.dintero.com", "ftp://x"), ("https://api.dintero.com/v1", "http://x")],
        )
        .unwrap_err();
        assert_eq!(
            problems,
            [
                "the base URL must not hold a user name or password",
                "the server to replace is not a URL",
                "the server's replacement must start with `https://` or `http://` and a host",
                "the server to replace is named without a path, as `https://api.dintero.com`",
            ]
        );
    }
}
