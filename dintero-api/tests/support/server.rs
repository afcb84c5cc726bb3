//! A loopback HTTP server for one test: it records requests and sends the responses that the test chooses, including
//! broken ones.

#![allow(dead_code, reason = "each test program uses only part of this module")]

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::Notify;

/// A request as received, with header names in lower case.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Vec<u8>,
}

impl Request {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }
}

/// What the server sends. The server then closes the connection, unless the variant's documentation says otherwise.
pub(crate) enum Reply {
    /// A well-formed response.
    Response { status: u16, headers: &'static str, body: String },
    /// A well-formed response whose body is not text, or whose headers the test computes.
    Bytes { status: u16, headers: String, body: Vec<u8> },
    /// A reply after a delay.
    Late(Duration, Box<Reply>),
    /// A reply that is sent when the test notifies the server.
    When(Arc<Notify>, Box<Reply>),
    /// These bytes.
    Raw(String),
    /// A well-formed JSON response, after which the connection accepts another request.
    Kept(u16, Value),
    /// These bytes, after which the connection stays open, but the server sends nothing more.
    Hang(String),
    /// A well-formed JSON response, after which the connection closes although the response has no `connection: close`.
    Dropped(u16, Value),
    /// A reset connection.
    Reset,
}

const JSON: &str = "content-type: application/json\r\n";

enum Then {
    Close,
    Read,
    Hang,
    Reset,
}

impl Reply {
    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self::Response { status, headers: JSON, body: body.to_string() }
    }

    /// Returns the bytes to send, and what to do next.
    fn bytes(self) -> (Vec<u8>, Then) {
        match self {
            Self::Response { status, headers, body } => (
                response(status, &format!("connection: close\r\n{headers}"), body.as_bytes()),
                Then::Close,
            ),
            Self::Bytes { status, headers, body } => {
                (response(status, &format!("connection: close\r\n{headers}"), &body), Then::Close)
            }
            Self::Late(_, reply) | Self::When(_, reply) => reply.bytes(),
            Self::Raw(bytes) => (bytes.into_bytes(), Then::Close),
            Self::Kept(status, body) => {
                (response(status, JSON, body.to_string().as_bytes()), Then::Read)
            }
            Self::Dropped(status, body) => {
                (response(status, JSON, body.to_string().as_bytes()), Then::Close)
            }
            Self::Hang(bytes) => (bytes.into_bytes(), Then::Hang),
            Self::Reset => (Vec::new(), Then::Reset),
        }
    }

    fn delay(&self) -> Duration {
        if let Self::Late(after, _) = self { *after } else { Duration::ZERO }
    }
}

fn response(status: u16, headers: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!("HTTP/1.1 {status} X\r\ncontent-length: {length}\r\n{headers}\r\n");
    [head.as_bytes(), body].concat()
}

type Handler = dyn Fn(&Request, usize) -> Reply + Send + Sync;

/// A running server; it stops with the test's runtime.
pub(crate) struct Server {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<Request>>>,
    /// A socket that reserves the port without listening.
    held: Option<TcpSocket>,
}

impl Server {
    /// Starts a server. The handler receives the request and the number of requests before it.
    pub(crate) async fn start(
        handler: impl Fn(&Request, usize) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server =
            Self { address: listener.local_addr().unwrap(), requests: Arc::default(), held: None };
        let requests = Arc::clone(&server.requests);
        let handler: Arc<Handler> = Arc::new(handler);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&handler), Arc::clone(&requests)));
            }
        });
        server
    }

    /// Starts a server on a separate thread, for tests with several runtimes.
    pub(crate) fn on_thread(
        handler: impl Fn(&Request, usize) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let (started, server) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async move {
                started.send(Self::start(handler).await).unwrap();
                std::future::pending::<()>().await;
            });
        });
        server.recv().unwrap()
    }

    /// Starts a server that resets each connection when a request begins to arrive, without reading the request.
    pub(crate) async fn resetting() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server =
            Self { address: listener.local_addr().unwrap(), requests: Arc::default(), held: None };
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let _ = stream.peek(&mut [0]).await;
                reset_on_close(&stream);
            }
        });
        server
    }

    /// Returns a server that refuses all connections.
    pub(crate) fn refusing() -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
        let address = socket.local_addr().unwrap();
        Self { address, requests: Arc::default(), held: Some(socket) }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns the requests so far, without token requests.
    pub(crate) fn calls(&self) -> Vec<Request> {
        self.all().into_iter().filter(|request| !is_token(request)).collect()
    }

    /// Returns the token requests so far.
    pub(crate) fn token_calls(&self) -> Vec<Request> {
        self.all().into_iter().filter(is_token).collect()
    }

    /// Clears the recorded requests.
    pub(crate) fn forget(&self) {
        self.requests.lock().unwrap().clear();
    }

    fn all(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }
}

pub(crate) fn is_token(request: &Request) -> bool {
    request.target.ends_with("/auth/token")
}

async fn serve(mut stream: TcpStream, handler: Arc<Handler>, requests: Arc<Mutex<Vec<Request>>>) {
    // If the connection closes before a complete request has arrived, no request is recorded.
    while let Some(request) = read(&mut stream).await {
        let before = {
            let mut requests = requests.lock().unwrap();
            requests.push(request.clone());
            requests.len() - 1
        };
        let reply = handler(&request, before);
        tokio::time::sleep(reply.delay()).await;
        if let Reply::When(notify, _) = &reply {
            notify.notified().await;
        }
        let (bytes, then) = reply.bytes();
        // The client may have disconnected, which some tests intend.
        let _ = stream.write_all(&bytes).await;
        match then {
            Then::Read => continue,
            Then::Close => drop(stream.shutdown().await),
            Then::Reset => reset_on_close(&stream),
            // Waits until the client disconnects.
            Then::Hang => drop(stream.read(&mut [0]).await),
        }
        return;
    }
}

async fn read(stream: &mut TcpStream) -> Option<Request> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let mut lines = head.lines();
    let mut first = lines.next().unwrap().split(' ').map(str::to_owned);
    let (method, target) = (first.next().unwrap(), first.next().unwrap());
    let headers: BTreeMap<_, _> = lines
        .map(|line| line.split_once(": ").unwrap())
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    let length = headers.get("content-length").map_or(0, |length| length.parse().unwrap());
    let mut body = bytes.split_off(end + 4);
    while body.len() < length {
        if stream.read_buf(&mut body).await.ok()? == 0 {
            return None;
        }
    }
    Some(Request { method, target, headers, body })
}

/// Makes the peer receive a reset instead of an orderly shutdown.
#[allow(deprecated)] // The oldest supported tokio does not have `set_zero_linger`; a linger of zero never blocks.
pub(crate) fn reset_on_close(stream: &TcpStream) {
    let _ = stream.set_linger(Some(Duration::ZERO));
}
