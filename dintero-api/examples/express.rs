//! An express checkout: creates the session, and serves the callback that asks for shipping options.
//!
//! ```sh
//! DINTERO_ACCOUNT_ID=T12345678 DINTERO_CLIENT_ID=… DINTERO_CLIENT_SECRET=… DINTERO_SIGNATURE_SECRET=… \
//!     PUBLIC_URL=https://my-tunnel.example cargo run --example express --features axum
//! ```
//!
//! `PUBLIC_URL` is where the world reaches port 3000 of this machine, such as the URL of a tunnel.

#![allow(clippy::print_stdout, reason = "the output is what the example shows")]

use std::env;
use std::error::Error;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use dintero_api::callback::{CallbackVerifier, SIGNATURE_HEADER, ShippingResponseBuilder};
use dintero_api::types::{
    ExpressCallback, MultiShipmentShippingOption, OrderShippingOption, SessionUrls,
};
use dintero_api::{Client, DinteroOrder, DinteroOrderItem, Timestamp, serde_json};

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
    State(verifier): State<CallbackVerifier>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let path = uri.path_and_query().map_or("/", |both| both.as_str());
    let signature = headers.get(SIGNATURE_HEADER).and_then(|value| value.to_str().ok());
    if let Err(error) = verifier.verify("POST", path, signature) {
        println!("refused: {error}");
        return error.response().into_response();
    }
    match options(&body) {
        Ok(json) => ([(header::CONTENT_TYPE, "application/json")], json).into_response(),
        Err(error) => {
            println!("no options: {error}");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

fn options(body: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
    let callback: ExpressCallback = serde_json::from_slice(body)?;
    let address = callback.order.shipping_address.as_ref();
    let home = MultiShipmentShippingOption::new("home", "home", 9900, "Home delivery", "Bring");
    let store = MultiShipmentShippingOption::new("store", "store", 0, "Collect in store", "");
    let options = match address.and_then(|address| address.country).as_ref().map(|it| it.as_str()) {
        Some("NO") => vec![home.vat(25), store.vat(25)],
        _ => Vec::new(), // nothing is delivered there
    };
    let response = ShippingResponseBuilder::new(&callback, options).build()?;
    Ok(serde_json::to_vec(&response)?)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let (account, public_url) = (env::var("DINTERO_ACCOUNT_ID")?, env::var("PUBLIC_URL")?);
    let secret = env::var("DINTERO_SIGNATURE_SECRET")?;
    let verifier = CallbackVerifier::builder(&account, [secret]).public_url(&public_url).build()?;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    let router = Router::new().route("/dintero/shipping", post(shipping)).with_state(verifier);
    let server = tokio::spawn(async move { axum::serve(listener, router).await });

    let id = env::var("DINTERO_CLIENT_ID")?;
    let client = Client::builder(account, id, env::var("DINTERO_CLIENT_SECRET")?).build()?;
    let cart = Cart {
        number: format!("express-{}", Timestamp::now().as_second()),
        lines: vec![Line { sku: "TENT", name: "Tent", quantity: 1, ore: 60000, vat: 25 }],
        shipping_callback: format!("{}/dintero/shipping", public_url.trim_end_matches('/')),
    };
    let urls = SessionUrls::new(format!("{public_url}/thanks"));
    let session = client.sessions().create_from_cart(&cart, "default", urls)?.await?;
    println!("pay {} at {}", cart.number, session.url.as_deref().unwrap_or("(no URL)"));
    server.await??;
    Ok(())
}
