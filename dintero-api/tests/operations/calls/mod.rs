//! Calls every operation as a merchant does: with only the required arguments, with all optional arguments, and with a
//! body that was read from JSON.

mod account;
mod back_office;
mod sessions;
mod transactions;

use std::str::FromStr;

use dintero_api::client::{BoxFuture, Bytes};
use dintero_api::operations::TransactionChange;
use dintero_api::types::*;
use dintero_api::{Client, Error, Response};
use serde_core::Serialize;
use serde_core::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::bodies;

/// The result of a call: the response body, decoded into the operation's type and serialized again, or the bytes of the
/// body.
pub(crate) struct Outcome {
    pub(crate) status: u16,
    pub(crate) value: Value,
    pub(crate) bytes: Option<Bytes>,
    pub(crate) content_type: Option<String>,
    /// The id of an operation that Dintero accepted.
    pub(crate) event_request_id: Option<String>,
}

pub(crate) type Run = for<'c> fn(&'c Client) -> BoxFuture<'c, Result<Outcome, Error>>;
type RunWith = for<'c> fn(&'c Client, Value) -> BoxFuture<'c, Result<Outcome, Error>>;

/// An operation and its calls.
pub(crate) struct Call {
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    /// The path parameters that all calls set, except the account.
    pub(crate) in_path: Value,
    pub(crate) bare: Run,
    pub(crate) full: Run,
    /// The query parameters that `full` sets.
    pub(crate) in_query: Value,
    /// A call with the query parameters that cannot be sent together with those of `full`.
    pub(crate) apart: Option<Apart>,
    /// The values of `Dintero-Feature-Toggles` that `full` sets.
    pub(crate) toggles: &'static [&'static str],
    pub(crate) with_body: Option<RunWith>,
}

/// A second call, and the query parameters that it sets.
pub(crate) struct Apart {
    pub(crate) in_query: Value,
    pub(crate) run: Run,
}

impl Call {
    fn new(method: &'static str, path: &'static str, bare: Run) -> Self {
        let (in_path, in_query) = (json!({}), json!({}));
        Self {
            method,
            path,
            in_path,
            bare,
            full: bare,
            in_query,
            apart: None,
            toggles: &[],
            with_body: None,
        }
    }

    fn in_path(mut self, in_path: Value) -> Self {
        self.in_path = in_path;
        self
    }

    fn full(mut self, in_query: Value, full: Run) -> Self {
        (self.in_query, self.full) = (in_query, full);
        self
    }

    fn apart(mut self, in_query: Value, run: Run) -> Self {
        self.apart = Some(Apart { in_query, run });
        self
    }

    fn toggles(mut self, toggles: &'static [&'static str]) -> Self {
        self.toggles = toggles;
        self
    }

    fn with_body(mut self, with_body: RunWith) -> Self {
        self.with_body = Some(with_body);
        self
    }
}

async fn value<T: Serialize>(
    call: impl IntoFuture<Output = Result<Response<T>, Error>>,
) -> Result<Outcome, Error> {
    outcome(call.await?, |value| {
        (serde_json::to_value(value).expect("the value can be serialized"), None)
    })
}

async fn bytes(
    call: impl IntoFuture<Output = Result<Response<Bytes>, Error>>,
) -> Result<Outcome, Error> {
    outcome(call.await?, |bytes| (Value::Null, Some(bytes.clone())))
}

async fn change(
    call: impl IntoFuture<Output = Result<Response<TransactionChange>, Error>>,
) -> Result<Outcome, Error> {
    let response = call.await?;
    let (transaction, id) = match &*response {
        TransactionChange::Done(transaction) => (transaction.clone(), None),
        TransactionChange::Accepted { event_request_id, transaction, .. } => {
            (transaction.clone(), event_request_id.clone())
        }
        other => panic!("unknown change: {other:?}"),
    };
    let mut outcome = outcome(response, |_| (Value::Null, None))?;
    outcome.value = serde_json::to_value(transaction).expect("the value can be serialized");
    outcome.event_request_id = id;
    Ok(outcome)
}

fn outcome<T>(
    response: Response<T>,
    read: impl Fn(&T) -> (Value, Option<Bytes>),
) -> Result<Outcome, Error> {
    let (value, bytes) = read(&response);
    let content_type = response.headers().get("content-type");
    let content_type = content_type.and_then(|text| text.to_str().ok()).map(str::to_owned);
    Ok(Outcome {
        status: response.status().as_u16(),
        value,
        bytes,
        content_type,
        event_request_id: None,
    })
}

/// Deserializes a body from JSON.
fn body<T: DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap_or_else(|error| panic!("the body cannot be read: {error}"))
}

/// Parses a value of the type that the setter takes. If the type is a date, only the date of a timestamp is parsed, and
/// the tests then report that the request differs from the document's example.
fn of<T: FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    let date = &text[..text.find('T').unwrap_or(text.len())];
    text.parse().or_else(|_| date.parse()).unwrap_or_else(|error| panic!("{text}: {error:?}"))
}

/// An id that must be percent-encoded in a URL.
const ID: &str = "T12345678.a b/ø?#%+";
/// Text that must be percent-encoded in a query.
const TEXT: &str = "Kari & Ola, 50% =+ ø";

/// Returns the calls of all operations.
pub(crate) fn calls() -> Vec<Call> {
    let calls = [
        sessions::with_profile(),
        sessions::without_profile(),
        sessions::card_tokens(),
        transactions::transactions(),
        back_office::settlements(),
        back_office::report_configurations(),
        back_office::sellers(),
        account::settings(),
        account::tokens_and_images(),
    ];
    calls.into_iter().flatten().collect()
}

/// Returns the path `{start}{end}` of the document.
fn concat_path(start: &str, end: &str) -> &'static str {
    crate::document::operation("get", &format!("{start}{end}")).path
}
