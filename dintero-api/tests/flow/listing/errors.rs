//! Tests entries and pages that cannot be read, and positions that cannot be sent.

use dintero_api::client::StatusCode;

use super::*;

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

/// An unreadable entry is an error in its place, whichever entries are unreadable, and the list continues after it.
#[tokio::test]
async fn unreadable_entries_do_not_hide_the_rest_of_the_page() {
    let broken: [&[usize]; 5] = [&[0], &[1], &[2], &[0, 2], &[0, 1, 2]];
    for broken in broken {
        let mut page = transactions(&["a", "b", "c"]);
        let mut expected = found(&["a", "b", "c", "d"]);
        for index in broken {
            page[*index]["amount"] = json!("hunter2");
            expected[*index] =
                Err(format!("`[{index}].amount`: expected an integer, found a string"));
        }
        let (client, server) = pages([page, transactions(&["d"]), json!([])]).await;
        let mut list = client.transactions().list_all(|list| list);
        assert_eq!(everything(&mut list).await, expected, "{broken:?}");
        assert_eq!(server.calls().len(), 3);
    }
}

#[tokio::test]
async fn unreadable_entry_is_an_error_with_its_page() {
    let page = json!({"items": [{"id": "s1"}, {"id": ["hunter2"]}, 3, {"id": "s4"}]});
    let (client, _server) = pages([page.clone()]).await;
    let mut list = client.settlements().list_all(|list| list);
    assert_eq!(list.next().await.unwrap().unwrap().id.as_deref(), Some("s1"));
    for place in ["`items[1].id`: expected", "`items[2]`: expected an object"] {
        // The list continues without `resume`, because only a failed page ends it.
        let error = list.next().await.unwrap().unwrap_err();
        assert!(matches!(error, Error::Unexpected(_)) && !error.is_retryable(), "{error:?}");
        assert_eq!(error.raw_body().map(|raw| &raw[..]), Some(page.to_string().as_bytes()));
        let reason = std::error::Error::source(&error).unwrap();
        let reason = reason.source().unwrap().to_string();
        assert!(reason.starts_with(place), "{reason}");
        assert!(!format!("{error:?}").contains("hunter2"));
    }
    assert_eq!(list.next().await.unwrap().unwrap().id.as_deref(), Some("s4"));
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

    for token in [json!({"id": "1"}), json!(1.0), json!(1e20)] {
        let (client, server) =
            pages([json!({"reports": [{"id": "1"}], "starting_after": token})]).await;
        let mut list = client.reports().list_all(|list| list);
        assert!(list.try_next().await.unwrap().is_some());
        let error = list.try_next().await.unwrap_err();
        assert!(
            error.to_string().ends_with("its `starting_after` is neither a string nor an integer"),
            "{error}"
        );
        assert_eq!(server.calls().len(), 1);
    }
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
    for position in ["a#", "#"] {
        let mut reports = client.reports().list_all(|list| list).starting_after(position);
        let mut settlements = client.settlements().list_all(|list| list).starting_after(position);
        // An invalid position stays invalid after `resume`.
        for _ in 0..2 {
            let errors = [
                reports.try_next().await.map(|_| ()).unwrap_err(),
                settlements.try_next().await.map(|_| ()).unwrap_err(),
            ];
            for error in errors {
                let expected = "the position is not one that `Listing::position` returned";
                assert!(error.to_string().ends_with(expected), "{error}");
            }
            reports.resume();
            settlements.resume();
        }
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
