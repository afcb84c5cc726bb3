//! Turns a call into an HTTP request: the URL, the headers from the client's configuration, and the body.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use reqwest::Url;

use super::call::Call;
use super::condition::Condition;
use super::endpoint::{Operation, Scheme};
use super::parts::Joined;
use super::toggles::Strictness;
use crate::BuildError;

const FEATURE_TOGGLES: HeaderName = HeaderName::from_static("dintero-feature-toggles");
const STRICT_AMOUNTS: HeaderValue = HeaderValue::from_static("strict-session-amounts");

/// A request that is complete except for the credentials; it can be sent more than once.
pub(super) struct Request {
    pub(super) operation: Operation,
    pub(super) method: Method,
    /// The path with `{name}` placeholders for parameters.
    pub(super) template: &'static str,
    pub(super) schemes: &'static [Scheme],
    /// Whether the bodies contain a credential, or may contain one, so that an observer sees neither the response body
    /// nor the request body.
    pub(super) is_confidential: bool,
    pub(super) url: Url,
    pub(super) headers: HeaderMap,
    pub(super) body: Option<Bytes>,
    /// What must hold whenever an attempt begins.
    pub(super) condition: Option<Condition>,
}

impl Call<'_> {
    /// Builds the request, or reports every problem with it.
    pub(super) fn into_request(mut self) -> Result<Request, BuildError> {
        let url = self.url();
        self.check_query();
        self.fill_headers();
        self.fill_body();
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
                condition: self.condition,
            }),
            _ => Err(BuildError::request(self.endpoint.name, self.problems)),
        }
    }

    fn check_query(&mut self) {
        let rules = self.endpoint.query_rules.iter();
        self.problems.extend(rules.filter_map(|rule| rule.violation(&self.query)));
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
            url.push_str(self.query.as_str());
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
            let value = self.path.iter().find(|(given, _)| *given == name);
            match value.and_then(|(_, segment)| segment.as_ref()) {
                Some(segment) => url.push_str(segment),
                None => self
                    .problems
                    .push(format!("the path parameter `{name}` must not be empty, `.` or `..`")),
            }
            rest = after;
        }
        url.push_str(rest);
    }

    /// Adds the configured headers that the operation accepts, and the `Content-Type` of the body, unless the call has
    /// set them.
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
                if client.strict_amounts && self.strictness == Strictness::Strict {
                    self.headers.insert(name, STRICT_AMOUNTS);
                }
            } else if let Some(value) = client.system_headers.get(&name) {
                self.headers.insert(name, value.clone());
            }
        }
        let content_type = HeaderValue::from_static(self.media_type.unwrap_or("application/json"));
        if self.body.is_some() {
            self.headers.entry(header::CONTENT_TYPE).or_insert(content_type);
        }
    }

    /// Builds the body from the form fields or the parts, if there are any.
    fn fill_body(&mut self) {
        if !self.form.is_empty() {
            self.body = Some(Bytes::copy_from_slice(self.form.as_str().as_bytes()));
            let form = HeaderValue::from_static("application/x-www-form-urlencoded");
            self.headers.insert(header::CONTENT_TYPE, form);
        } else if !self.parts.is_empty() {
            let Joined { content_type, body } = self.parts.join();
            self.body = Some(body);
            // Always succeeds, because the boundary is ASCII.
            if let Ok(content_type) = HeaderValue::from_str(&content_type) {
                self.headers.insert(header::CONTENT_TYPE, content_type);
            }
        }
    }
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
        query_rules: &[],
    };

    fn client() -> Client {
        let builder = Client::builder("T12345678", "id", "secret").system("shop", "1");
        builder.base_url("http://127.0.0.1:1/").build().unwrap()
    }

    #[test]
    fn url_parts_are_joined_with_one_slash() {
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
    fn bodies_have_their_media_type() {
        let client = client();
        let call = || Call::new(&client, &ENDPOINT).path("id", 1).path("part_id", 2);
        let sent = |call: Call<'_>| {
            let request = call.into_request().unwrap();
            let media_type = request.headers.get("content-type");
            let media_type = media_type.map(|value| value.to_str().unwrap().to_owned());
            (media_type.unwrap_or_default(), request.body.unwrap_or_default())
        };
        assert_eq!(sent(call()), (String::new(), Bytes::new()));
        assert_eq!(sent(call().json(&1)), ("application/json".to_owned(), "1".into()));
        let patch = call().json(&[1]).media_type("application/merge-patch+json");
        assert_eq!(sent(patch), ("application/merge-patch+json".to_owned(), "[1]".into()));
        let mut own = call().json(&1);
        own.header("Content-Type", "application/vnd.api+json");
        assert_eq!(sent(own), ("application/vnd.api+json".to_owned(), "1".into()));
        let image = call().bytes("<svg/>").media_type("image/svg+xml");
        assert_eq!(sent(image), ("image/svg+xml".to_owned(), "<svg/>".into()));
        let mut form = call();
        form.in_form().one("a", "x y");
        let form_type = "application/x-www-form-urlencoded".to_owned();
        assert_eq!(sent(form), (form_type, "a=x+y".into()));
        let mut parts = call();
        parts.in_parts().one("a", 1);
        let (media_type, body) = sent(parts);
        assert!(media_type.starts_with("multipart/form-data; boundary="), "{media_type}");
        assert!(body.ends_with(b"--\r\n"), "{body:?}");
    }

    #[test]
    fn paths_cookies_and_headers_hold_several_values() {
        let client = client();
        let color = serde_json::json!({"G": "a b", "R": 1});
        let mut call = Call::new(&client, &ENDPOINT).path_joined("id", [1, 2]);
        call = call.path_fields("part_id", &color);
        call.cookie("a", "x;y");
        call.cookie_joined("b", [1, 2]);
        call.header_fields("x-fields", &color);
        call.header_assigned("x-assigned", &color);
        call.header_json("x-json", &color);
        let request = call.into_request().unwrap();
        assert_eq!(request.url.path(), "/v1/things/1,2/parts/G,a%20b,R,1");
        assert_eq!(request.headers["cookie"], "a=x%3By; b=1,2");
        assert_eq!(request.headers["x-fields"], "G,a b,R,1");
        assert_eq!(request.headers["x-assigned"], "G=a b,R=1");
        assert_eq!(request.headers["x-json"], r#"{"G":"a b","R":1}"#);
    }

    #[test]
    fn dot_segments_and_missing_parameters_are_refused() {
        let client = client();
        let error = Call::new(&client, &ENDPOINT).path("id", "..").into_request().err().unwrap();
        let problems: Vec<_> = error.messages().collect();
        assert_eq!(
            problems,
            [
                "the path parameter `id` must not be empty, `.` or `..`",
                "the path parameter `part_id` must not be empty, `.` or `..`"
            ]
        );
    }

    #[test]
    fn headers_of_the_call_take_precedence() {
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
}
