//! Compares Dintero's books with the shop's own, and lists the settlements of a month with their files.
//!
//! ```sh
//! DINTERO_ACCOUNT_ID=T12345678 DINTERO_CLIENT_ID=… DINTERO_CLIENT_SECRET=… cargo run --example reconcile 2026-10-01 2026-10-31
//! ```
//!
//! The API client needs the scope `read:checkout` and any one of `read:settlements`, `read:billing` or `read:reports`.

#![allow(clippy::print_stdout, reason = "the example prints its results")]

use std::collections::HashMap;
use std::env;
use std::error::Error;

use dintero_api::jiff::tz::TimeZone;
use dintero_api::{Client, Date, MinorUnits};

/// Returns the shop's own books: the captured and refunded amounts of each order.
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
    let mut own = own_books();
    let mut captured = client
        .transactions()
        .list_all(move |list| list.captured_at_gte(begin).captured_at_lte(end));
    while let Some(entry) = captured.next().await {
        let transaction = match entry {
            Ok(transaction) => transaction,
            // An unreadable entry does not end the list, but an unreadable page does.
            Err(error) => {
                println!("an entry cannot be read: {error}");
                continue;
            }
        };
        let reference = transaction.merchant_reference.clone().unwrap_or_default();
        let outcome = transaction.outcome();
        let found = outcome.amounts.map(|amounts| (amounts.captured, amounts.refunded));
        match (own.remove(&reference), found) {
            (_, None) => {
                println!("{reference}: Dintero's amounts are unknown: {:?}", outcome.unclear)
            }
            (None, Some((captured, _))) => println!("{reference}: {captured} is not in our books"),
            (Some(ours), Some(theirs)) if ours == theirs => println!("{reference}: agrees"),
            (Some(ours), Some(theirs)) => {
                println!("{reference}: we have {ours:?}, Dintero has {theirs:?}")
            }
        }
    }
    for reference in own.keys() {
        println!("{reference}: Dintero has no captures in this period");
    }
    Ok(())
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
