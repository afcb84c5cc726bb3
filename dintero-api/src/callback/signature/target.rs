//! The signed parts of a URL: host, path and sorted query, in the form that Dintero signs.

use std::borrow::Cow;

use crate::callback::error::SignatureError;

/// The parts of a URL that are signed. Scheme, port, credentials and fragment are not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::callback) struct Target<'a> {
    /// As received; [`signed_host`] normalizes it.
    authority: Option<&'a str>,
    path: &'a str,
    pub(in crate::callback) query: &'a str,
}

impl<'a> Target<'a> {
    /// Splits `https://example.com/callback?a=1`, or `/callback?a=1`, which has no host.
    pub(in crate::callback) fn of_url(url: &'a str) -> Result<Self, SignatureError> {
        if url.starts_with('/') {
            return Self::of_parts(None, url);
        }
        let Some((_, rest)) = url.split_once("://") else {
            return Err(SignatureError::Url {
                reason: "pass the whole URL, or the path and query starting with `/`",
            });
        };
        let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        Self::of_parts(Some(authority), path)
    }

    /// Creates a target from the authority of a URL or a `Host` header, if there is one, and a path with its query.
    pub(in crate::callback) fn of_parts(
        authority: Option<&'a str>,
        path_and_query: &'a str,
    ) -> Result<Self, SignatureError> {
        // A line break would shift the boundary between two signed parts.
        if path_and_query.bytes().any(|byte| byte <= b' ' || byte == 0x7f) {
            return Err(SignatureError::Url {
                reason: "the URL has spaces or control characters; pass it as received, still percent-encoded",
            });
        }
        let whole = path_and_query.split('#').next().unwrap_or_default();
        let (path, query) = whole.split_once('?').unwrap_or((whole, ""));
        Ok(Self { authority, path: if path.is_empty() { "/" } else { path }, query })
    }

    /// Returns the signed parts. If `public` is set, its host replaces the target's, and its path is prepended to the
    /// target's path.
    pub(super) fn signed(&self, public: Option<&PublicUrl>) -> Result<Signed, SignatureError> {
        let (host, prefix) = match (public, self.authority) {
            (Some(public), _) => (public.host.clone(), public.prefix.as_str()),
            (None, Some(authority)) => (signed_host(authority)?, ""),
            (None, None) => {
                let reason = "there is no host: pass the whole URL, or set `public_url` once";
                return Err(SignatureError::Url { reason });
            }
        };
        Ok(Signed { host, path: format!("{prefix}{}", self.path), query: sorted(self.query) })
    }
}

/// Host, path and query in the form that is signed.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Signed {
    pub(super) host: String,
    pub(super) path: String,
    pub(super) query: String,
}

/// The public base URL of the shop: the part of `callback_url` before the path that the shop itself sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PublicUrl {
    host: String,
    /// Empty, or a path that starts with a slash and does not end with one.
    prefix: String,
}

impl PublicUrl {
    pub(super) fn parse(url: &str) -> Result<Self, &'static str> {
        let target = match Target::of_url(url) {
            Ok(target) if url.starts_with("https://") || url.starts_with("http://") => target,
            _ => return Err("the public URL is not a URL such as `https://shop.example.com`"),
        };
        if !target.query.is_empty() || url.contains(['?', '#']) {
            return Err("the public URL must not have a query or fragment");
        }
        if !target.path.is_ascii() {
            return Err(
                "the path of the public URL must be percent-encoded, as in the URLs that Dintero calls",
            );
        }
        let host = signed_host(target.authority.unwrap_or_default()).map_err(|_| {
            "the public URL has no host that can be signed (write non-ASCII letters as `xn--…`)"
        })?;
        Ok(Self { host, prefix: target.path.trim_end_matches('/').to_owned() })
    }
}

/// Returns the host as JavaScript's `URL.hostname` does: in lower case, without credentials or port.
fn signed_host(authority: &str) -> Result<String, SignatureError> {
    let host_and_port = authority.rsplit('@').next().unwrap_or_default();
    let host = match host_and_port.find(']') {
        // `[::1]:8080`
        Some(end) => &host_and_port[..=end],
        None => host_and_port.split(':').next().unwrap_or_default(),
    };
    // A slash in a `Host` header would make a signature for one path valid for another path.
    let is_host = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'/' | b'\\' | b'?' | b'#');
    if host.is_empty() || !host.bytes().all(is_host) {
        return Err(SignatureError::Url { reason: "the host is not a valid host name" });
    }
    Ok(host.to_ascii_lowercase())
}

