//! Reads and writes the same documents in four forms: this project's types, structs for serde's derive (plain and open;
//! see `build.rs`), and `serde_json::Value`. This project's types are read as the client reads a response: with paths
//! in errors, and with tolerance for unreadable descriptive values.
//!
//! | command | prints |
//! | --- | --- |
//! | `cargo bench -p dintero-benches` | time and allocations of each subject and form |
//! | `.ci/figures` | ratios of instructions (with valgrind), of allocations, and of the CPU time of a call over loopback |
//! | `cargo run --profile bench -p dintero-benches --bin loopback` | CPU time of a call, compared with bare reqwest and serde |
//!
//! The `bench` profile optimizes as a merchant's build does, without the fat link-time optimization of this workspace's
//! `release` profile.

use std::str::FromStr;

use dintero_api::wire::FromJson;
use dintero_api::{Decoded, types};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

mod value;

/// serde's derive, with enums as `String`.
#[allow(missing_docs, unreachable_pub)]
pub mod plain {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Serialize};
    use serde_json::Value;

    use crate::value::{CountryCode, CurrencyCode, Day, Time};

    include!(concat!(env!("OUT_DIR"), "/plain.rs"));
}

/// serde's derive, with enums that keep unknown values.
#[allow(missing_docs, unreachable_pub, clippy::large_enum_variant)]
pub mod open {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Serialize};
    use serde_json::Value;

    use crate::value::{CountryCode, CurrencyCode, Day, Time};

    include!(concat!(env!("OUT_DIR"), "/open.rs"));
}

/// A transaction with all properties.
pub const TRANSACTION: &str = include_str!("../../tests/fixtures/transaction.json");
const SESSION: &str = include_str!("../../tests/fixtures/session.json");

/// A document, and whether it is read or written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// Reads a page of 100 transactions with all properties.
    ReadTransactions,
    /// Reads a session with all properties.
    ReadSession,
    /// Writes a request for a session with 50 lines.
    WriteSession,
}

/// The types that represent the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// This project's types.
    Models,
    /// serde's derive, with enums as `String`.
    Plain,
    /// serde's derive, with enums that keep unknown values.
    Open,
    /// `serde_json::Value`.
    Value,
}

impl Subject {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::ReadTransactions, Self::ReadSession, Self::WriteSession];

    /// Prepares one repetition: the returned closure reads or writes once, and returns a number that depends on the
    /// whole document.
    #[must_use]
    pub fn prepare(self, form: Form) -> Box<dyn Fn() -> usize> {
        match (self, form) {
            (Self::ReadTransactions, Form::Models) => respond::<Vec<types::Transaction>>(page()),
            (Self::ReadTransactions, Form::Plain) => read::<Vec<plain::Transaction>>(page()),
            (Self::ReadTransactions, Form::Open) => read::<Vec<open::Transaction>>(page()),
            (Self::ReadTransactions, Form::Value) => read::<Value>(page()),
            (Self::ReadSession, Form::Models) => respond::<types::SessionDetails>(session()),
            (Self::ReadSession, Form::Plain) => read::<plain::SessionDetails>(session()),
            (Self::ReadSession, Form::Open) => read::<open::SessionDetails>(session()),
            (Self::ReadSession, Form::Value) => read::<Value>(session()),
            (Self::WriteSession, Form::Models) => write::<types::SessionProfile>(),
            (Self::WriteSession, Form::Plain) => write::<plain::SessionProfile>(),
            (Self::WriteSession, Form::Open) => write::<open::SessionProfile>(),
            (Self::WriteSession, Form::Value) => write::<Value>(),
        }
    }
}

impl FromStr for Subject {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|subject| format!("{subject:?}") == name);
        found.ok_or_else(|| format!("`{name}` is not one of {:?}", Self::ALL))
    }
}

impl FromStr for Form {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|form| format!("{form:?}") == name);
        found.ok_or_else(|| format!("`{name}` is not one of {:?}", Self::ALL))
    }
}

impl Form {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Models, Self::Plain, Self::Open, Self::Value];
}

/// Reads a model as the client reads a response, which may contain unreadable descriptive values.
fn respond<T: FromJson + 'static>(text: String) -> Box<dyn Fn() -> usize> {
    Box::new(move || {
        let decoded = Decoded::<T>::from_slice(text.as_bytes()).expect("the fixture can be read");
        size_of_val(&std::hint::black_box(decoded).value)
    })
}

fn read<T: DeserializeOwned + 'static>(text: String) -> Box<dyn Fn() -> usize> {
    Box::new(move || {
        let value: T = serde_json::from_slice(text.as_bytes()).expect("the fixture can be read");
        size_of_val(&std::hint::black_box(value))
    })
}

fn write<T: DeserializeOwned + Serialize + 'static>() -> Box<dyn Fn() -> usize> {
    let value: T = serde_json::from_str(&request()).expect("the request can be read");
    // The buffer is preallocated, so that only the model's own allocations are counted.
    let room = serde_json::to_vec(&value).expect("a request is JSON").len();
    Box::new(move || {
        let mut text = Vec::with_capacity(room);
        serde_json::to_writer(&mut text, &value).expect("a request is JSON");
        std::hint::black_box(text).len()
    })
}

/// Returns a fixture as a server writes it: without whitespace, and with whole numbers without a decimal point,
/// because serde's `i64` refuses a decimal point.
#[must_use]
pub fn compact(text: &str) -> Value {
    let mut value = serde_json::from_str(text).expect("the fixture is JSON");
    write_whole_numbers(&mut value);
    value
}

fn write_whole_numbers(value: &mut Value) {
    match value {
        Value::Number(number) => {
            if let Some(float) = number.as_f64().filter(|float| float.fract() == 0.0) {
                *value = format!("{float}").parse().expect("a whole number is JSON");
            }
        }
        Value::Array(items) => items.iter_mut().for_each(write_whole_numbers),
        Value::Object(fields) => fields.values_mut().for_each(write_whole_numbers),
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

fn page() -> String {
    Value::Array(vec![compact(TRANSACTION); 100]).to_string()
}

fn session() -> String {
    compact(SESSION).to_string()
}

fn request() -> String {
    let items: Vec<Value> = (1..=50)
        .map(|line| {
            json!({
                "id": format!("sku-{line}"),
                "line_id": line.to_string(),
                "description": "A mug of stoneware, dishwasher safe",
                "quantity": 2,
                "amount": 29990,
                "vat_amount": 5998,
                "vat": 25,
                "type": "physical",
                "discount_lines": [{"amount": 1000, "percentage": 3.25, "discount_type": "periodic", "line_id": 1}],
            })
        })
        .collect();
    json!({
        "profile_id": "default",
        "url": {"return_url": "https://shop.example.com/thanks", "callback_url": "https://shop.example.com/callback"},
        "customer": {"email": "kari@example.com", "phone_number": "+4790000000"},
        "order": {
            "amount": 1_499_500,
            "currency": "NOK",
            "merchant_reference": "order-1001",
            "vat_amount": 299_900,
            "items": items,
            "shipping_address": {"first_name": "Kari", "last_name": "Nordmann", "country": "NO"},
        },
    })
    .to_string()
}
