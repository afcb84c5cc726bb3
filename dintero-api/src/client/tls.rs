//! TLS on ring, with an explicit provider: nothing depends on what else the program installs for rustls.

use std::sync::Arc;

use rustls::crypto::ring;
use rustls::{ClientConfig, ConfigBuilder, RootCertStore, WantsVerifier};
use rustls_platform_verifier::BuilderVerifierExt as _;

/// Whose certificates are trusted to be Dintero's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum TrustRoots {
    /// The root certificates of the operating system.
    #[default]
    Platform,
    /// Mozilla's root certificates, which feature `bundled-roots` puts into the program. For containers that have
    /// none; they age with the program.
    #[cfg(feature = "bundled-roots")]
    Bundled,
}

/// Makes the TLS configuration of the client, or says what is missing.
pub(super) fn config(roots: TrustRoots) -> Result<ClientConfig, String> {
    let builder = builder()?;
    match roots {
        TrustRoots::Platform => match builder.with_platform_verifier() {
            Ok(builder) => Ok(builder.with_no_client_auth()),
            Err(error) => Err(format!(
                "the system's root certificates cannot be loaded ({error}); install them (`ca-certificates` on \
                 Linux), or use `TrustRoots::Bundled` of feature `bundled-roots`"
            )),
        },
        #[cfg(feature = "bundled-roots")]
        TrustRoots::Bundled => {
            let store = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
            Ok(builder.with_root_certificates(store).with_no_client_auth())
        }
    }
}

/// Makes a configuration that trusts nobody, for a client whose hosts are all plain HTTP.
///
/// It spares such a client the system's root certificates, which a test container need not have.
pub(super) fn config_without_roots() -> Result<ClientConfig, String> {
    Ok(builder()?.with_root_certificates(RootCertStore::empty()).with_no_client_auth())
}

fn builder() -> Result<ConfigBuilder<ClientConfig, WantsVerifier>, String> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider);
    builder
        .with_safe_default_protocol_versions()
        .map_err(|error| format!("TLS cannot be set up: {error}"))
}
