//! Collects the parameters of one call. Problems found along the way are kept until `send` returns them.

use std::fmt::{self, Display};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, header};
use serde_core::Serialize;

use super::condition::Condition;
use super::endpoint::Endpoint;
use super::pairs::{self, Pairs};
use super::parts::Parts;
use super::toggles::{Strictness, Toggles};
use super::{Client, encode};

/// A call to an operation, which the generated code builds.
///
/// Methods for the required parts of an operation (path, body) take `self` by value, because the generated code calls
/// them when it creates the call. Methods for optional parameters take `&mut self`.
#[doc(hidden)]
#[must_use = "nothing is sent before `send`"]
pub struct Call<'c> {
    pub(super) client: &'c Client,
    pub(super) endpoint: &'static Endpoint,
    /// Encoded segments; `None` for a value that cannot be a segment.
    pub(super) path: Vec<(&'static str, Option<String>)>,
    pub(super) query: Pairs,
    pub(super) headers: HeaderMap,
    pub(super) body: Option<Bytes>,
    /// The media type of the body, if it is not JSON.
    pub(super) media_type: Option<&'static str>,
    pub(super) form: Pairs,
    pub(super) parts: Parts,
    /// Whether the body may be sent with the strict-amounts toggle.
    pub(super) strictness: Strictness,
    /// What must hold whenever an attempt to send the call begins.
    pub(super) condition: Option<Condition>,
    pub(super) problems: Vec<String>,
}

impl<'c> Call<'c> {
    /// Creates a call without parameters and without a body.
    pub fn new(client: &'c Client, endpoint: &'static Endpoint) -> Self {
        Self {
            client,
            endpoint,
            path: Vec::new(),
            query: Pairs::default(),
            headers: HeaderMap::new(),
            body: None,
            media_type: None,
            form: Pairs::default(),
            parts: Parts::default(),
            strictness: Strictness::default(),
            condition: None,
            problems: Vec::new(),
        }
    }

    /// Sets a path parameter, which becomes one segment of the path.
    pub fn path(mut self, name: &'static str, value: impl Display) -> Self {
        self.path.push((name, encode::segment(&[value.to_string()])));
        self
    }

    /// Sets a path parameter to several values, joined with commas: `1,2`.
    pub fn path_joined<T: Display>(
        mut self,
        name: &'static str,
        values: impl IntoIterator<Item = T>,
    ) -> Self {
        let values: Vec<String> = values.into_iter().map(|value| value.to_string()).collect();
        self.path.push((name, encode::segment(&values)));
        self
    }

    /// Sets a path parameter to the names and values of an object's fields, joined with commas: `x,1,y,2`.
    pub fn path_fields<T: Serialize + ?Sized>(self, name: &'static str, object: &T) -> Self {
        let fields = pairs::fields(object).into_iter();
        self.path_joined(name, fields.flat_map(|(field, value)| [field, value]))
    }

    /// Sets a path parameter to the `name=value` pairs of an object's fields, joined with commas: `x=1,y=2`.
    pub fn path_assigned<T: Serialize + ?Sized>(mut self, name: &'static str, object: &T) -> Self {
        self.path.push((name, encode::assignments(&pairs::fields(object))));
        self
    }

    /// Sets a path parameter to the client's account id.
    pub fn account(self, name: &'static str) -> Self {
        let account = self.client.account_id();
        self.path(name, account)
    }

    /// Sets a JSON body.
    pub fn json<T: Serialize + ?Sized>(mut self, body: &T) -> Self {
        self.set_body(serde_json::to_vec(body));
        self
    }

    /// Sets a body that is sent unchanged.
    pub fn bytes(mut self, body: impl Into<Bytes>) -> Self {
        self.body = Some(body.into());
        self
    }

    /// Sets the media type of a body that is not JSON.
    pub fn media_type(mut self, media_type: &'static str) -> Self {
        self.media_type = Some(media_type);
        self
    }

    fn set_body(&mut self, body: serde_json::Result<Vec<u8>>) {
        match body {
            Ok(body) => self.body = Some(body.into()),
            Err(error) => self.problems.push(format!("the body cannot be serialized: {error}")),
        }
    }

