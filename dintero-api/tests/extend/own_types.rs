//! Tests reading responses and errors as a merchant's own types, with serde's derive.

use std::collections::BTreeMap;
use std::error::Error as _;

use dintero_api::client::{Method, StatusCode};
use dintero_api::types::OrderLine;
use dintero_api::{Error, MinorUnits};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::server::Reply;
use crate::{builder, start};

#[derive(Debug, PartialEq, Deserialize)]
struct Page {
    #[serde(rename = "things")]
    entries: Vec<Thing>,
    #[serde(flatten)]
    others: BTreeMap<String, Value>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Thing {
    id: String,
    kind: Kind,
    /// A field whose type is defined in this crate.
    price: MinorUnits,
    #[serde(default)]
    line: Option<OrderLine>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Chair,
    DiningTable,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Trouble {
    reason: String,
}

fn thing() -> Value {
    json!({"id": "1", "kind": "dining_table", "price": 5, "line": {"id": "a", "amount": 5}})
}

#[tokio::test]
async fn responses_are_read_as_serde_reads_them() {
    let server = start(|_| Reply::json(200, &json!({"things": [thing()], "next": "n"}))).await;
    let client = builder(&server).build().unwrap();
    let page = client.request(Method::GET, "/v1/things").send::<Page>().await.unwrap();
    assert_eq!(page.status(), StatusCode::OK);
    let Page { entries, others } = page.into_inner();
    assert_eq!(others, BTreeMap::from([("next".to_owned(), json!("n"))]));
    let line = OrderLine::new().id("a").amount(5);
    let expected =
        Thing { id: "1".into(), kind: Kind::DiningTable, price: 5.into(), line: Some(line) };
    assert_eq!(entries, [expected]);
}

#[tokio::test]
async fn bodies_are_written_as_serde_writes_them() {
    let server = start(|request| Reply::json(200, &request.json())).await;
    let client = builder(&server).build().unwrap();
    let thing = Thing { id: "1".into(), kind: Kind::Chair, price: 5.into(), line: None };
    let request = client.request(Method::POST, "/v1/things").json(&thing);
    assert_eq!(request.send::<Thing>().await.unwrap().into_inner(), thing);
}

#[tokio::test]
async fn errors_name_the_location_and_never_the_value() {
    for (change, location) in [
        (json!({"price": "hunter2"}), "`things[1].price` has another type"),
        (json!({"kind": "hunter2"}), "`things[1].kind` has another type"),
        (json!({"hunter2": 1}), "`things[1]"),
        (json!({"price": null}), "`things[1].price` has another type"),
    ] {
        let mut odd = thing();
        odd.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let body = json!({"things": [thing(), odd]});
        let server = start(move |_| Reply::json(200, &body)).await;
        let client = builder(&server).build().unwrap();
        let error = client.request(Method::GET, "/v1/things").send::<Page>().await.unwrap_err();
        assert!(matches!(error, Error::Unexpected(_)) && error.maybe_sent());
        let reason = error.source().expect("the error explains why the value cannot be read");
        let place = reason.source().expect("the reason has a source").to_string();
        assert!(place.starts_with(location), "{place}");
        if !change.as_object().unwrap().contains_key("hunter2") {
            let shown = format!("{error} {error:?} {reason} {place}");
            assert!(!shown.contains("hunter2"), "{shown}");
        }
    }
    let server =
        start(|_| Reply::json(200, &json!({"things": [{"id": "1", "kind": "chair"}]}))).await;
    let client = builder(&server).build().unwrap();
    let error = client.request(Method::GET, "/v1/things").send::<Page>().await.unwrap_err();
    let place = error
        .source()
        .and_then(|reason| reason.source())
        .expect("the reason has a source")
        .to_string();
    assert_eq!(place, "`things[0].price` is missing");
}

#[tokio::test]
async fn a_type_without_data_accepts_every_body() {
    #[derive(Debug, Deserialize)]
    struct Whatever;

    for body in ["", "{}", "[1]", "<html>"] {
        let server =
            start(move |_| Reply::Response { status: 200, headers: "", body: body.into() }).await;
        let client = builder(&server).build().unwrap();
        client.request(Method::DELETE, "/v1/things/1").send::<()>().await.unwrap();
        client.request(Method::DELETE, "/v1/things/1").send::<Whatever>().await.unwrap();
        let read = client.request(Method::GET, "/v1/things/1").send::<Trouble>().await;
        assert!(matches!(read, Err(Error::Unexpected(_))), "{body}");
    }
}

#[tokio::test]
async fn errors_are_read_as_own_types() {
    let server = start(|_| Reply::json(409, &json!({"reason": "taken"}))).await;
    let client = builder(&server).build().unwrap();
    let error = client.request(Method::POST, "/v1/things").send::<()>().await.unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::CONFLICT));
    assert_eq!(error.body::<Trouble>().unwrap(), Trouble { reason: "taken".into() });
    assert!(error.body::<Page>().is_err());
}
