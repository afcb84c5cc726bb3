//! Prices in øre, including VAT.

use dintero_api::{DinteroOrder, DinteroOrderItem};
use serde_json::json;

use crate::assert_order;

#[derive(DinteroOrder)]
struct Cart {
    #[dintero(to = merchant_reference)]
    order_id: String,
    currency: String,
    #[dintero(to = items)]
    lines: Vec<Line>,
}

#[derive(DinteroOrderItem)]
struct Line {
    #[dintero(to = id)]
    sku: String,
    #[dintero(to = description)]
    name: String,
    #[dintero(to = quantity)]
    qty: u32,
    #[dintero(to = unit_price)]
    unit_price_ore: i64,
    #[dintero(to = vat)]
    vat_percent: u8,
}

#[test]
fn flat_integer_ore() {
    let mug = Line {
        sku: "MUG-1".into(),
        name: "Mug".into(),
        qty: 2,
        unit_price_ore: 14900,
        vat_percent: 25,
    };
    let coffee = Line {
        sku: "COF-250".into(),
        name: "Coffee 250 g".into(),
        qty: 1,
        unit_price_ore: 5990,
        vat_percent: 15,
    };
    let cart = Cart { order_id: "A-1001".into(), currency: "NOK".into(), lines: vec![mug, coffee] };
    let expected = json!({
        "amount": 35790, "currency": "NOK", "merchant_reference": "A-1001", "vat_amount": 6741,
        "items": [
            {
                "id": "MUG-1", "line_id": "1", "description": "Mug", "quantity": 2,
                "amount": 29800, "vat_amount": 5960, "vat": 25,
            },
            {
                "id": "COF-250", "line_id": "2", "description": "Coffee 250 g", "quantity": 1,
                "amount": 5990, "vat_amount": 781, "vat": 15,
            },
        ],
    });
    assert_order(&cart, &expected);
}
