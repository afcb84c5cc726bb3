//! Lists over all their pages, one page in memory: Dintero's four ways to go on after a page, behind one type.

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
use crate::wire::{Decoded, ReadError};

/// Entries per page, unless [`Listing::page_size`] says otherwise. The most that every list of the document allows.
const PAGE_SIZE: u16 = 100;
/// After this many pages without entries in a row, the list stops to ask.
const EMPTY_PAGES: u32 = 100;

/// All entries of a list, page by page: a [`Stream`], and without any further crate a loop over
/// [`try_next`](Self::try_next).
///
/// Nothing is sent before the first entry is asked for, and no page before the one at hand is used up.
///
/// An entry that cannot be read is an error, after the entries of its page that can be. It is an
/// [`Error::Unexpected`] whose sources name the position in the page (`[17].amount`) and whose
/// [`raw_body`](Error::raw_body) is the page. The list goes on after it by itself.
///
/// A page that cannot be read ends the list; [`resume`](Self::resume) goes on at that page, so that no entry is lost or
/// repeated. A page that leads back to one that was read, or that does not say where it ends, ends the list for good,
/// after its entries. A hundred pages in a row without entries end it until [`resume`](Self::resume) is called.
///
/// Entries that are added while a list is read may be missed.
///
/// A listing that is dropped, or not polled for a while, holds up no other call.
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
#[must_use = "nothing is sent before an entry is asked for"]
pub struct Listing<'c, T> {
    fetch: Unshared<Box<Fetch<'c, T>>>,
    page_size: u16,
    page: vec::IntoIter<Result<Decoded<T>, Error>>,
    /// What could not be read of the entry that was handed out last.
    unread: Vec<ReadError>,
    /// The entries of the page that cannot be read, in their order; they come last.
    unreadable: VecDeque<Error>,
    /// Why there is no next page, to be told when this one is used up.
    impasse: Option<(Impasse, &'static str)>,
    under_way: Option<UnderWay<'c, T>>,
    /// Where the page that is fetched next begins; `None` for the first one.
    position: Option<String>,
    /// Every position that was used.
    used: HashSet<String>,
    /// Pages without entries since the last one that had some.
    empty_pages: u32,
    state: State,
}

/// Begins the call for the page after a position, of a size.
type Fetch<'c, T> =
    dyn FnMut(Option<&str>, u16) -> BoxFuture<'c, Result<Page<T>, Error>> + Send + 'c;

/// What the public methods are given, boxed. They have a type parameter, and what is below them has none: rustc proves
/// anew for every set of bounds that what is inside a future is `Send`.
type Filter<'c, L> = dyn Fn(L) -> L + Send + 'c;

/// A page that is being read.
struct UnderWay<'c, T> {
    /// Where the reading began. It stands still when that runtime does, so on another one it begins anew.
    runtime: Option<RuntimeId>,
    page: Unshared<BoxFuture<'c, Result<Page<T>, Error>>>,
}

/// What only an exclusive borrow reaches, so that a listing can be shared between threads (`Sync`) although it holds futures
/// that cannot be. It is never locked.
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
    /// The page at hand is the last.
    Ended,
    /// A page failed, or too many had no entries.
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

    /// Sets how many entries are asked for with each page. 100 by default.
    ///
    /// The document allows 1 to 100 for transactions and reports, to 1000 for settlements and transfers; Dintero
    /// refuses others.
    pub fn page_size(mut self, entries: u16) -> Self {
        self.page_size = entries;
        self
    }

    /// Begins after a [`position`](Self::position) of an earlier listing of the same list, with the same filter.
    ///
    /// For transactions that is the id of the last one read. For other lists it is a text of this crate's: the date and the id
    /// of a settlement (`2026-03-10/b0c4f7d1`), or a token of Dintero's.
    ///
    /// A text that cannot be a position is an error when the first entry is asked for, and nothing is sent: Dintero would
    /// begin with the first page, and what was counted before would be counted again.
    pub fn starting_after(mut self, position: impl Into<String>) -> Self {
        self.position = Some(position.into());
        self
    }

    /// Returns where the next page begins, to go on from there in another process. `None` for the first page.
    ///
    /// After the error of a page, and after the last entry of one, nothing before it is left to read. After the error for a page
    /// that does not say where it ends, it is still where that page began, although its entries were handed out.
    #[must_use]
    pub fn position(&self) -> Option<&str> {
        self.position.as_deref()
    }

    /// Returns what could not be read of the entry that was handed out last, and is `None` in it therefore.
    ///
    /// As [`Response::unread`](super::Response::unread), with paths from the body of the page: `[3].metadata`.
    #[must_use]
    pub fn unread(&self) -> &[ReadError] {
        &self.unread
    }

    /// Goes on after a page that failed, with that page, or after too many pages without entries. Otherwise it does
    /// nothing.
    pub fn resume(&mut self) {
        if matches!(self.state, State::Failed) {
            self.state = State::Open;
        }
    }

    /// Returns the next entry, and `None` after the last one and after a page that failed.
    pub async fn next(&mut self) -> Option<Result<T, Error>> {
        poll_fn(|context| self.poll_entry(context)).await
    }

    /// Returns the next entry, for loops: `while let Some(entry) = listing.try_next().await? { … }`.
    ///
    /// # Errors
    ///
    /// As for the call that requests a page, and one for each entry that cannot be read; see [`Listing`] for how the list
    /// goes on after each.
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

    /// Returns what is left of the page at hand: entries, those that cannot be read, and why there is no next page.
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

    /// Takes a page and the position after it.
    fn turn(&mut self, page: Page<T>) {
        let is_empty = page.entries.len() == 0;
        self.empty_pages = if is_empty { self.empty_pages + 1 } else { 0 };
        self.used.extend(self.position.clone());
        let impasse = match page.next {
            // A token that leads to where it comes from, without an entry, is the end.
            Next::After(next) if is_empty && self.position.as_ref() == Some(&next) => {
                self.state = State::Ended;
                None
            }
            Next::Nothing => {
                self.state = State::Ended;
                None
            }
            Next::Lost(missing) => Some(Impasse::Lost(missing)),
            // The entry with this id was handed out before, and so were those before it.
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
    /// Without entries, which may hold personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Listing");
        debug.field("page_size", &self.page_size).field("left_in_page", &self.page.len());
        debug.field("position", &self.position).finish_non_exhaustive()
    }
}
