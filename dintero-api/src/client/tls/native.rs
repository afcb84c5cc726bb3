//! Feature `native-tls`: TLS of the operating system.

use reqwest::ClientBuilder;

use super::{Trust, reqwest_roots};

pub(super) fn apply(http: ClientBuilder, trust: &Trust) -> Result<ClientBuilder, String> {
    reqwest_roots::apply(http.tls_backend_native(), trust)
}

pub(super) fn apply_unused(http: ClientBuilder) -> Result<ClientBuilder, String> {
    Ok(http.tls_backend_native().tls_certs_only([]))
}
