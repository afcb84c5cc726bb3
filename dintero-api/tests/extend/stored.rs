//! Tests state that a shop stores as JSON in one run of its program and uses in the next.

use dintero_api::order::Capture;
use dintero_api::types::{OrderLine, SessionOrder, Transaction, TransactionStatus};
use dintero_api::{AccountId, Currency, MinorUnits};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A row of the shop's table of orders.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Stored {
    order: SessionOrder,
    transaction_id: Option<String>,
    status: TransactionStatus,
    paid: MinorUnits,
    currency: Currency,
    /// The transaction as Dintero returned it, for customer support.
    transaction: Transaction,
}

fn transaction() -> Value {
    json!({
        "id": "T12345678.5bCd", "amount": 29990, "currency": "NOK", "merchant_reference": "order-1001",
        "payment_product": "payex", "payment_product_type": "payex.creditcard", "status": "AUTHORIZED",
        "events": [{"event": "AUTHORIZE", "success": true, "amount": 29990}],
    })
}

#[test]
fn a_row_is_read_back_and_used() {
    let chair = OrderLine::new().id("chair").line_id("1").description("Chair").quantity(1);
    let order = SessionOrder::new(29990, Currency::NOK, "order-1001");
    let order = order.items([chair.amount(29990).vat(25)]);
    let row = Stored {
        order,
        transaction_id: Some("T12345678.5bCd".to_owned()),
        status: TransactionStatus::Authorized,
        paid: 0.into(),
        currency: Currency::NOK,
        transaction: serde_json::from_value(transaction()).unwrap(),
    };
    let text = serde_json::to_string(&row).unwrap();
    let read: Stored = serde_json::from_str(&text).unwrap();
    assert_eq!(read, row);
    assert_eq!(serde_json::to_string(&read).unwrap(), text);

    let request =
        Capture::after(&read.order, &read.transaction).line("1", 1).reference("s-1").request();
    assert_eq!(request.unwrap().amount, MinorUnits::new(29990));
    assert!(read.transaction.outcome().may_ship());
}

/// A transaction can be read even if only a newer release knows its status and one of its fields. A transaction without
/// an amount is an error.
#[test]
fn rows_of_other_releases_are_read() {
    let mut newer = transaction();
    newer["status"] = "SOMETHING_NEW".into();
    newer["a_new_field"] = json!({"deep": [1]});
    let read: Transaction = serde_json::from_value(newer).unwrap();
    assert_eq!(read.status.as_ref().map(TransactionStatus::as_str), Some("SOMETHING_NEW"));
    assert!(!read.outcome().may_ship());

    let mut damaged = transaction();
    damaged.as_object_mut().unwrap().remove("amount");
    let error = serde_json::from_value::<Transaction>(damaged).unwrap_err();
    assert!(error.to_string().contains("`amount` is missing"), "{error}");
}

#[test]
fn values_on_their_own_are_stored_as_their_text_or_number() {
    let account: AccountId = "T12345678".parse().unwrap();
    assert_eq!(String::from(account), "T12345678");
    assert_eq!(serde_json::to_value(account).unwrap(), "T12345678");
    assert_eq!(serde_json::from_value::<AccountId>(json!("T12345678")).unwrap(), account);
    assert!(serde_json::from_value::<AccountId>(json!("12345678")).is_err());
    assert_eq!(serde_json::to_value(MinorUnits::new(29990)).unwrap(), 29990);
    assert_eq!(serde_json::to_value(Currency::NOK).unwrap(), "NOK");
    assert_eq!(serde_json::from_value::<Currency>(json!("NOK")).unwrap(), Currency::NOK);
    assert_eq!(serde_json::to_value(TransactionStatus::Authorized).unwrap(), "AUTHORIZED");
}
