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
use dintero_api::callback::{CallbackError, CallbackResponse, CallbackVerifier, VerifiedCallback};
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
    let Some(order) = database.orders.get_mut(&query.merchant_reference) else {
        return Ok(CallbackResponse::NotYet);
    };
    let Some(transaction_id) = query.transaction_id.as_deref() else {
        println!("{}: {:?}", query.merchant_reference, query.error);
        return Ok(CallbackResponse::Handled);
    };
    let transaction = match shop.client.transactions().get(transaction_id).await {
        Ok(transaction) => transaction,
        Err(error) => {
            println!("{transaction_id} cannot be read: {error}");
            return Ok(CallbackResponse::NotYet);
        }
    };
    let key = query.deduplication_key(transaction.status.as_ref());
    match transaction.payment_for(&order.sent, order.transaction_id.as_deref()) {
        PaymentFor::ThisOrder => {
            order.transaction_id = Some(transaction_id.to_owned());
            let outcome = transaction.outcome();
            if key.is_none_or(|key| database.handled.insert(key)) {
                println!("{transaction_id} is {}; may ship: {}", outcome.state, outcome.may_ship());
            }
        }
        PaymentFor::Again => {
            println!("{transaction_id} is a second payment for the order");
            if let Err(error) = shop.client.transactions().void_once(transaction_id).await {
                println!("{transaction_id} cannot be voided: {error}");
                return Ok(CallbackResponse::NotYet);
            }
        }
        other => println!("look at {transaction_id}: {other:?}"),
    }
    Ok(CallbackResponse::Handled)
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
