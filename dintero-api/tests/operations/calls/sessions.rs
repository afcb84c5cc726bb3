//! Calls of the operations for sessions and card tokens.

use super::*;

pub(super) fn with_profile() -> Vec<Call> {
    vec![
        Call::new("post", "/sessions-profile", |client| {
            Box::pin(value(client.sessions().create_from_profile(&bodies::minimal_session())))
        })
        .full(json!({"include_session": true}), |client| {
            let call = client.sessions().create_from_profile(&bodies::session());
            let toggles = [FeatureToggle::StrictSessionAmounts, "another".into()];
            Box::pin(value(call.include_session(true).feature_toggles(toggles)))
        })
        .toggles(&["strict-session-amounts", "another"])
        .with_body(|client, json| {
            Box::pin(value(client.sessions().create_from_profile(&body(json))))
        }),
        Call::new("get", "/sessions/{session_id}", |client| {
            Box::pin(value(client.sessions().get(ID)))
        })
        .in_path(json!({"session_id": ID}))
        .full(
            json!({"includes": ["events.request_headers", "initiating_system_request_headers"]}),
            |client| {
                let call = client.sessions().get(ID);
                Box::pin(value(call.includes([
                    RequestHeaderInclude::EventsRequestHeaders,
                    RequestHeaderInclude::InitiatingSystemRequestHeaders,
                ])))
            },
        ),
        Call::new("put", "/sessions/{session_id}", |client| {
            let order = UpdateSessionOptions::new(SessionOrderUpdate::new());
            Box::pin(value(client.sessions().update(ID, &order)))
        })
        .in_path(json!({"session_id": ID}))
        .full(
            json!({"force_shipping_address_callback": true, "update_without_lock": false}),
            |client| {
                let call = client.sessions().update(ID, &bodies::session_update());
                let call = call.force_shipping_address_callback(true).update_without_lock(false);
                let toggles = [FeatureToggle::StrictSessionAmounts];
                Box::pin(value(call.feature_toggles(toggles)))
            },
        )
        .toggles(&["strict-session-amounts"])
        .with_body(|client, json| Box::pin(value(client.sessions().update(ID, &body(json))))),
        Call::new("post", "/sessions/{session_id}/cancel", |client| {
            Box::pin(value(client.sessions().cancel(ID)))
        })
        .in_path(json!({"session_id": ID})),
        Call::new("post", "/sessions/payment-token", |client| {
            let session = bodies::minimal_token_session();
            Box::pin(value(client.sessions().create_payment_token(&session)))
        })
        .full(json!({"include_session": false}), |client| {
            let call = client.sessions().create_payment_token(&bodies::token_session());
            Box::pin(value(call.include_session(false)))
        })
        .with_body(|client, json| {
            Box::pin(value(client.sessions().create_payment_token(&body(json))))
        }),
        Call::new("post", "/sessions/pay", |client| {
            Box::pin(value(client.sessions().pay(&bodies::bare_pay_session())))
        })
        .full(json!({}), |client| {
            let call = client.sessions().pay(&bodies::pay_session());
            Box::pin(value(call.feature_toggles([
                PayFeatureToggle::StrictMerchantReference,
                PayFeatureToggle::StrictSuccessMerchantReference,
            ])))
        })
        .toggles(&["strict-merchant-reference", "strict-success-merchant-reference"])
        .with_body(|client, json| Box::pin(value(client.sessions().pay(&body(json))))),
    ]
}

pub(super) fn without_profile() -> Vec<Call> {
    vec![
        Call::new("post", "/sessions", |client| {
            Box::pin(value(client.sessions().create(&bodies::minimal_configured_session())))
        })
        .full(json!({"include_session": true}), |client| {
            let call = client.sessions().create(&bodies::configured_session());
            let toggles = [FeatureToggle::StrictSessionAmounts];
            Box::pin(value(call.include_session(true).feature_toggles(toggles)))
        })
        .toggles(&["strict-session-amounts"])
        .with_body(|client, json| Box::pin(value(client.sessions().create(&body(json))))),
        Call::new("get", "/sessions", |client| Box::pin(value(client.sessions().list()))).full(
            json!({
                "id": [ID, "b,c"], "limit": 25, "starting_after": ID, "search": TEXT,
                "transaction_id": [ID, ID], "created_at.gte": "2026-03-01T00:00:00+01:00",
                "created_at.lte": "2026-03-31T23:59:59Z", "store_id": [TEXT],
            }),
            |client| {
                let list = client.sessions().list().id([ID, "b,c"]).limit(25).starting_after(ID);
                let list = list.search(TEXT).transaction_id([ID, ID]).store_id([TEXT]);
                let list = list.created_at_gte(of("2026-03-01T00:00:00+01:00"));
                Box::pin(value(list.created_at_lte(of("2026-03-31T23:59:59Z"))))
            },
        ),
        Call::new("post", "/sessions/{session_id}/pay", |client| {
            Box::pin(value(
                client.sessions().pay_existing(ID, &SeitatechInPersonPayment::new().into()),
            ))
        })
        .in_path(json!({"session_id": ID}))
        .full(json!({}), |client| {
            let payment = VippsPayment::new().phone_number("+4740000000").into();
            let call = client.sessions().pay_existing(ID, &payment);
            Box::pin(value(call.if_unmodified_since("2026-05-04T12:34:10.000Z")))
        })
        .with_body(|client, json| Box::pin(value(client.sessions().pay_existing(ID, &body(json))))),
    ]
}

pub(super) fn card_tokens() -> Vec<Call> {
    let id = json!({"token_id": ID});
    vec![
        Call::new("get", "/card-tokens", |client| Box::pin(value(client.card_tokens().list())))
            .full(
                json!({
                    "customer_id": TEXT, "relationship_id": ID, "status": ["ACTIVE", "SUSPENDED"],
                    "include_deleted": true, "limit": 100, "starting_after": TEXT,
                }),
                |client| {
                    let list = client.card_tokens().list().customer_id(TEXT).relationship_id(ID);
                    let list = list.status([CardTokenStatus::Active, CardTokenStatus::Suspended]);
                    let list = list.include_deleted(true).limit(100);
                    Box::pin(value(list.starting_after(TEXT)))
                },
            ),
        Call::new("get", "/card-tokens/{token_id}", |client| {
            Box::pin(value(client.card_tokens().get(ID)))
        })
        .in_path(id.clone()),
        Call::new("delete", "/card-tokens/{token_id}", |client| {
            Box::pin(value(client.card_tokens().delete(ID)))
        })
        .in_path(id)
        .full(json!({}), |client| {
            let call = client.card_tokens().delete(ID);
            Box::pin(value(call.body(&bodies::token_deletion())))
        })
        .with_body(|client, json| {
            Box::pin(value(client.card_tokens().delete(ID).body(&body(json))))
        }),
    ]
}
