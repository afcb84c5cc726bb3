//! Feature `rustls`: TLS as reqwest sets it up by itself.

use reqwest::ClientBuilder;

use super::{Trust, reqwest_roots};

pub(super) fn apply(http: ClientBuilder, trust: &Trust) -> Result<ClientBuilder, String> {
    // Named, because another crate may turn on reqwest's `native-tls`, which would go first.
    reqwest_roots::apply(http.tls_backend_rustls(), trust)
}

pub(super) fn apply_unused(http: ClientBuilder) -> Result<ClientBuilder, String> {
    Ok(http.tls_backend_rustls().tls_certs_only([]))
}
