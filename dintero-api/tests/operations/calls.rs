//! Every operation as a merchant calls it: once with only the required parts, once with everything that can be set, and
//! once with a body that was read from JSON.

use std::str::FromStr;

use dintero_api::client::{BoxFuture, Bytes};
use dintero_api::operations::TransactionChange;
use dintero_api::types::*;
use dintero_api::{Client, Error, Response};
use serde_core::Serialize;
use serde_core::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::bodies;

/// The result of a call: the response decoded into the operation's type and serialized again, or its bytes.
pub(crate) struct Outcome {
    pub(crate) status: u16,
    pub(crate) value: Value,
    pub(crate) bytes: Option<Bytes>,
    pub(crate) content_type: Option<String>,
    /// The id of an operation that Dintero accepted.
    pub(crate) event_request_id: Option<String>,
}

pub(crate) type Run = for<'c> fn(&'c Client) -> BoxFuture<'c, Result<Outcome, Error>>;
type RunWith = for<'c> fn(&'c Client, Value) -> BoxFuture<'c, Result<Outcome, Error>>;

/// An operation and its calls.
pub(crate) struct Call {
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    /// The path parameters that all calls fill, without the account.
    pub(crate) in_path: Value,
    pub(crate) bare: Run,
    pub(crate) full: Run,
    /// The query parameters that `full` sets.
    pub(crate) in_query: Value,
    /// The values of `Dintero-Feature-Toggles` that `full` sets.
    pub(crate) toggles: &'static [&'static str],
    pub(crate) with_body: Option<RunWith>,
}

impl Call {
    fn new(method: &'static str, path: &'static str, bare: Run) -> Self {
        let (in_path, in_query) = (json!({}), json!({}));
        Self { method, path, in_path, bare, full: bare, in_query, toggles: &[], with_body: None }
    }

    fn in_path(mut self, in_path: Value) -> Self {
        self.in_path = in_path;
        self
    }

    fn full(mut self, in_query: Value, full: Run) -> Self {
        (self.in_query, self.full) = (in_query, full);
        self
    }

    fn toggles(mut self, toggles: &'static [&'static str]) -> Self {
        self.toggles = toggles;
        self
    }

    fn with_body(mut self, with_body: RunWith) -> Self {
        self.with_body = Some(with_body);
        self
    }
}

async fn value<T: Serialize>(
    call: impl IntoFuture<Output = Result<Response<T>, Error>>,
) -> Result<Outcome, Error> {
    outcome(call.await?, |value| {
        (serde_json::to_value(value).expect("the value can be serialized"), None)
    })
}

async fn bytes(
    call: impl IntoFuture<Output = Result<Response<Bytes>, Error>>,
) -> Result<Outcome, Error> {
    outcome(call.await?, |bytes| (Value::Null, Some(bytes.clone())))
}

async fn change(
    call: impl IntoFuture<Output = Result<Response<TransactionChange>, Error>>,
) -> Result<Outcome, Error> {
    let response = call.await?;
    let (transaction, id) = match &*response {
        TransactionChange::Done(transaction) => (transaction.clone(), None),
        TransactionChange::Accepted { event_request_id, transaction, .. } => {
            (transaction.clone(), event_request_id.clone())
        }
        other => panic!("unknown change: {other:?}"),
    };
    let mut outcome = outcome(response, |_| (Value::Null, None))?;
    outcome.value = serde_json::to_value(transaction).expect("the value can be serialized");
    outcome.event_request_id = id;
    Ok(outcome)
}

fn outcome<T>(
    response: Response<T>,
    read: impl Fn(&T) -> (Value, Option<Bytes>),
) -> Result<Outcome, Error> {
    let (value, bytes) = read(&response);
    let content_type = response.headers().get("content-type");
    let content_type = content_type.and_then(|text| text.to_str().ok()).map(str::to_owned);
    Ok(Outcome {
        status: response.status().as_u16(),
        value,
        bytes,
        content_type,
        event_request_id: None,
    })
}

/// Deserializes a body from JSON.
fn body<T: DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap_or_else(|error| panic!("the body cannot be read: {error}"))
}

/// Parses a value of the type that the setter takes. If that type is a date, only the date of a timestamp is parsed;
/// the lost time then shows in the request.
fn of<T: FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    let date = &text[..text.find('T').unwrap_or(text.len())];
    text.parse().or_else(|_| date.parse()).unwrap_or_else(|error| panic!("{text}: {error:?}"))
}

