//! From a call to an HTTP request: URL, headers of the client's configuration, body.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use reqwest::Url;
use serde_json::Value;

use super::call::Call;
use super::encode;
use super::endpoint::{Operation, Scheme};
use super::error::BuildError;

const FEATURE_TOGGLES: HeaderName = HeaderName::from_static("dintero-feature-toggles");
const STRICT_AMOUNTS: HeaderValue = HeaderValue::from_static("strict-session-amounts");

/// A call with everything but the credentials; it can be sent more than once.
pub(super) struct Request {
    pub(super) operation: Operation,
    pub(super) method: Method,
    /// The path with `{name}` for parameters.
    pub(super) template: &'static str,
    pub(super) schemes: &'static [Scheme],
    /// The answer is a credential, so nobody is shown its body, nor that of the request.
    pub(super) is_confidential: bool,
    pub(super) url: Url,
    pub(super) headers: HeaderMap,
    pub(super) body: Option<Bytes>,
}

impl Call<'_> {
    /// Puts the parts together, or reports all that is wrong with them.
    pub(super) fn into_request(mut self) -> Result<Request, BuildError> {
        let url = self.url();
        self.fill_headers();
        match url {
            Some(url) if self.problems.is_empty() => Ok(Request {
                operation: self.endpoint.operation(),
                method: self.endpoint.method.clone(),
                template: self.endpoint.path,
                schemes: self.endpoint.schemes,
                is_confidential: self.endpoint.confidential,
                url,
                headers: self.headers,
                body: self.body,
            }),
            _ => Err(BuildError::call(self.endpoint.name, self.problems)),
        }
    }

    fn url(&mut self) -> Option<Url> {
        let client = &self.client.inner;
        let server = client.payments_api.server(self.endpoint, &client.account);
        let server = server.map_err(|problem| self.problems.push(problem.to_owned())).ok()?;
        let mut url = client.hosts.resolve(&server);
        url.push('/');
        self.push_path(&mut url);
        if !self.query.is_empty() {
            url.push('?');
            url.push_str(&self.query);
        }
        let parsed = Url::parse(&url).ok();
        if parsed.is_none() {
            self.problems.push("its URL is not valid".to_owned());
        }
        parsed
    }

    /// Appends the endpoint's path with its parameters filled in.
    fn push_path(&mut self, url: &mut String) {
        let mut rest = self.endpoint.path.trim_start_matches('/');
        while let Some((before, after)) = rest.split_once('{') {
            url.push_str(before);
            let (name, after) = after.split_once('}').unwrap_or((after, ""));
            let value =
                self.path.iter().find(|(given, _)| *given == name).map(|(_, value)| value.as_str());
            if !encode::push_segment(url, value.unwrap_or_default()) {
                self.problems
                    .push(format!("the path parameter `{name}` must not be empty, `.` or `..`"));
            }
            rest = after;
        }
        url.push_str(rest);
    }

    /// Adds what the client's configuration says, where the document knows the header and the call did not set it.
    fn fill_headers(&mut self) {
        let client = &self.client.inner;
        for name in self.endpoint.client_headers {
            let Ok(name) = HeaderName::from_bytes(name.as_bytes()) else {
                continue;
            };
            if self.headers.contains_key(&name) {
                continue;
            }
            if name == FEATURE_TOGGLES {
                if client.strict_amounts && !is_partial_payment(self.body.as_deref()) {
                    self.headers.insert(name, STRICT_AMOUNTS);
                }
            } else if let Some(value) = client.system_headers.get(&name) {
                self.headers.insert(name, value.clone());
            }
        }
        if self.body.is_some() {
            self.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
    }
}

/// Whether `order.partial_payment` is true, so that the order's amount may be smaller than its items.
fn is_partial_payment(body: Option<&[u8]>) -> bool {
    let body: Option<Value> = body.and_then(|body| serde_json::from_slice(body).ok());
    body.is_some_and(|body| body["order"]["partial_payment"] == Value::Bool(true))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Client;
    use crate::client::Endpoint;

    static ENDPOINT: Endpoint = Endpoint {
        name: "things.get",
        method: Method::GET,
        server: "https://checkout.dintero.com/v1/",
        path: "/things/{id}/parts/{part_id}",
        schemes: &[Scheme::ApiKey],
        client_headers: &[
            "Dintero-System-Name",
            "Dintero-System-Version",
            "Dintero-Feature-Toggles",
        ],
        repeatable: true,
        confidential: false,
        v1_only: false,
    };

    fn client() -> Client {
        let builder = Client::builder("T12345678", "id", "secret").system("shop", "1");
        builder.base_url("http://127.0.0.1:1/").build().unwrap()
    }

    #[test]
    fn url_is_put_together_with_one_slash() {
        let client = client();
        let mut call = Call::new(&client, &ENDPOINT).path("id", "a b/c").account("part_id");
        call.query("q", "x y");
        call.query_each("each", ["1", "2"]);
        call.query_joined("joined", ["a,b", "c"]);
        call.query_joined("none", [""; 0]);
        let request = call.into_request().unwrap();
        assert_eq!(
            request.url.as_str(),
            "http://127.0.0.1:1/v1/things/a%20b%2Fc/parts/T12345678?q=x+y&each=1&each=2&joined=a%2Cb,c"
        );
    }

    #[test]
    fn climbing_and_missing_parameters_are_refused() {
        let client = client();
        let error = Call::new(&client, &ENDPOINT).path("id", "..").into_request().err().unwrap();
        let problems: Vec<_> = error.problems().collect();
        assert_eq!(
            problems,
            [
                "the path parameter `id` must not be empty, `.` or `..`",
                "the path parameter `part_id` must not be empty, `.` or `..`"
            ]
        );
    }

    #[test]
    fn headers_of_the_call_go_first() {
        let client = client();
        let mut call = Call::new(&client, &ENDPOINT).path("id", 1).path("part_id", 2);
        call.header("dintero-system-version", "2");
        call.header_joined("Dintero-Feature-Toggles", ["a", "b"]);
        let headers = call.into_request().unwrap().headers;
        assert_eq!(headers["dintero-system-name"], "shop");
        assert_eq!(headers["dintero-system-version"], "2");
        assert_eq!(headers["dintero-feature-toggles"], "a,b");

        let mut call = Call::new(&client, &ENDPOINT).path("id", 1).path("part_id", 2);
        call.header("x-secret", "hunter2\n");
        let error = call.into_request().err().unwrap().to_string();
        assert!(error.contains("x-secret") && !error.contains("hunter2"), "{error}");
    }

    #[test]
    fn partial_payment_is_found_in_the_body() {
        assert!(is_partial_payment(Some(br#"{"order":{"partial_payment":true}}"#)));
        for body in [r#"{"order":{"partial_payment":false}}"#, r#"{"order":{}}"#, "[]", "x"] {
            assert!(!is_partial_payment(Some(body.as_bytes())), "{body}");
        }
    }
}
