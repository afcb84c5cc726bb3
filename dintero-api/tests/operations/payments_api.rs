//! Tests the two URLs of the payments API: the URL of every operation under v2, the credentials that v2 accepts, and
//! the fields added in 2026 under both URLs.

use dintero_api::client::PaymentsApi;
use dintero_api::types::*;
use dintero_api::{Client, Currency};
use serde_json::json;

use crate::calls::calls;
use crate::document::{self, Documented};
use crate::exchange::{ACCOUNT, API, CHECKOUT, Exchange};
use crate::expect_none;
use crate::requests::{is_filled, response_of};
use crate::schema;
use crate::server::{Reply, is_token};

/// Returns the host and path of an operation under v2. The operations at the checkout host that need credentials move
/// to a path below the account.
fn under_v2(documented: &Documented) -> (&'static str, String) {
    let (host, prefix) = documented.server();
    let is_payment = host == CHECKOUT && !documented.schemes().is_empty();
    match (is_payment, prefix) {
        (true, _) => (API, format!("/v1/accounts/{{aid}}/payments{}", documented.path)),
        (false, "") => (host, documented.path.to_owned()),
        (false, prefix) => (host, format!("/{prefix}{}", documented.path)),
    }
}

#[tokio::test]
async fn every_operation_goes_below_the_account_with_a_bearer_token() {
    let (mut problems, mut moved) = (Vec::new(), 0);
    for call in calls() {
        let documented = document::operation(call.method, call.path);
        let name = format!("{} {}", call.method, call.path);
        let response = response_of(&call);
        let exchange = Exchange::of(PaymentsApi::V2, move |_| Reply::json(200, &response)).await;
        let outcome = (call.bare)(&exchange.client).await;
        let wants_token = call.path.ends_with("/auth/token");
        let arrived = exchange.arrived();
        let arrived: Vec<_> =
            arrived.iter().filter(|(_, request)| is_token(request) == wants_token).collect();
        if documented.operation["x-v1-only"] == true {
            let error = outcome.err().map(|error| error.to_string()).unwrap_or_default();
            if !arrived.is_empty() || !error.contains("PaymentsApi::V1") {
                problems.push(format!("{name} sent {} requests: {error}", arrived.len()));
            }
            continue;
        }
        let [(host, request)] = arrived[..] else {
            problems.push(format!("{name} arrived {} times: {:?}", arrived.len(), outcome.err()));
            continue;
        };
        let (expected, template) = under_v2(&documented);
        moved += usize::from(template.contains("/payments/"));
        let path = request.target.split('?').next().unwrap_or_default();
        if *host != expected || !is_filled(&template, path, &call.in_path) {
            problems.push(format!("{name} went to {host}{path}, not to {expected}{template}"));
        }
        if request.header("x-api-key").is_some() {
            problems.push(format!("{name} was sent with an API key"));
        }
    }
    expect_none(problems);
    assert_eq!(moved, 22, "sessions, transactions, card tokens, profiles and signature secrets");
}

#[test]
fn api_key_is_refused_with_v2() {
    let builder = Client::builder_with_api_key(ACCOUNT, "hunter2").payments_api(PaymentsApi::V2);
    let error =
        builder.base_url("http://127.0.0.1:1").build().expect_err("v2 does not accept an API key");
    let problems: Vec<_> = error.messages().collect();
    assert!(
        matches!(problems[..], [problem] if problem.contains("does not accept an API key") && problem.contains("V1")),
        "{problems:?}"
    );
    assert!(!error.to_string().contains("hunter2"));
    let builder = Client::builder_with_api_key(ACCOUNT, "key").payments_api(PaymentsApi::V1);
    assert!(builder.base_url("http://127.0.0.1:1").build().is_ok());
}

/// Returns a session with an age requirement, and with an invoice that the merchant sends.
fn session() -> SessionProfile {
    let invoice = KraviaConfigurationInvoiceB2c::new(true)
        .days_until_due(21)
        .invoice_channel(InvoiceChannel::Merchant);
    let configuration = SessionConfiguration::new()
        .age_verification(AgeVerification::new().minimum_age_required(18))
        .kravia(KraviaConfiguration::new().invoice_b2c(invoice));
    let order = SessionOrder::new(12500, Currency::NOK, "inv-7");
    SessionProfile::new(SessionUrls::new("https://shop.example.com/thanks"), order, "default")
        .configuration(configuration)
}

/// Returns a payment by an invoice that is issued without the customer present.
fn invoice() -> PaySessionRequest {
    let address = OrderAddress::new()
        .first_name("Kari")
        .last_name("Nordmann")
        .address_line("Gata 1")
        .postal_code("0150")
        .postal_place("Oslo");
    let order = SessionOrder::new(12500, Currency::NOK, "inv-7").billing_address(address);
    let payment = KraviaInvoiceB2cMitPayment::new(21).invoice_channel(InvoiceChannel::Kravia);
    PaySessionRequest::new(PaySessionRequestSession::new(order), payment)
}

#[tokio::test]
async fn additions_of_2026_are_sent_under_both_urls() {
    for api in [PaymentsApi::V1, PaymentsApi::V2] {
        let exchange = Exchange::of(api, |request| {
            let call = calls().into_iter().find(|call| {
                request.method == call.method.to_uppercase()
                    && request.target.split('?').next().is_some_and(|target| {
                        target.ends_with(&call.path.replace("{id}", "T12345678.a"))
                    })
            });
            Reply::json(200, &response_of(&call.expect("the operation is known")))
        })
        .await;
        let client = &exchange.client;
        client.sessions().create_from_profile(&session()).await.expect("the session is created");
        client.sessions().pay(&invoice()).await.expect("the session is paid");
        let refund = RefundTransactionRequest::new(12500).terminal_id("P00000000-T0007");
        client.transactions().refund("T12345678.a", &refund).await.expect("money is refunded");
        let list = client.transactions().list().terminal_id(["P00000000-T0007"]);
        list.channel([Channel::InStore]).await.expect("the transactions are listed");

        let calls = exchange.calls();
        let prefix = match api {
            PaymentsApi::V2 => format!("/v1/accounts/{ACCOUNT}/payments"),
            _ => "/v1".to_owned(),
        };
        let sent: Vec<_> = calls.iter().map(|(_, request)| request.target.as_str()).collect();
        let expected = [
            "/sessions-profile",
            "/sessions/pay",
            "/transactions/T12345678.a/refund",
            "/transactions?terminal_id=P00000000-T0007&channel=in_store",
        ];
        assert_eq!(sent, expected.map(|target| format!("{prefix}{target}")));
        for ((_, request), path) in
            calls.iter().zip(["/sessions-profile", "/sessions/pay", "/transactions/{id}/refund"])
        {
            let (schema, _) = document::operation("post", path).body().expect("it has a body");
            expect_none(schema::problems(schema, &request.json()));
            expect_none(schema::find(schema::Find::Unknown, schema, &request.json()));
        }
        let invoice = &calls[1].1.json()["payment"];
        let expected = json!({
            "payment_product_type": "kravia.invoice_b2c", "operation": "invoice_payment",
            "days_until_due": 21, "invoice_channel": "kravia",
        });
        assert_eq!(*invoice, expected);
    }
}
