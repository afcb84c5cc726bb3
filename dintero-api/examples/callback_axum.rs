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

use axum::Router;
use axum::extract::{FromRef, State};
use axum::routing::get;
use dintero_api::callback::{
    CallbackError, CallbackQuery, CallbackResponse, CallbackVerifier, VerifiedCallback,
};
use dintero_api::client::GuardError;
use dintero_api::order::PaymentFor;
use dintero_api::types::SessionOrder;
use dintero_api::{Client, Currency};
use tokio::sync::Mutex;

/// An order as the shop stores it.
struct Order {
    sent: SessionOrder,
    transaction_id: Option<String>,
}

/// A stand-in for a database. The lock is held as long as a row lock on the order would be.
#[derive(Default)]
struct Database {
    orders: HashMap<String, Order>,
    handled: HashSet<String>,
}

#[derive(Clone)]
struct Shop {
    client: Client,
    verifier: CallbackVerifier,
    database: Arc<Mutex<Database>>,
}

/// Lets the handler's extractor find the verifier.
impl FromRef<Shop> for CallbackVerifier {
    fn from_ref(shop: &Shop) -> Self {
        shop.verifier.clone()
    }
}

async fn callback(
    State(shop): State<Shop>,
    callback: Result<VerifiedCallback, CallbackError>,
) -> Result<CallbackResponse, CallbackError> {
    let query = callback.inspect_err(|error| println!("refused: {error}"))?.query;
    let mut database = shop.database.lock().await;
    let response = update(&shop.client, &mut database, &query).await;
    Ok(response.unwrap_or_else(|error| {
        println!("{} is not updated: {error}", query.merchant_reference);
        CallbackResponse::NotYet
    }))
}

/// Updates the order from the transaction that the callback names.
async fn update(
    client: &Client,
    database: &mut Database,
    query: &CallbackQuery,
) -> Result<CallbackResponse, dintero_api::Error> {
    let Some(order) = database.orders.get_mut(&query.merchant_reference) else {
        return Ok(CallbackResponse::NotYet);
    };
    let Some(id) = query.transaction_id.as_deref() else {
        println!("{}: {:?}", query.merchant_reference, query.error);
        return Ok(CallbackResponse::Handled);
    };
    let transaction = client.transactions().get(id).await?;
    // The payment that is already stored may have failed since then.
    let stored = match order.transaction_id.as_deref().filter(|stored| *stored != id) {
        Some(stored) => Some(client.transactions().get(stored).await?),
        None => None,
    };
    let outcome = transaction.outcome();
    match transaction.payment_for(&order.sent, stored.as_deref()) {
        PaymentFor::ThisOrder => order.transaction_id = Some(id.to_owned()),
        PaymentFor::Again => {
            if void(client, id).await == CallbackResponse::NotYet {
                return Ok(CallbackResponse::NotYet);
            }
        }
        other => println!("look at {id}: {other:?}"),
    }
    if !query.is_shown_by(&transaction) {
        return Ok(CallbackResponse::NotYet);
    }
    let key = query.deduplication_key(transaction.status.as_ref());
    if key.is_none_or(|key| database.handled.insert(key)) {
        println!("{id} is {}; may ship: {}", outcome.state, outcome.may_ship());
    }
    Ok(CallbackResponse::Handled)
}

/// Voids a second payment for an order.
async fn void(client: &Client, id: &str) -> CallbackResponse {
    match client.transactions().void_once(id).await {
        Ok(change) if change.is_done() => println!("{id} was a second payment, and is voided"),
        Err(GuardError::NotPermitted(reason)) => {
            println!("look at the second payment {id}: {reason}")
        }
        Ok(_) => return CallbackResponse::NotYet, // in progress: it may still fail
        Err(error) => {
            println!("the second payment {id} is not voided yet: {error}");
            return CallbackResponse::NotYet;
        }
    }
    CallbackResponse::Handled
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let client = Client::from_env()?;
    let secret = env::var("DINTERO_SIGNATURE_SECRET")?;
    let verifier = CallbackVerifier::builder(client.account_id(), [secret])
        .public_url(env::var("PUBLIC_URL")?)
        .build()?;

    let mut database = Database::default();
    let sent = SessionOrder::new(29990, Currency::NOK, "order-1001");
    database.orders.insert("order-1001".to_owned(), Order { sent, transaction_id: None });
    let shop = Shop { client, verifier, database: Arc::new(Mutex::new(database)) };

    let router =
        Router::new().route("/dintero/callback", get(callback).post(callback)).with_state(shop);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    println!("waiting for callbacks at /dintero/callback");
    axum::serve(listener, router).await?;
    Ok(())
}
