//! A server that handles a single request, and returns the request to the test.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::thread;

use dintero_api::Client;

/// Makes a call. Returns the request as it arrived (head and body), and the result of the call.
pub(crate) fn exchange<T>(response: &str, call: impl AsyncFnOnce(&Client) -> T) -> (String, T) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let response = response.to_owned();
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let (mut received, mut buffer) = (Vec::new(), [0; 4096]);
        while !is_whole(&received) {
            let read = stream.read(&mut buffer).unwrap();
            assert!(read > 0, "the request ended too early");
            received.extend_from_slice(&buffer[..read]);
        }
        let length = response.split_once("\r\n\r\n").map_or(0, |(_, body)| body.len());
        let response = response.replacen(
            "\r\n",
            &format!("\r\ncontent-length: {length}\r\nconnection: close\r\n"),
            1,
        );
        stream.write_all(response.as_bytes()).unwrap();
        String::from_utf8(received).unwrap()
    });
    let client = Client::builder_with_api_key("T12345678", "key").base_url(base).build().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let returned = runtime.block_on(call(&client));
    (server.join().unwrap(), returned)
}

/// Returns the text of a response with the body `json`, or without a body if `json` is empty.
pub(crate) fn response(status: u16, json: &str) -> String {
    format!("HTTP/1.1 {status} X\r\ncontent-type: application/json\r\n\r\n{json}")
}

fn is_whole(received: &[u8]) -> bool {
    let text = String::from_utf8_lossy(received);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    });
    body.len() >= length.unwrap_or(0)
}
