//! Tests that the unreadable fields of a response are listed with their paths, for every kind of operation.

use dintero_api::operations::TransactionChange;
use dintero_api::types::CaptureTransactionRequest;
use serde_json::{Value, json};

use crate::exchange::Exchange;
use crate::server::Reply;
use crate::story::transaction;

/// Returns a transaction whose address has an invalid country code.
fn odd() -> Value {
    let mut transaction = transaction("T12345678.1");
    transaction["billing_address"] = json!({"first_name": "Kari", "country": "Norway"});
    transaction
}

async fn exchange(status: u16, body: Value) -> Exchange {
    Exchange::start(move |_| Reply::json(status, &body)).await
}

fn paths<T>(response: &dintero_api::Response<T>) -> Vec<String> {
    response.unread().iter().map(|error| error.path()).collect()
}

#[tokio::test]
async fn descriptive_field_is_listed() {
    let exchange = exchange(200, odd()).await;
    let response = exchange.client.transactions().get("T12345678.1").send().await.unwrap();
    assert_eq!(paths(&response), ["billing_address.country"]);
    let address = response.billing_address.as_ref().unwrap();
    assert_eq!((address.first_name.as_deref(), address.country), (Some("Kari"), None));
}

#[tokio::test]
async fn readable_response_lists_nothing() {
    let exchange = exchange(200, transaction("T12345678.1")).await;
    let response = exchange.client.transactions().get("T12345678.1").send().await.unwrap();
    assert_eq!(paths(&response), [""; 0]);
}

#[tokio::test]
async fn entries_of_a_list_are_listed_with_their_index() {
    let exchange = exchange(200, json!([transaction("T12345678.1"), odd()])).await;
    let response = exchange.client.transactions().list().send().await.unwrap();
    assert_eq!(paths(&response), ["[1].billing_address.country"]);
    assert_eq!(response.len(), 2);
}

#[tokio::test]
async fn response_with_several_statuses_lists_too() {
    for status in [200, 202] {
        let exchange = exchange(status, odd()).await;
        let request = CaptureTransactionRequest::new(100);
        let response =
            exchange.client.transactions().capture("T12345678.1", &request).send().await.unwrap();
        assert_eq!(paths(&response), ["billing_address.country"]);
        assert_eq!(matches!(*response, TransactionChange::Accepted { .. }), status == 202);
    }
}

#[tokio::test]
async fn unreadable_amount_is_an_error_with_its_path() {
    let mut body = odd();
    body["amount"] = json!("all of it");
    let exchange = exchange(200, body).await;
    let error = exchange.client.transactions().get("T12345678.1").send().await.unwrap_err();
    let mut text = error.to_string();
    let mut source = std::error::Error::source(&error);
    while let Some(error) = source {
        text.push_str(&format!(": {error}"));
        source = error.source();
    }
    assert!(text.ends_with("`amount`: expected an integer, found a string"), "{text}");
}
