//! Tests that a list continues where an interrupted run stopped. For every kind of list and wherever a run stops, a run
//! from the stored position loses no entry, and repeats none but those that cannot be a position.

use dintero_api::client::reqwest::Url;

use super::*;
use crate::server::Request;

/// The lists, by the way in which they find their next page.
#[derive(Debug, Clone, Copy)]
enum Kind {
    /// After the id of an entry.
    Transactions,
    /// After the key of an entry: its date and its id.
    Settlements,
    /// At an opaque token.
    Reports,
    /// At the number of a page.
    Transfers,
}

const KINDS: [Kind; 4] = [Kind::Transactions, Kind::Settlements, Kind::Reports, Kind::Transfers];

/// How a list says that it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// The last page with entries leads nowhere.
    LastPage,
    /// The last page with entries leads to an empty page.
    EmptyPage,
}

/// An entry in the order of the list: its id, if it is readable and has one.
type Item = Option<String>;

/// The index of an entry that cannot be read. Only the unreadable transaction has an id.
const BROKEN: usize = 2;
/// The index of an entry without an id. A transaction always has an id, because Dintero cannot continue without it.
const NAMELESS: usize = 5;
const COUNT: usize = 8;

impl Kind {
    fn entry(self, index: usize) -> Value {
        let id = format!("e#{index}");
        match (self, index) {
            (Self::Transactions, BROKEN) => json!({"id": id, "amount": "hunter2"}),
            (Self::Transactions, _) => {
                let mut entry = transactions(&["x"]).as_array().unwrap()[0].clone();
                entry["id"] = json!(id);
                entry
            }
            (_, BROKEN) => json!(3),
            (_, NAMELESS) => json!({}),
            (Self::Transfers, _) => json!({"ledger_entry_id": id}),
            (Self::Settlements | Self::Reports, _) => json!({"id": id}),
        }
    }

    /// Returns whether the entry can be a position.
    fn has_id(self, index: usize) -> bool {
        matches!(self, Self::Transactions) || ![BROKEN, NAMELESS].contains(&index)
    }

    /// Returns the page that a request asks for.
    fn page(self, end: End, request: &Request) -> Value {
        let url = Url::parse(&format!("http://x{}", request.target)).unwrap();
        let query = |name: &str| {
            url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
        };
        let size: usize = query("limit").unwrap().parse().unwrap();
        let after = |id: String| id.strip_prefix("e#").unwrap().parse::<usize>().unwrap() + 1;
        let begin = match self {
            Self::Transactions => query("starting_after").map(after),
            Self::Settlements => query("starting_after_id").map(|id| id.parse().unwrap()),
            Self::Reports => query("starting_after")
                .map(|token| token.strip_prefix("%23#").unwrap().parse().unwrap()),
            Self::Transfers => {
                query("page").map(|page| (page.parse::<usize>().unwrap() - 1) * size)
            }
        };
        let begin = begin.unwrap_or(0);
        let until = (begin + size).min(COUNT);
        let entries: Vec<_> = (begin..until).map(|index| self.entry(index)).collect();
        let is_more = until < COUNT || end == End::EmptyPage && begin < COUNT;
        let then = |next: Value| if is_more { next } else { Value::Null };
        match self {
            Self::Transactions => json!(entries),
            Self::Settlements => json!({
                "items": entries,
                "last_evaluated_key": then(json!({"id": until.to_string(), "settled_at": "2026-03-10"})),
            }),
            Self::Reports => {
                json!({"reports": entries, "starting_after": then(json!(format!("%23#{until}")))})
            }
            Self::Transfers => {
                let next = (begin / size + 2).to_string();
                json!({"entries": entries, "next_page_token": then(json!(next))})
            }
        }
    }

    /// Reads at most `most` entries from a stored position. Returns the entries and the position to store.
    async fn read(
        self,
        client: &Client,
        size: u16,
        from: Option<&str>,
        most: usize,
    ) -> (Vec<Item>, Option<String>) {
        let payouts = client.payouts();
        match self {
            Self::Transactions => {
                let list = client.transactions().list_all(|list| list).page_size(size);
                read(list, from, most, |entry| entry.id).await
            }
            Self::Settlements => {
                let list = client.settlements().list_all(|list| list).page_size(size);
                read(list, from, most, |entry| entry.id).await
            }
            Self::Reports => {
                let list = client.reports().list_all(|list| list).page_size(size);
                read(list, from, most, |entry| entry.id).await
            }
            Self::Transfers => {
                let list = payouts.list_all_transfers("seller", |list| list).page_size(size);
                read(list, from, most, |entry| entry.ledger_entry_id).await
            }
        }
    }
}

async fn read<T>(
    mut list: Listing<'_, T>,
    from: Option<&str>,
    most: usize,
    id: fn(T) -> Item,
) -> (Vec<Item>, Option<String>) {
    if let Some(position) = from {
        list = list.starting_after(position);
    }
    let mut items = Vec::new();
    while items.len() < most {
        match list.next().await {
            None => break,
            Some(Ok(entry)) => items.push(id(entry)),
            Some(Err(error)) => {
                assert!(matches!(error, Error::Unexpected(_)), "{error}");
                items.push(None);
            }
        }
    }
    (items, list.position().map(str::to_owned))
}

