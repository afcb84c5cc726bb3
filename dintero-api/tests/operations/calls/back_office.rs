//! Calls of the operations for the back office: settlements, reports, approvals and payouts.

use super::*;

pub(super) fn settlements() -> Vec<Call> {
    vec![
        Call::new("get", "/accounts/{aid}/settlements", |client| {
            Box::pin(value(client.settlements().list()))
        })
        .full(
            json!({
                "limit": 1000, "starting_after_id": ID, "starting_after_date": "2026-03-01",
                "created_at.gte": "2026-03-01", "created_at.lte": "2026-03-31",
                "payment_provider": ["swedbank", TEXT], "payout_destination_id": ID, "search": TEXT,
            }),
            |client| {
                let list = client.settlements().list();
                let list = list.limit(1000).starting_after_id(ID).starting_after_date("2026-03-01");
                let list = list.created_at_gte(of("2026-03-01")).created_at_lte(of("2026-03-31"));
                let list = list.payment_provider(["swedbank", TEXT]).payout_destination_id(ID);
                Box::pin(value(list.search(TEXT)))
            },
        )
        .apart(
            json!({
                "item_created_at.gte": "2026-03-01T00:00:00Z",
                "item_created_at.lte": "2026-03-31T00:00:00Z",
            }),
            |client| {
                let list = client.settlements().list();
                let list = list.item_created_at_gte("2026-03-01T00:00:00Z");
                Box::pin(value(list.item_created_at_lte("2026-03-31T00:00:00Z")))
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

pub(super) fn report_configurations() -> Vec<Call> {
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

/// Returns the calls of the operations for approvals and payouts.
pub(super) fn sellers() -> Vec<Call> {
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
