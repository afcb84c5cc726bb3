//! Receives callbacks: verifies the signature, reads the transaction, and updates the order once.
//!
//! ```sh
//! DINTERO_ACCOUNT_ID=T12345678 DINTERO_CLIENT_ID=… DINTERO_CLIENT_SECRET=… DINTERO_SIGNATURE_SECRET=… \
//!     PUBLIC_URL=https://my-tunnel.example cargo run --example callback_axum --features axum
//! ```
//!
//! `PUBLIC_URL` is the public URL that leads to port 3000 of this machine, such as the URL of a tunnel.

#![allow(clippy::print_stdout, reason = "the example prints its results")]

use std::collections::{HashMap, HashSet};
use std::env;
use std::error::Error;
use std::sync::Arc;

use axum::routing::get;
use axum::{Extension, Router};
use dintero_api::callback::CallbackResponse::{Handled, NotYet};
use dintero_api::callback::{
    CallbackError, CallbackQuery, CallbackResponse, CallbackVerifier, VerifiedCallback,
};
use dintero_api::client::GuardError;
use dintero_api::order::PaymentFor;
use dintero_api::types::SessionOrder;
use dintero_api::{Client, Currency};
use tokio::sync::Mutex;

/// A stand-in for a database. The lock is held as long as a row lock on the order would be.
#[derive(Default)]
struct Database {
    /// Each order that was sent, and the id of its payment once there is one.
    orders: HashMap<String, (SessionOrder, Option<String>)>,
    handled: HashSet<String>,
}

#[derive(Clone)]
struct Shop {
    client: Client,
    database: Arc<Mutex<Database>>,
}

async fn callback(
    Extension(shop): Extension<Shop>,
    callback: Result<VerifiedCallback, CallbackError>,
) -> Result<CallbackResponse, CallbackError> {
    let query = callback.inspect_err(|error| println!("refused: {error}"))?.query;
    let mut database = shop.database.lock().await;
    let response = update(&shop.client, &mut database, &query).await;
    Ok(response.unwrap_or_else(|error| {
        println!("{} is not updated: {error}", query.merchant_reference);
        NotYet
    }))
}

/// Updates the order from the transaction that the callback names, as the guide's handler does.
async fn update(
    client: &Client,
    database: &mut Database,
    query: &CallbackQuery,
) -> Result<CallbackResponse, dintero_api::Error> {
    let Some((sent, paid_by)) = database.orders.get_mut(&query.merchant_reference) else {
        return Ok(NotYet);
    };
    let Some(id) = query.transaction_id.as_deref() else {
        println!("{}: {:?}", query.merchant_reference, query.error);
        return Ok(Handled);
    };
    let transaction = client.transactions().get(id).await?;
    let outcome = transaction.outcome();
    let key = query.deduplication_key(transaction.status.as_ref());
    if key.as_ref().is_some_and(|key| database.handled.contains(key)) {
        // If the payment still seems undecided, this callback may report the decision.
        return Ok(if outcome.is_undecided() { NotYet } else { Handled });
    }
    // The payment that is already stored may have failed since then.
    let stored = match paid_by.as_deref().filter(|stored| *stored != id) {
        Some(stored) => Some(client.transactions().get(stored).await?),
        None => None,
    };
    match transaction.payment_for(sent, stored.as_deref()) {
        PaymentFor::ThisOrder => {
            *paid_by = Some(id.to_owned());
            println!("{id} is {}; may ship: {}", outcome.state, outcome.may_ship());
        }
        PaymentFor::Again => match client.transactions().void_once(id).await {
            Ok(change) if change.is_done() => println!("{id}, a second payment, is voided"),
            Err(GuardError::NotPermitted(reason)) => println!("look at {id}: {reason}"),
            other => {
                println!("look at {id}, a second payment that is not voided: {:?}", other.err());
                return Ok(NotYet);
            }
        },
        other => println!("{id} is {}, do not ship: {other:?}", outcome.state),
    }
    if !query.is_shown_by(&transaction) {
        return Ok(NotYet); // the transaction does not show the reported event yet
    }
    database.handled.extend(key);
    Ok(Handled)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let client = Client::from_env()?;
    let secret = env::var("DINTERO_SIGNATURE_SECRET")?;
    let verifier = CallbackVerifier::builder(client.account_id(), [secret])
        .public_url(env::var("PUBLIC_URL")?)
        .build()?;
    let sent = SessionOrder::new(29990, Currency::NOK, "order-1001");
    let shop = Shop { client, database: Arc::default() };
    shop.database.lock().await.orders.insert("order-1001".to_owned(), (sent, None));
    let router = Router::new().route("/dintero/callback", get(callback).post(callback));
    // `VerifiedCallback` takes the verifier from the router's state.
    let router = router.layer(Extension(shop)).with_state(verifier);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    println!("waiting for callbacks at /dintero/callback");
    Ok(axum::serve(listener, router).await?)
}
