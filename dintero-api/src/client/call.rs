//! One call while its parameters are collected. What goes wrong meanwhile is kept and returned by `send`.

use std::fmt::{self, Display};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_core::Serialize;

use super::endpoint::Endpoint;
use super::toggles::{Strictness, Toggles};
use super::{Client, encode};

/// A call of an operation, for the generated code.
///
/// What every call of an operation has (path, body) is given by value, when it is made; what is optional is added by
/// reference later.
#[doc(hidden)]
#[must_use = "a call is only made when it is sent"]
pub struct Call<'c> {
    pub(super) client: &'c Client,
    pub(super) endpoint: &'static Endpoint,
    pub(super) path: Vec<(&'static str, String)>,
    /// Encoded, without `?`.
    pub(super) query: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Option<Bytes>,
    /// Whether the body allows what the client's toggles switch on.
    pub(super) strictness: Strictness,
    pub(super) problems: Vec<String>,
}

impl<'c> Call<'c> {
    /// Starts a call with nothing filled in.
    pub fn new(client: &'c Client, endpoint: &'static Endpoint) -> Self {
        Self {
            client,
            endpoint,
            path: Vec::new(),
            query: String::new(),
            headers: HeaderMap::new(),
            body: None,
            strictness: Strictness::default(),
            problems: Vec::new(),
        }
    }

    /// Fills a parameter of the path, as one segment.
    pub fn path(mut self, name: &'static str, value: impl Display) -> Self {
        self.path.push((name, value.to_string()));
        self
    }

    /// Fills a parameter of the path with the client's account id.
    pub fn account(self, name: &'static str) -> Self {
        let account = self.client.account_id();
        self.path(name, account)
    }

    /// Sets the body.
    pub fn json<T: Serialize + ?Sized>(mut self, body: &T) -> Self {
        self.set_body(serde_json::to_vec(body));
        self
    }

    fn set_body(&mut self, body: serde_json::Result<Vec<u8>>) {
        match body {
            Ok(body) => self.body = Some(body.into()),
            Err(error) => self.problems.push(format!("the body cannot be written: {error}")),
        }
    }

    /// Asks a body which feature toggles its operation may be sent with.
    pub fn toggles(mut self, body: &impl Toggles) -> Self {
        self.strictness = body.strictness();
        self
    }

    /// Adds a parameter to the query.
    pub fn query(&mut self, name: &str, value: impl Display) {
        self.push_query(name, &[value.to_string()]);
    }

    /// Adds a parameter to the query once for every value: `a=1&a=2`.
    pub fn query_each<T: Display>(&mut self, name: &str, values: impl IntoIterator<Item = T>) {
        for value in values {
            self.push_query(name, &[value.to_string()]);
        }
    }

    /// Adds a parameter to the query with all values in one: `a=1,2`. Nothing when there are none.
    pub fn query_joined<T: Display>(&mut self, name: &str, values: impl IntoIterator<Item = T>) {
        let values: Vec<String> = values.into_iter().map(|value| value.to_string()).collect();
        if !values.is_empty() {
            self.push_query(name, &values);
        }
    }

    fn push_query(&mut self, name: &str, values: &[String]) {
        if !self.query.is_empty() {
            self.query.push('&');
        }
        encode::push_form(&mut self.query, name);
        for (index, value) in values.iter().enumerate() {
            // The comma between values stays as it is; one inside a value is encoded.
            self.query.push(if index == 0 { '=' } else { ',' });
            encode::push_form(&mut self.query, value);
        }
    }

    /// Sets a header.
    pub fn header(&mut self, name: &str, value: impl Display) {
        self.set_header(name, &value.to_string());
    }

    /// Sets a header to all values, with commas. Set to nothing, it keeps the client from filling it.
    pub fn header_joined<T: Display>(&mut self, name: &str, values: impl IntoIterator<Item = T>) {
        let values: Vec<String> = values.into_iter().map(|value| value.to_string()).collect();
        self.set_header(name, &values.join(","));
    }

    fn set_header(&mut self, name: &str, value: &str) {
        match (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value)) {
            (Ok(name), Ok(value)) => drop(self.headers.insert(name, value)),
            // Without the value, which may be personal; name and value may have been swapped.
            (Ok(name), Err(_)) => self
                .problems
                .push(format!("header `{name}` has characters that a header cannot have")),
            (Err(_), _) => self
                .problems
                .push("the name of a header has characters that it cannot have".to_owned()),
        }
    }
}

impl fmt::Debug for Call<'_> {
    /// Without path, query and body: they hold ids and personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").field("operation", &self.endpoint.name).finish_non_exhaustive()
    }
}
