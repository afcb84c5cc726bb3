//! Configures root certificates through reqwest, for both rustls and the system's TLS library.

use reqwest::{Certificate, ClientBuilder};

use super::{NOT_PEM, Trust, TrustRoots};

/// Sets the roots, and turns certificate and hostname verification back on in case it was turned off.
pub(super) fn apply(http: ClientBuilder, trust: &Trust) -> Result<ClientBuilder, String> {
    let mut http =
        http.tls_danger_accept_invalid_certs(false).tls_danger_accept_invalid_hostnames(false);
    for pem in &trust.added {
        let certificates = Certificate::from_pem_bundle(pem).unwrap_or_default();
        if certificates.is_empty() {
            return Err(NOT_PEM.to_owned());
        }
        http = http.tls_certs_merge(certificates);
    }
    match trust.roots {
        TrustRoots::Platform => Ok(http),
        #[cfg(feature = "bundled-roots")]
        TrustRoots::Bundled => {
            let bundled = webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter();
            let certificates: Result<Vec<_>, _> =
                bundled.map(|der| Certificate::from_der(der)).collect();
            let certificates = certificates.map_err(|error| {
                format!("the bundled root certificates cannot be read: {error}")
            })?;
            Ok(http.tls_certs_only(certificates))
        }
    }
}
