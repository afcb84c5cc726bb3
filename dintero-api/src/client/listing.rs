//! Lists over all their pages, one page in memory: Dintero's four ways to go on after a page, behind one type.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::vec;

use futures_core::Stream;
#[cfg(feature = "settlements")]
use serde_json::Value;

use super::error::BuildError;
use super::runtime::RuntimeId;
use super::{BoxFuture, Error, Response};
#[cfg(feature = "payouts")]
use crate::operations::{ListPayoutTransfers, Payouts};
#[cfg(feature = "reports")]
use crate::operations::{ListReports, Reports};
#[cfg(feature = "settlements")]
use crate::operations::{ListSettlements, Settlements};
use crate::operations::{ListTransactions, Transactions};
#[cfg(feature = "payouts")]
use crate::types::PayoutDestinationTransferEntryV2;
#[cfg(feature = "reports")]
use crate::types::ReportMetadata;
#[cfg(feature = "settlements")]
use crate::types::SettlementItem;
use crate::types::Transaction;

/// Entries per page, unless [`Listing::page_size`] says otherwise. The most that every list of the document allows.
const PAGE_SIZE: u16 = 100;

/// All entries of a list, page by page: a [`Stream`], and without any further crate a loop over
/// [`try_next`](Self::try_next).
///
/// Nothing is sent before the first entry is asked for, and no page before the one at hand is used up. The first error
/// ends the list; [`resume`](Self::resume) goes on at the page that failed, so that no entry is lost or repeated.
///
/// Entries that are added while a list is read may be missed.
#[must_use = "nothing is sent before an entry is asked for"]
pub struct Listing<'c, T> {
    fetch: Box<Fetch<'c, T>>,
    page_size: u16,
    page: vec::IntoIter<T>,
    under_way: Option<UnderWay<'c, T>>,
    /// Where the page that is fetched next begins; `None` for the first one.
    position: Option<String>,
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
    page: BoxFuture<'c, Result<Page<T>, Error>>,
}

enum State {
    /// More pages may follow.
    Open,
    /// The page at hand is the last.
    Ended,
    /// A page failed.
    Failed,
}

/// One page.
struct Page<T> {
    /// Group and method of the operation, for errors.
    operation: &'static str,
    items: Vec<T>,
    next: Next,
}

/// What follows after a page.
enum Next {
    Nothing,
    After(String),
    /// More follows, but the page does not say where.
    Lost,
}

impl<'c> Transactions<'c> {
    /// Lists all transactions that fit, over all pages.
    ///
    /// `filter` sets the parameters of every page's call, except `limit` and `starting_after`, which the listing sets.
    /// Use `|list| list` for all transactions.
    ///
    /// The position is the id of the last transaction read. The answer has no sign that more follows, so the list ends
    /// with an empty page. A short one does not end it: the last page costs a request more than needed, and none is
    /// missed should Dintero send less than was asked for.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use dintero_api::types::ListTransactionsStatus;
    ///
    /// # async fn list(client: &dintero_api::Client) -> Result<(), dintero_api::Error> {
    /// let status = [ListTransactionsStatus::Authorized];
    /// let mut reserved = client.transactions().list_all(move |list| list.status(status.clone()));
    /// while let Some(transaction) = reserved.try_next().await? {
    ///     println!("{:?}", transaction.merchant_reference);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn list_all(
        &self,
        filter: impl Fn(ListTransactions<'c>) -> ListTransactions<'c> + Send + 'c,
    ) -> Listing<'c, Transaction> {
        list_transactions(*self, Box::new(filter))
    }
}

#[inline]
fn list_transactions<'c>(
    transactions: Transactions<'c>,
    filter: Box<Filter<'c, ListTransactions<'c>>>,
) -> Listing<'c, Transaction> {
    Listing::new(move |position, limit| {
        let mut call = filter(transactions.list()).limit(limit.into());
        if let Some(id) = position {
            call = call.starting_after(id);
        }
        read_page("transactions.list", call.send(), |answer| {
            let items = answer.into_inner();
            let next = match items.last() {
                None => Next::Nothing,
                Some(last) => Next::after(last.id.clone()).unwrap_or(Next::Lost),
            };
            (items, next)
        })
    })
}

