//! Captures a transaction in full, as one shipment, and then refunds one unit of the first line. You can run the
//! program twice: nothing is captured or refunded twice.
//!
//! ```sh
//! DINTERO_ACCOUNT_ID=T12345678 DINTERO_CLIENT_ID=… DINTERO_CLIENT_SECRET=… \
//!     cargo run --example ship_and_refund TRANSACTION_ID
//! ```
//!
//! Needs an authorized transaction in the sandbox, such as the transaction whose id the example `checkout` prints.

#![allow(clippy::print_stdout, reason = "the example prints its results")]

use std::env;
use std::error::Error;

use dintero_api::Client;
use dintero_api::client::{FinishedChange, GuardError, GuardedChange, WaitError};
use dintero_api::order::{Capture, Refund};
use dintero_api::types::{OrderLine, SessionOrder, Transaction};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let client = Client::from_env()?;
    if !client.account_id().is_sandbox() {
        return Err("this example moves money: use a sandbox account".into());
    }
    let transaction_id = env::args().nth(1).ok_or("pass the id of a transaction")?;

    let transaction = client.transactions().get(&transaction_id).await?;
    if !transaction.outcome().may_ship() {
        return Err(format!("do not ship: the payment is {}", transaction.outcome().state).into());
    }
    let order = stored_order(&transaction);
    let line_id = order
        .items
        .iter()
        .flatten()
        .find_map(|line| line.line_id.clone())
        .ok_or("the order has no lines")?;

    // The shipment number is the reference. After a crash, run the same code again.
    let shipment = Capture::of(&order).everything().reference("shipment-1");
    let captured = client.transactions().capture_once(&transaction_id, shipment).await;
    report("shipment-1", captured).await?;

    let returned = Refund::of(&order).line(line_id, 1).reference("return-1").reason("broken");
    let refunded = client.transactions().refund_once(&transaction_id, returned).await;
    report("return-1", refunded).await?;

    let outcome = client.transactions().get(&transaction_id).await?.outcome();
    match outcome.amounts {
        Some(amounts) => println!("captured {}, refunded {}", amounts.captured, amounts.refunded),
        None => println!("the amounts are unknown: {:?}", outcome.unclear),
    }
    Ok(())
}

/// Builds the order from the lines of the transaction. A real shop reads the order that it stored instead.
fn stored_order(transaction: &Transaction) -> SessionOrder {
    let reference = transaction.merchant_reference.clone().unwrap_or_default();
    let items: Vec<OrderLine> = transaction.items.clone().unwrap_or_default();
    SessionOrder::new(transaction.amount, transaction.currency, reference).items(items)
}

async fn report(
    reference: &str,
    change: Result<GuardedChange<'_>, GuardError>,
) -> Result<(), Box<dyn Error>> {
    match change {
        Ok(change) if change.is_done() => {
            println!("{reference}: done by {:?}", change.made_by());
        }
        Ok(accepted) => match accepted.wait().await {
            Ok(FinishedChange::Succeeded { .. }) => println!("{reference}: finished later"),
            Ok(FinishedChange::Failed { event, .. }) => {
                println!("{reference}: failed: {:?}", event.error.as_ref().map(|it| &it.code));
            }
            Ok(FinishedChange::OtherAmount { requested, moved, .. }) => {
                println!("{reference}: moved {moved} instead of {requested:?}");
            }
            Ok(_) => println!("{reference}: look at the payment"),
            Err(error @ WaitError::TimedOut { .. }) => println!("{reference}: {error}"),
            Err(error) => return Err(error.into()),
        },
        Err(GuardError::NotPermitted(reason)) => println!("{reference}: not possible: {reason}"),
        Err(error) => {
            println!("{reference}: may have been carried out: {}", error.maybe_sent());
            return Err(error.into());
        }
    }
    Ok(())
}
