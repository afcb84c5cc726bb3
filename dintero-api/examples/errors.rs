//! Shows what each kind of error looks like, and how a shop reacts to it.
//!
//! ```sh
//! DINTERO_ACCOUNT_ID=T12345678 DINTERO_CLIENT_ID=… DINTERO_CLIENT_SECRET=… cargo run --example errors
//! ```
//!
//! No money moves, because no step reaches a payment.

#![allow(clippy::print_stdout, reason = "the example prints its results")]

use std::error::Error as _;
use std::time::Duration;

use dintero_api::client::{GuardError, RetryPolicy};
use dintero_api::order::Capture;
use dintero_api::types::{OrderLine, SessionOrder, SessionProfile, SessionUrls};
use dintero_api::{Client, ClientBuilder, Currency, Error};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = Client::from_env()?;

    println!("a client that cannot be built: all problems are reported at once");
    let wrong = Client::builder("12345678", "", "secret").timeout(Duration::ZERO).build();
    for message in wrong.expect_err("three mistakes").messages() {
        println!("  {message}");
    }

    println!("an order that does not add up: the check reports it before anything is sent");
    let chair = OrderLine::new().id("CHAIR-1").line_id("1").quantity(1).amount(29990).vat(25);
    let order = SessionOrder::new(30000, Currency::NOK, "order-1001").items([chair]);
    for problem in order.check().errors() {
        println!("  {problem}");
    }

    println!("the same order, sent: Dintero refuses it");
    let urls = SessionUrls::new("https://example.com/thanks");
    let session = SessionProfile::new(urls, order.clone(), "default");
    match client.sessions().create_from_profile(&session).await {
        Ok(created) => println!("  it was created: {:?}", created.id),
        Err(error) => explain(&error),
    }

    println!("a transaction that does not exist");
    match client.transactions().get("T00000000.nothing").await {
        Ok(_) => println!("  it exists"),
        Err(error) => explain(&error),
    }
    let capture = Capture::of(&order).everything().reference("shipment-1");
    match client.transactions().capture_once("T00000000.nothing", capture).await {
        Ok(change) => println!("  captured: {}", change.is_done()),
        Err(GuardError::Read(error)) => explain(&error),
        Err(error) => println!("  {error}; maybe sent: {}", error.maybe_sent()),
    }

    println!("credentials that Dintero does not accept");
    let stranger = Client::builder(client.account_id(), "nobody", "secret").build()?;
    if let Err(error) = stranger.transactions().get("T00000000.nothing").await {
        explain(&error);
    }

    println!("a server that cannot be reached");
    let offline = ClientBuilder::from_env()
        .base_url("http://127.0.0.1:9")
        .retries(RetryPolicy::default().max_attempts(2))
        .build()?;
    if let Err(error) = offline.transactions().get("T00000000.nothing").await {
        explain(&error);
    }
    Ok(())
}

/// Prints the information that a shop needs about an error. `Display` shows no personal data; `message` may.
fn explain(error: &Error) {
    println!("  {error}");
    let mut source = error.source();
    while let Some(cause) = source {
        println!("    because {cause}");
        source = cause.source();
    }
    let what = match error {
        Error::Build(_) => "correct the request",
        Error::Auth(_) => "check the credentials, or try again later",
        // An attempt may have been refused before the one that this error describes.
        _ if error.is_retryable() => "make the same call again later",
        _ if error.is_refused() => "see Dintero's message",
        _ if error.maybe_sent() => {
            "the request may have been carried out: read its result before you retry"
        }
        _ => "see the error",
    };
    println!("    {what} (status {:?}, code {:?})", error.status(), error.code());
    println!("    Dintero says {:?}", error.message());
    println!("    attempts: {}; may have been sent: {}", error.attempts(), error.maybe_sent());
}