#[cfg(feature = "settlements")]
impl<'c> Settlements<'c> {
    /// Lists all settlements that fit, over all pages.
    ///
    /// `filter` sets the parameters of every page's call, except `limit`, `starting_after_id` and
    /// `starting_after_date`, which the listing sets. The list ends with a page without `last_evaluated_key`.
    pub fn list_all(
        &self,
        filter: impl Fn(ListSettlements<'c>) -> ListSettlements<'c> + Send + 'c,
    ) -> Listing<'c, SettlementItem> {
        list_settlements(*self, Box::new(filter))
    }
}

#[cfg(feature = "settlements")]
#[inline]
fn list_settlements<'c>(
    settlements: Settlements<'c>,
    filter: Box<Filter<'c, ListSettlements<'c>>>,
) -> Listing<'c, SettlementItem> {
    Listing::new(move |position, limit| {
        let mut call = filter(settlements.list()).limit(limit.into());
        if let Some((date, id)) = position.and_then(|position| position.split_once('/')) {
            call = call.starting_after_id(id).starting_after_date(date);
        }
        read_page("settlements.list", call.send(), |answer| {
            let next = after_settlement(answer.raw());
            (answer.into_inner().items.unwrap_or_default(), next)
        })
    })
}

#[cfg(feature = "reports")]
impl<'c> Reports<'c> {
    /// Lists all reports, over all pages.
    ///
    /// `filter` sets the parameters of every page's call, except `limit` and `starting_after`, which the listing sets.
    /// The list ends with a page without `starting_after`.
    pub fn list_all(
        &self,
        filter: impl Fn(ListReports<'c>) -> ListReports<'c> + Send + 'c,
    ) -> Listing<'c, ReportMetadata> {
        list_reports(*self, Box::new(filter))
    }
}

#[cfg(feature = "reports")]
#[inline]
fn list_reports<'c>(
    reports: Reports<'c>,
    filter: Box<Filter<'c, ListReports<'c>>>,
) -> Listing<'c, ReportMetadata> {
    Listing::new(move |position, limit| {
        let mut call = filter(reports.list()).limit(limit.into());
        if let Some(token) = position {
            call = call.starting_after(token);
        }
        read_page("reports.list", call.send(), |answer| {
            let answer = answer.into_inner();
            let next = Next::after(answer.starting_after).unwrap_or(Next::Nothing);
            (answer.reports.unwrap_or_default(), next)
        })
    })
}

#[cfg(feature = "payouts")]
impl<'c> Payouts<'c> {
    /// Lists all money movements of a seller, over all pages.
    ///
    /// `filter` sets the parameters of every page's call, except `limit` and `page`, which the listing sets. The list
    /// ends with a page without `next_page_token`.
    pub fn list_all_transfers(
        &self,
        payout_destination_id: impl Into<String>,
        filter: impl Fn(ListPayoutTransfers<'c>) -> ListPayoutTransfers<'c> + Send + 'c,
    ) -> Listing<'c, PayoutDestinationTransferEntryV2> {
        list_transfers(*self, payout_destination_id.into(), Box::new(filter))
    }
}

#[cfg(feature = "payouts")]
#[inline]
fn list_transfers<'c>(
    payouts: Payouts<'c>,
    seller: String,
    filter: Box<Filter<'c, ListPayoutTransfers<'c>>>,
) -> Listing<'c, PayoutDestinationTransferEntryV2> {
    Listing::new(move |position, limit| {
        let mut call = filter(payouts.list_transfers(&seller)).limit(limit.into());
        if let Some(token) = position {
            call = call.page(token);
        }
        read_page("payouts.list_transfers", call.send(), |answer| {
            let answer = answer.into_inner();
            let next = Next::after(answer.next_page_token).unwrap_or(Next::Nothing);
            (answer.entries.unwrap_or_default(), next)
        })
    })
}

/// Waits for the answer of a list's operation and takes it apart: the one future of all lists.
#[inline]
fn read_page<'c, A, T>(
    operation: &'static str,
    answer: BoxFuture<'c, Result<Response<A>, Error>>,
    take_apart: fn(Response<A>) -> (Vec<T>, Next),
) -> BoxFuture<'c, Result<Page<T>, Error>>
where
    A: 'c,
    T: 'c,
{
    Box::pin(async move {
        let (items, next) = take_apart(answer.await?);
        Ok(Page { operation, items, next })
    })
}

