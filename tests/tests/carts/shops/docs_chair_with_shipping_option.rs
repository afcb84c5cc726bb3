//! Chairs with a price in kroner, delivered to a pick-up point.

use dintero_api::types::ShippingOptionDeliveryMethod as DeliveryMethod;
use dintero_api::{Currency, Decimal, DinteroOrder, DinteroOrderItem, DinteroShippingOption};
use serde_json::json;

use crate::{assert_order, decimal};

#[derive(DinteroOrder)]
pub(super) struct Cart<'a> {
    #[dintero(to = merchant_reference)]
    reference: &'a str,
    currency: Currency,
    #[dintero(to = items)]
    lines: Vec<Line>,
    #[dintero(to = shipping_option)]
    shipping: Shipping,
}

#[derive(DinteroOrderItem)]
struct Line {
    #[dintero(to = id)]
    sku: String,
    #[dintero(to = description)]
    title: String,
    #[dintero(to = quantity)]
    qty: u32,
    #[dintero(to = unit_price)]
    price: Decimal,
    vat: Decimal,
}

#[derive(DinteroShippingOption)]
struct Shipping {
    #[dintero(to = id)]
    code: String,
    title: String,
    #[dintero(to = operator)]
    carrier: String,
    #[dintero(to = amount)]
    price: Decimal,
    vat: Decimal,
    #[dintero(to = delivery_method)]
    method: DeliveryMethod,
}

/// Returns a cart with this number of chairs.
pub(super) fn chairs(qty: u32) -> Cart<'static> {
    let chair = Line {
        sku: "chair-1".into(),
        title: "Stablestol".into(),
        qty,
        price: decimal("299.90"),
        vat: decimal("25"),
    };
    let shipping = Shipping {
        code: "local-pick-up-point".into(),
        title: "Pick up at a pick-up point".into(),
        carrier: String::new(),
        price: decimal("39.00"),
        vat: decimal("25"),
        method: DeliveryMethod::PickUp,
    };
    Cart {
        reference: "merchants_order_number",
        currency: Currency::NOK,
        lines: vec![chair],
        shipping,
    }
}

#[test]
fn docs_chair_with_shipping_option() {
    let expected = json!({
        "amount": 33890, "currency": "NOK", "merchant_reference": "merchants_order_number",
        "vat_amount": 6778,
        "items": [{
            "id": "chair-1", "line_id": "1", "description": "Stablestol", "quantity": 1,
            "amount": 29990, "vat_amount": 5998, "vat": 25,
        }],
        "shipping_option": {
            "id": "local-pick-up-point", "line_id": "local-pick-up-point", "amount": 3900,
            "vat_amount": 780, "vat": 25, "title": "Pick up at a pick-up point", "operator": "",
            "delivery_method": "pick_up",
        },
    });
    assert_order(&chairs(1), &expected);
}
