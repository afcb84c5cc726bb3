//! TLS: the library that a feature chose, and whose certificates it trusts.
//!
//! Each feature has a backend below with the same two functions. Of several features the most deliberate one counts:
//! `native-tls`, then `rustls-ring`, and then `rustls`, which is on by default. No backend looks at, or installs, what
//! rustls keeps for the whole process, except that reqwest's own prefers a provider that the program has installed.

#[cfg(feature = "native-tls")]
#[path = "tls/native.rs"]
mod backend;
#[cfg(not(any(feature = "native-tls", feature = "rustls-ring", feature = "rustls")))]
#[path = "tls/none.rs"]
mod backend;
#[cfg(all(feature = "rustls", not(any(feature = "native-tls", feature = "rustls-ring"))))]
#[path = "tls/rustls.rs"]
mod backend;
#[cfg(all(feature = "rustls-ring", not(feature = "native-tls")))]
#[path = "tls/ring.rs"]
mod backend;
#[cfg(any(feature = "native-tls", feature = "rustls"))]
#[cfg_attr(
    all(feature = "rustls-ring", not(feature = "native-tls")),
    expect(dead_code, reason = "rustls-ring has a configuration of its own")
)]
mod reqwest_roots;

/// Whose certificates are trusted to be Dintero's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
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

/// What the configuration says about trust.
#[derive(Default)]
pub(super) struct Trust {
    pub(super) roots: TrustRoots,
    /// More root certificates, each text PEM with one or several.
    pub(super) added: Vec<Vec<u8>>,
}

#[cfg(any(feature = "native-tls", feature = "rustls-ring", feature = "rustls"))]
const NOT_PEM: &str =
    "a root certificate is not a certificate in PEM (`-----BEGIN CERTIFICATE-----`)";

/// Sets TLS up, or says what is missing.
pub(super) fn apply(
    http: reqwest::ClientBuilder,
    trust: &Trust,
) -> Result<reqwest::ClientBuilder, String> {
    backend::apply(http, trust)
}

/// Sets TLS up for a client that never uses it.
///
/// It trusts nobody, which spares such a client the system's root certificates: a test container need not have any.
pub(super) fn apply_unused(http: reqwest::ClientBuilder) -> Result<reqwest::ClientBuilder, String> {
    backend::apply_unused(http)
}