/// Reads `last_evaluated_key` from the answer as it came: it is a key of Dintero's database, and a time that is written
/// in another way might be another key. The position is the date, a slash and the id.
#[cfg(feature = "settlements")]
fn after_settlement(answer: &[u8]) -> Next {
    let answer: Value = serde_json::from_slice(answer).unwrap_or_default();
    let key = &answer["last_evaluated_key"];
    if key.as_object().is_none_or(serde_json::Map::is_empty) {
        return Next::Nothing;
    }
    // `created_at` is there when the list is filtered by it, and goes first then.
    let date = key["created_at"].as_str().or_else(|| key["settled_at"].as_str());
    match (date, key["id"].as_str()) {
        (Some(date), Some(id)) => Next::After(format!("{date}/{id}")),
        _ => Next::Lost,
    }
}

impl Next {
    fn after(token: Option<String>) -> Option<Self> {
        token.filter(|token| !token.is_empty()).map(Self::After)
    }
}

impl<'c, T> Listing<'c, T> {
    fn new(
        fetch: impl FnMut(Option<&str>, u16) -> BoxFuture<'c, Result<Page<T>, Error>> + Send + 'c,
    ) -> Self {
        Self {
            fetch: Box::new(fetch),
            page_size: PAGE_SIZE,
            page: Vec::new().into_iter(),
            under_way: None,
            position: None,
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
    /// For transactions that is the id of the last one read. For other lists it is a text of this crate's.
    pub fn starting_after(mut self, position: impl Into<String>) -> Self {
        self.position = Some(position.into());
        self
    }

    /// Returns where the next page begins, to go on from there in another process. `None` for the first page.
    ///
    /// After an error, and after the last entry of a page, nothing before it is left to read.
    #[must_use]
    pub fn position(&self) -> Option<&str> {
        self.position.as_deref()
    }

    /// Goes on after an error, with the page that failed. Without an error it does nothing.
    pub fn resume(&mut self) {
        if matches!(self.state, State::Failed) {
            self.state = State::Open;
        }
    }

    /// Returns the next entry, and `None` after the last one and after an error.
    pub async fn next(&mut self) -> Option<Result<T, Error>> {
        poll_fn(|context| self.poll_entry(context)).await
    }

    /// Returns the next entry, for loops: `while let Some(entry) = listing.try_next().await? { … }`.
    ///
    /// # Errors
    ///
    /// As for the call that asks for a page. After one the list has ended; see [`resume`](Self::resume).
    pub async fn try_next(&mut self) -> Result<Option<T>, Error> {
        self.next().await.transpose()
    }

    fn poll_entry(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<T, Error>>> {
        loop {
            if let Some(entry) = self.page.next() {
                return Poll::Ready(Some(Ok(entry)));
            }
            if !matches!(self.state, State::Open) {
                return Poll::Ready(None);
            }
            let position = self.position.as_deref();
            let (fetch, size) = (&mut self.fetch, self.page_size);
            let runtime = RuntimeId::current().ok();
            self.under_way.take_if(|under_way| under_way.runtime != runtime);
            let begin = || UnderWay { runtime, page: fetch(position, size) };
            let under_way = self.under_way.get_or_insert_with(begin);
            let page = ready!(under_way.page.as_mut().poll(context));
            self.under_way = None;
            if let Err(error) = page.and_then(|page| self.turn(page)) {
                self.state = State::Failed;
                return Poll::Ready(Some(Err(error)));
            }
        }
    }

    /// Takes a page and the position after it.
    fn turn(&mut self, page: Page<T>) -> Result<(), Error> {
        match page.next {
            Next::Nothing => self.state = State::Ended,
            Next::After(position) if Some(&position) != self.position.as_ref() => {
                self.position = Some(position);
            }
            Next::After(_) if page.items.is_empty() => self.state = State::Ended,
            // To go on would read the same page for ever, to stop would lose what follows.
            Next::After(_) | Next::Lost => {
                let problem = "the page before it does not say where it ends".to_owned();
                return Err(BuildError::call(page.operation, vec![problem]).into());
            }
        }
        self.page = page.items.into_iter();
        Ok(())
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
