//! The hosts that requests go to: those of the API document, or their configured replacements.

use reqwest::Url;

use super::http_client::is_this_machine;

/// The replacements for the API document's hosts. Credentials are sent to the replacements or to the document's hosts,
/// and nowhere else.
#[derive(Debug)]
pub(super) struct Hosts {
    /// The servers in the API document, with their paths.
    document: &'static [&'static str],
    /// The base URL for all hosts without a replacement of their own, without a trailing slash.
    base: Option<String>,
    /// Origins in the API document (`https://api.dintero.com`) and their replacements, without a trailing slash.
    servers: Vec<(&'static str, String)>,
}

impl Hosts {
    /// Checks the configured URLs against the document's servers, and adds a message to `problems` for each invalid
    /// URL.
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

    /// Returns whether no request uses TLS, for example because all requests go to a mock server on this machine.
    pub(super) fn all_plain(&self) -> bool {
        self.document.iter().all(|server| self.resolve(server).starts_with("http://"))
    }

    /// Returns whether requests, with their credentials, could leave this machine without encryption.
    pub(super) fn leave_unencrypted(&self) -> bool {
        self.targets().iter().any(|url| url.scheme() == "http" && !is_this_machine(url))
    }

    /// Returns every base URL that a request may go to.
    pub(super) fn targets(&self) -> Vec<Url> {
        let document = self.document.iter().map(|server| self.resolve(server));
        let given = self.base.iter().chain(self.servers.iter().map(|(_, to)| to)).cloned();
        document.chain(given).filter_map(|url| Url::parse(&url).ok()).collect()
    }

    /// Returns the base URL that replaces a server of the document. The server's path is kept:
    /// `https://api.dintero.com/v1` becomes `http://127.0.0.1:8080/v1`.
    pub(super) fn resolve(&self, server: &str) -> String {
        let (origin, path) = split_origin(server);
        let replacement = self.servers.iter().find(|(from, _)| *from == origin).map(|(_, to)| to);
        let origin = replacement.or(self.base.as_ref()).map_or(origin, String::as_str);
        format!("{origin}{}", path.trim_end_matches('/'))
    }

    /// Returns the URL for a target: a path on the document's host `origin`, or a URL on one of the document's hosts or
    /// their replacements. Errors describe the problem without quoting the target.
    ///
    /// The path and query of the URL are exactly those of the target.
    pub(super) fn locate(&self, origin: &str, target: &str) -> Result<Url, &'static str> {
        if target.starts_with('/') {
            return below(&self.resolve(origin), target);
        }
        let Written { origin: found, path } = Written::read(target)?;
        if let Some(server) = self.document.iter().find(|server| split_origin(server).0 == found) {
            return below(&self.resolve(split_origin(server).0), &path);
        }
        let url = format!("{found}{path}");
        let replacements = self.base.iter().chain(self.servers.iter().map(|(_, to)| to));
        let mut rests = replacements.filter_map(|base| {
            let rest = url.strip_prefix(base.as_str()).filter(|rest| rest.starts_with('/'))?;
            Some((base, rest))
        });
        let (base, rest) = rests.next().ok_or(ELSEWHERE)?;
        below(base, rest)
    }
}

const ELSEWHERE: &str = "leads neither to one of Dintero's hosts nor to the base URL of the client";

const CHANGED: &str = "would be changed before it is sent: percent-encode every character that a path or query does not allow, \
                       and remove `.` and `..` segments, backslashes, control characters and surrounding spaces";

/// A URL split after its host, with the path as written.
struct Written {
    /// The origin, as [`Url::origin`] formats it.
    origin: String,
    /// The path, with the query, if any.
    path: String,
}

impl Written {
    fn read(text: &str) -> Result<Self, &'static str> {
        let url = Url::parse(text).map_err(|_| "is neither a path nor a URL")?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err("must not contain a user name or password");
        }
        let host_at = text.find("://").map_or(0, |at| at + "://".len());
        let path_at = text[host_at..].find(['/', '?', '#', '\\']);
        let (origin, path) = text.split_at(path_at.map_or(text.len(), |at| host_at + at));
        let origin = origin.to_ascii_lowercase();
        let port = if url.scheme() == "http" { ":80" } else { ":443" };
        let origin = origin.strip_suffix(port).unwrap_or(&origin);
        if origin != url.origin().ascii_serialization() {
            return Err(CHANGED);
        }
        // A URL may end after its host.
        let slash = if path.is_empty() || path.starts_with('?') { "/" } else { "" };
        Ok(Self { origin: origin.to_owned(), path: format!("{slash}{path}") })
    }
}

/// Returns the URL at `path` below `base`, which has no trailing slash, if parsing leaves the text unchanged. A URL
/// parser resolves `..` and `%2E.`, drops line breaks and surrounding spaces, and rewrites `\` and characters that it
/// encodes.
fn below(base: &str, path: &str) -> Result<Url, &'static str> {
    let text = format!("{base}{path}");
    let url = Url::parse(&text).map_err(|_| CHANGED)?;
    if url.fragment().is_some() {
        return Err(
            "must not have a fragment (`#…`), which is never sent; a `#` in an id is `%23`",
        );
    }
    if url.as_str() == text { Ok(url) } else { Err(CHANGED) }
}

