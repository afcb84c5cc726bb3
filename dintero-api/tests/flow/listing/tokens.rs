//! Tests the lists of reports and transfers, whose next page begins at a token.

use super::*;

#[tokio::test]
async fn reports_and_transfers_continue_by_token() {
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
async fn cycle_of_tokens_is_an_error_after_its_entries() {
    let page = |id: &str, next: &str| json!({"reports": [{"id": id}], "starting_after": next});
    let (client, server) =
        pages([page("1", "t1"), page("2", "t2"), page("3", "t1"), page("2", "t2")]).await;
    let mut list = client.reports().list_all(|list| list);
    for id in ["1", "2", "3"] {
        assert_eq!(list.try_next().await.unwrap().unwrap().id.as_deref(), Some(id));
    }
    let error = list.try_next().await.unwrap_err();
    assert!(error.to_string().ends_with("leads back to a page that was already read"), "{error}");
    list.resume();
    assert!(list.try_next().await.unwrap().is_none());
    assert_eq!(server.calls().len(), 3);
}

/// The list continues past empty pages with new tokens, but skips at most a hundred pages in a row.
#[tokio::test]
async fn empty_pages_have_a_limit() {
    let number = std::sync::atomic::AtomicUsize::new(0);
    let server = Server::start(move |request, _| {
        if is_token(request) {
            return token_reply();
        }
        let number = number.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        let entries = if number == 150 { json!([{"id": "r"}]) } else { json!([]) };
        Reply::json(200, &json!({"reports": entries, "starting_after": number.to_string()}))
    })
    .await;
    let client = client(&server);
    let mut list = client.reports().list_all(|list| list);
    let error = list.try_next().await.unwrap_err();
    assert!(error.to_string().contains("the last 100 pages had no entries"), "{error}");
    assert!(list.try_next().await.unwrap().is_none());
    assert_eq!((server.calls().len(), list.position()), (100, Some("99")));
    list.resume();
    assert_eq!(list.try_next().await.unwrap().unwrap().id.as_deref(), Some("r"));
    assert_eq!(server.calls().len(), 151);
    // The count starts again after an entry.
    assert!(list.try_next().await.is_err());
    assert_eq!(server.calls().len(), 251);
}
