//! Tests TLS with the selected feature: which certificates are trusted, and that verification cannot be turned off.

use super::wire::{Authority, Wire, WireServer};
use super::*;

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}";

struct Case {
    authority: Authority,
    server: WireServer,
}

impl Case {
    /// Starts a server on this machine, with a certificate for `host`.
    async fn start(host: &str) -> Self {
        let authority = Authority::new();
        let server = WireServer::start(Wire::Tls(authority.acceptor(host), OK)).await;
        Self { authority, server }
    }

    fn builder(&self) -> ClientBuilder {
        Client::builder_with_api_key("T12345678", "key-hunter2")
            .base_url(format!("https://localhost:{}", self.server.address.port()))
            .clock(Arc::new(TestClock::default()))
    }

    async fn is_refused(&self, builder: ClientBuilder) {
        let error = create(&builder.build().unwrap(), &json!({})).await.unwrap_err();
        let Error::Transport(transport) = &error else { panic!("{error:?}") };
        assert!(transport.is_connect() && !error.maybe_sent(), "{error:?}");
        assert_eq!(self.server.arrived(), b"");
    }
}

#[tokio::test]
async fn added_root_certificates_are_trusted() {
    let case = Case::start("localhost").await;
    case.is_refused(case.builder()).await;
    let others = Authority::new();
    case.is_refused(case.builder().root_certificates(others.pem())).await;
    for builder in [
        case.builder().root_certificates(case.authority.pem()),
        case.builder().root_certificates(others.pem() + &case.authority.pem()),
        case.builder().root_certificates(others.pem()).root_certificates(case.authority.pem()),
    ] {
        create(&builder.build().unwrap(), &json!({})).await.unwrap();
    }
    assert!(case.server.arrived().starts_with(b"POST /v1/sessions-profile HTTP/1.1\r\n"));
}

#[tokio::test]
async fn host_name_is_verified() {
    let case = Case::start("elsewhere.example").await;
    case.is_refused(case.builder().root_certificates(case.authority.pem())).await;
}

/// Adjusting the HTTP client cannot turn verification off.
#[tokio::test]
async fn verification_stays_on() {
    let case = Case::start("elsewhere.example").await;
    let lax = |http: reqwest::ClientBuilder| {
        http.tls_danger_accept_invalid_certs(true).tls_danger_accept_invalid_hostnames(true)
    };
    case.is_refused(case.builder().configure_http(lax)).await;
    let trusting = case.builder().root_certificates(case.authority.pem());
    case.is_refused(trusting.configure_http(lax)).await;
}

#[cfg(feature = "bundled-roots")]
#[tokio::test]
async fn root_certificates_can_be_added_to_bundled_roots() {
    use dintero_api::client::TrustRoots;

    let case = Case::start("localhost").await;
    let builder = || case.builder().trust_roots(TrustRoots::Bundled);
    case.is_refused(builder()).await;
    let client = builder().root_certificates(case.authority.pem()).build().unwrap();
    create(&client, &json!({})).await.unwrap();
}
