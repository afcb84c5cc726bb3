//! Tests the list of settlements, whose next page begins at a key in Dintero's database, and the rules for its filters.

use dintero_api::{Date, DateOrTime};

use super::*;

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
