//! Tests that the requests of every operation (method, host, path, query, headers and body) match the document.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::calls::{Call, Run, calls};
use crate::document::{self, Documented};
use crate::exchange::{ACCOUNT, Exchange, SYSTEM_HEADERS};
use crate::expect_none;
use crate::schema::{self, Find, is_same_text};
use crate::server::{Reply, Request, is_token};

/// A call that was made, and its operation in the document.
struct Sent {
    call: Call,
    documented: Documented,
    host: &'static str,
    request: Request,
    /// How many token requests the client made for the call.
    tokens: usize,
}

/// Makes one call of every operation.
async fn send_all(which: fn(&Call) -> Run) -> Vec<Sent> {
    let mut all = Vec::new();
    for call in calls() {
        let run = which(&call);
        let response = response_of(&call);
        let exchange = Exchange::start(move |_| Reply::json(200, &response)).await;
        let outcome = run(&exchange.client).await;
        assert!(outcome.is_ok(), "{} {}: {:?}", call.method, call.path, outcome.err());
        all.push(sent(call, &exchange));
    }
    all
}

/// Returns a sample body of the operation's first success response, or `null` if the response is not JSON.
pub(crate) fn response_of(call: &Call) -> Value {
    let successes = document::operation(call.method, call.path).successes();
    let (_, contents) = &successes[0];
    let json = contents.iter().find(|(media, _)| *media == "application/json");
    json.map_or(Value::Null, |(_, schema)| schema::sample(schema))
}

fn sent(call: Call, exchange: &Exchange) -> Sent {
    let documented = document::operation(call.method, call.path);
    let wants_token = call.path.ends_with("/auth/token");
    let (own, tokens): (Vec<_>, Vec<_>) =
        exchange.arrived().into_iter().partition(|(_, request)| is_token(request) == wants_token);
    let name = format!("{} {}", call.method, call.path);
    let [(host, request)] = <[_; 1]>::try_from(own).unwrap_or_else(|all| {
        panic!("{name} arrived {} times", all.len());
    });
    Sent { call, documented, host, request, tokens: tokens.len() }
}

impl Sent {
    fn problem(&self, problem: impl std::fmt::Display) -> String {
        format!("{} {}: {problem}", self.call.method, self.call.path)
    }

    fn path_and_query(&self) -> (&str, &str) {
        self.request.target.split_once('?').unwrap_or((&self.request.target, ""))
    }
}

fn bare(call: &Call) -> Run {
    call.bare
}

fn full(call: &Call) -> Run {
    call.full
}

/// Returns the call with the query parameters that `full` does not set, or the bare call if `full` sets all of them.
fn apart(call: &Call) -> Run {
    call.apart.as_ref().map_or(call.bare, |apart| apart.run)
}

#[test]
fn every_operation_of_the_document_is_called() {
    let documented: BTreeSet<_> =
        document::operations().iter().map(|found| (found.method, found.path)).collect();
    let called: BTreeSet<_> = calls().iter().map(|call| (call.method, call.path)).collect();
    assert_eq!(called, documented);
    assert_eq!(calls().len(), 40);
}

#[tokio::test]
async fn requests_go_to_the_documented_host_and_path() {
    let mut problems = Vec::new();
    for sent in send_all(bare).await {
        let (host, prefix) = sent.documented.server();
        let template = match prefix {
            "" => sent.documented.path.to_owned(),
            prefix => format!("/{prefix}{}", sent.documented.path),
        };
        if sent.host != host {
            problems.push(sent.problem(format!("arrived at {}, not at {host}", sent.host)));
        }
        if sent.request.method != sent.documented.method.to_uppercase() {
            problems.push(sent.problem(format!("was sent as {}", sent.request.method)));
        }
        let (path, _) = sent.path_and_query();
        if !is_filled(&template, path, &sent.call.in_path) {
            problems.push(sent.problem(format!("was sent to {path}")));
        }
    }
    expect_none(problems);
}

