//! Tests the list of transactions, whose next page begins after the id of the last transaction.

use std::future::poll_fn;
use std::pin::Pin;

use dintero_api::types::ListTransactionsStatus;
use futures_core::Stream;

use super::*;

#[tokio::test]
async fn empty_list_is_one_request() {
    let (client, server) = pages([transactions(&[])]).await;
    let mut list = client.transactions().list_all(|list| list);
    assert!(server.calls().is_empty());
    assert!(ids(&mut list).await.unwrap().is_empty());
    assert!(list.next().await.is_none());
    assert_eq!(queries(&server), ["limit=100"]);
}

/// A page that is shorter than requested is not necessarily the last one: Dintero may send fewer entries.
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

/// Only one page is in memory: the next page is requested after the last entry of the previous one.
#[tokio::test]
async fn pages_are_requested_when_they_are_needed() {
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
async fn list_starts_after_a_position() {
    let (client, server) = pages([transactions(&["b"]), json!([])]).await;
    let mut list = client.transactions().list_all(|list| list).starting_after("a");
    assert_eq!(ids(&mut list).await.unwrap(), ["b"]);
    assert_eq!(queries(&server)[0], "limit=100&starting_after=a");
}

/// The list neither continues forever nor ends silently: it returns the entries, and then an error.
#[tokio::test]
async fn page_without_an_end_is_read_and_then_an_error() {
    let mut without_id = transactions(&["b", "c"]);
    without_id[1].as_object_mut().unwrap().remove("id");
    let (client, server) = pages([transactions(&["a"]), without_id]).await;
    let mut list = client.transactions().list_all(|list| list);
    let lost = "`transactions.list` cannot be sent: the previous page, whose entries were returned, does not say where \
                the next one begins: its last transaction has no `id`";
    let mut expected = found(&["a", "b", ""]);
    expected.push(Err(lost.to_owned()));
    assert_eq!(everything(&mut list).await, expected);
    // The transaction without an id cannot be a position.
    assert_eq!((server.calls().len(), list.position()), (2, Some("b")));
}

/// Every position is requested once, whether the cycle has one page, two pages or many.
#[tokio::test]
async fn cycle_of_pages_is_an_error() {
    for circle in [&["a"][..], &["a", "b"], &["a", "b", "c", "d", "e"]] {
        let ids = circle.iter().cycle().take(50);
        let (client, server) = pages(ids.map(|id| transactions(&[id]))).await;
        let mut list = client.transactions().list_all(|list| list);
        let mut expected = found(circle);
        expected.push(Err("`transactions.list` cannot be sent: the previous page leads back to a page that was already \
                           read"
            .to_owned()));
        // No entry is returned twice, and `resume` does nothing.
        assert_eq!(everything(&mut list).await, expected);
        assert_eq!(server.calls().len(), circle.len() + 1);
    }
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
