//! Prints what happens to another TLS client in the same program: `works`, or `panics` and the reason. dintero-api must
//! work in both cases, and must not change the process-wide state of rustls.

fn main() {
    #[cfg(feature = "install-ring")]
    rustls::crypto::ring::default_provider().install_default().unwrap();

    // Dintero's own hosts, which are the default, use HTTPS, so the client sets up TLS.
    dintero_api::Client::builder("T12345678", "id", "secret").build().unwrap();
    #[cfg(all(not(feature = "reqwest-bare"), not(feature = "install-ring")))]
    assert!(rustls::crypto::CryptoProvider::get_default().is_none());

    // Suppresses the default panic message, because the reason is printed below.
    std::panic::set_hook(Box::new(|_| {}));
    match std::panic::catch_unwind(other_client) {
        Ok(()) => println!("works"),
        Err(panic) => {
            let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
            let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
            println!("panics: {}", text.unwrap_or_default().trim().lines().next().unwrap_or_default());
        }
    }
}

#[cfg(feature = "reqwest-bare")]
fn other_client() {
    reqwest::Client::builder().build().unwrap();
}

#[cfg(any(feature = "rustls-defaults", feature = "rustls-on-ring"))]
fn other_client() {
    let roots = rustls::RootCertStore::empty();
    let _ = rustls::ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
}