    /// Applies the feature toggles that the body allows.
    pub fn toggles(mut self, body: &impl Toggles) -> Self {
        self.strictness = body.strictness();
        self
    }

    /// Adds a parameter to the query.
    pub fn query(&mut self, name: &str, value: impl Display) {
        self.query.one(name, value);
    }

    /// Adds a parameter to the query once for every value: `a=1&a=2`.
    pub fn query_each<T: Display>(&mut self, name: &str, values: impl IntoIterator<Item = T>) {
        self.query.each(name, values);
    }

    /// Adds a parameter to the query with all values in one pair: `a=1,2`. Adds nothing if there are no values.
    pub fn query_joined<T: Display>(&mut self, name: &str, values: impl IntoIterator<Item = T>) {
        self.query.joined(name, values);
    }

    /// Returns the query, so that the caller can add parameters in another style.
    pub fn in_query(&mut self) -> &mut Pairs {
        &mut self.query
    }

    /// Returns the fields of a form-encoded body.
    pub fn in_form(&mut self) -> &mut Pairs {
        &mut self.form
    }

    /// Returns the parts of a multipart body.
    pub fn in_parts(&mut self) -> &mut Parts {
        &mut self.parts
    }

    /// Sets a header.
    pub fn header(&mut self, name: &str, value: impl Display) {
        self.set_header(name, &value.to_string());
    }

    /// Sets a header to all values, joined with commas. Without values, the header is empty, and the client does not
    /// fill it from its configuration.
    pub fn header_joined<T: Display>(&mut self, name: &str, values: impl IntoIterator<Item = T>) {
        let values: Vec<String> = values.into_iter().map(|value| value.to_string()).collect();
        self.set_header(name, &values.join(","));
    }

    /// Sets a header to the names and values of an object's fields, joined with commas: `x,1,y,2`.
    pub fn header_fields<T: Serialize + ?Sized>(&mut self, name: &str, object: &T) {
        let fields = pairs::fields(object).into_iter();
        self.header_joined(name, fields.flat_map(|(field, value)| [field, value]));
    }

    /// Sets a header to the `name=value` pairs of an object's fields, joined with commas: `x=1,y=2`.
    pub fn header_assigned<T: Serialize + ?Sized>(&mut self, name: &str, object: &T) {
        let fields = pairs::fields(object).into_iter();
        self.header_joined(name, fields.map(|(field, value)| format!("{field}={value}")));
    }

    /// Sets a header to a value, serialized as JSON.
    pub fn header_json<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) {
        self.set_header(name, &pairs::json(value));
    }

    /// Adds a cookie.
    pub fn cookie(&mut self, name: &str, value: impl Display) {
        self.cookie_joined(name, [value]);
    }

    /// Adds a cookie with all values, joined with commas: `a=1,2`. Adds nothing if there are no values.
    pub fn cookie_joined<T: Display>(&mut self, name: &str, values: impl IntoIterator<Item = T>) {
        let values: Vec<String> = values.into_iter().map(|value| value.to_string()).collect();
        let Some(value) = encode::words(&values) else { return };
        let before = self.headers.get(header::COOKIE).and_then(|cookies| cookies.to_str().ok());
        let cookies = match before {
            Some(cookies) => format!("{cookies}; {name}={value}"),
            None => format!("{name}={value}"),
        };
        self.set_header(header::COOKIE.as_str(), &cookies);
    }

    fn set_header(&mut self, name: &str, value: &str) {
        match (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value)) {
            (Ok(name), Ok(value)) => drop(self.headers.insert(name, value)),
            // The messages omit the value, which may be personal, and an invalid name, which may be a value passed by
            // mistake.
            (Ok(name), Err(_)) => self.problems.push(format!(
                "header `{name}` has characters that are not allowed in header values"
            )),
            (Err(_), _) => self.problems.push(
                "the name of a header has characters that are not allowed in header names"
                    .to_owned(),
            ),
        }
    }
}

impl fmt::Debug for Call<'_> {
    /// Omits path, query and body, which contain ids and personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").field("operation", &self.endpoint.name).finish_non_exhaustive()
    }
}
