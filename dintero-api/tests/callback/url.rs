//! Tests `CallbackUrl` with its settings: the URL that it builds, and the problems that it reports.

use std::time::Duration;

use dintero_api::AccountId;
use dintero_api::callback::CallbackUrl;
use dintero_api::types::TransactionEventEvent::{Authorize, Capture, Refund, Void};

const SHOP: &str = "https://shop.example.com/dintero/callback";

fn built(url: CallbackUrl) -> String {
    url.build().expect("a valid URL")
}

fn problems(url: CallbackUrl) -> Vec<String> {
    let error = url.build().expect_err("it has problems");
    error.messages().map(ToOwned::to_owned).collect()
}

#[test]
fn settings_are_in_the_query_as_dintero_reads_them() {
    assert_eq!(built(CallbackUrl::new(SHOP)), SHOP);
    let all = CallbackUrl::new(SHOP)
        .post()
        .include_session()
        .report_error()
        .report_event(Capture)
        .report_event(Refund)
        .report_event("VOID")
        .report_event(Void)
        .delay(Duration::from_secs(60))
        .sid_parameter_name();
    assert_eq!(
        built(all),
        "https://shop.example.com/dintero/callback?method=POST&includes=session&report_error=true\
         &report_event=CAPTURE&report_event=REFUND&report_event=VOID&delay_callback=60&sid_parameter_name=sid"
    );
    // Dintero sends the session in the request body, and only a POST request has a body.
    assert!(built(CallbackUrl::new(SHOP).include_session()).contains("?method=POST&"));
}

#[test]
fn own_query_is_kept() {
    for (own, expected) in [
        ("?order=17", "?order=17&report_error=true"),
        ("?order=17&", "?order=17&report_error=true"),
        ("?", "?report_error=true"),
        ("", "?report_error=true"),
    ] {
        let url = CallbackUrl::new(format!("{SHOP}{own}"));
        assert_eq!(built(url.clone()), format!("{SHOP}{own}"));
        assert_eq!(built(url.report_error()), format!("{SHOP}{expected}"));
    }
}

#[test]
fn private_hosts_are_refused_except_for_a_sandbox_account() {
    let [sandbox, production] =
        ["T12345678", "P12345678"].map(|id| AccountId::try_from(id).unwrap());
    for url in [
        "http://shop.example.com/cb",
        "https://localhost/cb",
        "https://localhost./cb",
        "https://LOCALHOST:3000/cb",
        "https://shop.localhost/cb",
        "https://shop.local",
        "https://shop/cb",
        "https://127.0.0.1/cb",
        "https://127.1.2.3:8080",
        "https://10.0.0.7/cb",
        "https://192.168.1.2/cb",
        "https://172.16.0.1/cb",
        "https://169.254.1.1/cb",
        "https://0.0.0.0/cb",
        "https://[::1]/cb",
        "https://[::ffff:127.0.0.1]/cb",
        "https://[fd00::1]:8443/cb",
        "https://127.1/cb",
        "https://0x7f.0.0.1/cb",
        "https://2130706433/cb",
        "https://100.64.0.1/cb",
        "https://shop.internal/cb",
    ] {
        let given = CallbackUrl::new(url);
        assert_eq!(problems(given.clone()).len(), 1, "{url}");
        assert_eq!(problems(given.clone().for_account(&production)).len(), 1, "{url}");
        assert_eq!(built(given.for_account(&sandbox)), url);
    }
    for url in [
        "https://shop.example.com",
        "HTTPS://localhost.example.com/cb",
        "https://203.0.113.7/cb",
        "https://[2001:db8::1]:443/cb",
    ] {
        assert_eq!(built(CallbackUrl::new(url)), url);
    }
}

#[test]
fn all_problems_are_reported_at_once() {
    let url = CallbackUrl::new("http://user:hunter2@localhost/a b?method=POST&event_id=1#top")
        .report_event(Authorize)
        .delay(Duration::from_millis(60_500));
    assert_eq!(
        problems(url.clone()),
        [
            "Dintero only calls HTTPS: begin with `https://`",
            "it contains credentials, which would be stored with the session",
            "Dintero cannot reach its host: use a public host, such as that of a tunnel",
            "it has spaces or control characters: percent-encode them",
            "it has a fragment (`#`), which is never sent",
            "its query has the setting `method`: use the builder's method instead",
            "its query has the parameter `event_id`, which Dintero adds itself: rename yours",
            "Dintero only reports the events CAPTURE, REFUND and VOID",
            "the delay must be a whole number of seconds, at most 60",
        ]
    );
    let error = url.build().expect_err("it has problems");
    assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
}

#[test]
fn invalid_urls_are_refused() {
    for url in ["", "shop.example.com/cb", "//shop.example.com/cb", "ftp://shop.example.com/cb"] {
        assert_eq!(problems(CallbackUrl::new(url)), ["it does not begin with `https://`"]);
    }
    for url in ["https://", "https:///cb", "https://:443/cb"] {
        assert_eq!(problems(CallbackUrl::new(url)), ["it has no host"], "{url}");
    }
    // The same rule applies to the URLs of a session; the tests for those URLs have more cases.
    for url in ["https://blåbær.example/cb", "https://h.example:99999/cb", "https://1.2.3.4.5/cb"]
    {
        let sandbox = AccountId::try_from("T12345678").unwrap();
        assert_eq!(problems(CallbackUrl::new(url).for_account(&sandbox)).len(), 1, "{url}");
    }
    for seconds in [61, u64::MAX] {
        let url = CallbackUrl::new(SHOP).delay(Duration::from_secs(seconds));
        assert_eq!(problems(url), ["the delay must be a whole number of seconds, at most 60"]);
    }
    let typing_error = CallbackUrl::new(SHOP).report_event("CAPTURED");
    assert_eq!(
        problems(typing_error),
        ["Dintero only reports the events CAPTURE, REFUND and VOID"]
    );
}

#[test]
fn debug_shows_neither_credentials_nor_path_nor_query() {
    for url in [
        "https://hunter2:hunter2@shop.example/hunter2?hunter2#hunter2",
        "https://shop.example?hunter2",
        "https://shop.example#hunter2",
    ] {
        let shown = format!("{:?}", CallbackUrl::new(url).report_error());
        assert!(!shown.contains("hunter2") && shown.contains("shop.example"), "{shown}");
    }
    for url in ["hunter2", "/hunter2", "hunter2?x://"] {
        let shown = format!("{:?}", CallbackUrl::new(url));
        assert!(!shown.contains("hunter2"), "{shown}");
    }
}
