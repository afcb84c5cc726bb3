//! Feature `rustls`: TLS with reqwest's own setup.

use reqwest::ClientBuilder;

use super::{Trust, reqwest_roots};

pub(super) fn apply(http: ClientBuilder, trust: &Trust) -> Result<ClientBuilder, String> {
    // rustls is selected explicitly, because another crate may turn on reqwest's `native-tls`, which would take
    // precedence.
    reqwest_roots::apply(http.tls_backend_rustls(), trust)
}

pub(super) fn apply_unused(http: ClientBuilder) -> Result<ClientBuilder, String> {
    Ok(http.tls_backend_rustls().tls_certs_only([]))
}
