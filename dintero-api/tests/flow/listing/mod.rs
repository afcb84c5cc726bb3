//! Tests lists across all their pages: empty lists, one page, several pages, an error in the middle, and pages that do
//! not lead to a valid next page.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Mutex;

use dintero_api::client::Listing;
use dintero_api::client::StatusCode;
use dintero_api::types::{ListTransactionsStatus, Transaction};
use dintero_api::{Client, Date, DateOrTime, Error};
use futures_core::Stream;
use serde_json::{Value, json};

use crate::dintero::{client, token_reply};
use crate::server::{Reply, Server, is_token};

/// Starts a server that returns these pages, and then refuses all requests.
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

/// Returns a page of transactions with these ids.
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
async fn error_ends_the_list_and_resume_continues_there() {
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
    assert_eq!(error.status(), Some(StatusCode::FORBIDDEN));
    assert!(list.try_next().await.unwrap().is_none());
    assert_eq!(server.calls().len(), 2);

    assert_eq!(list.position(), Some("a"));
    list.resume();
    assert_eq!(ids(&mut list).await.unwrap(), ["b"]);
    // After the end, `resume` does nothing.
    list.resume();
    assert!(list.next().await.is_none());
    assert_eq!(queries(&server)[1..3], ["limit=100&starting_after=a"; 2]);
}

#[tokio::test]
async fn list_starts_after_a_position() {
    let (client, server) = pages([transactions(&["b"]), json!([])]).await;
    let mut list = client.transactions().list_all(|list| list).starting_after("a");
    assert_eq!(ids(&mut list).await.unwrap(), ["b"]);
    assert_eq!(queries(&server)[0], "limit=100&starting_after=a");
}

/// Reads a list to its end, and continues after every error.
async fn everything(list: &mut Listing<'_, Transaction>) -> Vec<Result<String, String>> {
    let mut all = Vec::new();
    loop {
        assert!(all.len() < 1000, "the list does not end");
        match list.try_next().await {
            Ok(Some(transaction)) => all.push(Ok(transaction.id.unwrap_or_default())),
            Ok(None) => return all,
            Err(error) => {
                let cause = std::error::Error::source(&error).and_then(std::error::Error::source);
                all.push(Err(cause.map_or_else(|| error.to_string(), ToString::to_string)));
                list.resume();
            }
        }
    }
}

