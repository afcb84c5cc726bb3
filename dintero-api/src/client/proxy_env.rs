//! Checks the proxy variables of the environment, because reqwest ignores a variable that it cannot parse and sends
//! requests directly.

use std::ffi::OsString;

use http::Uri;
use http::uri::Scheme;

/// The variables that name a proxy. Each has a second name in lower case, which is used if the first is not set.
const PROXIES: [&str; 3] = ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"];

/// A variable that is set in CGI programs, where a request can set `HTTP_PROXY`. If this variable is set, reqwest uses
/// no proxy from the environment.
const CGI: &str = "REQUEST_METHOD";

/// Reports every variable that reqwest would ignore or misinterpret. The messages omit the values, which may contain
/// passwords. An empty variable counts as not set.
///
/// Any text is a valid list of hosts for `NO_PROXY`, so that variable is only a problem if it is not Unicode.
pub(super) fn check(read: impl Fn(&str) -> Option<OsString>) -> Vec<String> {
    let mut problems = Vec::new();
    if read(CGI).is_some() {
        return problems;
    }
    for variable in PROXIES.into_iter().chain(["NO_PROXY"]) {
        for name in [variable.to_owned(), variable.to_lowercase()] {
            let Some(value) = read(&name) else { continue };
            match value.into_string() {
                Err(_) => problems.push(format!("the variable `{name}` is not Unicode")),
                Ok(text) if variable == "NO_PROXY" || is_proxy(&text) => {}
                Ok(_) => problems.push(format!(
                    "the variable `{name}` is not the URL of a proxy, such as `http://proxy.example.com:3128` \
                     (special characters in a password must be percent-encoded); correct or unset it, or use \
                     `ClientBuilder::proxy` or `no_proxy`"
                )),
            }
            break;
        }
    }
    problems
}

/// Returns whether reqwest would use the proxy as intended, by its rules for proxies from the environment. reqwest
/// would replace a port that is not a number with the scheme's port, and cut off a password at an `@` or `/`.
fn is_proxy(text: &str) -> bool {
    if text.is_empty() {
        return true;
    }
    let Ok(uri) = text.parse::<Uri>() else { return false };
    let is_known = match uri.scheme() {
        None => true,
        Some(scheme) if *scheme == Scheme::HTTP || *scheme == Scheme::HTTPS => true,
        Some(scheme) => matches!(scheme.as_str(), "socks4" | "socks4a" | "socks5" | "socks5h"),
    };
    let Some(authority) = uri.authority() else { return false };
    let host = authority.as_str().rsplit_once('@').map_or(authority.as_str(), |(_, host)| host);
    let has_port = !host.ends_with(']') && host.contains(':');
    let is_split_right = match text.matches('@').count() {
        0 => true,
        1 => authority.as_str().contains('@'),
        _ => false,
    };
    is_known
        && is_split_right
        && !authority.host().is_empty()
        && has_port == authority.port_u16().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(variables: &[(&str, &str)]) -> Vec<String> {
        check(|name| {
            let found = variables.iter().find(|(variable, _)| *variable == name);
            found.map(|(_, value)| OsString::from(value))
        })
    }

    #[test]
    fn valid_proxies_are_accepted() {
        for value in [
            "",
            "proxy.example.com",
            "proxy.example.com:3128",
            "http://proxy.example.com:3128",
            "HTTPS://proxy.example.com/",
            "http://user:p%40ss@proxy.example.com:3128",
            "user:password@proxy.example.com:3128",
            "socks5h://127.0.0.1:1080",
            "http://[::1]:3128",
            "http://[::1]",
            "10.0.0.1:3128",
        ] {
            for name in ["HTTPS_PROXY", "http_proxy", "ALL_PROXY"] {
                assert!(problems(&[(name, value)]).is_empty(), "{name}={value}");
            }
        }
    }

    #[test]
    fn invalid_proxies_are_named_without_their_values() {
        for value in [
            "http://user:hunter2@pass@proxy.example.com:3128",
            "http://user:1/hunter2@proxy.example.com",
            "http://user:hunter2#@proxy.example.com",
            "http://user:hunter2 @proxy.example.com",
            " http://hunter2.example.com:3128",
            "http://hunter2.example.com:3128\n",
            "http://hunter2.example.com:99999",
            "http://hunter2.example.com:",
            "http://hunter2.example.com:port",
            "htp://hunter2.example.com:3128",
            "ftp://hunter2.example.com",
            "/hunter2",
            "http://",
            "http:hunter2",
            " ",
            "*",
        ] {
            for name in
                ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "https_proxy", "http_proxy", "all_proxy"]
            {
                let problems = problems(&[(name, value)]);
                assert_eq!(problems.len(), 1, "{name}={value}");
                assert!(
                    problems[0].starts_with(&format!("the variable `{name}` ")),
                    "{problems:?}"
                );
                assert!(!problems[0].contains("hunter2"), "{problems:?}");
            }
        }
    }

    #[test]
    fn only_variables_that_are_used_are_named() {
        let bad = "http://";
        let all =
            [("https_proxy", bad), ("HTTP_PROXY", bad), ("ALL_PROXY", bad), ("NO_PROXY", bad)];
        assert_eq!(problems(&all).len(), 3);
        // The name in upper case takes precedence.
        assert!(problems(&[("HTTPS_PROXY", "proxy:1"), ("https_proxy", bad)]).is_empty());
        assert_eq!(problems(&[("HTTPS_PROXY", bad), ("https_proxy", "proxy:1")]).len(), 1);
        assert!(problems(&[("HTTPS_PROXY", bad), (CGI, "GET")]).is_empty());
    }

    #[cfg(unix)]
    #[test]
    fn variables_that_are_not_unicode_are_named() {
        use std::os::unix::ffi::OsStringExt as _;

        for name in ["HTTPS_PROXY", "all_proxy", "NO_PROXY", "no_proxy"] {
            let problems = check(|asked| (asked == name).then(|| OsString::from_vec(vec![0xff])));
            assert_eq!(problems, [format!("the variable `{name}` is not Unicode")]);
        }
    }
}
