//! Compares Dintero's books with the shop's own, and lists the settlements of a month with their files.
//!
//! ```sh
//! DINTERO_ACCOUNT_ID=T12345678 DINTERO_CLIENT_ID=… DINTERO_CLIENT_SECRET=… cargo run --example reconcile 2026-10-01 2026-10-31
//! ```
//!
//! The API client needs the scope `read:checkout` and any one of `read:settlements`, `read:billing` or `read:reports`.

#![allow(clippy::print_stdout, reason = "the example prints its results")]

use std::collections::{HashMap, HashSet};
use std::env;
use std::error::Error;

use dintero_api::jiff::tz::TimeZone;
use dintero_api::types::Transaction;
use dintero_api::{Client, Date, MinorUnits};

/// Returns the shop's own books: the captured and refunded amounts of each order that has a capture or a refund in the
/// period. The amounts include captures and refunds outside of the period.
fn own_books() -> HashMap<String, (MinorUnits, MinorUnits)> {
    HashMap::from([("order-1001".to_owned(), (MinorUnits::new(29990), MinorUnits::ZERO))])
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let client = Client::from_env()?;
    let day = |number| env::args().nth(number).ok_or("pass the first and the last day");
    let (from, to): (Date, Date) = (day(1)?.parse()?, day(2)?.parse()?);
    compare(&client, from, to).await?;
    settlements(&client, from, to).await
}

async fn compare(client: &Client, from: Date, to: Date) -> Result<(), Box<dyn Error>> {
    let begin = from.to_zoned_datetime(TimeZone::UTC)?.timestamp();
    let end = to.tomorrow()?.to_zoned_datetime(TimeZone::UTC)?.timestamp();
    let transactions = client.transactions();
    // A refund can follow its capture by weeks, so a list of captures alone would miss the refund.
    let lists = [
        transactions.list_all(move |list| list.captured_at_gte(begin).captured_at_lte(end)),
        transactions.list_all(move |list| list.refunded_at_gte(begin).refunded_at_lte(end)),
    ];
    let (mut own, mut seen, mut errors) = (own_books(), HashSet::new(), 0);
    for mut list in lists {
        while let Some(entry) = list.next().await {
            match entry {
                Ok(transaction) => {
                    // A transaction with captures and refunds in the period is in both lists.
                    if transaction.id.as_ref().is_none_or(|id| seen.insert(id.clone())) {
                        compare_one(&transaction, &mut own);
                    }
                }
                // An unreadable entry does not end the list, but an unreadable page does.
                Err(error) => {
                    println!("an entry or a page cannot be read: {error}");
                    errors += 1;
                }
            }
        }
    }
    if errors > 0 {
        return Err("the comparison is incomplete".into());
    }
    for reference in own.keys() {
        println!("{reference}: Dintero lists no capture or refund: read the transaction by its id");
    }
    Ok(())
}

/// Compares the amounts of the whole transaction, including events outside of the period.
fn compare_one(transaction: &Transaction, own: &mut HashMap<String, (MinorUnits, MinorUnits)>) {
    let reference = transaction.merchant_reference.clone().unwrap_or_default();
    let outcome = transaction.outcome();
    let found = outcome.amounts.map(|amounts| (amounts.captured, amounts.refunded));
    match (own.remove(&reference), found) {
        (_, None) => println!("{reference}: Dintero's amounts are unknown: {:?}", outcome.unclear),
        (None, Some((captured, refunded))) => {
            println!("{reference}: {captured} captured, {refunded} refunded: not in our books")
        }
        (Some(ours), Some(theirs)) if ours == theirs => println!("{reference}: agrees"),
        (Some(ours), Some(theirs)) => {
            println!("{reference}: we have {ours:?}, Dintero has {theirs:?}")
        }
    }
}

async fn settlements(client: &Client, from: Date, to: Date) -> Result<(), Box<dyn Error>> {
    let mut settlements =
        client.settlements().list_all(move |list| list.created_at_gte(from).created_at_lte(to));
    while let Some(settlement) = settlements.try_next().await? {
        let (provider, reference) = (&settlement.provider, &settlement.provider_reference);
        println!("settlement {reference:?} by {provider:?}: {:?}", settlement.payment_status);
        // Dintero does not document whether these sums are in minor or in major units.
        for sums in settlement.amounts.iter().flatten() {
            println!("  paid out {:?} {:?}, fees {:?}", sums.amount, sums.currency, sums.fee);
        }
        for file in settlement.attachments.iter().flatten() {
            let (Some(settlement_id), Some(file_id)) = (&settlement.id, &file.id) else { continue };
            let bytes = client.settlements().download_attachment(settlement_id, file_id).await?;
            let kind = file.content_type.as_deref().unwrap_or("unknown type");
            println!("  file of {} bytes, {kind}", bytes.len());
        }
    }
    Ok(())
}
