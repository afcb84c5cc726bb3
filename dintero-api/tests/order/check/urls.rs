//! Tests the rules for the URLs of a session: where they apply, and whether a problem is an error or a warning. The
//! rule for a single URL has unit tests.

use dintero_api::AccountId;
use dintero_api::order::{Report, Rule};
use dintero_api::types::{
    ExpressOptions, SessionExpressExpressDiscountCodes, SessionProfile, SessionUrls,
};

use super::{errors, line, order, session, warnings};

fn returning_to(url: &str) -> Report {
    let mut session = session(order(100, [line("1", 100)]));
    session.url = SessionUrls::new(url);
    session.check()
}

/// Returns a session whose three callback URLs are the same.
fn calling(url: &str) -> SessionProfile {
    let mut session = session(order(100, [line("1", 100)]));
    session.url.callback_url = Some(url.to_owned());
    let mut express = ExpressOptions::new([]);
    express.shipping_address_callback_url = Some(url.to_owned());
    express.discount_codes = Some(SessionExpressExpressDiscountCodes::new().callback_url(url));
    session.express = Some(express);
    session
}

const CALLBACKS: [(&str, Rule); 3] = [
    ("url.callback_url", Rule::Url),
    ("express.shipping_address_callback_url", Rule::Url),
    ("express.discount_codes.callback_url", Rule::Url),
];

#[test]
fn customers_return_to_pages_and_apps() {
    for url in [
        "https://example.com/thanks",
        "http://localhost:3000/thanks",
        "shop.app://thanks",
        "com.example.shop:/thanks",
    ] {
        assert_eq!(returning_to(url), Report::default(), "{url}");
    }
    for url in [
        "",
        "/thanks",
        "example.com",
        "https:",
        "https://",
        "localhost:3000/thanks",
        "example.com:8443/thanks",
        "https://exa mple.com/",
        "https://example.com/\nx",
        "https://example.com:99999/",
        "javascript:alert(1)",
    ] {
        let report = returning_to(url);
        assert!(!report.is_ok(), "{url:?}");
        assert!(errors(&report).iter().all(|found| *found == ("url.return_url", Rule::Url)));
    }
}

#[test]
fn terms_are_a_page() {
    let with = |url: &str| {
        let mut session = session(order(100, [line("1", 100)]));
        session.url.merchant_terms_url = Some(url.to_owned());
        session.check()
    };
    assert_eq!(with("http://localhost:3000/terms"), Report::default());
    for url in ["/terms", "shop.app://terms", "https:///terms"] {
        assert_eq!(errors(&with(url)), [("url.merchant_terms_url", Rule::Url)], "{url}");
    }
}

#[test]
fn callbacks_are_urls() {
    for url in ["HTTPS://h.example/cb", "https://localhost.example.com/cb", "https://8.8.8.8/?a=1"]
    {
        assert_eq!(calling(url).check(), Report::default(), "{url}");
    }
    for url in [
        "/cb",
        "cb",
        "localhost:3000/cb",
        "example.com:8443/cb",
        "ftp://example.com",
        "https://",
        "https:///x",
        "https://h.example/a b",
        "https://h.example/a\nb",
        "https://h.example:99999/cb",
        "https://blåbær.example/cb",
        "https://user:password@h.example/cb",
        "https://h.example/cb#top",
    ] {
        assert_eq!(errors(&calling(url).check()), CALLBACKS, "{url:?}");
    }
}

#[test]
fn callbacks_are_public() {
    let [sandbox, production] =
        ["T12345678", "P12345678"].map(|id| AccountId::try_from(id).unwrap());
    for url in [
        "http://h.example/cb",
        "https://LOCALHOST/cb",
        "https://shop.local/cb",
        "https://10.0.0.1/cb",
        "https://100.64.0.1/cb",
        "https://127.1/cb",
        "https://0x7f.0.0.1/cb",
        "https://2130706433/cb",
        "https://0.0.0.0/",
        "https://[::ffff:10.0.0.1]/cb",
    ] {
        let session = calling(url);
        let report = session.check();
        assert!(report.is_ok(), "the session works: {report}");
        assert_eq!(warnings(&report), CALLBACKS, "{url}");
        assert_eq!(session.check_for(&sandbox), report);
        let report = session.check_for(&production);
        assert_eq!((errors(&report), warnings(&report)), (CALLBACKS.to_vec(), vec![]), "{url}");
    }
    assert_eq!(calling("https://h.example/cb").check_for(&production), Report::default());
}
