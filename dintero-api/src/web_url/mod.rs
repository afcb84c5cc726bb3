//! Checks whether URLs that a merchant passes in are valid, and whether Dintero's servers can call them.
//!
//! `SessionProfile::check` and `callback::CallbackUrl` share these rules. URLs are parsed as in browsers and Node (the
//! WHATWG URL Standard), because that is how Dintero's checkout resolves them. Mistakes that those parsers silently
//! repair (`https:/host`, line breaks, backslashes) are faults here. The `url` crate could do the parsing, but it would
//! add the Unicode tables for internationalized names to every merchant's dependencies, even for those who only need
//! the models.

mod host;

use host::{Host, HostFault};

/// A problem with a URL. A URL may have several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UrlFault {
    /// The URL of a callback or web page does not begin with `https://` or `http://`.
    NotWeb,
    /// There is no valid scheme: no colon, text before the colon that is not a scheme, or a colon between a host and a
    /// port.
    NoScheme,
    /// A scheme such as `javascript:` or `data:`, which runs or shows its own content instead of leading to a page.
    NoPlace,
    NoHost,
    Host,
    /// Non-ASCII characters in the host.
    HostNotAscii,
    Port,
    Credentials,
    Blank,
    /// A character that is not allowed in a URL, such as a backslash.
    Character,
    NotAscii,
    /// A `%` that does not begin a percent escape.
    Percent,
    Fragment,
    /// Plain HTTP: Dintero only calls HTTPS URLs.
    Insecure,
    /// A host on this machine or network.
    Unreachable,
}

impl UrlFault {
    /// Returns whether the only problem is that Dintero cannot reach the URL. Such a URL works in a test against a mock
    /// server, but not in production.
    pub(crate) fn is_only_reach(self) -> bool {
        matches!(self, Self::Insecure | Self::Unreachable)
    }

    /// Returns a message that describes the problem and how to fix it. The message omits the URL, which may contain
    /// secrets.
    pub(crate) fn message(self) -> &'static str {
        match self {
            Self::NotWeb => "it does not begin with `https://`",
            Self::NoScheme => {
                "it has no scheme: begin with `https://`, or with your app's own scheme"
            }
            Self::NoPlace => {
                "its scheme does not lead to a page: begin with `https://`, or with your app's own scheme"
            }
            Self::NoHost => "it has no host",
            Self::Host => "its host is neither a name nor an address",
            Self::HostNotAscii => "its host has non-ASCII letters: write it in punycode (`xn--…`)",
            Self::Port => "its port is not a number from 1 to 65535",
            Self::Credentials => "it contains credentials, which would be stored with the session",
            Self::Blank => "it has spaces or control characters: percent-encode them",
            Self::Character => {
                "it has a character that is not allowed in a URL (`\\`, `\"`, `<`, `>`, `^`, `{`, `|`, `}` or a backtick): percent-encode it"
            }
            Self::NotAscii => "it has non-ASCII characters: percent-encode them",
            Self::Percent => {
                "it has a `%` without two hexadecimal digits after it: write `%25` for the character itself"
            }
            Self::Fragment => "it has a fragment (`#`), which is never sent",
            Self::Insecure => "Dintero only calls HTTPS: begin with `https://`",
            Self::Unreachable => {
                "Dintero cannot reach its host: use a public host, such as that of a tunnel"
            }
        }
    }
}

/// Returns the faults of a URL that Dintero calls. Such a URL must use HTTPS, have a public host, and have no fragment.
pub(crate) fn callback_faults(url: &str) -> Vec<UrlFault> {
    let mut faults = Vec::new();
    if let Some(web) = WebUrl::split(url) {
        if !web.is_secure {
            faults.push(UrlFault::Insecure);
        }
        let host = web.check(&mut faults);
        if host.is_some_and(|host| !host.is_public()) {
            faults.push(UrlFault::Unreachable);
        }
    } else {
        faults.push(UrlFault::NotWeb);
    }
    check_characters(url, &mut faults);
    if url.contains('#') {
        faults.push(UrlFault::Fragment);
    }
    faults
}

/// Returns the faults of the URL of a page that the customer's browser opens. The page may be on this machine.
pub(crate) fn page_faults(url: &str) -> Vec<UrlFault> {
    let mut faults = Vec::new();
    match WebUrl::split(url) {
        Some(web) => {
            web.check(&mut faults);
        }
        None => faults.push(UrlFault::NotWeb),
    }
    check_characters(url, &mut faults);
    faults
}

