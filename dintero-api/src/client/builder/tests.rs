//! Tests of the configuration checks and of the `Debug` output.

use super::*;
use crate::Client;

#[test]
fn all_problems_are_reported_at_once() {
    let error = Client::builder("hunter2", "", "T12345678")
        .system("x".repeat(121), "")
        .plugin("blåbær", "1")
        .timeout(Duration::ZERO)
        .base_url("127.0.0.1")
        .build()
        .unwrap_err();
    let problems: Vec<&str> = error.messages().collect();
    assert_eq!(
        problems,
        [
            "an account id is `T` (sandbox) or `P` (production) followed by eight digits",
            "the client id is empty",
            "the timeout must be greater than zero",
            "the value of `dintero-system-name` is longer than 120 characters",
            "the value of `dintero-system-version` is empty",
            "the value of `dintero-system-plugin-name` has characters other than visible ASCII",
            "the base URL is not a URL",
        ]
    );
    assert!(!format!("{error} {error:?}").contains("hunter2"));
}

#[test]
fn debug_hides_what_may_be_a_secret() {
    let builder = Client::builder("T12345678", "hunter2", "hunter2")
        .base_url("https://hunter2:hunter2@proxy.example:8443/hunter2?hunter2#hunter2")
        .base_url_for("hunter2", "ftp://hunter2@hunter2")
        .base_url_for("https://api.dintero.com", "http://127.0.0.1:1")
        .system("hunter2", "hunter2")
        .root_certificates("hunter2")
        .proxy(reqwest::Proxy::all("http://hunter2:hunter2@proxy.example").unwrap());
    let shown = format!("{builder:?} {builder:#?}");
    assert!(!shown.contains("hunter2"), "{shown}");
    for part in ["T12345678", "\"https://proxy.example:8443\"", "\"http://127.0.0.1:1\""] {
        assert!(shown.contains(part), "{part} is not in {shown}");
    }
    let swapped = Client::builder_with_api_key("hunter2", "T12345678");
    assert!(!format!("{swapped:?}").contains("hunter2"));
    let client = Client::builder("T12345678", "id", "hunter2").base_url("http://127.0.0.1:1");
    let client = client.build().unwrap();
    assert_eq!(format!("{client:?}"), "Client { account_id: T12345678, .. }");
}

#[test]
fn invalid_root_certificates_are_a_problem() {
    for pem in ["", "hunter2", "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n"] {
        let builder = Client::builder("T12345678", "id", "secret").root_certificates(pem);
        let error = builder.build().unwrap_err().to_string();
        assert!(error.contains("root certificate") && !error.contains("hunter2"), "{error}");
    }
}

#[test]
fn credentials_of_a_production_account_never_leave_this_machine_unencrypted() {
    let builder = |account, url: &str| Client::builder(account, "id", "hunter2").base_url(url);
    for url in ["http://dintero.example.com", "http://10.0.0.1:8080", "http://mock:8080"] {
        let error = builder("P12345678", url).build().unwrap_err().to_string();
        assert!(error.contains("needs `https://`") && !error.contains("hunter2"), "{error}");
        assert!(builder("T12345678", url).build().is_ok(), "{url}");
    }
    let replaced = Client::builder("P12345678", "id", "secret")
        .base_url_for("https://api.dintero.com", "http://dintero.example.com");
    assert!(replaced.build().is_err());
    for url in ["http://127.0.0.1:8080", "http://localhost:8080", "http://[::1]:8080"] {
        assert!(builder("P12345678", url).build().is_ok(), "{url}");
    }
}

#[cfg(feature = "bundled-roots")]
#[test]
fn bundled_roots_need_no_system() {
    Client::builder("P12345678", "id", "secret").trust_roots(TrustRoots::Bundled).build().unwrap();
}
