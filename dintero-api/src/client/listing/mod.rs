//! Reads lists page by page, with one page in memory at a time: one type for Dintero's four kinds of pagination.

mod lists;
mod page;
mod position;

use std::collections::HashSet;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::vec;

use futures_core::Stream;

use self::page::{Entry, Impasse, Next, Page, Start};
use self::position::Cursor;
use super::runtime::RuntimeId;
use super::{BoxFuture, Error};
use crate::wire::ValueError;

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
/// An entry that cannot be read is returned as an error, in its place in the list. The error is an
/// [`Error::Unexpected`] whose sources name the place in the page (`[17].amount`) and whose
/// [`raw_body`](Error::raw_body) is the whole page. The list continues after such an error.
///
/// A page that cannot be read ends the list; [`resume`](Self::resume) requests that page again, so no entry is lost or
/// repeated. A page ends the list for good, after its new entries, if it leads back to a page that was already read, or
/// if it does not say where the next page begins. A hundred pages in a row without entries end the list until
/// [`resume`](Self::resume) is called.
///
/// Another process can continue a list at its [`position`](Self::position).
///
/// Entries that are added while the list is read may be missed.
///
/// A listing that is dropped, or not polled for a while, blocks no other call.
///
/// # Examples
///
/// ```no_run
/// /// Handles all transactions, and continues where an earlier run was interrupted.
/// async fn all(client: &dintero_api::Client, stored: Option<String>) -> Result<(), dintero_api::Error> {
///     let mut transactions = client.transactions().list_all(|list| list);
///     if let Some(position) = stored {
///         transactions = transactions.starting_after(position);
///     }
///     while let Some(transaction) = transactions.try_next().await? {
///         println!("{:?}", transaction.id); // handle the transaction first
///         println!("store {:?}", transactions.position());
///     }
///     println!("delete the stored position: this run is complete");
///     Ok(())
/// }
/// ```
#[must_use = "nothing is sent before an entry is requested"]
pub struct Listing<'c, T> {
    fetch: Unshared<Box<Fetch<'c, T>>>,
    page_size: u16,
    page: vec::IntoIter<Entry<T>>,
    /// The unreadable fields of the last returned entry.
    unread: Vec<ValueError>,
    /// Why there is no next page; returned when the current page is used up.
    impasse: Option<(Impasse, &'static str)>,
    under_way: Option<UnderWay<'c, T>>,
    cursor: Cursor,
    /// Where another listing continues.
    position: Option<String>,
    /// Where the current page begins, or the page that is being fetched; `None` for the first page.
    start: Option<String>,
    /// Whether the caller passed a text that is not a position. Nothing is requested then.
    has_invalid_position: bool,
    /// Where the page after the current one begins, if it is known.
    next: Option<String>,
    /// The last entry that an earlier listing returned of the first page to fetch.
    skipped: Option<String>,
    /// The start of every page that was requested, to detect a page that leads back to an earlier one.
    used: HashSet<String>,
    /// The number of pages without entries since the last page with entries.
    empty_pages: u32,
    state: State,
}

