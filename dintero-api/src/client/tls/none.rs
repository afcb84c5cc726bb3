//! No TLS feature: plain HTTP only, for tests.

use reqwest::ClientBuilder;

use super::Trust;

pub(super) fn apply(_: ClientBuilder, _: &Trust) -> Result<ClientBuilder, String> {
    Err("TLS is required but not compiled in: turn on feature `rustls`, `rustls-ring` or `native-tls` of dintero-api, or \
         give every host an `http://` URL"
        .to_owned())
}

pub(super) fn apply_unused(http: ClientBuilder) -> Result<ClientBuilder, String> {
    Ok(http)
}
