//! Lists over their pages: none, one, full ones, several, an error in the middle, and pages that lead nowhere.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Mutex;

use dintero_api::client::Listing;
use dintero_api::types::{ListTransactionsStatus, Transaction};
use dintero_api::{Client, Error};
use futures_core::Stream;
use serde_json::{Value, json};

use crate::dintero::{client, token_reply};
use crate::server::{Reply, Server, is_token};

/// A server that gives out these pages, and then refuses everything.
async fn pages(pages: impl IntoIterator<Item = Value>) -> (Client, Server) {
    let pages: VecDeque<_> = pages.into_iter().map(|page| Reply::json(200, &page)).collect();
    serve(pages).await
}

async fn serve(replies: VecDeque<Reply>) -> (Client, Server) {
    let replies = Mutex::new(replies);
    let server = Server::start(move |request, _| {
        if is_token(request) {
            return token_reply();
        }
        let over = || Reply::json(418, &json!({"error": {"message": "no more pages"}}));
        replies.lock().unwrap().pop_front().unwrap_or_else(over)
    })
    .await;
    (client(&server), server)
}

/// A page of transactions with these ids.
fn transactions(ids: &[&str]) -> Value {
    let transaction = |id: &&str| {
        json!({
            "id": id, "amount": 1, "currency": "NOK",
            "payment_product": "vipps", "payment_product_type": "vipps",
        })
    };
    ids.iter().map(transaction).collect()
}

/// Returns the queries that arrived.
fn queries(server: &Server) -> Vec<String> {
    let calls = server.calls();
    calls.iter().map(|call| call.target.split_once('?').unwrap().1.to_owned()).collect()
}

async fn ids(list: &mut Listing<'_, Transaction>) -> Result<Vec<String>, Error> {
    let mut ids = Vec::new();
    while let Some(transaction) = list.try_next().await? {
        ids.push(transaction.id.unwrap());
    }
    Ok(ids)
}

#[tokio::test]
async fn nothing_is_one_request() {
    let (client, server) = pages([transactions(&[])]).await;
    let mut list = client.transactions().list_all(|list| list);
    assert!(server.calls().is_empty());
    assert!(ids(&mut list).await.unwrap().is_empty());
    assert!(list.next().await.is_none());
    assert_eq!(queries(&server), ["limit=100"]);
}

/// A page that is shorter than was asked for is not the last: Dintero may send fewer.
#[tokio::test]
async fn short_and_full_pages_are_followed_to_the_empty_one() {
    let all =
        [transactions(&["a", "b"]), transactions(&["c"]), transactions(&["d", "e"]), json!([])];
    let (client, server) = pages(all).await;
    let mut list = client.transactions().list_all(|list| list).page_size(2);
    assert_eq!(ids(&mut list).await.unwrap(), ["a", "b", "c", "d", "e"]);
    let expected = [
        "limit=2",
        "limit=2&starting_after=b",
        "limit=2&starting_after=c",
        "limit=2&starting_after=e",
    ];
    assert_eq!(queries(&server), expected);
}

#[tokio::test]
async fn filter_is_part_of_every_page() {
    let (client, server) = pages([transactions(&["a"]), json!([])]).await;
    let status = [ListTransactionsStatus::Captured, ListTransactionsStatus::OnHold];
    let mut list = client.transactions().list_all(|list| list.status(status.clone()));
    assert_eq!(ids(&mut list).await.unwrap(), ["a"]);
    let filter = "status=CAPTURED&status=ON_HOLD&limit=100";
    assert_eq!(queries(&server), [filter.to_owned(), format!("{filter}&starting_after=a")]);
}

/// One page in memory: the next is asked for when the one before is used up.
#[tokio::test]
async fn pages_are_asked_for_when_they_are_needed() {
    let (client, server) =
        pages([transactions(&["a", "b"]), transactions(&["c"]), json!([])]).await;
    let mut list = client.transactions().list_all(|list| list);
    for (expected, requests) in [("a", 1), ("b", 1), ("c", 2)] {
        let transaction = list.next().await.unwrap().unwrap();
        assert_eq!(transaction.id.as_deref(), Some(expected));
        assert_eq!(server.calls().len(), requests);
    }
    assert!(list.next().await.is_none());
}

#[tokio::test]
async fn error_ends_the_list_and_it_goes_on_where_it_was() {
    let replies = [
        Reply::json(200, &transactions(&["a"])),
        Reply::json(403, &json!({"error": {"message": "not now"}})),
        Reply::json(200, &transactions(&["b"])),
        Reply::json(200, &json!([])),
    ];
    let (client, server) = serve(replies.into()).await;
    let mut list = client.transactions().list_all(|list| list);
    assert_eq!(list.try_next().await.unwrap().unwrap().id.as_deref(), Some("a"));
    let error = list.try_next().await.unwrap_err();
    assert_eq!(error.status(), Some(403));
    assert!(list.try_next().await.unwrap().is_none());
    assert_eq!(server.calls().len(), 2);

    assert_eq!(list.position(), Some("a"));
    list.resume();
    assert_eq!(ids(&mut list).await.unwrap(), ["b"]);
    // After the end there is nothing to resume.
    list.resume();
    assert!(list.next().await.is_none());
    assert_eq!(queries(&server)[1..3], ["limit=100&starting_after=a"; 2]);
}

