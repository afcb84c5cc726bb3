//! Saves a card without a payment, and charges it later without the customer present.
//!
//! ```sh
//! # Prints a URL. Open it and enter a test card.
//! DINTERO_ACCOUNT_ID=T12345678 DINTERO_CLIENT_ID=… DINTERO_CLIENT_SECRET=… cargo run --example saved_card
//! # The transaction id is in the URL that you are redirected to.
//! … cargo run --example saved_card TRANSACTION_ID
//! ```

#![allow(clippy::print_stdout, reason = "the example prints its results")]

use std::env;
use std::error::Error;

use dintero_api::types::{
    CardTokenType, CreateSessionPaymentTokenRequest, CreateSessionPaymentTokenRequestSession,
    DinteroPspCardTokenProvider, DinteroPspCreditcardMitPayment, DinteroPspCreditcardToken,
    GetTransactionInclude, MerchantInitiatedOperation, PayFeatureToggle, PaySessionRequest,
    PaySessionRequestSession, SessionCustomerTokensCustomerTokens, SessionOrder,
    SessionPaymentTokenOrder, SessionProfileBaseCustomer, SessionUrls, TransactionEventError,
    TransactionStatus,
};
use dintero_api::{Client, Currency, Secret, Timestamp};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let client = Client::from_env()?;
    if !client.account_id().is_sandbox() {
        return Err("this example charges a card: use a sandbox account".into());
    }
    match env::args().nth(1) {
        None => save(&client).await,
        Some(transaction_id) => {
            let token = token(&client, &transaction_id).await?.ok_or("there is no token")?;
            charge(&client, token).await
        }
    }
}

async fn save(client: &Client) -> Result<(), Box<dyn Error>> {
    let order = SessionPaymentTokenOrder::new(Currency::NOK, "subscription-77");
    let urls = SessionUrls::new("https://example.com/cards");
    let session = CreateSessionPaymentTokenRequestSession::new(order, urls).profile_id("default");
    let provider = DinteroPspCardTokenProvider::new([CardTokenType::PaymentToken]);
    let request = CreateSessionPaymentTokenRequest::new(session, provider);
    let created = client.sessions().create_payment_token(&request).await?;
    println!("enter a card at {}", created.url);
    Ok(())
}

/// Reads the token, which Dintero returns only on request. Store the token like a password.
async fn token(client: &Client, transaction_id: &str) -> Result<Option<Secret>, Box<dyn Error>> {
    let includes = [GetTransactionInclude::CardPaymentToken];
    let transaction = client.transactions().get(transaction_id).includes(includes).await?;
    Ok(transaction.into_inner().card.and_then(|card| card.payment_token))
}

async fn charge(client: &Client, token: Secret) -> Result<(), Box<dyn Error>> {
    // Each period has its own reference, because the feature toggle refuses a reference for which a payment was already
    // authorized.
    let reference = format!("subscription-77-{}", Timestamp::now().as_second());
    let order = SessionOrder::new(29900, Currency::NOK, &reference);
    let card = DinteroPspCreditcardToken::new().payment_token(token);
    let tokens = SessionCustomerTokensCustomerTokens::new().dintero_psp_creditcard(card);
    let session = PaySessionRequestSession::new(order)
        .customer(SessionProfileBaseCustomer::new().tokens(tokens));
    let payment =
        DinteroPspCreditcardMitPayment::new(MerchantInitiatedOperation::RecurringPurchase);

    let paid = client
        .sessions()
        .pay(&PaySessionRequest::new(session, payment))
        .feature_toggles([PayFeatureToggle::StrictSuccessMerchantReference])
        .await;
    let paid = match paid {
        Ok(paid) => paid.into_inner(),
        Err(error) if error.maybe_sent() && !error.is_refused() => {
            println!("look for a payment for {reference} before you charge again");
            return Err(error.into());
        }
        Err(error) => return Err(error.into()),
    };
    // The response to a refused payment also has status 200. This response decides: if a later read of the transaction
    // fails, the card may have been charged all the same.
    match &paid.status {
        Some(TransactionStatus::Authorized | TransactionStatus::Captured) if paid.success => {
            println!("paid: {:?}", paid.id)
        }
        Some(TransactionStatus::Failed | TransactionStatus::Declined) => {
            println!("refused: {:?}", paid.id);
            for error in paid.events.iter().flatten().filter_map(|event| event.error.as_ref()) {
                println!("  {}; {}", error.message, advice(error));
            }
        }
        // The payment is on hold or unclear, and may still succeed.
        _ => println!("do not charge the card again: read {:?} for {reference} later", paid.id),
    }
    Ok(())
}

fn advice(error: &TransactionEventError) -> String {
    match &error.retry_policy {
        Some(policy) => format!("retry policy: {:?} {:?}", policy.retry_codes, policy.retry_after),
        None => "Dintero does not say whether to try again".to_owned(),
    }
}
