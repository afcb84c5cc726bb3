use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// A method and a path, such as `GET /v1/transactions/T12345678.t1`, with the status and the JSON body of the response.
type Known = (String, u16, String);

/// A fake Dintero on this machine, for the account `T12345678`.
pub struct FakeDintero {
    /// The URL of the server, for `ClientBuilder::base_url` or `DINTERO_BASE_URL`.
    pub url: String,
    received: Arc<Mutex<Vec<String>>>,
}

impl FakeDintero {
    /// Starts the server.
    ///
    /// Several responses for one method and path are used in the given order, and the last response is repeated.
    /// Requests that are not listed get a 404.
    pub fn start(responses: &[(&str, u16, &str)]) -> Self {
        let token = r#"{"access_token": "token", "token_type": "Bearer", "expires_in": 14400}"#;
        let token = ("POST /v1/accounts/T12345678/auth/token", 200, token);
        let known: Vec<Known> = std::iter::once(&token)
            .chain(responses)
            .map(|(request, status, body)| (request.to_string(), *status, body.to_string()))
            .collect();
        let known = Arc::new(Mutex::new(known));
        let received = Arc::new(Mutex::new(Vec::new()));

        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let log = Arc::clone(&received);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (known, log) = (Arc::clone(&known), Arc::clone(&log));
                std::thread::spawn(move || respond(stream.unwrap(), &known, &log));
            }
        });
        Self { url, received }
    }

    /// Returns a new client for the server, such as the client of a program that was restarted.
    pub fn client(&self) -> dintero_api::Client {
        dintero_api::Client::builder("T12345678", "client id", "client secret")
            .base_url(&self.url)
            .build()
            .unwrap()
    }

    /// Returns how many requests the server has received for a method and path.
    pub fn count(&self, request: &str) -> usize {
        self.received.lock().unwrap().iter().filter(|received| *received == request).count()
    }
}

/// Starts a fake Dintero and returns a client for it.
pub fn fake_dintero(responses: &[(&str, u16, &str)]) -> dintero_api::Client {
    FakeDintero::start(responses).client()
}

/// Reads one request and writes its response.
fn respond(mut stream: TcpStream, known: &Mutex<Vec<Known>>, received: &Mutex<Vec<String>>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut first_line = String::new();
    if reader.read_line(&mut first_line).unwrap_or(0) == 0 {
        return; // an unused connection
    }
    let mut length = 0;
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).unwrap();
        match header.trim_end().to_ascii_lowercase().split_once(": ") {
            None => break,
            Some(("content-length", value)) => length = value.parse().unwrap(),
            Some(_) => {}
        }
    }
    reader.read_exact(&mut vec![0; length]).unwrap();

    // The method and the path, without the query, of a request line such as `GET /v1/transactions?limit=10 HTTP/1.1`.
    let request = first_line.split(' ').take(2).collect::<Vec<_>>().join(" ");
    let request = request.split('?').next().unwrap_or_default();
    received.lock().unwrap().push(request.to_owned());
    let (status, body) = next_response(request, &mut known.lock().unwrap());
    write!(
        stream,
        "HTTP/1.1 {status} -\r\ncontent-type: application/json\r\nconnection: close\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
}

fn next_response(request: &str, known: &mut Vec<Known>) -> (u16, String) {
    let mut matching = (0..known.len()).filter(|&index| known[index].0 == request);
    match (matching.next(), matching.next()) {
        (None, _) => (404, r#"{"error": {"message": "not found"}}"#.to_owned()),
        (Some(index), None) => (known[index].1, known[index].2.clone()),
        (Some(index), Some(_)) => {
            let (_, status, body) = known.remove(index);
            (status, body)
        }
    }
}