/// Returns whether `path` is `template` with every parameter in its own segment.
pub(crate) fn is_filled(template: &str, path: &str, parameters: &Value) -> bool {
    let (expected, found) = (template.split('/'), path.split('/'));
    template.split('/').count() == path.split('/').count()
        && expected.zip(found).all(|(expected, found)| {
            match expected.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
                None => found == expected,
                Some("aid" | "oid") => found == ACCOUNT,
                Some(name) => parameters[name] == decoded(&found.replace('+', "%2B")),
            }
        })
}

/// Decodes HTML form encoding.
fn decoded(text: &str) -> String {
    let mut pairs = form_urlencoded::parse(text.as_bytes());
    pairs.next().map(|(text, _)| text.into_owned()).unwrap_or_default()
}

#[tokio::test]
async fn nothing_is_sent_that_was_not_set() {
    let mut problems = Vec::new();
    for sent in send_all(bare).await {
        if sent.request.target.contains('?') {
            problems.push(sent.problem(format!("was sent with {}", sent.path_and_query().1)));
        }
        match sent.documented.body() {
            Some((schema, true)) => {
                let optional = schema::find(Find::Optional, schema, &sent.request.json());
                problems.extend(optional.iter().map(|place| sent.problem(format!("sent {place}"))));
            }
            _ if sent.request.body.is_empty() => {}
            _ => problems.push(sent.problem("was sent with a body")),
        }
    }
    expect_none(problems);
}

#[tokio::test]
async fn queries_are_written_in_the_documented_style() {
    let mut problems = Vec::new();
    for sent in send_all(full).await {
        problems.extend(query_problems(&sent, &sent.call.in_query));
        let apart = sent.call.apart.as_ref().map(|apart| &apart.in_query);
        for parameter in sent.documented.parameters_in("query") {
            let name = parameter["name"].as_str().expect("a parameter has a name");
            let set = [Some(&sent.call.in_query), apart].into_iter().flatten();
            if set.filter(|in_query| !in_query[name].is_null()).count() != 1 {
                problems.push(
                    sent.problem(format!(
                        "`{name}` must be set by exactly one of `full` and `apart`"
                    )),
                );
            }
        }
    }
    for sent in send_all(apart).await {
        let in_query = sent.call.apart.as_ref().map_or(&Value::Null, |apart| &apart.in_query);
        problems.extend(query_problems(&sent, in_query));
    }
    expect_none(problems);
}

/// Compares the query of a request with the parameters that the call has set.
fn query_problems(sent: &Sent, in_query: &Value) -> Vec<String> {
    let mut problems = Vec::new();
    let (_, query) = sent.path_and_query();
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let mut pairs: Vec<_> =
        pairs.map(|pair| pair.split_once('=').expect("a query has pairs")).collect();
    for parameter in sent.documented.parameters_in("query") {
        let name = parameter["name"].as_str().expect("a parameter has a name");
        let expected = &in_query[name];
        if expected.is_null() {
            continue;
        }
        let own = pairs.extract_if(.., |(found, _)| decoded(found) == name).collect::<Vec<_>>();
        let raw: Vec<_> = own.into_iter().map(|(_, value)| value).collect();
        let problem = query_problem(parameter, expected, &raw);
        problems.extend(problem.map(|problem| sent.problem(format!("`{name}` {problem}"))));
    }
    problems.extend(
        pairs.iter().map(|(name, _)| sent.problem(format!("`{name}` was sent, but not set"))),
    );
    problems
}