/// Requests the page that begins at the given start, with a page size.
type Fetch<'c, T> = dyn FnMut(Start<'_>, u16) -> BoxFuture<'c, Result<Page<T>, Error>> + Send + 'c;

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
        cursor: Cursor,
        fetch: impl FnMut(Start<'_>, u16) -> BoxFuture<'c, Result<Page<T>, Error>> + Send + 'c,
    ) -> Self {
        Self {
            fetch: Unshared::new(Box::new(fetch)),
            page_size: PAGE_SIZE,
            page: Vec::new().into_iter(),
            impasse: None,
            under_way: None,
            cursor,
            position: None,
            start: None,
            has_invalid_position: false,
            next: None,
            skipped: None,
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

    /// Starts after a [`position`](Self::position) of an earlier listing of the same list, with the same filter and the
    /// same page size.
    ///
    /// For transactions, a position is the id of a transaction. For other lists, a position is a string that only this
    /// crate understands.
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
    /// let stored = "T12345678.t1"; // `position` after the last entry that the interrupted run handled
    /// let mut transactions = client.transactions().list_all(|list| list).starting_after(stored);
    /// while let Some(transaction) = transactions.try_next().await? {
    ///     println!("{:?}", transaction.id);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn starting_after(mut self, position: impl Into<String>) -> Self {
        let position = position.into();
        let parsed = self.cursor.parse(&position);
        self.has_invalid_position = parsed.is_none();
        (self.start, self.skipped) =
            parsed.map_or((None, None), |parsed| (parsed.start, parsed.entry));
        self.position = Some(position);
        self
    }

    /// Returns where another listing continues, possibly in another process: after the last entry that this listing
    /// returned, readable or not. Returns `None` at the beginning of the list.
    ///
    /// Handle an entry, and then store the position. If a run is interrupted anywhere, a listing with the same filter
    /// and the same page size that [starts after](Self::starting_after) the stored position misses none of the
    /// remaining entries. It can return entries again, so the handling of an entry must be idempotent by its id:
    ///
    /// - An entry that was handled, but after which the position was not stored, is returned again.
    /// - An entry without an id does not move the position, except as the last entry of a page after which the list
    ///   continues. Such entries are returned again until an entry with an id follows.
    /// - Dintero cannot continue settlements, reports and transfers in the middle of a page, so the interrupted page is
    ///   requested again, and its entries up to the position are skipped. If Dintero no longer sends the entry at the
    ///   position in that page, the whole page is returned again. Dintero does not document how long it accepts the
    ///   token of a page.
    ///
    /// The position is not a way to find new entries. Dintero does not document the order of lists, so new entries may
    /// be before the position. List a later period with a filter, or list everything again.
    ///
    /// The error for an unreadable entry moves the position past that entry, if the entry has an id. A run that ends at
    /// the error without storing this position is followed by a run that begins with the same error. The error for a
    /// page, and an error because the list cannot continue, do not move the position.
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
    /// let mut stored = Vec::new();
    /// while let Some(transaction) = transactions.try_next().await? {
    ///     println!("{:?}", transaction.id); // handle the transaction before the position is stored
    ///     stored.push(transactions.position().map(str::to_owned));
    /// }
    /// assert_eq!(stored, [Some("t2".to_owned()), Some("t1".to_owned())]);
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
            // A page that failed is fetched again, because `next` is set only by a page that was read.
            self.start = self.next.take().or(self.start.take());
            let start = match &self.start {
                _ if self.has_invalid_position => Start::Invalid,
                None => Start::Beginning,
                Some(start) => Start::At(start),
            };
            let (fetch, size) = (self.fetch.get_mut(), self.page_size);
            let runtime = RuntimeId::current().ok();
            self.under_way.take_if(|under_way| under_way.runtime != runtime);
            let begin = || UnderWay { runtime, page: Unshared::new(fetch(start, size)) };
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

    /// Returns the next item of the current page: its entries, then the reason why there is no next page.
    fn next_of_page(&mut self) -> Option<Result<T, Error>> {
        if let Some(entry) = self.page.next() {
            self.pass(entry.id.as_deref());
            let (value, unread) = match entry.read {
                Ok(decoded) => (Ok(decoded.value), decoded.unread),
                Err(error) => (Err(error), Vec::new()),
            };
            self.unread = unread;
            return Some(value);
        }
        let (impasse, operation) = self.impasse.take()?;
        self.state = match impasse {
            Impasse::Lost(_) | Impasse::Circle => State::Ended,
            Impasse::Empty => State::Failed,
        };
        Some(Err(impasse.error(operation)))
    }

    /// Moves the position past an entry that was taken from the current page.
    fn pass(&mut self, id: Option<&str>) {
        match (&self.next, id) {
            (Some(next), _) if self.page.len() == 0 => {
                self.position = Some(self.cursor.at_page(next));
            }
            (_, Some(id)) => {
                self.position = Some(self.cursor.after_entry(self.start.as_deref(), id));
            }
            (_, None) => {}
        }
    }

    /// Moves to a fetched page, and records where the page after it begins.
    fn turn(&mut self, page: Page<T>) {
        let is_empty = page.entries.len() == 0;
        self.empty_pages = if is_empty { self.empty_pages + 1 } else { 0 };
        self.used.extend(self.start.clone());
        let impasse = match page.next {
            // An empty page whose token points to the page itself is the end of the list.
            Next::After(next) if is_empty && self.start.as_ref() == Some(&next) => {
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
                self.next = Some(next);
                let is_endless = self.empty_pages >= EMPTY_PAGES;
                is_endless.then(|| {
                    self.empty_pages = 0;
                    Impasse::Empty
                })
            }
        };
        self.impasse = impasse.map(|impasse| (impasse, page.operation));
        self.page = page.entries;
        self.skip();
        if self.page.len() == 0 {
            self.pass(None);
        }
    }

    /// Skips the entries of the current page that an earlier listing returned. Skips nothing if Dintero no longer sends
    /// the last of them in this page: an entry that is returned twice does less harm than an entry that is lost.
    fn skip(&mut self) {
        let Some(last) = self.skipped.take() else { return };
        let is_last = |entry: &Entry<T>| entry.id.as_ref() == Some(&last);
        if let Some(index) = self.page.as_slice().iter().position(is_last) {
            self.page.nth(index);
        }
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
