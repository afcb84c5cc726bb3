//! A fake Dintero with one transaction. The test sets whether captures, refunds and voids succeed or fail.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use dintero_api::types::Transaction;
use dintero_api::{Client, ClientBuilder};
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::clock::TestClock;
use crate::server::{Reply, Request, Server, is_token};

pub(crate) const ID: &str = "T12345678.t1";
pub(crate) const AMOUNT: i64 = 30000;

/// What the fake does with a request to capture, refund or void.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Does {
    /// Carries out the request and returns 200.
    Acts,
    /// Carries out the request, and closes the connection without a response.
    ActsAndIsLost,
    /// Closes the connection without carrying out the request.
    IsLost,
    /// Accepts the request with 202 and this id.
    Accepts(&'static str),
    /// Accepts the request with 202; only the event, not the header, has this id.
    AcceptsWithoutId(&'static str),
    /// Accepts the request with 202; neither the header nor the event has an id.
    AcceptsNamelessly,
    /// Carries out the request, and closes the connection; the event appears after this many reads.
    ActsLate(usize),
    /// Returns 200 with an event that failed.
    Fails,
    /// Returns 200 and records nothing.
    Forgets,
    /// Carries out the same operation for a faster process, and refuses the request.
    IsRaced,
    /// Carries out an operation of this amount with the same reference for a faster process, and refuses the request.
    IsRacedBy(i64),
    /// Returns this status with an error body.
    Refuses(u16),
    /// Carries out the request, and returns this status with an error body.
    ActsAndReturns(u16),
    /// Carries out the request, and returns this status with an error body; the event appears after this many reads.
    ActsLateAndReturns(u16, usize),
    /// Receives the request and never responds; the event appears after this many reads.
    HangsAndActsLate(usize),
    /// Moves only this amount, and returns 200 with an event whose correction says so.
    ActsInPart(i64),
}

/// A read to which the fake does not respond yet.
#[derive(Clone, Default)]
pub(crate) struct HeldRead {
    arrived: Arc<Notify>,
    go_on: Arc<Notify>,
}

impl HeldRead {
    /// Waits until the read has arrived. The response shows the transaction as it was then.
    pub(crate) async fn arrived(&self) {
        self.arrived.notified().await;
    }

    /// Sends the response.
    pub(crate) fn go_on(&self) {
        self.go_on.notify_one();
    }
}

/// The state of the fake.
struct Books {
    events: Vec<Value>,
    status: &'static str,
    /// Transaction fields that extend or override the status and events in the response to a read.
    fields: Value,
    todo: VecDeque<Does>,
    /// Events that appear later, each with the number of reads before it appears.
    later: VecDeque<(usize, Value)>,
    /// Statuses with which the next reads fail.
    broken_reads: VecDeque<u16>,
    held_reads: VecDeque<HeldRead>,
    /// The kind and the moved amount of each operation that was carried out in part.
    moved_in_part: Vec<(&'static str, i64)>,
    /// The status with which requests for an access token fail.
    broken_tokens: Option<u16>,
}

impl Books {
    /// Creates an authorized transaction. Each operation takes the next entry of `todo`; when `todo` is empty,
    /// operations are carried out.
    fn new(todo: impl IntoIterator<Item = Does>) -> Self {
        Self {
            events: vec![
                json!({"event": "INITIALIZE", "success": true, "transaction_status": "INITIATED"}),
                json!({"event": "AUTHORIZE", "success": true, "transaction_status": "AUTHORIZED"}),
            ],
            status: "AUTHORIZED",
            fields: json!({}),
            todo: todo.into_iter().collect(),
            later: VecDeque::new(),
            broken_reads: VecDeque::new(),
            held_reads: VecDeque::new(),
            moved_in_part: Vec::new(),
            broken_tokens: None,
        }
    }
}

impl Books {
    fn transaction(&self) -> Value {
        let mut transaction = transaction_json(self.status, &self.events.clone().into());
        for (name, value) in self.fields.as_object().unwrap() {
            transaction[name] = value.clone();
        }
        transaction
    }

    /// Returns the amount that the operations of a kind moved, in whole or in part.
    fn moved(&self, kind: &str) -> i64 {
        let done = |event: &&Value| event["event"] == kind && event["success"] == true;
        let whole = self.events.iter().filter(done).filter_map(|event| event["amount"].as_i64());
        let in_part = self.moved_in_part.iter().filter(|(of_kind, _)| *of_kind == kind);
        whole.sum::<i64>() + in_part.map(|(_, moved)| moved).sum::<i64>()
    }

    /// Returns the correction after an operation that moved only this amount.
    fn correct(&mut self, kind: &'static str, moved: i64) -> Value {
        self.moved_in_part.push((kind, moved));
        let (captured, refunded) = (self.moved("CAPTURE"), self.moved("REFUND"));
        json!({
            "status": self.status, "remaining_capture_amount": AMOUNT - captured,
            "remaining_refund_amount": captured - refunded, "remaining_void_amount": AMOUNT - captured,
        })
    }
}

/// The fake's server and state, and a client that calls the server.
pub(crate) struct Dintero {
    pub(crate) client: Client,
    /// The clock of the client, unless the client waits in real time.
    pub(crate) clock: Arc<TestClock>,
    server: Server,
    books: Arc<Mutex<Books>>,
}

impl Dintero {
    /// Starts the fake, with a client whose clock jumps instead of waiting.
    pub(crate) async fn start(todo: impl IntoIterator<Item = Does>) -> Self {
        let dintero = Self::in_real_time(todo).await;
        let client = dintero.builder().build().unwrap();
        Self { client, ..dintero }
    }

    /// Returns a builder for a client with the fake's clock.
    pub(crate) fn builder(&self) -> ClientBuilder {
        builder(&self.server).clock(self.clock.clone())
    }

    /// Returns the client of another process.
    pub(crate) fn other_process(&self) -> Client {
        client(&self.server)
    }

    /// Starts the fake, with a client that waits in real time.
    pub(crate) async fn in_real_time(todo: impl IntoIterator<Item = Does>) -> Self {
        let books = Arc::new(Mutex::new(Books::new(todo)));
        let server = {
            let books = Arc::clone(&books);
            Server::start(move |request, _| reply(&mut books.lock().unwrap(), request)).await
        };
        let client = builder(&server).build().unwrap();
        Self { client, clock: Arc::default(), server, books }
    }

    /// Replaces the transaction with a new one.
    pub(crate) fn start_over(&self, todo: impl IntoIterator<Item = Does>) {
        *self.books.lock().unwrap() = Books::new(todo);
    }

    /// Adds an event that appears after this number of further reads.
    pub(crate) fn add_later(&self, reads: usize, event: Value) {
        self.books.lock().unwrap().later.push_back((reads, event));
    }

    pub(crate) fn add(&self, event: Value) {
        self.books.lock().unwrap().events.push(event);
    }

    /// Changes the status and other fields of the transaction.
    pub(crate) fn set(&self, status: &'static str, fields: Value) {
        let mut books = self.books.lock().unwrap();
        (books.status, books.fields) = (status, fields);
    }

    /// Holds the response to the next read.
    pub(crate) fn hold_read(&self) -> HeldRead {
        let held = HeldRead::default();
        self.books.lock().unwrap().held_reads.push_back(held.clone());
        held
    }

    /// Makes the next reads fail with these statuses.
    pub(crate) fn break_reads(&self, statuses: impl IntoIterator<Item = u16>) {
        self.books.lock().unwrap().broken_reads.extend(statuses);
    }

    /// Makes requests for an access token fail with this status, or succeed again.
    pub(crate) fn break_tokens(&self, status: Option<u16>) {
        self.books.lock().unwrap().broken_tokens = status;
    }

    /// Returns the successful events of a kind.
    pub(crate) fn events(&self, kind: &str) -> Vec<Value> {
        let books = self.books.lock().unwrap();
        let of_kind = |event: &&Value| event["event"] == kind && event["success"] == true;
        books.events.iter().filter(of_kind).cloned().collect()
    }

    /// Returns the bodies of the captures, refunds and voids that arrived.
    pub(crate) fn sent(&self) -> Vec<Value> {
        let calls = self.server.calls();
        let sent = calls.iter().filter(|call| call.method == "POST");
        sent.map(|call| serde_json::from_slice(&call.body).unwrap_or_default()).collect()
    }

    /// Returns the requests that arrived, abbreviated: `GET`, `POST capture`.
    pub(crate) fn arrived(&self) -> Vec<String> {
        let calls = self.server.calls();
        calls
            .iter()
            .map(|call| match call.method.as_str() {
                "GET" => "GET".to_owned(),
                method => format!("{method} {}", call.target.rsplit('/').next().unwrap()),
            })
            .collect()
    }
}

/// Returns a client whose clock jumps instead of waiting.
pub(crate) fn client(server: &Server) -> Client {
    builder(server).clock(Arc::new(TestClock::default())).build().unwrap()
}

pub(crate) fn builder(server: &Server) -> ClientBuilder {
    Client::builder("T12345678", "id", "secret-hunter2").base_url(server.url())
}

pub(crate) fn token_reply() -> Reply {
    Reply::json(200, &json!({"access_token": "t", "token_type": "Bearer", "expires_in": 14400}))
}

/// Returns a transaction with a status, events, and the other required fields.
pub(crate) fn transaction(status: &str, events: &Value) -> Transaction {
    serde_json::from_value(transaction_json(status, events)).unwrap()
}

pub(crate) fn transaction_json(status: &str, events: &Value) -> Value {
    json!({
        "id": ID, "status": status, "amount": AMOUNT, "currency": "NOK",
        "payment_product": "vipps", "payment_product_type": "vipps", "events": events,
    })
}

fn reply(books: &mut Books, request: &Request) -> Reply {
    if is_token(request) {
        return books.broken_tokens.map_or_else(token_reply, error);
    }
    let path = format!("/v1/transactions/{ID}");
    let Some(operation) = request.target.strip_prefix(&path) else { return error(404) };
    match (request.method.as_str(), operation) {
        ("GET", "") => read(books),
        ("POST", "/capture") => change(books, "CAPTURE", "capture_reference", request),
        ("POST", "/refund") => change(books, "REFUND", "refund_reference", request),
        ("POST", "/void") => change(books, "VOID", "", request),
        _ => error(404),
    }
}

fn error(status: u16) -> Reply {
    Reply::json(status, &json!({"error": {"code": "X", "message": "as the test says"}}))
}

fn read(books: &mut Books) -> Reply {
    if let Some(status) = books.broken_reads.pop_front() {
        return error(status);
    }
    if let Some((reads, _)) = books.later.front_mut() {
        if *reads == 0 {
            let (_, event) = books.later.pop_front().unwrap();
            books.events.push(event);
        } else {
            *reads -= 1;
        }
    }
    let reply = whole(books);
    match books.held_reads.pop_front() {
        None => reply,
        Some(HeldRead { arrived, go_on }) => {
            arrived.notify_one();
            Reply::When(go_on, Box::new(reply))
        }
    }
}

fn whole(books: &Books) -> Reply {
    Reply::json(200, &books.transaction())
}

fn change(books: &mut Books, kind: &'static str, reference: &str, request: &Request) -> Reply {
    let body = if request.body.is_empty() { json!({}) } else { request.json() };
    let mut event =
        json!({"event": kind, "success": true, "id": format!("e{}", books.events.len())});
    let named = [("amount", "amount"), ("event_reference", reference), ("items", "items")];
    for (name, value) in named.map(|(name, field)| (name, &body[field])) {
        if !value.is_null() {
            event[name] = value.clone();
        }
    }
    match books.todo.pop_front().unwrap_or(Does::Acts) {
        Does::Acts => act(books, event),
        Does::ActsAndIsLost => {
            act(books, event);
            Reply::Raw(String::new())
        }
        Does::IsLost => Reply::Raw(String::new()),
        Does::Accepts(id) => accept(books, event, id, &format!("event-request-id: {id}\r\n")),
        Does::AcceptsWithoutId(id) => accept(books, event, id, ""),
        Does::AcceptsNamelessly => accept(books, event, "", ""),
        Does::ActsLate(reads) => {
            books.later.push_back((reads, event));
            Reply::Raw(String::new())
        }
        Does::Fails => {
            event["success"] = false.into();
            event["error"] = json!({"message": "no"});
            books.events.push(event);
            whole(books)
        }
        Does::Forgets => whole(books),
        Does::IsRaced => {
            act(books, event);
            error(400)
        }
        Does::IsRacedBy(amount) => {
            event["amount"] = amount.into();
            act(books, event);
            error(400)
        }
        Does::Refuses(status) => error(status),
        Does::ActsAndReturns(status) => {
            act(books, event);
            error(status)
        }
        Does::ActsLateAndReturns(status, reads) => {
            books.later.push_back((reads, event));
            error(status)
        }
        Does::HangsAndActsLate(reads) => {
            books.later.push_back((reads, event));
            Reply::Hang(String::new())
        }
        Does::ActsInPart(moved) => {
            event["success"] = false.into();
            event["correction"] = books.correct(kind, moved);
            act(books, event)
        }
    }
}

fn act(books: &mut Books, event: Value) -> Reply {
    let takes_all = event["amount"] == AMOUNT;
    books.status = match event["event"].as_str().unwrap() {
        "CAPTURE" if takes_all => "CAPTURED",
        "CAPTURE" => "PARTIALLY_CAPTURED",
        "REFUND" if takes_all => "REFUNDED",
        "REFUND" => "PARTIALLY_REFUNDED",
        _ => "AUTHORIZATION_VOIDED",
    };
    books.events.push(event);
    whole(books)
}

fn accept(books: &mut Books, mut event: Value, id: &str, header: &str) -> Reply {
    event["event"] = format!("INITIATE_{}", event["event"].as_str().unwrap()).into();
    if !id.is_empty() {
        event["request_id"] = id.into();
    }
    books.events.push(event);
    let body = books.transaction().to_string();
    let headers = format!("content-type: application/json\r\n{header}");
    Reply::Bytes { status: 202, headers, body: body.into_bytes() }
}
