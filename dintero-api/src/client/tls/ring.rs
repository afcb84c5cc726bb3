//! Feature `rustls-ring`: TLS on ring. The provider is passed explicitly, so that nothing depends on the process-wide
//! provider.

use std::sync::Arc;

use reqwest::ClientBuilder;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, ConfigBuilder, RootCertStore, WantsVerifier};

use super::{NOT_PEM, Trust, TrustRoots};

pub(super) fn apply(http: ClientBuilder, trust: &Trust) -> Result<ClientBuilder, String> {
    let provider = Arc::new(ring::default_provider());
    let added = added(trust)?;
    let config = match trust.roots {
        TrustRoots::Platform => {
            let verifier = platform_verifier(added, Arc::clone(&provider))?;
            let builder = builder(provider)?.dangerous();
            builder.with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth()
        }
        #[cfg(feature = "bundled-roots")]
        TrustRoots::Bundled => {
            let bundled = webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().cloned();
            let mut roots = RootCertStore::empty();
            for certificate in bundled.chain(added) {
                roots
                    .add(certificate)
                    .map_err(|error| format!("a root certificate cannot be used: {error}"))?;
            }
            builder(provider)?.with_root_certificates(roots).with_no_client_auth()
        }
    };
    Ok(http.tls_backend_preconfigured(config))
}

pub(super) fn apply_unused(http: ClientBuilder) -> Result<ClientBuilder, String> {
    let builder = builder(Arc::new(ring::default_provider()))?;
    let config = builder.with_root_certificates(RootCertStore::empty()).with_no_client_auth();
    Ok(http.tls_backend_preconfigured(config))
}

fn builder(
    provider: Arc<CryptoProvider>,
) -> Result<ConfigBuilder<ClientConfig, WantsVerifier>, String> {
    ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| format!("TLS cannot be set up: {error}"))
}

fn added(trust: &Trust) -> Result<Vec<CertificateDer<'static>>, String> {
    let mut certificates = Vec::new();
    for pem in &trust.added {
        let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
        match read {
            Ok(read) if !read.is_empty() => certificates.extend(read),
            _ => return Err(NOT_PEM.to_owned()),
        }
    }
    Ok(certificates)
}

/// For systems on which rustls-platform-verifier accepts additional roots.
#[cfg(any(all(unix, not(target_os = "android")), windows))]
fn platform_verifier(
    added: Vec<CertificateDer<'static>>,
    provider: Arc<CryptoProvider>,
) -> Result<rustls_platform_verifier::Verifier, String> {
    rustls_platform_verifier::Verifier::new_with_extra_roots(added, provider).map_err(no_roots)
}

#[cfg(not(any(all(unix, not(target_os = "android")), windows)))]
fn platform_verifier(
    added: Vec<CertificateDer<'static>>,
    provider: Arc<CryptoProvider>,
) -> Result<rustls_platform_verifier::Verifier, String> {
    if !added.is_empty() {
        return Err("root certificates cannot be added on this operating system".to_owned());
    }
    rustls_platform_verifier::Verifier::new(provider).map_err(no_roots)
}

fn no_roots(error: rustls::Error) -> String {
    format!(
        "the system's root certificates cannot be loaded ({error}); install them (`ca-certificates` on Linux), or use \
         `TrustRoots::Bundled` of feature `bundled-roots`"
    )
}
