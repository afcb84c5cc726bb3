//! Compares dintero-api with bare reqwest and serde's derive: a call over loopback that reads a full transaction.
//!
//! `loopback` prints the CPU times of both forms and their ratio. `loopback FORM TIMES` makes only the calls of one
//! form, so that valgrind can count the instructions of that form. The server is a separate process, so only the
//! instructions of the caller are counted.

use std::error::Error;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use std::{env, fs, thread};

use dintero_api::Client;
use dintero_benches::{Form, TRANSACTION, compact, plain};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const PATH: &str = "/transactions/T12345678.abc";

/// The number of calls per measurement, and the number of measurements of each form.
const CALLS: usize = 200;
const ROUNDS: usize = 25;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => compare(&Caller::new(&Server::start()?)?).await,
        ["serve"] => serve(),
        [form, times] => {
            let server = Server::start()?;
            Caller::new(&server)?.call(form.parse()?, times.parse()?).await
        }
        _ => Err("usage: loopback [Models|Plain TIMES]".into()),
    }
}

/// Measures the two forms alternately, so that other load on the machine affects both.
async fn compare(caller: &Caller) -> Result<()> {
    let (mut models, mut plain) = (Duration::ZERO, Duration::ZERO);
    // The first calls are not measured, because they also open connections and fetch the token.
    caller.call(Form::Models, CALLS).await?;
    caller.call(Form::Plain, CALLS).await?;
    for _ in 0..ROUNDS {
        models += caller.measure(Form::Models).await?;
        plain += caller.measure(Form::Plain).await?;
    }
    let ratio = models.as_secs_f64() / plain.as_secs_f64();
    let calls = u32::try_from(ROUNDS * CALLS)?;
    let (models, plain) = (models / calls, plain / calls);
    Ok(writeln!(
        io::stdout(),
        "CPU time of a call: dintero-api {models:?}, reqwest and serde {plain:?}, ratio {ratio:.2}"
    )?)
}

/// The two ways to make the call.
struct Caller {
    client: Client,
    bare: reqwest::Client,
    url: String,
}

impl Caller {
    fn new(server: &Server) -> Result<Self> {
        let base = format!("http://127.0.0.1:{}", server.port);
        Ok(Self {
            url: format!("{base}/v1{PATH}"),
            client: Client::builder("T12345678", "client-id", "client-secret")
                .base_url(base)
                .build()?,
            bare: reqwest::Client::builder().no_proxy().build()?,
        })
    }

    async fn call(&self, form: Form, times: usize) -> Result<()> {
        for _ in 0..times {
            if form == Form::Models {
                std::hint::black_box(self.client.transactions().get("T12345678.abc").send().await?);
            } else {
                let request = self.bare.get(&self.url).bearer_auth("token");
                let body = request.send().await?.error_for_status()?.bytes().await?;
                let read: plain::Transaction = serde_json::from_slice(&body)?;
                std::hint::black_box(read);
            }
        }
        Ok(())
    }

    async fn measure(&self, form: Form) -> Result<Duration> {
        let before = cpu_time()?;
        self.call(form, CALLS).await?;
        Ok(cpu_time()? - before)
    }
}

/// Returns the CPU time of this thread, which runs the calls and their connections (Linux only).
fn cpu_time() -> Result<Duration> {
    let text = fs::read_to_string("/proc/thread-self/schedstat")?;
    let nanoseconds = text.split(' ').next().ok_or("no time in /proc/thread-self/schedstat")?;
    Ok(Duration::from_nanos(nanoseconds.parse()?))
}

/// The server's process, which is stopped when this value is dropped.
struct Server {
    process: Child,
    port: u16,
}

impl Server {
    fn start() -> Result<Self> {
        let mut command = Command::new(env::current_exe()?);
        let mut process =
            command.arg("serve").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        let stdout = process.stdout.take().ok_or("the server has no output")?;
        BufReader::new(stdout).read_line(&mut line)?;
        Ok(Self { process, port: line.trim().parse()? })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // If the process has already ended, there is nothing to do.
        drop(self.process.kill().and_then(|()| self.process.wait()));
    }
}

/// Prints the port, then responds to every GET with the transaction and to every other request with a token.
fn serve() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    writeln!(io::stdout(), "{}", listener.local_addr()?.port())?;
    let transaction = compact(TRANSACTION).to_string();
    for stream in listener.incoming() {
        let (stream, transaction) = (stream?, transaction.clone());
        thread::spawn(move || {
            // An error means that the caller has closed the connection.
            drop(answer(stream, &transaction));
        });
    }
    Ok(())
}

fn answer(mut stream: TcpStream, transaction: &str) -> Result<()> {
    let mut requests = BufReader::new(stream.try_clone()?);
    loop {
        let (mut line, mut first, mut length) = (String::new(), String::new(), 0);
        while requests.read_line(&mut line)? > 2 {
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse()?;
            }
            if first.is_empty() {
                first.clone_from(&line);
            }
            line.clear();
        }
        if first.is_empty() {
            return Ok(());
        }
        requests.by_ref().take(length).read_to_end(&mut Vec::new())?;
        let body = if first.starts_with("GET") {
            transaction
        } else {
            r#"{"access_token": "token", "token_type": "Bearer", "expires_in": 86400}"#
        };
        // The response is written in one call, because a second packet would wait for the acknowledgement of the first
        // packet.
        let response = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(response.as_bytes())?;
    }
}
