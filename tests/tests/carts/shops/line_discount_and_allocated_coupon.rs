//! A discount on one line, and a coupon on all lines.

use dintero_api::{Decimal, DinteroDiscount, DinteroOrder, DinteroOrderItem};
use serde_json::json;

use crate::{assert_order, decimal};

#[derive(DinteroOrder)]
struct Cart {
    #[dintero(to = merchant_reference)]
    no: String,
    currency: String,
    #[dintero(to = items)]
    lines: Vec<Line>,
    #[dintero(to = discount)]
    coupon: Option<Coupon>,
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
    unit: Decimal,
    vat: u8,
    #[dintero(to = discount)]
    sale: Option<Sale>,
}

#[derive(DinteroDiscount)]
#[dintero(discount_type = Periodic)]
struct Sale {
    #[dintero(to = discount_id)]
    id: String,
    #[dintero(to = percentage)]
    percent: Decimal,
    #[dintero(to = description)]
    text: String,
}

#[derive(DinteroDiscount)]
#[dintero(spread, discount_type = External)]
struct Coupon {
    #[dintero(to = discount_id)]
    code: String,
    #[dintero(to = amount)]
    off: Decimal,
    #[dintero(to = description)]
    text: String,
}

#[test]
fn line_discount_and_allocated_coupon() {
    let sale =
        Sale { id: "autumn".into(), percent: decimal("20"), text: "Autumn sale 20 %".into() };
    let coat = Line {
        sku: "COAT".into(),
        name: "Coat".into(),
        qty: 2,
        unit: decimal("250.00"),
        vat: 25,
        sale: Some(sale),
    };
    let hat = Line {
        sku: "HAT".into(),
        name: "Hat".into(),
        qty: 1,
        unit: decimal("199.00"),
        vat: 25,
        sale: None,
    };
    let coupon = Coupon { code: "SAVE50".into(), off: decimal("50.00"), text: "50 kr off".into() };
    let cart = Cart {
        no: "D-5".into(),
        currency: "NOK".into(),
        lines: vec![coat, hat],
        coupon: Some(coupon),
    };
    let expected = json!({
        "amount": 54900, "currency": "NOK", "merchant_reference": "D-5", "vat_amount": 10980,
        "items": [
            {
                "id": "COAT", "line_id": "1", "description": "Coat", "quantity": 2,
                "amount": 36661, "vat_amount": 7332, "vat": 25,
                "discount_lines": [{
                    "amount": 10000, "percentage": 20, "discount_type": "periodic",
                    "discount_id": "autumn", "description": "Autumn sale 20 %", "line_id": 1,
                }],
            },
            {
                "id": "HAT", "line_id": "2", "description": "Hat", "quantity": 1,
                "amount": 18239, "vat_amount": 3648, "vat": 25,
            },
        ],
        "discount_lines": [{
            "amount": 5000, "discount_type": "external", "discount_id": "SAVE50",
            "description": "50 kr off", "line_id": 1,
        }],
    });
    assert_order(&cart, &expected);
}
