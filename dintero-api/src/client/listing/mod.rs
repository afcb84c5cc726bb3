//! Reads lists page by page, with one page in memory at a time: one type for Dintero's four kinds of pagination.

mod lists;
mod page;

use std::collections::{HashSet, VecDeque};
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::vec;

use futures_core::Stream;

use self::page::{Impasse, Next, Page};
use super::runtime::RuntimeId;
use super::{BoxFuture, Error};
use crate::wire::{Decoded, ValueError};

/// The number of entries per page, unless [`Listing::page_size`] changes it. This is the largest size that every list
/// in the document allows.
const PAGE_SIZE: u16 = 100;
/// After this many pages in a row without entries, the listing stops requesting pages.
const EMPTY_PAGES: u32 = 100;

/// All entries of a list, requested page by page. Use the listing as a [`Stream`] or, without another crate, in a loop
/// over [`try_next`](Self::try_next).
///
/// Nothing is sent before the first entry is requested, and the next page is requested only when the current one is
/// used up.
///
/// An entry that cannot be read is returned as an error, after the readable entries of its page. The error is an
/// [`Error::Unexpected`] whose sources name the position in the page (`[17].amount`) and whose
/// [`raw_body`](Error::raw_body) is the whole page. The list continues after such an error.
///
/// A page that cannot be read ends the list; [`resume`](Self::resume) requests that page again, so no entry is lost or
/// repeated. A page ends the list for good, after its new entries, if it leads back to a page that was already read, or
/// if it does not say where the next page begins. A hundred pages in a row without entries end the list until
/// [`resume`](Self::resume) is called.
///
/// Entries that are added while the list is read may be missed.
///
/// A listing that is dropped, or not polled for a while, blocks no other call.
///
/// # Examples
///
/// ```no_run
/// async fn stored_position(client: &dintero_api::Client, after: Option<String>) -> Result<Option<String>, dintero_api::Error> {
///     let mut transactions = client.transactions().list_all(|list| list);
///     if let Some(after) = after {
///         transactions = transactions.starting_after(after); // where the last run ended
///     }
///     while let Some(transaction) = transactions.try_next().await? {
///         println!("{:?}", transaction.id);
///     }
///     Ok(transactions.position().map(str::to_owned))
/// }
/// ```
#[must_use = "nothing is sent before an entry is requested"]
pub struct Listing<'c, T> {
    fetch: Unshared<Box<Fetch<'c, T>>>,
    page_size: u16,
    page: vec::IntoIter<Result<Decoded<T>, Error>>,
    /// The unreadable fields of the last returned entry.
    unread: Vec<ValueError>,
    /// The errors of the page's unreadable entries, in order; they are returned last.
    unreadable: VecDeque<Error>,
    /// Why there is no next page; returned when the current page is used up.
    impasse: Option<(Impasse, &'static str)>,
    under_way: Option<UnderWay<'c, T>>,
    /// Where the next page to fetch begins; `None` for the first page.
    position: Option<String>,
    /// Every position that was requested, to detect a page that leads back to an earlier one.
    used: HashSet<String>,
    /// The number of pages without entries since the last page with entries.
    empty_pages: u32,
    state: State,
}

/// Requests the page after a position, with a page size.
type Fetch<'c, T> =
    dyn FnMut(Option<&str>, u16) -> BoxFuture<'c, Result<Page<T>, Error>> + Send + 'c;

/// The filter that a public method takes, boxed. Only the public methods are generic over the filter: a type parameter
/// elsewhere would make rustc prove again, for each set of bounds, that a future is `Send`.
type Filter<'c, L> = dyn Fn(L) -> L + Send + 'c;

/// A page that is being fetched.
struct UnderWay<'c, T> {
    /// The runtime on which the fetch began. The fetch needs that runtime to make progress, so the fetch is started
    /// again when the listing is polled on a different runtime.
    runtime: Option<RuntimeId>,
    page: Unshared<BoxFuture<'c, Result<Page<T>, Error>>>,
}

/// A value that is only accessible through an exclusive borrow. This makes a listing `Sync` even though the listing
/// contains futures that are not. The mutex is never locked.
struct Unshared<T>(Mutex<T>);

impl<T> Unshared<T> {
    fn new(value: T) -> Self {
        Self(Mutex::new(value))
    }

    fn get_mut(&mut self) -> &mut T {
        self.0.get_mut().unwrap_or_else(PoisonError::into_inner)
    }
}

