//! Where requests go: the document's hosts, or what the configuration puts in their place.

use reqwest::Url;

/// The replacements of the document's hosts. Credentials go to these or to the document's hosts, and nowhere else.
#[derive(Debug, Default)]
pub(super) struct Hosts {
    /// For all hosts without a replacement of their own; without trailing slash.
    base: Option<String>,
    /// Origin of the document (`https://api.dintero.com`) and its replacement, without trailing slash.
    servers: Vec<(String, String)>,
}

impl Hosts {
    /// Checks the configured URLs and describes what is wrong with them in `problems`.
    pub(super) fn new(
        base: Option<&str>,
        servers: &[(String, String)],
        problems: &mut Vec<String>,
    ) -> Self {
        let mut hosts = Self::default();
        if let Some(text) = base {
            match parse(text) {
                Ok(url) => hosts.base = Some(without_slash(url.as_str())),
                Err(problem) => problems.push(format!("the base URL {problem}")),
            }
        }
        for (from, to) in servers {
            match (parse(from), parse(to)) {
                (Ok(from), Ok(_)) if from.path() != "/" => {
                    problems.push(format!(
                        "the server to replace is named without a path, not as `{from}`"
                    ));
                }
                (Ok(from), Ok(to)) => {
                    let replacement = (without_slash(from.as_str()), without_slash(to.as_str()));
                    hosts.servers.push(replacement);
                }
                (from, to) => {
                    problems.extend(
                        from.err().map(|problem| format!("the server to replace {problem}")),
                    );
                    problems.extend(
                        to.err().map(|problem| format!("the server's replacement {problem}")),
                    );
                }
            }
        }
        hosts
    }

    /// Whether nothing ever goes over TLS, as with a sandbox on this machine.
    pub(super) fn all_plain(&self) -> bool {
        let is_plain = |url: &String| url.starts_with("http://");
        self.base.as_ref().is_some_and(is_plain) && self.servers.iter().all(|(_, to)| is_plain(to))
    }

    /// Returns the base URL for a server of the document, which keeps its path: `https://api.dintero.com/v1` becomes
    /// `http://127.0.0.1:8080/v1`.
    pub(super) fn resolve(&self, server: &str) -> String {
        let (origin, path) = split_origin(server);
        let replacement = self.servers.iter().find(|(from, _)| from == origin).map(|(_, to)| to);
        let origin = replacement.or(self.base.as_ref()).map_or(origin, String::as_str);
        format!("{origin}{}", path.trim_end_matches('/'))
    }
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

    fn hosts(base: Option<&str>, servers: &[(&str, &str)]) -> Result<Hosts, Vec<String>> {
        let servers: Vec<_> =
            servers.iter().map(|(from, to)| ((*from).into(), (*to).into())).collect();
        let mut problems = Vec::new();
        let hosts = Hosts::new(base, &servers, &mut problems);
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
                "the server to replace is named without a path, not as `https://api.dintero.com/v1`",
            ]
        );
    }
}