/// Returns the faults of the URL that a customer returns to: a page, or a link into an app with its own scheme.
pub(crate) fn return_faults(url: &str) -> Vec<UrlFault> {
    if WebUrl::split(url).is_some() {
        return page_faults(url);
    }
    let mut faults = Vec::new();
    match url.split_once(':') {
        Some((scheme, rest)) if is_scheme(scheme) && !is_port(rest) => {
            let scheme = scheme.to_ascii_lowercase();
            if matches!(scheme.as_str(), "http" | "https") {
                faults.push(UrlFault::NotWeb);
            } else if rest.is_empty() {
                faults.push(UrlFault::NoHost);
            } else if NOWHERE.contains(&scheme.as_str()) {
                faults.push(UrlFault::NoPlace);
            }
        }
        _ => faults.push(UrlFault::NoScheme),
    }
    check_characters(url, &mut faults);
    faults
}

/// Schemes that browsers do not follow as links, or that contain their own content.
const NOWHERE: [&str; 6] = ["about", "blob", "data", "file", "javascript", "vbscript"];

/// Returns whether text is a scheme: a letter, then letters, digits, `+`, `-` and `.` (RFC 3986).
fn is_scheme(text: &str) -> bool {
    let is_of_scheme = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-.".contains(byte);
    text.as_bytes().first().is_some_and(u8::is_ascii_alphabetic)
        && text.as_bytes().iter().all(is_of_scheme)
}

/// Returns whether the text after a colon is a port: `localhost:3000/thanks` begins with a host, not a scheme.
fn is_port(rest: &str) -> bool {
    let digits = rest.split(['/', '?', '#']).next().unwrap_or_default();
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn check_characters(url: &str, faults: &mut Vec<UrlFault>) {
    if url.bytes().any(|byte| byte <= b' ' || byte == 0x7f) {
        faults.push(UrlFault::Blank);
    }
    if url.bytes().any(|byte| br#"\"<>^`{|}"#.contains(&byte)) {
        faults.push(UrlFault::Character);
    }
    if !url.is_ascii() && !faults.contains(&UrlFault::HostNotAscii) {
        faults.push(UrlFault::NotAscii);
    }
    let is_escape =
        |rest: &str| rest.len() >= 2 && rest.as_bytes()[..2].iter().all(u8::is_ascii_hexdigit);
    if !url.split('%').skip(1).all(is_escape) {
        faults.push(UrlFault::Percent);
    }
}

/// A URL that begins with `http://` or `https://`, in upper or lower case, reduced to its authority: the part before
/// the path.
#[derive(Clone, Copy)]
pub(crate) struct WebUrl<'u> {
    is_secure: bool,
    authority: &'u str,
}

impl<'u> WebUrl<'u> {
    pub(crate) fn split(url: &'u str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        let is_secure = scheme.eq_ignore_ascii_case("https");
        if !is_secure && !scheme.eq_ignore_ascii_case("http") {
            return None;
        }
        let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
        Some(Self { is_secure, authority })
    }

    /// Returns the host as written, without credentials or port. The host may be invalid.
    #[cfg(feature = "callback")]
    pub(crate) fn host(self) -> &'u str {
        self.places().host
    }

    fn places(self) -> Places<'u> {
        let host_and_port = self.authority.rsplit('@').next().unwrap_or_default();
        let end = if host_and_port.starts_with('[') {
            host_and_port.find(']').map_or(host_and_port.len(), |bracket| bracket + 1)
        } else {
            host_and_port.find(':').unwrap_or(host_and_port.len())
        };
        let (host, port) = host_and_port.split_at(end);
        Places { host, port, has_credentials: host_and_port.len() < self.authority.len() }
    }

    /// Checks the authority, and returns the host if the host is valid.
    fn check(self, faults: &mut Vec<UrlFault>) -> Option<Host<'u>> {
        let Places { host, port, has_credentials } = self.places();
        if has_credentials {
            faults.push(UrlFault::Credentials);
        }
        // A port may be empty: `https://example.com:/`.
        let is_port = match port.strip_prefix(':') {
            None => port.is_empty(),
            Some("") => true,
            Some(digits) => {
                digits.bytes().all(|byte| byte.is_ascii_digit())
                    && digits.parse::<u16>().is_ok_and(|port| port != 0)
            }
        };
        if !is_port {
            faults.push(UrlFault::Port);
        }
        match Host::parse(host) {
            Ok(host) => return Some(host),
            Err(HostFault::Empty) => faults.push(UrlFault::NoHost),
            Err(HostFault::NotAscii) => faults.push(UrlFault::HostNotAscii),
            Err(HostFault::Malformed) => faults.push(UrlFault::Host),
        }
        None
    }
}