enum State {
    /// More pages may follow.
    Open,
    /// The current page is the last.
    Ended,
    /// A page could not be read, or too many pages had no entries.
    Failed,
}

impl<'c, T> Listing<'c, T> {
    fn new(
        fetch: impl FnMut(Option<&str>, u16) -> BoxFuture<'c, Result<Page<T>, Error>> + Send + 'c,
    ) -> Self {
        Self {
            fetch: Unshared::new(Box::new(fetch)),
            page_size: PAGE_SIZE,
            page: Vec::new().into_iter(),
            unreadable: VecDeque::new(),
            impasse: None,
            under_way: None,
            position: None,
            used: HashSet::new(),
            unread: Vec::new(),
            empty_pages: 0,
            state: State::Open,
        }
    }

    /// Sets how many entries are requested per page. Default: 100.
    ///
    /// The document allows 1 to 100 for transactions and reports, and 1 to 1000 for settlements and transfers; Dintero
    /// refuses other values.
    ///
    /// # Examples
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/support/loopback.rs"));
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let client = fake_dintero(&[
    /// #     ("GET /v1/transactions", 200, r#"[
    /// #         {"id": "t2", "amount": 29990, "currency": "NOK",
    /// #             "payment_product": "vipps", "payment_product_type": "vipps", "status": "CAPTURED"},
    /// #         {"id": "t1", "amount": 29990, "currency": "NOK",
    /// #             "payment_product": "vipps", "payment_product_type": "vipps", "status": "CAPTURED"}
    /// #     ]"#),
    /// #     ("GET /v1/transactions", 200, "[]"),
    /// # ]);
    /// // A screen shows ten rows, and the next page is only requested when the user scrolls down.
    /// let mut transactions = client.transactions().list_all(|list| list).page_size(10);
    /// let first = transactions.try_next().await?;
    /// assert_eq!(first.unwrap().id.as_deref(), Some("t2"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn page_size(mut self, entries: u16) -> Self {
        self.page_size = entries;
        self
    }

    /// Starts after a [`position`](Self::position) of an earlier listing of the same list, with the same filter.
    ///
    /// For transactions, the position is the id of the last transaction read. For other lists, the position is an
    /// opaque string of this crate: the date and the id of a settlement (`2026-03-10/b0c4f7d1`), or one of Dintero's
    /// tokens.
    ///
    /// If the string cannot be a position, the first entry is an error, and nothing is sent. Without this check,
    /// Dintero would start at the first page, and entries that were counted before would be counted again.
    ///
    /// # Examples
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/support/loopback.rs"));
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let client = fake_dintero(&[
    /// #     ("GET /v1/transactions", 200, "[]"),
    /// # ]);
    /// let stored = "T12345678.t1"; // `position` at the end of the last run
    /// let mut transactions = client.transactions().list_all(|list| list).starting_after(stored);
    /// while let Some(transaction) = transactions.try_next().await? {
    ///     println!("{:?}", transaction.id);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn starting_after(mut self, position: impl Into<String>) -> Self {
        self.position = Some(position.into());
        self
    }

    /// Returns where the next page begins, so that another process can continue there. Returns `None` if the next page
    /// is the first.
    ///
    /// After a page has failed, or after the last entry of a page has been returned, every entry before this position
    /// has been returned. After the error for a page that does not say where the next one begins, the position is still
    /// the start of that page, although its entries were returned.
    ///
    /// # Examples
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/support/loopback.rs"));
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let client = fake_dintero(&[
    /// #     ("GET /v1/transactions", 200, r#"[
    /// #         {"id": "t2", "amount": 29990, "currency": "NOK",
    /// #             "payment_product": "vipps", "payment_product_type": "vipps", "status": "CAPTURED"},
    /// #         {"id": "t1", "amount": 29990, "currency": "NOK",
    /// #             "payment_product": "vipps", "payment_product_type": "vipps", "status": "CAPTURED"}
    /// #     ]"#),
    /// #     ("GET /v1/transactions", 200, "[]"),
    /// # ]);
    /// let mut transactions = client.transactions().list_all(|list| list);
    /// assert_eq!(transactions.position(), None);
    /// while let Some(transaction) = transactions.try_next().await? {
    ///     println!("{:?}", transaction.id); // t2, t1
    /// }
    /// assert_eq!(transactions.position(), Some("t1")); // store it, for the next run
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn position(&self) -> Option<&str> {
        self.position.as_deref()
    }

    /// Returns the unreadable fields of the last returned entry. In the entry, these fields are `None` or, for some
    /// strings, empty.
    ///
    /// Works like [`Response::unread`](super::Response::unread), with paths relative to the body of the page:
    /// `[3].metadata`.
    ///
    /// # Examples
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/support/loopback.rs"));
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let client = fake_dintero(&[
    /// #     ("GET /v1/transactions", 200, r#"[{"id": "t1", "amount": 29990, "currency": "NOK",
    /// #             "payment_product": "vipps", "payment_product_type": "vipps", "status": "CAPTURED", "created_at": "soon"}]"#),
    /// #     ("GET /v1/transactions", 200, "[]"),
    /// # ]);
    /// let mut transactions = client.transactions().list_all(|list| list);
    /// while let Some(transaction) = transactions.try_next().await? {
    ///     for problem in transactions.unread() {
    ///         eprintln!("{:?}: {problem}", transaction.id); // names `[0].created_at`
    ///     }
    /// #   assert_eq!(transactions.unread().len(), 1);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn unread(&self) -> &[ValueError] {
        &self.unread
    }

    /// Continues after a failed page by requesting that page again, or continues after too many pages without entries.
    /// Otherwise does nothing.
    ///
    /// # Examples
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/support/loopback.rs"));
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let client = fake_dintero(&[
    /// #     ("GET /v1/transactions", 400, r#"{"error": {"message": "try later"}}"#),
    /// #     ("GET /v1/transactions", 200, r#"[
    /// #         {"id": "t2", "amount": 29990, "currency": "NOK",
    /// #             "payment_product": "vipps", "payment_product_type": "vipps", "status": "CAPTURED"},
    /// #         {"id": "t1", "amount": 29990, "currency": "NOK",
    /// #             "payment_product": "vipps", "payment_product_type": "vipps", "status": "CAPTURED"}
    /// #     ]"#),
    /// #     ("GET /v1/transactions", 200, "[]"),
    /// # ]);
    /// let mut transactions = client.transactions().list_all(|list| list);
    /// let mut count = 0;
    /// loop {
    ///     match transactions.next().await {
    ///         None => break,
    ///         Some(Ok(_)) => count += 1,
    ///         Some(Err(error)) => {
    ///             eprintln!("{error}");
    ///             transactions.resume(); // requests the failed page again; limit the number of times in production
    ///         }
    ///     }
    /// }
    /// assert_eq!(count, 2);
    /// # Ok(())
    /// # }
    /// ```
    pub fn resume(&mut self) {
        if matches!(self.state, State::Failed) {
            self.state = State::Open;
        }
    }

    /// Returns the next entry, or `None` after the last one or after the error of a failed page.
    ///
    /// # Examples
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/support/loopback.rs"));
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let client = fake_dintero(&[
    /// #     ("GET /v1/transactions", 200, r#"[{"id": "t1", "amount": 29990, "currency": "NOK",
    /// #             "payment_product": "vipps", "payment_product_type": "vipps", "status": "CAPTURED"}, {"id": "t0"}]"#),
    /// #     ("GET /v1/transactions", 200, "[]"),
    /// # ]);
    /// let mut transactions = client.transactions().list_all(|list| list);
    /// let (mut read, mut unreadable) = (0, 0);
    /// while let Some(entry) = transactions.next().await {
    ///     match entry {
    ///         Ok(_) => read += 1,
    ///         Err(error) => {
    ///             eprintln!("{error}"); // the list continues after an entry that cannot be read
    ///             unreadable += 1;
    ///         }
    ///     }
    /// }
    /// assert_eq!((read, unreadable), (1, 1));
    /// # Ok(())
    /// # }
    /// ```
    pub async fn next(&mut self) -> Option<Result<T, Error>> {
        poll_fn(|context| self.poll_entry(context)).await
    }

    /// Returns the next entry in the form that a loop with `?` needs:
    /// `while let Some(entry) = listing.try_next().await? { … }`.
    ///
    /// # Errors
    ///
    /// Returns the errors of the call that requests a page, one error for each entry that cannot be read, and an error
    /// if the list cannot continue after a page. [`Listing`] explains how the list continues after each error.
    ///
    /// # Examples
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/support/loopback.rs"));
    /// use dintero_api::types::TransactionStatus;
    ///
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let client = fake_dintero(&[
    /// #     ("GET /v1/transactions", 200, r#"[
    /// #         {"id": "t2", "amount": 29990, "currency": "NOK",
    /// #             "payment_product": "vipps", "payment_product_type": "vipps", "status": "CAPTURED"},
    /// #         {"id": "t1", "amount": 29990, "currency": "NOK",
    /// #             "payment_product": "vipps", "payment_product_type": "vipps", "status": "CAPTURED"}
    /// #     ]"#),
    /// #     ("GET /v1/transactions", 200, "[]"),
    /// # ]);
    /// let mut transactions = client.transactions().list_all(|list| list);
    /// let mut captured = 0;
    /// while let Some(transaction) = transactions.try_next().await? {
    ///     if transaction.status == Some(TransactionStatus::Captured) {
    ///         captured += 1;
    ///     }
    /// }
    /// assert_eq!(captured, 2);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn try_next(&mut self) -> Result<Option<T>, Error> {
        self.next().await.transpose()
    }

    fn poll_entry(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<T, Error>>> {
        loop {
            if let Some(entry) = self.next_of_page() {
                return Poll::Ready(Some(entry));
            }
            if !matches!(self.state, State::Open) {
                return Poll::Ready(None);
            }
            let position = self.position.as_deref();
            let (fetch, size) = (self.fetch.get_mut(), self.page_size);
            let runtime = RuntimeId::current().ok();
            self.under_way.take_if(|under_way| under_way.runtime != runtime);
            let begin = || UnderWay { runtime, page: Unshared::new(fetch(position, size)) };
            let under_way = self.under_way.get_or_insert_with(begin);
            let page = ready!(under_way.page.get_mut().as_mut().poll(context));
            self.under_way = None;
            match page {
                Ok(page) => self.turn(page),
                Err(error) => {
                    self.state = State::Failed;
                    return Poll::Ready(Some(Err(error)));
                }
            }
        }
    }

    /// Returns the next item of the current page: its readable entries, then the errors of the unreadable entries, then
    /// the reason why there is no next page.
    fn next_of_page(&mut self) -> Option<Result<T, Error>> {
        for entry in self.page.by_ref() {
            match entry {
                Ok(entry) => {
                    self.unread = entry.unread;
                    return Some(Ok(entry.value));
                }
                Err(error) => self.unreadable.push_back(error),
            }
        }
        if let Some(error) = self.unreadable.pop_front() {
            return Some(Err(error));
        }
        let (impasse, operation) = self.impasse.take()?;
        self.state = match impasse {
            Impasse::Lost(_) | Impasse::Circle => State::Ended,
            Impasse::Empty => State::Failed,
        };
        Some(Err(impasse.error(operation)))
    }

    /// Moves to a fetched page, and records the position after it.
    fn turn(&mut self, page: Page<T>) {
        let is_empty = page.entries.len() == 0;
        self.empty_pages = if is_empty { self.empty_pages + 1 } else { 0 };
        self.used.extend(self.position.clone());
        let impasse = match page.next {
            // An empty page whose token points to the page itself is the end of the list.
            Next::After(next) if is_empty && self.position.as_ref() == Some(&next) => {
                self.state = State::Ended;
                None
            }
            Next::Nothing => {
                self.state = State::Ended;
                None
            }
            Next::Lost(missing) => Some(Impasse::Lost(missing)),
            // An earlier page ended with this entry, so all entries of this page were returned before.
            Next::AfterEntry(next) if self.used.contains(&next) => {
                self.impasse = Some((Impasse::Circle, page.operation));
                return;
            }
            Next::After(next) if self.used.contains(&next) => Some(Impasse::Circle),
            Next::After(next) | Next::AfterEntry(next) => {
                self.position = Some(next);
                let is_endless = self.empty_pages >= EMPTY_PAGES;
                is_endless.then(|| {
                    self.empty_pages = 0;
                    Impasse::Empty
                })
            }
        };
        self.impasse = impasse.map(|impasse| (impasse, page.operation));
        self.page = page.entries;
    }
}

impl<T: Unpin> Stream for Listing<'_, T> {
    type Item = Result<T, Error>;

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<T, Error>>> {
        self.poll_entry(context)
    }
}

impl<T> fmt::Debug for Listing<'_, T> {
    /// Omits the entries, which may contain personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Listing");
        debug.field("page_size", &self.page_size).field("left_in_page", &self.page.len());
        debug.field("position", &self.position).finish_non_exhaustive()
    }
}
