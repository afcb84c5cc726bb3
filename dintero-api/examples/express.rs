//! An express checkout: creates the session, and serves the callback that asks for shipping options.
//!
//! ```sh
//! DINTERO_ACCOUNT_ID=T12345678 DINTERO_CLIENT_ID=… DINTERO_CLIENT_SECRET=… DINTERO_SIGNATURE_SECRET=… \
//!     PUBLIC_URL=https://my-tunnel.example cargo run --example express --features axum
//! ```
//!
//! `PUBLIC_URL` is the public URL that leads to port 3000 of this machine, such as the URL of a tunnel.

#![allow(clippy::print_stdout, reason = "the example prints its results")]

use std::env;
use std::error::Error;

use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use dintero_api::callback::{
    CallbackResponse, CallbackVerifier, ExpressCallbackError, ShippingResponseBuilder,
    VerifiedExpressCallback,
};
use dintero_api::types::{MultiShipmentShippingOption, OrderShippingOption, SessionUrls};
use dintero_api::{Client, Country, DinteroOrder, DinteroOrderItem, Timestamp};

#[derive(DinteroOrder)]
#[dintero(
    currency = "NOK",
    session.express.shipping_options = Vec::<OrderShippingOption>::new(),
    session.express.shipping_mode = ShippingRequired,
)]
struct Cart {
    #[dintero(to = merchant_reference)]
    number: String,
    #[dintero(to = items)]
    lines: Vec<Line>,
    #[dintero(to = session.express.shipping_address_callback_url)]
    shipping_callback: String,
}

#[derive(DinteroOrderItem)]
struct Line {
    #[dintero(to = id)]
    sku: &'static str,
    #[dintero(to = description)]
    name: &'static str,
    quantity: u32,
    #[dintero(to = unit_price)]
    ore: i64,
    vat: u8,
}

async fn shipping(
    callback: Result<VerifiedExpressCallback, ExpressCallbackError>,
) -> Result<Response, ExpressCallbackError> {
    let callback = callback.inspect_err(|error| println!("refused: {error}"))?.callback;
    let address = callback.order.shipping_address.as_ref();
    let home = MultiShipmentShippingOption::new("home", "home", 9900, "Home delivery", "Bring");
    let store = MultiShipmentShippingOption::new("store", "store", 0, "Collect in store", "");
    let options = match address.and_then(|address| address.country) {
        Some(Country::NO) => vec![home.vat(25), store.vat(25)],
        Some(_) => Vec::new(), // no delivery to this country
        None => {
            println!("the country is missing or cannot be read");
            return Ok(CallbackResponse::NotYet.into_response());
        }
    };
    // A real shop stores these options, to pass them to `express_payment_for` after the payment.
    Ok(match ShippingResponseBuilder::new(&callback, options).build() {
        Ok(response) => response.into_response(),
        Err(error) => {
            println!("no options: {error}");
            CallbackResponse::NotYet.into_response()
        }
    })
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let client = Client::from_env()?;
    let (secret, public_url) = (env::var("DINTERO_SIGNATURE_SECRET")?, env::var("PUBLIC_URL")?);
    let verifier =
        CallbackVerifier::builder(client.account_id(), [secret]).public_url(&public_url).build()?;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    let router = Router::new().route("/dintero/shipping", post(shipping)).with_state(verifier);
    let server = tokio::spawn(async move { axum::serve(listener, router).await });

    let cart = Cart {
        number: format!("express-{}", Timestamp::now().as_second()),
        lines: vec![Line { sku: "TENT", name: "Tent", quantity: 1, ore: 60000, vat: 25 }],
        shipping_callback: format!("{}/dintero/shipping", public_url.trim_end_matches('/')),
    };
    let urls = SessionUrls::new(format!("{public_url}/thanks"));
    let created = client.sessions().create_from_cart(&cart, "default", urls)?.await?;
    println!("pay {} at {}", cart.number, created.session.url);
    server.await??;
    Ok(())
}
