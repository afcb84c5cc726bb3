//! No feature for TLS: plain HTTP alone, for tests.

use reqwest::ClientBuilder;

use super::Trust;

pub(super) fn apply(_: ClientBuilder, _: &Trust) -> Result<ClientBuilder, String> {
    Err("TLS is needed and not compiled: turn on feature `rustls`, `rustls-ring` or `native-tls` of dintero-api, or \
         give every host an `http://` URL"
        .to_owned())
}

pub(super) fn apply_unused(http: ClientBuilder) -> Result<ClientBuilder, String> {
    Ok(http)
}