async fn dintero(kind: Kind, end: End) -> (Client, Server) {
    let server = Server::start(move |request, _| match is_token(request) {
        true => token_reply(),
        false => Reply::json(200, &kind.page(end, request)),
    })
    .await;
    (client(&server), server)
}

#[tokio::test]
async fn a_run_continues_after_every_entry() {
    for (kind, end) in
        KINDS.into_iter().flat_map(|kind| [(kind, End::LastPage), (kind, End::EmptyPage)])
    {
        let (client, _server) = dintero(kind, end).await;
        for size in [1, 2, 3, 4, 8, 9] {
            let (all, _) = kind.read(&client, size, None, usize::MAX).await;
            assert_eq!(all.len(), COUNT, "{kind:?}");
            for stop in 0..=COUNT {
                let case = format!("{kind:?}, {end:?}, {size} per page, after {stop}");
                let (before, position) = kind.read(&client, size, None, stop).await;
                assert_eq!(before, all[..stop], "{case}");
                let (after, _) = kind.read(&client, size, position.as_deref(), usize::MAX).await;
                let repeated = (after.len() + stop).checked_sub(COUNT);
                let repeated = repeated.unwrap_or_else(|| panic!("{case}: entries are lost"));
                assert_eq!(after, all[stop - repeated..], "{case}");
                // Only entries that cannot be a position, directly before the stop, are repeated.
                let nameless = (0..stop).rev().take_while(|index| !kind.has_id(*index)).count();
                assert!(repeated <= nameless, "{case}: {repeated} entries are repeated");
            }
        }
    }
}

/// Each run handles one entry, stores the position and crashes. With four entries per page, the entries that cannot be
/// a position are not the last of their pages.
#[tokio::test]
async fn runs_of_one_entry_reach_the_end() {
    for kind in KINDS {
        let (client, _server) = dintero(kind, End::LastPage).await;
        let (all, _) = kind.read(&client, 4, None, usize::MAX).await;
        let (mut found, mut stored, mut unmoved) = (Vec::new(), None, 0);
        loop {
            // An entry that cannot be a position is read together with the next one.
            let (entries, position) = kind.read(&client, 4, stored.as_deref(), 2).await;
            let Some(first) = entries.first().cloned() else { break };
            let (one, first_position) = kind.read(&client, 4, stored.as_deref(), 1).await;
            assert_eq!(one, [first]);
            let moved = first_position != stored;
            unmoved += usize::from(!moved);
            found.extend(entries.into_iter().take(if moved { 1 } else { 2 }));
            stored = if moved { first_position } else { position };
        }
        assert_eq!(found, all, "{kind:?}");
        let without_id = (0..COUNT).filter(|index| !kind.has_id(*index)).count();
        assert_eq!(unmoved, without_id, "{kind:?}");
    }
}

/// The last page of a finished run is not counted again.
#[tokio::test]
async fn position_of_a_finished_run_is_its_end() {
    for kind in KINDS {
        for (end, size) in [(End::LastPage, 3), (End::LastPage, 100), (End::EmptyPage, 4)] {
            let (client, _server) = dintero(kind, end).await;
            let (all, position) = kind.read(&client, size, None, usize::MAX).await;
            assert_eq!((all.len(), position.is_some()), (COUNT, true), "{kind:?}");
            let (again, same) = kind.read(&client, size, position.as_deref(), usize::MAX).await;
            assert_eq!((again, same), (Vec::new(), position), "{kind:?}, {end:?}");
        }
    }
}

/// If the entry at the position is no longer in its page, the page is returned again: nothing is lost.
#[tokio::test]
async fn page_without_the_entry_at_the_position_is_returned_again() {
    let page = |ids: &[&str], next: Value| {
        let reports: Vec<_> = ids.iter().map(|id| json!({"id": id})).collect();
        json!({"reports": reports, "starting_after": next})
    };
    let (client, server) =
        pages([page(&["b", "d", "e"], json!("t2")), page(&["f"], Value::Null)]).await;
    let mut list = client.reports().list_all(|list| list).starting_after("t1#c");
    let mut found = Vec::new();
    while let Some(report) = list.try_next().await.unwrap() {
        found.push((report.id.unwrap(), list.position().unwrap().to_owned()));
    }
    let expected = [("b", "t1#b"), ("d", "t1#d"), ("e", "t2"), ("f", "t2#f")];
    assert_eq!(found, expected.map(|(id, position)| (id.to_owned(), position.to_owned())));
    assert_eq!(queries(&server), ["limit=100&starting_after=t1", "limit=100&starting_after=t2"]);
}

/// An error for the page of the position neither moves the position nor returns entries again.
#[tokio::test]
async fn resume_skips_what_was_returned() {
    let replies = [
        Reply::json(403, &json!({"error": {"message": "not now"}})),
        Reply::json(200, &json!({"reports": [{"id": "a"}, {"id": "b"}, {"id": "c"}]})),
    ];
    let (client, _server) = serve(replies.into()).await;
    let mut list = client.reports().list_all(|list| list).starting_after("#b");
    list.try_next().await.unwrap_err();
    assert_eq!(list.position(), Some("#b"));
    list.resume();
    assert_eq!(list.try_next().await.unwrap().unwrap().id.as_deref(), Some("c"));
    assert!(list.try_next().await.unwrap().is_none());
    assert_eq!(list.position(), Some("#c"));
}
