//! Tests every fault with every kind of call. The table below specifies the results.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use dintero_api::Currency;
use dintero_api::client::AuthFailure;
use dintero_api::types::{CaptureTransactionRequest, SessionOrder, SessionProfile, SessionUrls};
use tokio::task::JoinSet;

use super::*;

/// Each row has four parts, separated by semicolons:
///
/// 1. the numbers of token requests and calls that arrived
/// 2. the number of attempts of the request that encountered the fault, and the waits between the attempts (the clock
///    makes each random wait as long as possible)
/// 3. the error
/// 4. whether the call may have been sent, and whether it is retryable
///
/// For a successful call, only `ok` follows the first part.
///
/// `token` is a GET whose token request encounters the fault; `maybe sent` or `not sent` then describes the GET. Calls
/// with a slow response use an API key, so that only the fault can exceed the short timeout.
const MATRIX: &str = "
connection refused
    GET      tokens 1, calls 0; 3 tried +500ms +1s; no connection; not sent, retryable
    token    tokens 0, calls 0; 3 tried +500ms +1s; no token: no connection; not sent, retryable
    session  tokens 1, calls 0; 3 tried +500ms +1s; no connection; not sent, retryable
    capture  tokens 1, calls 0; 3 tried +500ms +1s; no connection; not sent, retryable
reset before the request is read
    GET      tokens 1, calls 0; 3 tried +500ms +1s; lost; maybe sent, retryable
    token    tokens 0, calls 0; 3 tried +500ms +1s; no token: lost; not sent, retryable
    session  tokens 1, calls 0; 1 tried; lost; maybe sent, final
    capture  tokens 1, calls 0; 1 tried; lost; maybe sent, final
reset after the request is read
    GET      tokens 1, calls 3; 3 tried +500ms +1s; lost; maybe sent, retryable
    token    tokens 3, calls 0; 3 tried +500ms +1s; no token: lost; not sent, retryable
    session  tokens 1, calls 1; 1 tried; lost; maybe sent, final
    capture  tokens 1, calls 1; 1 tried; lost; maybe sent, final
slow header
    GET      tokens 0, calls 3; 3 tried +500ms +1s; timeout; maybe sent, retryable
    token    tokens 3, calls 0; 3 tried +500ms +1s; no token: timeout; not sent, retryable
    session  tokens 0, calls 1; 1 tried; timeout; maybe sent, final
    capture  tokens 0, calls 1; 1 tried; timeout; maybe sent, final
slow body
    GET      tokens 0, calls 3; 3 tried +500ms +1s; timeout 200; maybe sent, retryable
    token    tokens 3, calls 0; 3 tried +500ms +1s; no token: timeout 200; not sent, retryable
    session  tokens 0, calls 1; 1 tried; timeout 200; maybe sent, final
    capture  tokens 0, calls 1; 1 tried; timeout 200; maybe sent, final
401 once
    GET      tokens 2, calls 2; ok
    token    tokens 1, calls 0; 1 tried; no token: refused: api 401; not sent, final
    session  tokens 2, calls 2; ok
    capture  tokens 2, calls 2; ok
401 twice
    GET      tokens 2, calls 2; 2 tried; api 401; refused, final
    token    tokens 1, calls 0; 1 tried; no token: refused: api 401; not sent, final
    session  tokens 2, calls 2; 2 tried; api 401; refused, final
    capture  tokens 2, calls 2; 2 tried; api 401; refused, final
429
    GET      tokens 1, calls 3; 3 tried +500ms +1s; api 429; maybe sent, retryable
    token    tokens 3, calls 0; 3 tried +500ms +1s; no token: api 429; not sent, retryable
    session  tokens 1, calls 1; 1 tried; api 429; maybe sent, final
    capture  tokens 1, calls 1; 1 tried; api 429; maybe sent, final
429 with Retry-After: 7
    GET      tokens 1, calls 3; 3 tried +7.5s +8s; api 429, retry after 7s; maybe sent, retryable
    token    tokens 3, calls 0; 3 tried +7.5s +8s; no token: api 429, retry after 7s; not sent, retryable
    session  tokens 1, calls 1; 1 tried; api 429, retry after 7s; maybe sent, final
    capture  tokens 1, calls 1; 1 tried; api 429, retry after 7s; maybe sent, final
