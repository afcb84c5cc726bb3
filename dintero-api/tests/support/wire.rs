//! A loopback server that works below the HTTP level. The server records every byte that arrives, and can speak TLS,
//! send a fixed string, or send nothing.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

#[cfg(any(feature = "rustls", feature = "rustls-ring", feature = "native-tls"))]
pub(crate) use tls::Authority;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::server::reset_on_close;

/// What a connection does.
#[derive(Clone)]
pub(crate) enum Wire {
    /// Keeps reading, but sends nothing.
    Mute,
    /// Closes without reading.
    Closes,
    /// Closes its sending side, but keeps reading.
    Ends,
    /// Sends this text in response to the first bytes that arrive.
    Says(&'static str),
    /// Speaks TLS, and sends this text in response to the first decrypted bytes.
    #[cfg(any(feature = "rustls", feature = "rustls-ring", feature = "native-tls"))]
    Tls(tokio_rustls::TlsAcceptor, &'static str),
}

/// A running server, which stops with the test's runtime.
pub(crate) struct WireServer {
    pub(crate) address: SocketAddr,
    /// The bytes that arrived on all connections, decrypted if the server speaks TLS.
    arrived: Arc<Mutex<Vec<u8>>>,
}

impl WireServer {
    pub(crate) async fn start(wire: Wire) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let arrived: Arc<Mutex<Vec<u8>>> = Arc::default();
        let server = Self { address, arrived: Arc::clone(&arrived) };
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, wire.clone(), Arc::clone(&arrived)));
            }
        });
        server
    }

    pub(crate) fn arrived(&self) -> Vec<u8> {
        self.arrived.lock().unwrap().clone()
    }
}

async fn serve(mut stream: TcpStream, wire: Wire, arrived: Arc<Mutex<Vec<u8>>>) {
    match wire {
        Wire::Closes => reset_on_close(&stream),
        Wire::Ends => {
            let _ = stream.shutdown().await;
            talk(stream, None, &arrived).await;
        }
        Wire::Mute => talk(stream, None, &arrived).await,
        Wire::Says(text) => talk(stream, Some(text), &arrived).await,
        #[cfg(any(feature = "rustls", feature = "rustls-ring", feature = "native-tls"))]
        Wire::Tls(acceptor, text) => {
            if let Ok(stream) = acceptor.accept(stream).await {
                talk(stream, Some(text), &arrived).await;
            }
        }
    }
}

async fn talk(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    mut reply: Option<&str>,
    arrived: &Mutex<Vec<u8>>,
) {
    let mut bytes = [0; 4096];
    while let Ok(read @ 1..) = stream.read(&mut bytes).await {
        arrived.lock().unwrap().extend_from_slice(&bytes[..read]);
        if let Some(text) = reply.take() {
            let _ = stream.write_all(text.as_bytes()).await;
            let _ = stream.shutdown().await;
        }
    }
}

#[cfg(any(feature = "rustls", feature = "rustls-ring", feature = "native-tls"))]
mod tls {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
    use tokio_rustls::TlsAcceptor;
    use tokio_rustls::rustls::ServerConfig;
    use tokio_rustls::rustls::crypto::ring;
    use tokio_rustls::rustls::pki_types::PrivateKeyDer;

    static AUTHORITIES: AtomicUsize = AtomicUsize::new(0);

    /// A private certificate authority that no system trusts by default.
    pub(crate) struct Authority {
        issuer: CertifiedIssuer<'static, KeyPair>,
    }

    impl Authority {
        pub(crate) fn new() -> Self {
            let mut parameters = CertificateParams::new([]).unwrap();
            parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
            // OpenSSL treats a certificate as self-signed if its issuer has the same name, so the name of each
            // authority is unique.
            let number = AUTHORITIES.fetch_add(1, Ordering::SeqCst);
            parameters.distinguished_name.push(DnType::CommonName, format!("Authority {number}"));
            let issuer = CertifiedIssuer::self_signed(parameters, KeyPair::generate().unwrap());
            Self { issuer: issuer.unwrap() }
        }

        /// Returns the authority's certificate, for clients that should trust it.
        pub(crate) fn pem(&self) -> String {
            self.issuer.pem()
        }

        /// Returns the TLS acceptor of a server at `host`.
        pub(crate) fn acceptor(&self, host: &str) -> TlsAcceptor {
            let key = KeyPair::generate().unwrap();
            let parameters = CertificateParams::new([host.to_owned()]).unwrap();
            let certificate = parameters.signed_by(&key, &self.issuer).unwrap();
            let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
            let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
                .with_safe_default_protocol_versions()
                .unwrap()
                .with_no_client_auth()
                .with_single_cert(vec![certificate.der().clone()], key)
                .unwrap();
            TlsAcceptor::from(Arc::new(config))
        }
    }
}
