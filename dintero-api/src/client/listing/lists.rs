//! The paginated lists, and how each one finds its next page.

#[cfg(feature = "settlements")]
use serde_json::Value;

use super::page::{self, Identified, Next, Shape, text};
use super::position::Cursor;
use super::{Filter, Listing};
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

impl<'c> Transactions<'c> {
    /// Lists all transactions that match the filter, across all pages.
    ///
    /// `filter` sets the parameters of the call for each page, except `limit` and `starting_after`, which the listing
    /// sets. Use `|list| list` for all transactions.
    ///
    /// A [position](Listing::position) is the id of the last transaction that was returned. Dintero does not document
    /// how it continues after a transaction that no longer matches the filter, so do not filter by a status that your
    /// code changes while it reads the list: collect the ids first.
    ///
    /// A response does not show whether more transactions follow, so the list ends with an empty page, not with a short
    /// one. That costs one more request, but no transaction is missed if Dintero sends fewer than requested.
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

impl Identified for Transaction {
    const ID: &'static str = "id";

    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }
}

/// The next page begins after the page's last transaction, even if that transaction cannot be read.
static TRANSACTIONS: Shape = Shape {
    entries: None,
    next: |page| match page.as_array().and_then(|entries| entries.last()) {
        None => Next::Nothing,
        Some(last) => text(&last["id"])
            .map_or(Next::Lost("its last transaction has no `id`"), Next::AfterEntry),
    },
    check_start: page::check_token,
};

#[inline]
fn list_transactions<'c>(
    transactions: Transactions<'c>,
    filter: Box<Filter<'c, ListTransactions<'c>>>,
) -> Listing<'c, Transaction> {
    Listing::new(Cursor::Entry, move |start, limit| {
        let mut call = filter(transactions.list()).limit(limit.into());
        if let Some(id) = start.text() {
            call = call.starting_after(id);
        }
        page::read(call.call, start, &TRANSACTIONS)
    })
}

#[cfg(feature = "settlements")]
impl<'c> Settlements<'c> {
    /// Lists all settlements that match the filter, across all pages.
    ///
    /// `filter` sets the parameters of the call for each page, except `limit`, `starting_after_id` and
    /// `starting_after_date`, which the listing sets. The list ends with the first page whose response has no
    /// `last_evaluated_key`.
    ///
    /// A [position](Listing::position) at the start of a page is the date and the id of the last settlement of the
    /// previous page: `2026-03-10/b0c4f7d1`. Inside a page, `#` and the id of the last returned settlement follow; on the
    /// first page, the position is only that part.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn list(client: &dintero_api::Client, from: dintero_api::Date) -> Result<(), dintero_api::Error> {
    /// let mut settlements = client.settlements().list_all(move |list| list.created_at_gte(from));
    /// while let Some(settlement) = settlements.try_next().await? {
    ///     println!("{:?} {:?}", settlement.provider, settlement.provider_reference);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn list_all(
        &self,
        filter: impl Fn(ListSettlements<'c>) -> ListSettlements<'c> + Send + 'c,
    ) -> Listing<'c, SettlementItem> {
        list_settlements(*self, Box::new(filter))
    }
}

#[cfg(feature = "settlements")]
impl Identified for SettlementItem {
    const ID: &'static str = "id";

    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }
}

/// Passes `last_evaluated_key` back unchanged: it is a key in Dintero's database, and a time in another format might be
/// another key. The start of a page is the date, a slash and the id.
#[cfg(feature = "settlements")]
static SETTLEMENTS: Shape = Shape {
    entries: Some("items"),
    next: |page| {
        let key = match &page["last_evaluated_key"] {
            Value::Null => return Next::Nothing,
            Value::Object(key) if key.is_empty() => return Next::Nothing,
            key => key,
        };
        // `created_at` is present when the list is filtered by it, and then takes precedence.
        let date = text(&key["created_at"]).or_else(|| text(&key["settled_at"]));
        match (date, text(&key["id"])) {
            (Some(date), Some(id)) => Next::After(format!("{date}/{id}")),
            (None, _) => {
                Next::Lost("its `last_evaluated_key` has neither `settled_at` nor `created_at`")
            }
            (_, None) => Next::Lost("its `last_evaluated_key` has no `id`"),
        }
    },
    check_start: |start| {
        let is_complete = split_start(start).is_some();
        (!is_complete).then_some(
            "a position in the settlements must come from `Listing::position`, such as `2026-03-10/b0c4f7d1`; Dintero \
             cannot find a settlement by its id alone",
        )
    },
};

/// Splits the start of a page into the date and the id of the settlement before the page.
#[cfg(feature = "settlements")]
fn split_start(start: &str) -> Option<(&str, &str)> {
    start.split_once('/').filter(|(date, id)| !date.is_empty() && !id.is_empty())
}

