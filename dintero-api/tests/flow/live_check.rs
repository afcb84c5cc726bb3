//! Tests the program behind `cargo xtask smoke` against a fake Dintero: what it prints, what it hides, and its exit
//! code.

use serde_json::json;

use crate::server::{Reply, Request, Server, is_token};
use crate::smoke;

const SECRET: &str = "client-secret-hunter2";

fn dintero(request: &Request) -> Reply {
    let order = json!({"amount": 1000, "currency": "NOK", "merchant_reference": "smoke-1"});
    let session = json!({
        "id": "T12345678.s1", "order": order, "configuration": {"brand_new": {"deep": 1}},
        "url": {"return_url": "https://example.com/thanks"}, "future": "kari@example.com",
        "events": [{"name": "INITIATED", "weather": null}, {"name": "VISITED", "moon": 1}],
    });
    match (request.method.as_str(), request.target.as_str()) {
        _ if is_token(request) => Reply::json(
            200,
            &json!({"access_token": "jwt-hunter2", "token_type": "Bearer", "expires_in": 14400}),
        ),
        ("POST", "/v1/sessions-profile") => {
            Reply::json(200, &json!({"id": "T12345678.s1", "url": "https://example.com/pay"}))
        }
        ("GET", "/v1/sessions/T12345678.s1") | ("POST", "/v1/sessions/T12345678.s1/cancel") => {
            Reply::json(200, &session)
        }
        _ => Reply::json(
            404,
            &json!({"error": {"code": "NOT FOUND", "message": format!("none, {SECRET}")}}),
        ),
    }
}

/// Runs the program with these variables, and returns its exit code and output.
async fn run(variables: &[(&str, &str)]) -> (u8, String) {
    let mut out = Vec::new();
    let variable = |name: &str| {
        variables.iter().find(|(given, _)| *given == name).map(|(_, value)| (*value).to_owned())
    };
    let code = smoke::run(variable, &mut out).await.unwrap();
    (code, String::from_utf8(out).unwrap())
}

async fn run_against(server: &Server) -> (u8, String) {
    run(&[
        ("DINTERO_ACCOUNT_ID", "T12345678"),
        ("DINTERO_CLIENT_ID", "id"),
        ("DINTERO_CLIENT_SECRET", SECRET),
        ("DINTERO_BASE_URL", &server.url()),
    ])
    .await
}

#[tokio::test]
async fn responses_are_reported_without_values() {
    let server = Server::start(|request, _| dintero(request)).await;
    let (code, output) = run_against(&server).await;
    assert_eq!(code, 0, "{output}");
    let lines: Vec<&str> = output.lines().collect();
    assert_eq!(lines.len(), 7, "{output}");
    assert_eq!(lines[0], "account T12345678, profile default");
    for (line, expected) in lines[1..].iter().zip([
        ["ok   token ", "200 in ", "; parsed whole"],
        ["ok   create session ", "200 in ", "; parsed whole"],
        [
            "ok   read session ",
            "200 in ",
            "have no field for these properties: configuration.brand_new, events[].moon, future",
        ],
        [
            "ok   cancel session ",
            "200 in ",
            "have no field for these properties: configuration.brand_new, events[].moon, future",
        ],
        ["ok   wrong capture ", "404 Not Found (NOT FOUND), message \"none, …\"", "; parsed whole"],
        ["all as expected", "", ""],
    ]) {
        assert!(expected.iter().all(|part| line.contains(part)), "{line}\n{expected:?}");
    }
    assert!(!output.contains("hunter2") && !output.contains("kari"), "{output}");
    let targets: Vec<String> = server.calls().into_iter().map(|call| call.target).collect();
    let capture = format!("/v1/transactions/T12345678.{}/capture", "0".repeat(22));
    let session = "/v1/sessions/T12345678.s1";
    let cancel = format!("{session}/cancel");
    assert_eq!(targets, ["/v1/sessions-profile", session, &cancel, &capture]);
}

#[tokio::test]
async fn without_a_token_it_stops() {
    let refuse = |_: &Request, _| {
        let message = format!("wrong {SECRET}");
        Reply::json(401, &json!({"error": {"code": "UNAUTHORIZED", "message": message}}))
    };
    let (code, output) = run_against(&Server::start(refuse).await).await;
    assert_eq!(code, 1);
    assert!(output.contains("FAIL token") && output.contains("(UNAUTHORIZED)"), "{output}");
    assert!(output.ends_with("without a token, no other step can run\n"), "{output}");
    assert!(!output.contains("hunter2"), "{output}");
}

/// A failed step is reported: a session that cannot be created, or a capture that is not refused.
#[tokio::test]
async fn unexpected_results_fail() {
    let server = Server::start(|request, _| match request.target.as_str() {
        "/v1/sessions-profile" => {
            let error = json!({"message": "bad", "errors": [{"message": "profile_id"}]});
            Reply::json(400, &json!({"error": error}))
        }
        target if target.ends_with("/capture") => {
            let transaction = json!({
                "amount": 1, "currency": "NOK", "payment_product": "vipps", "payment_product_type": "vipps",
            });
            Reply::json(200, &transaction)
        }
        _ => dintero(request),
    })
    .await;
    let (code, output) = run_against(&server).await;
    assert_eq!(code, 1);
    for expected in [
        "FAIL create session  `sessions.create_from_profile`: Dintero responded with 400 Bad Request, message \"bad\", \
         errors [{\"message\":\"profile_id\"}]",
        "FAIL read, cancel    skipped: no session",
        "but should have been refused",
        "not as expected: 3",
    ] {
        assert!(output.contains(expected), "{output}");
    }
    // An error page that is not an API error does not count as a refusal.
    let server = Server::start(|request, _| {
        if request.target.ends_with("/capture") {
            Reply::Response { status: 502, headers: "", body: "<html>".to_owned() }
        } else {
            dintero(request)
        }
    })
    .await;
    let (code, output) = run_against(&server).await;
    assert_eq!(code, 1);
    assert!(output.contains("FAIL wrong capture") && !output.contains("<html>"), "{output}");
}

#[tokio::test]
async fn invalid_variables_are_named_and_nothing_is_sent() {
    let (code, output) = run(&[("DINTERO_CLIENT_ID", "")]).await;
    assert_eq!(code, 2);
    let expected = "set DINTERO_ACCOUNT_ID\nset DINTERO_CLIENT_ID\nset DINTERO_CLIENT_SECRET\n";
    assert_eq!(output, expected);

    let server = Server::start(|request, _| dintero(request)).await;
    for (account, expected) in [("P12345678", "production account"), ("12345678", "is invalid")] {
        let (code, output) = run(&[
            ("DINTERO_ACCOUNT_ID", account),
            ("DINTERO_CLIENT_ID", "id"),
            ("DINTERO_CLIENT_SECRET", SECRET),
            ("DINTERO_BASE_URL", &server.url()),
        ])
        .await;
        assert_eq!(code, 2);
        assert!(output.contains(expected) && !output.contains("hunter2"), "{output}");
    }
    assert!(server.calls().is_empty() && server.token_calls().is_empty());
}