/// Returns the origin in the document that `text` names, or the problem with `text`.
fn known_origin(text: &str, document: &[&'static str]) -> Result<&'static str, String> {
    let url = parse(text)?;
    if url.path() != "/" {
        return Err("must be named without a path, such as `https://api.dintero.com`".to_owned());
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
    Err(format!("is not one of Dintero's servers: `{}`", known.join("`, `")))
}

fn parse(text: &str) -> Result<Url, &'static str> {
    // Messages do not quote the text: a URL may contain a password.
    let url = Url::parse(text).map_err(|_| "is not a URL")?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        Err("must start with `https://` or `http://` and a host")
    } else if !url.username().is_empty() || url.password().is_some() {
        Err("must not contain a user name or password")
    } else if url.query().is_some() || url.fragment().is_some() {
        Err("must not have a query or fragment")
    } else {
        Ok(url)
    }
}

fn without_slash(url: &str) -> String {
    url.trim_end_matches('/').to_owned()
}

/// Returns the parts of an unchecked URL that are safe to show: scheme, host and port.
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
    fn hosts_of_the_document_are_the_default() {
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
        // No request goes to the base URL.
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
            assert_eq!(
                problems,
                [format!("the server to replace is not one of Dintero's servers: {known}")]
            );
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
        // A target cannot leave the path of a replacement URL either.
        let deep = hosts(Some("https://proxy.example/dintero"), &[]).unwrap();
        assert!(located(&deep, "/../secret").is_err());
        assert!(located(&deep, "https://proxy.example/dintero/../secret").is_err());
    }

    #[test]
    fn targets_are_sent_unchanged_or_refused() {
        let origin = "https://checkout.dintero.com";
        let bases = [None, Some("http://127.0.0.1:8080"), Some("https://proxy.example/dintero")];
        for base in bases {
            let hosts = hosts(base, &[]).unwrap();
            let before = base.unwrap_or(origin);
            let located = |target: &str| hosts.locate(origin, target).map(|url| url.to_string());
            for path in [
                "/v1/x",
                "/v1/%2E%2E%2Fx",
                "/v1/a%0Ab/%00?q=a%20b&r=a+b",
                "/v1/x/",
                "//x",
                "/v1/x?",
                "/v1/...",
                "/v1/a..b/.c",
                "/v1/%c3%b8",
                "/v1/x;y=1,2:3@4!$&*()",
            ] {
                let expected = Ok(format!("{before}{path}"));
                assert_eq!(located(path), expected);
                assert_eq!(located(&format!("{origin}{path}")), expected);
                assert_eq!(located(&format!("{before}{path}")), expected);
            }
            for path in [
                "/v1/a\nb",
                "/v1/a\tb",
                "/v1/a\rb",
                "/v1/x\0",
                "/v1/x\u{1f}",
                "/v1/\u{7f}",
                "/v1/x ",
                "/v1/a b",
                "/v1/x\n",
                "/v1/../x",
                "/v1/..",
                "/v1/./x",
                "/v1/.",
                "/v1/%2e%2e/x",
                "/v1/%2E%2e/x",
                "/v1/.%2E/x",
                "/v1/%2e./x",
                "/v1/%2e",
                "/v1\\x",
                "\\v1",
                "/v1/..\\x",
                "/v1/x#y",
                "/v1/x#",
                "/v1/x?a=1#",
                "/v1/ø",
                "/v1/\"x\"",
                "/v1/<x>",
                "/v1/{id}",
                "/v1/x?q=a b",
                "/v1/x?q=ø",
                "/v1/x?q='",
                "/v1/x?a\nb",
            ] {
                for target in
                    [path.to_owned(), format!("{origin}{path}"), format!("{before}{path}")]
                {
                    let problem = located(&target).expect_err(&target);
                    assert!(!problem.contains("v1"), "{problem}");
                }
            }
        }
        let hosts = hosts(None, &[]).unwrap();
        for target in [
            " /v1/x",
            " https://checkout.dintero.com/v1/x",
            "https:checkout.dintero.com/v1/x",
            "https:/checkout.dintero.com/v1/x",
            "https:\\\\checkout.dintero.com/v1/x",
            "https:///checkout.dintero.com/v1/x",
            "https://@checkout.dintero.com/v1/x",
            "https://checkout.dintero.com:/v1/x",
            "https://checkout.dintero.com:0443/v1/x",
            "https://checkout%2edintero.com/v1/x",
            "https://check\nout.dintero.com/v1/x",
            "ht\ntps://checkout.dintero.com/v1/x",
            "https://checkout\u{3002}dintero.com/v1/x",
            "https://checkout.dintero.com\\v1/x",
        ] {
            assert!(hosts.locate(origin, target).is_err(), "{target}");
        }
        for target in ["https://checkout.dintero.com", "https://checkout.dintero.com?a=1"] {
            let url = hosts.locate(origin, target).unwrap();
            assert_eq!(url.path(), "/");
        }
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
                "the base URL must not contain a user name or password",
                "the server to replace is not a URL",
                "the server's replacement must start with `https://` or `http://` and a host",
                "the server to replace must be named without a path, such as `https://api.dintero.com`",
            ]
        );
    }
}