#[cfg(feature = "settlements")]
#[inline]
fn list_settlements<'c>(
    settlements: Settlements<'c>,
    filter: Box<Filter<'c, ListSettlements<'c>>>,
) -> Listing<'c, SettlementItem> {
    Listing::new(Cursor::Token, move |start, limit| {
        let mut call = filter(settlements.list()).limit(limit.into());
        if let Some((date, id)) = start.text().and_then(split_start) {
            call = call.starting_after_id(id).starting_after_date(date);
        }
        page::read(call.call, start, &SETTLEMENTS)
    })
}

#[cfg(feature = "reports")]
impl<'c> Reports<'c> {
    /// Lists all reports, across all pages.
    ///
    /// `filter` sets the parameters of the call for each page, except `limit` and `starting_after`, which the listing
    /// sets. The list ends with the first page whose response has no `starting_after`.
    ///
    /// # Examples
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/support/loopback.rs"));
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let client = fake_dintero(&[
    /// #     ("GET /v1/accounts/T12345678/reports/metadata", 200,
    /// #         r#"{"reports": [{"id": "r1", "content_type": "text/csv"}]}"#),
    /// # ]);
    /// let mut reports = client.reports().list_all(|list| list);
    /// while let Some(report) = reports.try_next().await? {
    ///     // Remember which reports were downloaded: the list has no filter.
    ///     println!("{:?} until {:?}: {:?}", report.content_type, report.data_to, report.id);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn list_all(
        &self,
        filter: impl Fn(ListReports<'c>) -> ListReports<'c> + Send + 'c,
    ) -> Listing<'c, ReportMetadata> {
        list_reports(*self, Box::new(filter))
    }
}

#[cfg(feature = "reports")]
impl Identified for ReportMetadata {
    const ID: &'static str = "id";

    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }
}

#[cfg(feature = "reports")]
static REPORTS: Shape = Shape {
    entries: Some("reports"),
    next: |page| {
        page::after_token(
            &page["starting_after"],
            "its `starting_after` is neither a string nor an integer",
        )
    },
    check_start: page::check_token,
};

#[cfg(feature = "reports")]
#[inline]
fn list_reports<'c>(
    reports: Reports<'c>,
    filter: Box<Filter<'c, ListReports<'c>>>,
) -> Listing<'c, ReportMetadata> {
    Listing::new(Cursor::Token, move |start, limit| {
        let mut call = filter(reports.list()).limit(limit.into());
        if let Some(token) = start.text() {
            call = call.starting_after(token);
        }
        page::read(call.call, start, &REPORTS)
    })
}

#[cfg(feature = "payouts")]
impl<'c> Payouts<'c> {
    /// Lists all transfers of a seller, across all pages.
    ///
    /// `filter` sets the parameters of the call for each page, except `limit` and `page`, which the listing sets. The
    /// list ends with the first page whose response has no `next_page_token`.
    ///
    /// # Examples
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/support/loopback.rs"));
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let client = fake_dintero(&[
    /// #     ("GET /v2/accounts/T12345678/payout/payout-destinations/seller-1/transfers", 200,
    /// #         r#"{"entries": []}"#),
    /// # ]);
    /// let mut transfers =
    ///     client.payouts().list_all_transfers("seller-1", |list| list.currency("NOK"));
    /// while let Some(transfer) = transfers.try_next().await? {
    ///     println!("{:?}: {:?} minor units", transfer.created_at, transfer.amount);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn list_all_transfers(
        &self,
        payout_destination_id: impl Into<String>,
        filter: impl Fn(ListPayoutTransfers<'c>) -> ListPayoutTransfers<'c> + Send + 'c,
    ) -> Listing<'c, PayoutDestinationTransferEntryV2> {
        list_transfers(*self, payout_destination_id.into(), Box::new(filter))
    }
}

#[cfg(feature = "payouts")]
impl Identified for PayoutDestinationTransferEntryV2 {
    const ID: &'static str = "ledger_entry_id";

    fn id(&self) -> Option<&str> {
        self.ledger_entry_id.as_deref()
    }
}

#[cfg(feature = "payouts")]
static TRANSFERS: Shape = Shape {
    entries: Some("entries"),
    next: |page| {
        page::after_token(
            &page["next_page_token"],
            "its `next_page_token` is neither a string nor an integer",
        )
    },
    check_start: page::check_token,
};

#[cfg(feature = "payouts")]
#[inline]
fn list_transfers<'c>(
    payouts: Payouts<'c>,
    seller: String,
    filter: Box<Filter<'c, ListPayoutTransfers<'c>>>,
) -> Listing<'c, PayoutDestinationTransferEntryV2> {
    Listing::new(Cursor::Token, move |start, limit| {
        let mut call = filter(payouts.list_transfers(&seller)).limit(limit.into());
        if let Some(token) = start.text() {
            call = call.page(token);
        }
        page::read(call.call, start, &TRANSFERS)
    })
}