fn found(ids: &[&str]) -> Vec<Result<String, String>> {
    ids.iter().map(|id| Ok((*id).to_owned())).collect()
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
    assert_eq!((server.calls().len(), list.position()), (2, Some("a")));
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

/// The readable entries of a page come before the errors, whichever entries are unreadable, and the list then continues
/// with the next page.
#[tokio::test]
async fn unreadable_entries_do_not_hide_the_rest_of_the_page() {
    let broken: [&[usize]; 5] = [&[0], &[1], &[2], &[0, 2], &[0, 1, 2]];
    for broken in broken {
        let mut page = transactions(&["a", "b", "c"]);
        let mut readable = vec!["a", "b", "c"];
        for index in broken.iter().rev() {
            page[*index]["amount"] = json!("hunter2");
            readable.remove(*index);
        }
        let (client, server) = pages([page, transactions(&["d"]), json!([])]).await;
        let mut list = client.transactions().list_all(|list| list);
        let mut expected = found(&readable);
        expected.extend(
            broken.iter().map(|index| {
                Err(format!("`[{index}].amount`: expected an integer, found a string"))
            }),
        );
        expected.extend(found(&["d"]));
        assert_eq!(everything(&mut list).await, expected, "{broken:?}");
        assert_eq!(server.calls().len(), 3);
    }
}

#[tokio::test]
async fn unreadable_entry_is_an_error_with_its_page() {
    let page = json!({"items": [{"id": "s1"}, {"id": ["hunter2"]}, 3, {"id": "s4"}]});
    let (client, _server) = pages([page.clone()]).await;
    let mut list = client.settlements().list_all(|list| list);
    for id in ["s1", "s4"] {
        assert_eq!(list.next().await.unwrap().unwrap().id.as_deref(), Some(id));
    }
    for position in ["`items[1].id`: expected", "`items[2]`: expected an object"] {
        // The list continues without `resume`, because only a failed page ends it.
        let error = list.next().await.unwrap().unwrap_err();
        assert!(matches!(error, Error::Unexpected(_)) && !error.is_retryable(), "{error:?}");
        assert_eq!(error.raw_body().map(|raw| &raw[..]), Some(page.to_string().as_bytes()));
        let reason = std::error::Error::source(&error).unwrap();
        let reason = reason.source().unwrap().to_string();
        assert!(reason.starts_with(position), "{reason}");
        assert!(!format!("{error:?}").contains("hunter2"));
    }
    assert!(list.next().await.is_none());
}

/// If the body of a page is not a list, the whole page is an error, and `resume` requests the page again.
#[tokio::test]
async fn page_that_is_not_a_list_is_requested_again() {
    for page in [json!({"error": 1}), json!("x"), json!({"items": 3})] {
        let (client, server) = pages([page, json!([]), json!({"items": []})]).await;
        let mut list = client.transactions().list_all(|list| list);
        assert!(matches!(list.next().await, Some(Err(Error::Unexpected(_)))));
        assert!(list.next().await.is_none());
        list.resume();
        assert!(list.next().await.is_none());
        assert_eq!(server.calls().len(), 2);
    }
}

#[tokio::test]
async fn settlements_continue_from_the_unchanged_key() {
    let (client, server) = pages([
        json!({
            "items": [{"id": "s1"}],
            "last_evaluated_key": {"id": "s1", "settled_at": "2026-03-10T00:00:00.000Z"},
        }),
        // An empty page is not the last page if it has a `last_evaluated_key`.
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
}

/// If a settlement's timestamp is a date, a time without a time zone or any other string, the settlement is still
/// read and keeps the original string, and the list continues.
#[tokio::test]
async fn settlements_have_days_or_times() {
    for (day, date) in [
        ("2021-02-02", Some(Date::constant(2021, 2, 2))),
        ("2021-02-02T00:00:00", Some(Date::constant(2021, 2, 2))),
        ("2021-02-02T00:00:00Z", Some(Date::constant(2021, 2, 2))),
        ("soon", None),
    ] {
        let settlement = json!({
            "id": "s1", "settled_at": day, "created_at": day, "updated_at": day, "start_at": day, "end_at": day,
        });
        let key = json!({"id": "s1", "settled_at": day});
        let (client, server) = pages([
            json!({"items": [settlement], "last_evaluated_key": key}),
            json!({"items": [{"id": "s2"}]}),
        ])
        .await;
        let mut list = client.settlements().list_all(|list| list);
        let first = list.try_next().await.unwrap().unwrap();
        assert_eq!(serde_json::to_value(&first).unwrap(), settlement);
        assert_eq!(first.settled_at.as_ref().and_then(DateOrTime::date), date, "{day}");
        assert!(list.unread().is_empty(), "{day}");
        assert_eq!(list.try_next().await.unwrap().unwrap().id.as_deref(), Some("s2"));
        assert!(list.try_next().await.unwrap().is_none());
        let encoded = day.replace(':', "%3A");
        assert!(queries(&server)[1].ends_with(&format!("starting_after_date={encoded}")), "{day}");

        // A single page that the caller requests also has its `last_evaluated_key`.
        let (client, _server) =
            pages([json!({"items": [settlement], "last_evaluated_key": key})]).await;
        let page = client.settlements().list().await.unwrap();
        assert_eq!(page.last_evaluated_key.as_ref().unwrap().settled_at.as_deref(), Some(day));
    }
}

/// The entries of a page come before the error that says what the page lacks.
#[tokio::test]
async fn entries_come_before_the_error_of_their_page() {
    let settlements = |key: Value| json!({"items": [{"id": "s1"}], "last_evaluated_key": key});
    let no_date = "its `last_evaluated_key` has neither `settled_at` nor `created_at`";
    for (key, missing) in [
        (json!({"id": "s1"}), no_date),
        (json!({"id": "s1", "settled_at": null}), no_date),
        (json!({"settled_at": "2026-03-10"}), "its `last_evaluated_key` has no `id`"),
        (json!({"id": "", "settled_at": "2026-03-10"}), "its `last_evaluated_key` has no `id`"),
        // These keys neither mark the end of the list nor give a position in it.
        (json!("s1"), no_date),
        (json!(["s1"]), no_date),
    ] {
        let (client, server) = pages([settlements(key.clone())]).await;
        let mut list = client.settlements().list_all(|list| list);
        assert_eq!(list.try_next().await.unwrap().unwrap().id.as_deref(), Some("s1"), "{key}");
        let error = list.try_next().await.unwrap_err();
        assert!(
            matches!(error, Error::Build(_)) && error.to_string().ends_with(missing),
            "{error}"
        );
        assert!(list.try_next().await.unwrap().is_none());
        assert_eq!(server.calls().len(), 1);
    }

    let (client, _server) =
        pages([json!({"reports": [{"id": "1"}], "starting_after": {"id": "1"}})]).await;
    let mut list = client.reports().list_all(|list| list);
    assert!(list.try_next().await.unwrap().is_some());
    let error = list.try_next().await.unwrap_err();
    assert!(
        error.to_string().ends_with("its `starting_after` is neither a string nor a number"),
        "{error}"
    );
}

/// If the list started again from the beginning, its entries would be counted twice.
#[tokio::test]
async fn invalid_positions_are_not_sent() {
    let (client, server) = pages([]).await;
    for position in ["b0c4f7d1", "", "2026-03-10", "/b0c4f7d1", "2026-03-10/"] {
        let mut list = client.settlements().list_all(|list| list).starting_after(position);
        let error = list.try_next().await.unwrap_err();
        assert!(matches!(error, Error::Build(_)) && !error.maybe_sent(), "{error}");
        assert!(error.to_string().contains("`2026-03-10/b0c4f7d1`"), "{error}");
    }
    let payouts = client.payouts();
    let reasons = [
        client
            .transactions()
            .list_all(|list| list)
            .starting_after("")
            .next()
            .await
            .map(|read| read.map(|_| ())),
        client
            .reports()
            .list_all(|list| list)
            .starting_after("")
            .next()
            .await
            .map(|read| read.map(|_| ())),
        payouts
            .list_all_transfers("s", |list| list)
            .starting_after("")
            .next()
            .await
            .map(|read| read.map(|_| ())),
    ];
    for reason in reasons {
        let error = reason.unwrap().unwrap_err();
        assert!(error.to_string().contains("is empty"), "{error}");
    }
    assert!(server.calls().is_empty());

    let (client, server) = pages([json!({"items": []})]).await;
    let mut list = client.settlements().list_all(|list| list).starting_after("2026-03-10/a/b");
    assert!(list.try_next().await.unwrap().is_none());
    assert_eq!(
        queries(&server),
        ["limit=100&starting_after_id=a%2Fb&starting_after_date=2026-03-10"]
    );
}

/// Dintero cannot find a position by its id or date alone, and refuses filters that exclude each other.
#[tokio::test]
async fn half_a_position_and_exclusive_filters_are_not_sent() {
    let from = Date::constant(2026, 3, 1);
    let (client, server) = pages([]).await;
    let list = || client.settlements().list();
    let filtered = || list().item_created_at_gte("2026-03-01");
    for (call, names) in [
        (list().starting_after_id("b0c4f7d1"), ["starting_after_id", "starting_after_date"]),
        (list().starting_after_date("2026-03-10"), ["starting_after_date", "starting_after_id"]),
        (
            list().starting_after_id("b0c4f7d1").starting_after_date(""),
            ["starting_after_id", "starting_after_date"],
        ),
        (filtered().created_at_gte(from), ["item_created_at.gte", "created_at.gte"]),
        (
            list().created_at_lte(from).item_created_at_lte("2026-03-01"),
            ["item_created_at.lte", "created_at.lte"],
        ),
    ] {
        let error = call.await.unwrap_err();
        let Error::Build(problems) = &error else { panic!("{error}") };
        assert!(!error.maybe_sent());
        let [problem] = problems.messages().collect::<Vec<_>>()[..] else { panic!("{error}") };
        assert!(names.iter().all(|name| problem.contains(&format!("`{name}`"))), "{problem}");
    }
    // All violations are reported at once.
    let error = filtered().created_at_gte(from).starting_after_id("b0c4f7d1").await;
    let Err(Error::Build(problems)) = error else { panic!("it must not be sent") };
    assert_eq!(problems.messages().count(), 2);
    // `list_all` sets no position on the first page, so a filter that sets one half is an error too.
    let mut all = client.settlements().list_all(|list| list.starting_after_id("b0c4f7d1"));
    assert!(matches!(all.try_next().await, Err(Error::Build(_))));
    assert!(server.calls().is_empty());

    let (client, server) = pages([json!({"items": []}), json!({"items": []})]).await;
    let list = || client.settlements().list();
    list().starting_after_id("b0c4f7d1").starting_after_date("2026-03-10").await.unwrap();
    list().item_created_at_gte("2026-03-01").created_at_lte(from).await.unwrap();
    assert_eq!(
        queries(&server),
        [
            "starting_after_id=b0c4f7d1&starting_after_date=2026-03-10",
            "item_created_at.gte=2026-03-01&created_at.lte=2026-03-01",
        ]
    );
}

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