#[tokio::test]
async fn list_begins_after_a_position() {
    let (client, server) = pages([transactions(&["b"]), json!([])]).await;
    let mut list = client.transactions().list_all(|list| list).starting_after("a");
    assert_eq!(ids(&mut list).await.unwrap(), ["b"]);
    assert_eq!(queries(&server)[0], "limit=100&starting_after=a");
}

/// The same page again, or one without an id to go on from: an error, not an endless list and not a short one.
#[tokio::test]
async fn page_that_leads_nowhere_is_an_error() {
    let mut without_id = transactions(&["b"]);
    without_id[0].as_object_mut().unwrap().remove("id");
    for second in [transactions(&["a"]), without_id] {
        let (client, server) = pages([transactions(&["a"]), second]).await;
        let mut list = client.transactions().list_all(|list| list);
        list.try_next().await.unwrap();
        let error = list.try_next().await.unwrap_err();
        let expected =
            "`transactions.list` cannot be sent: the page before it does not say where it ends";
        assert_eq!(error.to_string(), expected);
        assert_eq!(server.calls().len(), 2);
    }
}

#[tokio::test]
async fn settlements_go_on_from_the_key_as_it_was_written() {
    let (client, server) = pages([
        json!({
            "items": [{"id": "s1"}],
            "last_evaluated_key": {"id": "s1", "settled_at": "2026-03-10T00:00:00.000Z"},
        }),
        // An empty page is not the last while there is a key.
        json!({
            "items": [],
            "last_evaluated_key": {
                "id": "s2", "settled_at": "2026-03-09T00:00:00Z", "created_at": "2026-03-11T00:00:00Z",
            },
        }),
        json!({"items": [{"id": "s3"}]}),
    ])
    .await;
    let mut list = client.settlements().list_all(|list| list.search("x"));
    let mut found = Vec::new();
    while let Some(settlement) = list.try_next().await.unwrap() {
        found.push(settlement.id.unwrap());
    }
    assert_eq!(found, ["s1", "s3"]);
    let after =
        |id, date| format!("search=x&limit=100&starting_after_id={id}&starting_after_date={date}");
    let expected = [
        "search=x&limit=100".to_owned(),
        after("s1", "2026-03-10T00%3A00%3A00.000Z"),
        after("s2", "2026-03-11T00%3A00%3A00Z"),
    ];
    assert_eq!(queries(&server), expected);

    let key = json!({"items": [{"id": "s1"}], "last_evaluated_key": {"id": "s1"}});
    let (client, _server) = pages([key]).await;
    let mut list = client.settlements().list_all(|list| list);
    assert!(matches!(list.try_next().await, Err(Error::Build(_))));
}

#[tokio::test]
async fn reports_and_transfers_go_on_by_token() {
    let report = |name: &str| json!({"id": name});
    let (client, server) = pages([
        json!({"reports": [report("1")], "starting_after": "token/1"}),
        json!({"reports": [], "starting_after": "token/1"}),
    ])
    .await;
    let mut list = client.reports().list_all(|list| list).page_size(5);
    assert!(list.try_next().await.unwrap().is_some());
    assert!(list.try_next().await.unwrap().is_none());
    assert_eq!(queries(&server), ["limit=5", "limit=5&starting_after=token%2F1"]);

    let (client, server) = pages([
        json!({"entries": [], "next_page_token": "p2"}),
        json!({"entries": [], "next_page_token": ""}),
    ])
    .await;
    let payouts = client.payouts();
    let mut list = payouts.list_all_transfers("seller-42", |list| list.currency("NOK"));
    assert!(list.try_next().await.unwrap().is_none());
    assert_eq!(queries(&server), ["currency=NOK&limit=100", "currency=NOK&limit=100&page=p2"]);
    assert!(server.calls()[0].target.contains("/payout-destinations/seller-42/transfers?"));
}

#[tokio::test]
async fn list_is_a_stream_that_can_be_sent_to_a_task() {
    let (client, _server) = pages([transactions(&["a"]), json!([])]).await;
    let counted = tokio::spawn(async move {
        let list = client.transactions().list_all(|list| list);
        let mut stream: Pin<Box<dyn Stream<Item = Result<Transaction, Error>> + Send>> =
            Box::pin(list);
        let mut count = 0;
        while let Some(transaction) = poll_fn(|context| stream.as_mut().poll_next(context)).await {
            transaction.unwrap();
            count += 1;
        }
        count
    });
    assert_eq!(counted.await.unwrap(), 1);
}

#[test]
fn debug_shows_no_entries() {
    let client =
        Client::builder("T12345678", "id", "s").base_url("http://127.0.0.1:1").build().unwrap();
    let transactions = client.transactions();
    let shown = format!("{:?}", transactions.list_all(|list| list).starting_after("a"));
    assert_eq!(shown, r#"Listing { page_size: 100, left_in_page: 0, position: Some("a"), .. }"#);
}