/// Returns the problem with the values of a query parameter, if there is one.
fn query_problem(parameter: &'static Value, expected: &Value, raw: &[&str]) -> Option<String> {
    let invalid = schema::problems(&parameter["schema"], expected);
    if !invalid.is_empty() {
        return Some(format!("cannot be {expected}: {}", invalid.join(", ")));
    }
    // The default style of a query parameter is `form` with `explode`: `a=1&a=2`. Without `explode`, the values are
    // joined: `a=1,2`.
    let values: Vec<String> = if parameter["explode"] == false {
        match raw {
            [one] => one.split(',').map(decoded).collect(),
            several => return Some(format!("is sent {} times", several.len())),
        }
    } else {
        raw.iter().map(|value| decoded(value)).collect()
    };
    let one = [expected.clone()];
    let expected = expected.as_array().map_or(&one[..], Vec::as_slice);
    let texts: Vec<String> = expected.iter().map(text).collect();
    let is_same = texts.len() == values.len()
        && texts.iter().zip(&values).all(|(expected, value)| is_same_text(expected, value));
    (!is_same).then(|| format!("is sent as {values:?} instead of {texts:?}"))
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[tokio::test]
async fn headers_are_sent_where_the_document_has_them() {
    let mut problems = Vec::new();
    for sent in send_all(bare).await {
        let strict = ["strict-session-amounts"];
        let toggles = toggles(&sent.documented).filter(|known| known.contains(&strict[0]));
        problems.extend(header_problems(&sent, toggles.map_or(&[], |_| &strict)));
    }
    for sent in send_all(full).await {
        problems.extend(header_problems(&sent, sent.call.toggles));
        if toggles(&sent.documented).is_some() == sent.call.toggles.is_empty() {
            problems.push(sent.problem("has toggles only in the document, or only in this test"));
        }
    }
    expect_none(problems);
}

/// Returns the values that the document lists for `Dintero-Feature-Toggles`, if the operation has that header.
fn toggles(documented: &Documented) -> Option<Vec<&'static str>> {
    let headers = documented.parameters_in("header");
    let header = headers.into_iter().find(|header| header["name"] == "Dintero-Feature-Toggles")?;
    Some(document::list(&header["schema"]["items"]["enum"]).filter_map(Value::as_str).collect())
}

fn header_problems(sent: &Sent, toggles: &[&str]) -> Vec<String> {
    let documented = sent.documented.parameters_in("header");
    let is_documented = |name: &str| {
        documented.iter().any(|header| {
            header["name"].as_str().is_some_and(|known| known.eq_ignore_ascii_case(name))
        })
    };
    let mut expected: Vec<(&str, String)> = SYSTEM_HEADERS
        .iter()
        .filter(|(name, _)| is_documented(name))
        .map(|(name, value)| (*name, (*value).to_owned()))
        .collect();
    if !toggles.is_empty() {
        expected.push(("dintero-feature-toggles", toggles.join(",")));
    }
    expected.sort();
    let found = sent.request.headers.iter().filter(|(name, _)| name.starts_with("dintero-"));
    let found: Vec<_> = found.map(|(name, value)| (name.as_str(), value.clone())).collect();
    let mut problems = Vec::new();
    if found != expected {
        problems.push(sent.problem(format!("was sent with {found:?} instead of {expected:?}")));
    }
    let content = (!sent.request.body.is_empty()).then_some("application/json");
    if sent.request.header("content-type") != content {
        problems.push(sent.problem("was sent with an unexpected content type"));
    }
    problems
}

#[tokio::test]
async fn credentials_match_the_document() {
    let mut problems = Vec::new();
    for sent in send_all(bare).await {
        let schemes = sent.documented.schemes();
        // printf my-client-id:client-secret-hunter2 | base64
        let basic = "Basic bXktY2xpZW50LWlkOmNsaWVudC1zZWNyZXQtaHVudGVyMg==";
        let (expected, tokens) = if schemes.is_empty() {
            (None, 0)
        } else if schemes.contains(&"clientAuth") {
            (Some(basic), 0)
        } else if schemes.contains(&"JWT") {
            (Some("Bearer token-0"), 1)
        } else {
            panic!(
                "{}",
                sent.problem(format!("client credentials are not sufficient for {schemes:?}"))
            );
        };
        let found = (sent.request.header("authorization"), sent.tokens);
        if found != (expected, tokens) {
            problems.push(sent.problem(format!("was sent with {found:?}, not {expected:?}")));
        }
    }
    expect_none(problems);
}