429 with Retry-After: 3600
    GET      tokens 1, calls 1; 1 tried; api 429, retry after 3600s; maybe sent, retryable
    token    tokens 1, calls 0; 1 tried; no token: api 429, retry after 3600s; not sent, retryable
    session  tokens 1, calls 1; 1 tried; api 429, retry after 3600s; maybe sent, final
    capture  tokens 1, calls 1; 1 tried; api 429, retry after 3600s; maybe sent, final
500
    GET      tokens 1, calls 3; 3 tried +500ms +1s; api 500; maybe sent, retryable
    token    tokens 3, calls 0; 3 tried +500ms +1s; no token: api 500; not sent, retryable
    session  tokens 1, calls 1; 1 tried; api 500; maybe sent, final
    capture  tokens 1, calls 1; 1 tried; api 500; maybe sent, final
503
    GET      tokens 1, calls 3; 3 tried +500ms +1s; api 503; maybe sent, retryable
    token    tokens 3, calls 0; 3 tried +500ms +1s; no token: api 503; not sent, retryable
    session  tokens 1, calls 1; 1 tried; api 503; maybe sent, final
    capture  tokens 1, calls 1; 1 tried; api 503; maybe sent, final
200 with HTML
    GET      tokens 1, calls 1; 1 tried; unexpected 200; maybe sent, final
    token    tokens 1, calls 0; 1 tried; no token: unexpected 200; not sent, final
    session  tokens 1, calls 1; 1 tried; unexpected 200; maybe sent, final
    capture  tokens 1, calls 1; 1 tried; unexpected 200; maybe sent, final
200 with truncated JSON
    GET      tokens 1, calls 1; 1 tried; unexpected 200; maybe sent, final
    token    tokens 1, calls 0; 1 tried; no token: unexpected 200; not sent, final
    session  tokens 1, calls 1; 1 tried; unexpected 200; maybe sent, final
    capture  tokens 1, calls 1; 1 tried; unexpected 200; maybe sent, final
200 with a body above the limit
    GET      tokens 1, calls 1; 1 tried; too large 200; maybe sent, final
    token    tokens 1, calls 0; 1 tried; no token: too large 200; not sent, final
    session  tokens 1, calls 1; 1 tried; too large 200; maybe sent, final
    capture  tokens 1, calls 1; 1 tried; too large 200; maybe sent, final
200 with JSON labeled text/html
    GET      tokens 1, calls 1; ok
    token    tokens 1, calls 1; ok
    session  tokens 1, calls 1; ok
    capture  tokens 1, calls 1; ok
redirect to another host
    GET      tokens 1, calls 1; 1 tried; unexpected 307; maybe sent, final
    token    tokens 1, calls 0; 1 tried; no token: unexpected 307; not sent, final
    session  tokens 1, calls 1; 1 tried; unexpected 307; maybe sent, final
    capture  tokens 1, calls 1; 1 tried; unexpected 307; maybe sent, final
";

#[derive(Debug, Clone, Copy, PartialEq)]
enum Fault {
    Refused,
    ResetUnread,
    ResetRead,
    SlowHeader,
    SlowBody,
    UnauthorizedOnce,
    Unauthorized,
    TooMany,
    TooManyRetryAfter,
    TooManyRetryMuchLater,
    Internal,
    Unavailable,
    Html,
    Truncated,
    Oversized,
    ContentType,
    Redirect,
}

const FAULTS: &[(&str, Fault)] = &[
    ("connection refused", Fault::Refused),
    ("reset before the request is read", Fault::ResetUnread),
    ("reset after the request is read", Fault::ResetRead),
    ("slow header", Fault::SlowHeader),
    ("slow body", Fault::SlowBody),
    ("401 once", Fault::UnauthorizedOnce),
    ("401 twice", Fault::Unauthorized),
    ("429", Fault::TooMany),
    ("429 with Retry-After: 7", Fault::TooManyRetryAfter),
    ("429 with Retry-After: 3600", Fault::TooManyRetryMuchLater),
    ("500", Fault::Internal),
    ("503", Fault::Unavailable),
    ("200 with HTML", Fault::Html),
    ("200 with truncated JSON", Fault::Truncated),
    ("200 with a body above the limit", Fault::Oversized),
    ("200 with JSON labeled text/html", Fault::ContentType),
    ("redirect to another host", Fault::Redirect),
];

