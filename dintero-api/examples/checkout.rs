//! Creates a checkout session from a cart, and waits until the customer has paid.
//!
//! ```sh
//! DINTERO_ACCOUNT_ID=T12345678 DINTERO_CLIENT_ID=… DINTERO_CLIENT_SECRET=… cargo run --example checkout
//! ```
//!
//! A real shop does not wait, because Dintero calls its callback URL. See the example `callback_axum`.

#![allow(clippy::print_stdout, reason = "the example prints its results")]

use std::error::Error;
use std::time::Duration;

use dintero_api::types::SessionUrls;
use dintero_api::{
    Client, Decimal, DinteroAddress, DinteroOrder, DinteroOrderItem, PaymentState, Timestamp,
    serde_json,
};

#[derive(DinteroOrder)]
#[dintero(
    currency = "NOK",
    shipping_option.id = "post",
    shipping_option.title = "Parcel",
    shipping_option.operator = "Posten",
    shipping_option.vat = 25
)]
struct Cart {
    #[dintero(to = merchant_reference)]
    number: String,
    #[dintero(to = items)]
    lines: Vec<Line>,
    #[dintero(to = shipping_option.amount)]
    freight: Option<Decimal>,
    #[dintero(to = billing_address)]
    customer: Customer,
}

#[derive(DinteroOrderItem)]
struct Line {
    #[dintero(to = id)]
    sku: String,
    #[dintero(to = description)]
    name: String,
    quantity: u32,
    #[dintero(to = unit_price)]
    price: Decimal, // in kroner, with VAT
    vat: u8, // percent
}

#[derive(DinteroAddress)]
struct Customer {
    first_name: String,
    last_name: String,
    email: String,
    country: String,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let client = Client::from_env()?;

    let kroner = |ore| Decimal::new(ore, 2);
    let line = |sku: &str, name: &str, quantity, ore, vat| Line {
        sku: sku.to_owned(),
        name: name.to_owned(),
        quantity,
        price: kroner(ore),
        vat,
    };
    let cart = Cart {
        number: format!("example-{}", Timestamp::now().as_second()),
        lines: vec![line("MUG", "Mug", 2, 14950, 25), line("TEA", "Tea", 1, 8900, 15)],
        freight: Some(kroner(7900)),
        customer: Customer {
            first_name: "Kari".to_owned(),
            last_name: "Nordmann".to_owned(),
            email: "kari@example.com".to_owned(),
            country: "NO".to_owned(),
        },
    };

    let urls = SessionUrls::new("https://example.com/thanks");
    let prepared = client.sessions().create_from_cart(&cart, "default", urls)?;
    // A real shop stores the order now, because a callback can arrive before the response.
    println!("{}", serde_json::to_string(prepared.order())?);
    let created = prepared.await?;
    println!("pay {} at {}", cart.number, created.session.url);

    let transaction_id = loop {
        tokio::time::sleep(Duration::from_secs(5)).await;
        let session = client.sessions().get(&created.session.id).await?;
        match session.into_inner() {
            session if session.cancelled_at.is_some() => {
                return Err("the session was cancelled".into());
            }
            session => match session.transaction_id {
                Some(transaction_id) => break transaction_id,
                None => println!("not paid yet"),
            },
        }
    };
    let outcome = client.transactions().get(&transaction_id).await?.outcome();
    match outcome.state {
        PaymentState::Reserved => {
            println!("{transaction_id} is reserved: capture it when you ship")
        }
        PaymentState::Paid => println!("{transaction_id} is paid: nothing to capture"),
        state => println!("{transaction_id} is {state}"),
    }
    Ok(())
}