#[tokio::test]
async fn bodies_match_the_document() {
    let mut problems = Vec::new();
    for sent in send_all(bare).await.iter().chain(&send_all(full).await) {
        match sent.documented.body() {
            Some((schema, is_required)) if is_required || !sent.request.body.is_empty() => {
                let found = body_problems(schema, &sent.request.json());
                problems.extend(found.into_iter().map(|problem| sent.problem(problem)));
            }
            _ => {}
        }
    }
    for sent in send_all(full).await {
        if sent.documented.body().is_some() == sent.request.body.is_empty() {
            problems.push(sent.problem("has a body only in the document, or only in this test"));
        }
    }
    expect_none(problems);
}

fn body_problems(schema: &'static Value, body: &Value) -> Vec<String> {
    let mut problems = schema::problems(schema, body);
    for (what, find) in [("is unknown", Find::Unknown), ("is read-only", Find::ReadOnly)] {
        let places = schema::find(find, schema, body);
        problems.extend(places.iter().map(|place| format!("{place} {what}")));
    }
    problems
}

/// Every property and every variant in the document is sent, except properties that only Dintero may set.
#[tokio::test]
async fn bodies_with_every_property_arrive_complete() {
    let mut problems = Vec::new();
    for (method, path) in calls().iter().map(|call| (call.method, call.path)) {
        let Some((schema, _)) = document::operation(method, path).body() else { continue };
        for body in schema::samples(schema) {
            let call = calls().into_iter().find(|call| (call.method, call.path) == (method, path));
            let call = call.expect("the call exists");
            let run = call.with_body.unwrap_or_else(|| panic!("{path} takes a body"));
            let response = response_of(&call);
            let exchange = Exchange::start(move |_| Reply::json(200, &response)).await;
            run(&exchange.client, body.clone()).await.expect("the call succeeds");
            let sent = sent(call, &exchange);
            let found = sent.request.json();
            let expected = schema::without_read_only(schema, &body);
            let mut own = body_problems(schema, &found);
            own.extend(schema::differences(&expected, &found));
            problems.extend(own.into_iter().map(|problem| sent.problem(problem)));
        }
    }
    expect_none(problems);
}

/// The samples that the tests above use must be valid, and must include every property in the document.
#[test]
fn samples_match_the_document() {
    let mut problems = Vec::new();
    for documented in document::operations() {
        let bodies = documented.body().map(|(schema, _)| schema);
        let responses = documented.successes().into_iter().flat_map(|(_, contents)| contents);
        let responses = responses.filter(|(media, _)| *media == "application/json");
        let schemas = bodies.into_iter().chain(responses.map(|(_, schema)| schema));
        for (schema, sample) in
            schemas.flat_map(|schema| schema::samples(schema).into_iter().map(move |s| (schema, s)))
        {
            let mut own = schema::problems(schema, &sample);
            own.extend(schema::find(Find::Unknown, schema, &sample));
            let name = format!("{} {}", documented.method, documented.path);
            problems.extend(own.into_iter().map(|problem| format!("{name}: {problem}")));
        }
    }
    expect_none(problems);
}

/// The checks find deliberate mistakes.
#[test]
fn mistakes_in_a_body_are_found() {
    let (schema, _) = document::operation("post", "/sessions-profile").body().expect("a body");
    let mut body = schema::without_read_only(schema, &schema::sample(schema));
    assert_eq!(body_problems(schema, &body), Vec::<String>::new());
    body["order"]["itmes"] = json!([]);
    body["order"]["gross_amount"] = json!(1);
    body["order"]["amount"] = json!("1");
    let mut problems = body_problems(schema, &body);
    problems.sort();
    assert_eq!(problems.len(), 3, "{problems:?}");
    assert!(problems[0].starts_with("/order/gross_amount is read-only"), "{problems:?}");
    assert!(problems[1].starts_with("/order/itmes is unknown"), "{problems:?}");
    assert!(problems[2].contains("/order/amount"), "{problems:?}");
    // The samples cover every variant: the document has five ways to store a card.
    let (schema, _) =
        document::operation("post", "/sessions/payment-token").body().expect("a body");
    assert_eq!(schema::samples(schema).len(), 5);
}