#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Get,
    Token,
    Session,
    Capture,
}

const KINDS: &[(&str, Kind)] = &[
    ("GET", Kind::Get),
    ("token", Kind::Token),
    ("session", Kind::Session),
    ("capture", Kind::Capture),
];

impl Fault {
    /// Starts a server that has this fault.
    async fn server(self, elsewhere: String) -> Server {
        match self {
            Self::Refused => Server::refusing(),
            Self::ResetUnread => Server::resetting().await,
            _ => {
                Server::start(move |request, before| self.reply(request, before, &elsewhere)).await
            }
        }
    }

    /// Returns whether the server does not respond within the timeout.
    fn is_slow(self) -> bool {
        matches!(self, Self::SlowHeader | Self::SlowBody)
    }

    fn reply(self, request: &Request, before: usize, elsewhere: &str) -> Reply {
        let error = |status| Reply::json(status, &json!({"error": {"code": "C", "message": "m"}}));
        let ok = |headers, body| Reply::Response { status: 200, headers, body };
        let late = |headers| Reply::Response { status: 429, headers, body: String::new() };
        match self {
            Self::Refused | Self::ResetUnread => unreachable!("nothing is read"),
            Self::ResetRead => Reply::Reset,
            Self::SlowHeader => Reply::Hang(String::new()),
            Self::SlowBody => {
                Reply::Hang("HTTP/1.1 200 X\r\ncontent-length: 99\r\n\r\n{".to_owned())
            }
            Self::UnauthorizedOnce if before > 0 => healthy(request, before),
            Self::UnauthorizedOnce | Self::Unauthorized => error(401),
            Self::TooMany => error(429),
            Self::TooManyRetryAfter => late("retry-after: 7\r\n"),
            Self::TooManyRetryMuchLater => late("retry-after: 3600\r\n"),
            Self::Internal => error(500),
            Self::Unavailable => error(503),
            Self::Html => ok("content-type: text/html\r\n", "<h1>Hello</h1>".to_owned()),
            Self::Truncated => ok("", r#"{"id": "#.to_owned()),
            Self::Oversized => ok("", format!("{{}}{}", " ".repeat(LIMIT))),
            Self::ContentType => {
                ok("content-type: text/html\r\n", success(request, before).to_string())
            }
            Self::Redirect => Reply::Bytes {
                status: 307,
                headers: format!("location: {elsewhere}\r\n"),
                body: Vec::new(),
            },
        }
    }
}

/// The response limit in these tests, in bytes.
const LIMIT: usize = 1000;

fn healthy(request: &Request, before: usize) -> Reply {
    Reply::json(200, &success(request, before))
}

fn success(request: &Request, before: usize) -> Value {
    if is_token(request) {
        json!({"access_token": format!("token-{before}"), "token_type": "Bearer", "expires_in": 14400})
    } else {
        json!({
            "id": "T12345678.1", "url": "https://checkout.dintero.com/s", "amount": 29990, "currency": "NOK",
            "payment_product": "payex", "payment_product_type": "payex.creditcard",
        })
    }
}

async fn call(client: &Client, kind: Kind) -> Result<(), Error> {
    match kind {
        Kind::Get | Kind::Token => client.transactions().get("T12345678.1").await.map(drop),
        Kind::Session => {
            let order = SessionOrder::new(29990, Currency::NOK, "order-1001");
            let urls = SessionUrls::new("https://fjordshop.example/thanks");
            let profile = SessionProfile::new(urls, order, "default");
            client.sessions().create_from_profile(&profile).await.map(drop)
        }
        Kind::Capture => {
            let capture = CaptureTransactionRequest::new(29990).capture_reference("shipment-1");
            client.transactions().capture("T12345678.1", &capture).await.map(drop)
        }
    }
}

/// Makes one call that encounters the given fault, and describes the result.
async fn cell(fault: Fault, kind: Kind) -> String {
    let elsewhere = Server::start(healthy).await;
    let faulty = fault.server(elsewhere.url()).await;
    let sound = Server::start(healthy).await;
    let (api, checkout) = if kind == Kind::Token { (&faulty, &sound) } else { (&sound, &faulty) };
    let clock = Arc::new(TestClock::default());
    let mut builder = match kind {
        Kind::Get | Kind::Session | Kind::Capture if fault.is_slow() => {
            Client::builder_with_api_key("T12345678", "key").base_url(api.url())
        }
        _ => builder(api),
    };
    if fault.is_slow() {
        // Long enough for the request to arrive even on a busy machine.
        builder = builder.timeout(Duration::from_secs(8));
    }
    let builder = builder
        .base_url_for("https://checkout.dintero.com", checkout.url())
        .response_limit(LIMIT)
        .clock(Arc::<TestClock>::clone(&clock));
    let client = builder.build().unwrap();
    let result = call(&client, kind).await;

    assert_eq!((elsewhere.calls().len(), elsewhere.token_calls().len()), (0, 0));
    assert_eq!((api.calls().len(), checkout.token_calls().len()), (0, 0));
    let (tokens, calls) = (api.token_calls().len(), checkout.calls().len());
    let mut text = format!("tokens {tokens}, calls {calls}; ");
    match result {
        Ok(()) => text += "ok",
        Err(error) => describe(&mut text, &error, &clock.waits()),
    }
    text
}

fn describe(text: &mut String, error: &Error, waits: &[Duration]) {
    let met = if let Error::Auth(error) = error { error.cause() } else { error };
    let waits: String = waits.iter().map(|wait| format!(" +{:?}", wait)).collect();
    write!(text, "{} tried{waits}; ", met.attempts()).unwrap();
    match error {
        Error::Auth(error) if error.reason() == AuthFailure::Refused => {
            *text += "no token: refused: "
        }
        Error::Auth(_) => *text += "no token: ",
        _ => {}
    }
    *text += match met {
        Error::Api(_) => "api",
        Error::Unexpected(_) => "unexpected",
        Error::Transport(error) if error.is_connect() => "no connection",
        Error::Transport(error) if error.is_too_large() => "too large",
        Error::Transport(error) if error.is_timeout() => "timeout",
        Error::Transport(_) => "lost",
        other => panic!("unexpected error: {other:?}"),
    };
    if let Some(status) = error.status().map(|status| status.as_u16()) {
        write!(text, " {status}").unwrap();
    }
    if let Some(after) = error.retry_after() {
        write!(text, ", retry after {after:?}").unwrap();
    }
    *text += match (error.maybe_sent(), error.is_refused()) {
        (true, true) => "; refused",
        (true, false) => "; maybe sent",
        (false, false) => "; not sent",
        (false, true) => "; refused, although it was not sent",
    };
    *text += if error.is_retryable() { ", retryable" } else { ", final" };
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_fault_with_every_call_matches_the_table() {
    let mut cells = BTreeMap::new();
    // The slow servers come last: while the other cells run, a request could take longer than the timeout to arrive.
    for are_slow in [false, true] {
        let mut running = JoinSet::new();
        for (row, (_, fault)) in FAULTS.iter().enumerate() {
            for (column, (_, kind)) in
                KINDS.iter().enumerate().filter(|_| fault.is_slow() == are_slow)
            {
                running.spawn(async move { ((row, column), cell(*fault, *kind).await) });
            }
        }
        cells.extend(running.join_all().await);
    }
    let mut table = "\n".to_owned();
    for (row, (fault, _)) in FAULTS.iter().enumerate() {
        writeln!(table, "{fault}").unwrap();
        for (column, (kind, _)) in KINDS.iter().enumerate() {
            writeln!(table, "    {kind:8} {}", cells[&(row, column)]).unwrap();
        }
    }
    assert_eq!(table, MATRIX, "\nThe table is now:\n{table}");
}