/// The parts of an authority: `user:password@host:port`.
struct Places<'u> {
    host: &'u str,
    /// The port with its colon, or an empty string.
    port: &'u str,
    has_credentials: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn valid_callback_urls_have_no_faults() {
        for url in [
            "https://shop.example.com/cb",
            "HTTPS://shop.example.com/cb",
            "https://localhost.example.com/cb",
            "https://127.0.0.1.example.com/cb",
            "https://xn--blbr-roah.example/cb?a[]=1&b=%20",
            "https://shop.example.com.:443/cb",
            "https://shop.example.com:/cb",
            "https://my_shop.example.com",
            "https://8.8.8.8/cb",
            "https://172.32.0.1",
            "https://100.128.0.1",
            "https://[2001:db8::1]:8443/cb",
            "https://1password.example/",
        ] {
            assert_eq!(callback_faults(url), [], "{url}");
        }
    }

    #[test]
    fn callbacks_with_one_fault() {
        use UrlFault::*;
        for (url, fault) in [
            ("/cb", NotWeb),
            ("", NotWeb),
            ("localhost:3000/thanks", NotWeb),
            ("ftp://shop.example/cb", NotWeb),
            ("https:/shop.example/cb", NotWeb),
            ("https:shop.example/cb", NotWeb),
            ("https://", NoHost),
            ("https:///cb", NoHost),
            ("https://:443/cb", NoHost),
            ("https://user:pass@shop.example/cb", Credentials),
            ("https://@shop.example/cb", Credentials),
            ("https://shop.example:0/cb", Port),
            ("https://shop.example:99999/cb", Port),
            ("https://shop.example:+80/cb", Port),
            ("https://shop.example:8o/cb", Port),
            ("https://[2001:db8::1]443/cb", Port),
            ("https://blåbær.example/cb", HostNotAscii),
            ("https://１２７.0.0.1/cb", HostNotAscii),
            ("https://shop..example/cb", Host),
            ("https://1.2.3.4.5/cb", Host),
            ("https://256.0.0.1/cb", Host),
            ("https://[::1/cb", Host),
            ("https://[fe80::1%25eth0]/cb", Host),
            ("https://%6cocalhost.example/cb", Host),
            ("https://shop.example/a b", Blank),
            ("https://shop.example/a\nb", Blank),
            (" https://shop.example/", NotWeb),
            ("https://shop.example/\u{7f}", Blank),
            ("https://shop.example/a\\b", Character),
            ("https://shop.example/{order}", Character),
            ("https://shop.example/blåbær", NotAscii),
            ("https://shop.example/100%", Percent),
            ("https://shop.example/%zz", Percent),
            ("https://shop.example/#top", Fragment),
            ("http://shop.example/cb", Insecure),
            ("https://localhost/cb", Unreachable),
        ] {
            assert_eq!(callback_faults(url).first(), Some(&fault), "{url:?}");
        }
    }

    #[test]
    fn customers_return_to_pages_and_apps() {
        for url in [
            "https://shop.example/thanks#/order",
            "http://localhost:3000/thanks",
            "http://192.168.1.7/thanks",
            "shop.app://thanks",
            "com.example.shop:/thanks",
            "shopapp:thanks",
            "shop-app://",
        ] {
            assert_eq!(return_faults(url), [], "{url}");
        }
    }

    #[test]
    fn customers_cannot_return_to_other_urls() {
        use UrlFault::*;
        for (url, fault) in [
            ("", NoScheme),
            ("/thanks", NoScheme),
            ("thanks", NoScheme),
            ("//shop.example/thanks", NoScheme),
            ("1shop://thanks", NoScheme),
            ("localhost:3000/thanks", NoScheme),
            ("localhost:3000", NoScheme),
            ("example.com:8443/thanks", NoScheme),
            ("https:", NotWeb),
            ("https:/shop.example", NotWeb),
            ("app:", NoHost),
            ("https://", NoHost),
            ("https:///thanks", NoHost),
            ("javascript:alert(1)", NoPlace),
            ("DATA:text/html,thanks", NoPlace),
            ("https://exa mple.com/", Host),
            ("https://example.com/\nx", Blank),
            ("shop.app://a b", Blank),
            ("https://example.com:99999/", Port),
            ("https://user:password@example.com/", Credentials),
        ] {
            assert_eq!(return_faults(url).first(), Some(&fault), "{url:?}");
        }
    }
}