/// An id that must be encoded in a URL.
const ID: &str = "T12345678.a b/ø?#%+";
/// Text that must be encoded in a query.
const TEXT: &str = "Kari & Ola, 50% =+ ø";

/// Returns the calls of all operations.
pub(crate) fn calls() -> Vec<Call> {
    let mut calls = sessions();
    calls.extend(transactions());
    calls.extend(settlements());
    calls.extend(report_configurations());
    calls.extend(sellers());
    calls.extend(others());
    calls.extend(supplement());
    calls
}

fn sessions() -> Vec<Call> {
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

/// The operations of the second document.
fn supplement() -> Vec<Call> {
    let mut calls = sessions_without_profile();
    calls.extend(card_tokens());
    calls.extend([
        Call::new("get", "/admin/signature", |client| {
            Box::pin(value(client.signature_secrets().get()))
        }),
        Call::new("post", "/admin/signature", |client| {
            Box::pin(value(client.signature_secrets().create()))
        }),
        Call::new("get", "/admin/session/profiles", |client| {
            Box::pin(value(client.payment_profiles().list()))
        }),
        Call::new("get", "/admin/session/profiles/{profile_id}", |client| {
            Box::pin(value(client.payment_profiles().get(ID)))
        })
        .in_path(json!({"profile_id": ID})),
    ]);
    calls
}

fn sessions_without_profile() -> Vec<Call> {
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

fn card_tokens() -> Vec<Call> {
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

fn transactions() -> Vec<Call> {
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

/// All filters. The timestamps are the document's examples.
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

fn settlements() -> Vec<Call> {
    vec![
        Call::new("get", "/accounts/{aid}/settlements", |client| {
            Box::pin(value(client.settlements().list()))
        })
        .full(
            json!({
                "limit": 1000, "starting_after_id": ID, "starting_after_date": "2026-03-01",
                "created_at.gte": "2026-03-01", "created_at.lte": "2026-03-31",
                "item_created_at.gte": "2026-03-01T00:00:00Z",
                "item_created_at.lte": "2026-03-31T00:00:00Z",
                "payment_provider": ["swedbank", TEXT], "payout_destination_id": ID, "search": TEXT,
            }),
            |client| {
                let list = client.settlements().list();
                let list = list.limit(1000).starting_after_id(ID).starting_after_date("2026-03-01");
                let list = list.created_at_gte(of("2026-03-01")).created_at_lte(of("2026-03-31"));
                let list = list
                    .item_created_at_gte("2026-03-01T00:00:00Z")
                    .item_created_at_lte("2026-03-31T00:00:00Z");
                let list = list.payment_provider(["swedbank", TEXT]).payout_destination_id(ID);
                Box::pin(value(list.search(TEXT)))
            },
        ),
        Call::new(
            "get",
            "/accounts/{aid}/settlements/{settlementid}/attachments/{attachmentid}",
            |client| Box::pin(bytes(client.settlements().download_attachment(ID, "b c/d"))),
        )
        .in_path(json!({"settlementid": ID, "attachmentid": "b c/d"})),
        Call::new("post", "/accounts/{aid}/settlements/reports/generate-test-report", |client| {
            Box::pin(value(client.settlements().generate_test_report()))
        })
        .full(json!({}), |client| {
            let call = client.settlements().generate_test_report();
            Box::pin(value(call.body(&bodies::test_report())))
        })
        .with_body(|client, json| {
            Box::pin(value(client.settlements().generate_test_report().body(&body(json))))
        }),
        Call::new("get", "/accounts/{aid}/reports/metadata", |client| {
            Box::pin(value(client.reports().list()))
        })
        .full(json!({"limit": 7, "starting_after": ID}), |client| {
            Box::pin(value(client.reports().list().limit(7).starting_after(ID)))
        }),
    ]
}

fn report_configurations() -> Vec<Call> {
    const ALL: &str = "/accounts/{aid}/settlements/reports/configuration";
    const ONE: &str = "/accounts/{aid}/settlements/reports/configuration/{id}";
    vec![
        Call::new("get", ALL, |client| Box::pin(value(client.report_configurations().list())))
            .full(json!({"starting_after": ID, "limit": 3}), |client| {
                let list = client.report_configurations().list();
                Box::pin(value(list.starting_after(ID).limit(3)))
            }),
        Call::new("post", ALL, |client| {
            let item = bodies::minimal_report_configuration();
            Box::pin(value(client.report_configurations().create(&item)))
        })
        .full(json!({}), |client| {
            let item = bodies::report_configuration();
            Box::pin(value(client.report_configurations().create(&item)))
        })
        .with_body(|client, json| {
            Box::pin(value(client.report_configurations().create(&body(json))))
        }),
        Call::new("get", ONE, |client| Box::pin(value(client.report_configurations().get(ID))))
            .in_path(json!({"id": ID})),
        Call::new("put", ONE, |client| {
            let item = bodies::minimal_report_update();
            Box::pin(value(client.report_configurations().update(ID, &item)))
        })
        .in_path(json!({"id": ID}))
        .full(json!({}), |client| {
            let item = bodies::report_update();
            Box::pin(value(client.report_configurations().update(ID, &item)))
        })
        .with_body(|client, json| {
            Box::pin(value(client.report_configurations().update(ID, &body(json))))
        }),
        Call::new("delete", ONE, |client| {
            Box::pin(value(client.report_configurations().delete(ID)))
        })
        .in_path(json!({"id": ID})),
    ]
}

/// Approvals and payouts.
fn sellers() -> Vec<Call> {
    const APPROVALS: &str = "/accounts/{aid}/management/settings/approvals/payout-destinations";
    const SELLER: &str = "/v2/accounts/{aid}/payout/payout-destinations/{payout_destination_id}";
    let seller = json!({"payout_destination_id": ID});
    vec![
        Call::new("get", APPROVALS, |client| Box::pin(value(client.approvals().list()))).full(
            json!({"payout_destination_id": ID, "case_status": ["ACTIVE", "ERROR"]}),
            |client| {
                let list = client.approvals().list().payout_destination_id(ID);
                let statuses = [ApprovalStatus::Active, ApprovalStatus::Error];
                Box::pin(value(list.case_status(statuses)))
            },
        ),
        Call::new("post", APPROVALS, |client| {
            Box::pin(value(client.approvals().create(&bodies::minimal_approval())))
        })
        .full(json!({}), |client| Box::pin(value(client.approvals().create(&bodies::approval()))))
        .with_body(|client, json| Box::pin(value(client.approvals().create(&body(json))))),
        Call::new("post", "/v2/accounts/{aid}/payout/fund-transfers", |client| {
            Box::pin(value(client.payouts().create_fund_transfer(&bodies::fund_transfer())))
        })
        .with_body(|client, json| {
            Box::pin(value(client.payouts().create_fund_transfer(&body(json))))
        }),
        Call::new("get", concat_path(SELLER, "/balances"), |client| {
            Box::pin(value(client.payouts().list_balances(ID)))
        })
        .in_path(seller.clone()),
        Call::new("get", concat_path(SELLER, "/transfers"), |client| {
            Box::pin(value(client.payouts().list_transfers(ID)))
        })
        .in_path(seller)
        .full(json!({"limit": 1000, "page": TEXT, "currency": "NOK"}), |client| {
            let list = client.payouts().list_transfers(ID);
            Box::pin(value(list.limit(1000).page(TEXT).currency("NOK")))
        }),
    ]
}

/// Returns a path as the document spells it.
fn concat_path(start: &str, end: &str) -> &'static str {
    crate::document::operation("get", &format!("{start}{end}")).path
}

/// Tokens and images.
fn others() -> Vec<Call> {
    const IMAGE: &str = "/variant/{variant}/color/{color}/width/{width}/{template}";
    let image = json!({"variant": "mono", "color": "ff 00/00", "width": "420"});
    let in_path = |name: &str, template: &str| {
        let mut in_path = image.clone();
        in_path[name] = "a b_c/d".into();
        in_path["template"] = template.into();
        in_path
    };
    vec![
        Call::new("post", "/accounts/{oid}/auth/token", |client| {
            Box::pin(value(client.auth().create_token(&bodies::token())))
        })
        .with_body(|client, json| Box::pin(value(client.auth().create_token(&body(json))))),
        Call::new("get", concat_path("/branding/logos/{logos}", IMAGE), |client| {
            Box::pin(bytes(client.branding().get_logos(
                "a b_c/d",
                GetBrandingLogosVariant::Mono,
                "ff 00/00",
                "420",
                GetBrandingLogosTemplate::LogosSvg,
            )))
        })
        .in_path(in_path("logos", "logos.svg")),
        Call::new("get", concat_path("/branding/profiles/{profile_id}", IMAGE), |client| {
            Box::pin(bytes(client.branding().get_profile_image(
                "a b_c/d",
                GetBrandingLogosVariant::Mono,
                "ff 00/00",
                "420",
                GetBrandingLogosTemplate::DinteroTopFrameSvg,
            )))
        })
        .in_path(in_path("profile_id", "dintero_top_frame.svg")),
    ]
}
