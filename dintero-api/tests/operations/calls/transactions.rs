//! Calls of the operations for transactions.

use super::*;

pub(super) fn transactions() -> Vec<Call> {
    let id = json!({"id": ID});
    let includes =
        json!({"includes": ["events.request_headers", "initiating_system_request_headers"]});
    vec![
        Call::new("post", "/transactions/{id}/capture", |client| {
            let capture = CaptureTransactionRequest::new(33890);
            Box::pin(change(client.transactions().capture(ID, &capture)))
        })
        .in_path(id.clone())
        .full(includes.clone(), |client| {
            let call = client.transactions().capture(ID, &bodies::capture());
            Box::pin(change(call.includes(both_includes())))
        })
        .with_body(|client, json| {
            Box::pin(change(client.transactions().capture(ID, &body(json))))
        }),
        Call::new("post", "/transactions/{id}/authorization", |client| {
            let authorization = UpdateTransactionAuthorizationRequest::new();
            Box::pin(value(client.transactions().update_authorization(ID, &authorization)))
        })
        .in_path(id.clone())
        .full(json!({}), |client| {
            let authorization = bodies::authorization();
            Box::pin(value(client.transactions().update_authorization(ID, &authorization)))
        })
        .with_body(|client, json| {
            Box::pin(value(client.transactions().update_authorization(ID, &body(json))))
        }),
        Call::new("post", "/transactions/{id}/refund", |client| {
            let refund = RefundTransactionRequest::new(100);
            Box::pin(change(client.transactions().refund(ID, &refund)))
        })
        .in_path(id.clone())
        .full(includes.clone(), |client| {
            let call = client.transactions().refund(ID, &bodies::refund());
            Box::pin(change(call.includes(both_includes())))
        })
        .with_body(|client, json| Box::pin(change(client.transactions().refund(ID, &body(json))))),
        Call::new("post", "/transactions/{id}/void", |client| {
            Box::pin(change(client.transactions().void(ID)))
        })
        .in_path(id.clone())
        .full(includes, |client| {
            Box::pin(change(client.transactions().void(ID).includes(both_includes())))
        }),
        Call::new("get", "/transactions/{id}", |client| {
            Box::pin(value(client.transactions().get(ID)))
        })
        .in_path(id.clone())
        .full(
            json!({"includes": ["card.payment_token", "session.events.latest", "events.success.true"]}),
            |client| {
                let call = client.transactions().get(ID);
                Box::pin(value(call.includes([
                    GetTransactionInclude::CardPaymentToken,
                    GetTransactionInclude::SessionEventsLatest,
                    GetTransactionInclude::EventsSuccessTrue,
                ])))
            },
        ),
        Call::new("put", "/transactions/{id}", |client| {
            Box::pin(value(client.transactions().update(ID, &UpdateTransactionRequest::new())))
        })
        .in_path(id)
        .full(json!({}), |client| {
            let update = UpdateTransactionRequest::new().merchant_reference_2("order-17");
            Box::pin(value(client.transactions().update(ID, &update)))
        })
        .with_body(|client, json| {
            Box::pin(value(client.transactions().update(ID, &body(json))))
        }),
        Call::new("get", "/transactions", |client| Box::pin(value(client.transactions().list())))
            .full(transaction_filters(), |client| Box::pin(value(filtered(client)))),
    ]
}

fn both_includes() -> [RequestHeaderInclude; 2] {
    [
        RequestHeaderInclude::EventsRequestHeaders,
        RequestHeaderInclude::InitiatingSystemRequestHeaders,
    ]
}

/// Returns all filters as JSON. The timestamps are the examples in the API document.
fn transaction_filters() -> Value {
    json!({
        "id": [ID, "b,c"], "limit": 25, "starting_after": ID,
        "status": ["AUTHORIZED", "PARTIALLY_CAPTURED_REFUNDED"],
        "payment_product": ["vipps", TEXT], "payment_product_type": ["payex.creditcard"],
        "card_brand": ["Visa"], "merchant_reference": TEXT, "merchant_reference_2": "2",
        "session_id": [ID, ID], "store_id": [TEXT], "payout_correlation_id": ["a b", "c,d", "e"],
        "currency": ["NOK", "SEK"], "amount": 33890, "amount.gte": 0, "amount.lte": 500_000,
        "created_at.gte": "2026-03-01T00:00:00+01:00",
        "created_at.lte": "2026-03-31T23:59:59+02:00",
        "captured_at.gte": "2026-03-01T00:00:00Z", "captured_at.lte": "2026-03-31T23:59:59Z",
        "refunded_at.gte": "2026-03-01T00:00:00Z", "refunded_at.lte": "2026-03-31T23:59:59Z",
        "search": TEXT, "payment_operation": "recurring_purchase", "customer_id": "customer-881",
        "includes": ["events.success.true"], "payout_destination_id": "seller-42",
        "token_id": ["a", "b"], "terminal_id": ["P00000000-T0007", TEXT],
        "channel": ["in_store", "in_app"],
    })
}

fn filtered(client: &Client) -> dintero_api::operations::ListTransactions<'_> {
    let list = client.transactions().list();
    list.id([ID, "b,c"])
        .limit(25)
        .starting_after(ID)
        .status([
            ListTransactionsStatus::Authorized,
            ListTransactionsStatus::PartiallyCapturedRefunded,
        ])
        .payment_product(["vipps", TEXT])
        .payment_product_type(["payex.creditcard"])
        .card_brand(["Visa"])
        .merchant_reference(TEXT)
        .merchant_reference_2("2")
        .session_id([ID, ID])
        .store_id([TEXT])
        .payout_correlation_id(["a b", "c,d", "e"])
        .currency([dintero_api::Currency::NOK, dintero_api::Currency::SEK])
        .amount(33890)
        .amount_gte(0)
        .amount_lte(500_000)
        .created_at_gte(of("2026-03-01T00:00:00+01:00"))
        .created_at_lte(of("2026-03-31T23:59:59+02:00"))
        .captured_at_gte(of("2026-03-01T00:00:00Z"))
        .captured_at_lte(of("2026-03-31T23:59:59Z"))
        .refunded_at_gte(of("2026-03-01T00:00:00Z"))
        .refunded_at_lte(of("2026-03-31T23:59:59Z"))
        .search(TEXT)
        .payment_operation("recurring_purchase")
        .customer_id("customer-881")
        .includes([ListTransactionsInclude::EventsSuccessTrue])
        .payout_destination_id("seller-42")
        .token_id(["a", "b"])
        .terminal_id(["P00000000-T0007", TEXT])
        .channel([Channel::InStore, "in_app".into()])
}