/// Sorts a query by its keys and serializes it as form data, like JavaScript's `URLSearchParams`.
///
/// `b=2&a=x%20y&b=1` becomes `a=x+y&b=2&b=1`: equal keys keep their order.
fn sorted(query: &str) -> String {
    let mut pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
    // Compares UTF-16 code units, as JavaScript does: U+1F600 sorts before U+FF5E.
    pairs.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
    let mut sorted = form_urlencoded::Serializer::new(String::with_capacity(query.len()));
    sorted.extend_pairs::<_, Cow<'_, str>, Cow<'_, str>>(pairs);
    sorted.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signed(url: &str, public: Option<&str>) -> (String, String, String) {
        let public = public.map(|url| PublicUrl::parse(url).unwrap());
        let signed = Target::of_url(url).unwrap().signed(public.as_ref()).unwrap();
        (signed.host, signed.path, signed.query)
    }

    fn parts(host: &str, path: &str, query: &str) -> (String, String, String) {
        (host.to_owned(), path.to_owned(), query.to_owned())
    }

    #[test]
    fn url_is_split_as_in_javascript() {
        for (url, host, path, query) in [
            ("https://example.com/callback?b=1&a=2", "example.com", "/callback", "a=2&b=1"),
            ("https://Example.COM:8443/a/b/?", "example.com", "/a/b/", ""),
            ("https://example.com", "example.com", "/", ""),
            ("https://example.com?a=1#top", "example.com", "/", "a=1"),
            ("https://example.com#?a=1", "example.com", "/", ""),
            ("https://user:pass@example.com/x", "example.com", "/x", ""),
            ("https://[2001:DB8::1]:443/x", "[2001:db8::1]", "/x", ""),
            ("https://h/x?to=https://other/y", "h", "/x", "to=https%3A%2F%2Fother%2Fy"),
        ] {
            assert_eq!(signed(url, None), parts(host, path, query), "{url}");
        }
    }

    #[test]
    fn public_url_replaces_the_host_and_is_prepended_to_the_path() {
        for (public, url, host, path) in [
            ("https://shop.example.com", "/cb?a=1", "shop.example.com", "/cb"),
            ("https://shop.example.com/", "http://10.0.0.7:3000/cb?a=1", "shop.example.com", "/cb"),
            ("https://Shop.example.com:443/api/", "/cb?a=1", "shop.example.com", "/api/cb"),
            ("https://shop.example.com/api", "/?a=1", "shop.example.com", "/api/"),
            ("https://shop.example.com", "//other/cb?a=1", "shop.example.com", "//other/cb"),
        ] {
            assert_eq!(signed(url, Some(public)), parts(host, path, "a=1"), "{public} {url}");
        }
    }

    #[test]
    fn unusable_urls_are_refused() {
        for url in ["", "callback", "example.com/callback", "/a b", "/a\nb", "https://h/\u{7f}"] {
            assert!(Target::of_url(url).is_err(), "{url:?}");
        }
        for url in ["/callback", "https:///callback", "https://:80/x", "https://blåbær.no/x"] {
            assert!(Target::of_url(url).unwrap().signed(None).is_err(), "{url:?}");
        }
        for host in ["", "shop.example.com/a", "a b", "a\nb", "a\\b", "x?y"] {
            let target = Target::of_parts(Some(host), "/cb").unwrap();
            assert!(target.signed(None).is_err(), "{host:?}");
        }
        for url in [
            "shop.example.com",
            "/api",
            "ftp://shop.example.com",
            "https://",
            "https://shop.example.com/?a=1",
            "https://shop.example.com/#a",
            "https://blåbær.no",
            "https://shop.example.com/blåbær",
        ] {
            assert!(PublicUrl::parse(url).is_err(), "{url:?}");
        }
    }

    #[test]
    fn query_is_sorted_and_written_as_form_data() {
        for (query, expected) in [
            ("", ""),
            ("B=123&A=992", "A=992&B=123"),
            ("b=2&a=x%20y&b=1&a=+", "a=x+y&a=+&b=2&b=1"),
            // Upper case sorts before lower case, and a prefix before a longer key.
            ("ab=1&a=2&B=3&=4", "=4&B=3&a=2&ab=1"),
            ("a&b=&&c=%2F%2f*-._~", "a=&b=&c=%2F%2F*-._%7E"),
            ("%F0%9F%98%80=1&%EF%BD%9E=2", "%F0%9F%98%80=1&%EF%BD%9E=2"),
            ("%EF%BD%9E=2&%F0%9F%98%80=1", "%F0%9F%98%80=1&%EF%BD%9E=2"),
        ] {
            assert_eq!(sorted(query), expected, "{query}");
        }
    }
}
