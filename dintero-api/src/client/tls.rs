//! TLS: the library that the features select, and the root certificates that it trusts.
//!
//! Each feature has a backend below with the same two functions. If several of these features are enabled, the first of
//! `native-tls`, `rustls-ring` and `rustls` is used; `rustls` comes last because it is enabled by default. No backend
//! installs a process-wide rustls provider. Only the `rustls` backend, which uses reqwest's own setup, prefers such a
//! provider if the program has installed one.

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
    expect(dead_code, reason = "rustls-ring has its own configuration")
)]
mod reqwest_roots;

/// The root certificates that the client trusts.
///
/// # Examples
///
/// ```
/// # #[cfg(feature = "bundled-roots")] {
/// use dintero_api::Client;
/// use dintero_api::client::TrustRoots;
///
/// // For a container image that may have no root certificates.
/// let client = Client::builder("T12345678", "my-client-id", "my-client-secret")
///     .trust_roots(TrustRoots::Bundled)
///     .build()?;
/// # }
/// # Ok::<(), dintero_api::BuildError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum TrustRoots {
    /// The root certificates of the operating system.
    #[default]
    Platform,
    /// Mozilla's root certificates, which feature `bundled-roots` compiles into the program. Use them in containers
    /// without root certificates. They are only updated when the program is rebuilt with a newer version of the
    /// certificates.
    #[cfg(feature = "bundled-roots")]
    Bundled,
}

/// The settings for trusted certificates.
#[derive(Default)]
pub(super) struct Trust {
    pub(super) roots: TrustRoots,
    /// Additional root certificates; each entry is PEM with one or more certificates.
    pub(super) added: Vec<Vec<u8>>,
}

#[cfg(any(feature = "native-tls", feature = "rustls-ring", feature = "rustls"))]
const NOT_PEM: &str = "a root certificate is not in PEM format (`-----BEGIN CERTIFICATE-----`)";

/// Sets up TLS, or returns why it cannot be set up.
pub(super) fn apply(
    http: reqwest::ClientBuilder,
    trust: &Trust,
) -> Result<reqwest::ClientBuilder, String> {
    backend::apply(http, trust)
}

/// Sets up TLS for a client that never uses it.
///
/// Such a client trusts no certificate, so the system's root certificates are not loaded: a test container need not
/// have any.
pub(super) fn apply_unused(http: reqwest::ClientBuilder) -> Result<reqwest::ClientBuilder, String> {
    backend::apply_unused(http)
}
