//! Goods sold by the kilogram and by the meter.

use dintero_api::{Currency, Decimal, DinteroOrder, DinteroOrderItem};
use serde_json::json;

use crate::{assert_order, decimal};

#[derive(DinteroOrder)]
struct Basket {
    #[dintero(to = merchant_reference)]
    ref_: String,
    currency: Currency,
    #[dintero(to = items)]
    lines: Vec<Weighed>,
}

#[derive(DinteroOrderItem)]
struct Weighed {
    #[dintero(to = id)]
    plu: u32,
    #[dintero(to = description)]
    name: String,
    #[dintero(to = quantity)]
    kilos: Decimal,
    #[dintero(to = unit_price)]
    per_kilo: Decimal,
    vat: u8,
}

#[test]
fn fractional_quantity_by_weight() {
    let salmon = Weighed {
        plu: 4011,
        name: "Salmon (kg)".into(),
        kilos: decimal("0.742"),
        per_kilo: decimal("189.90"),
        vat: 15,
    };
    let linen = Weighed {
        plu: 88,
        name: "Linen (m)".into(),
        kilos: decimal("1.5"),
        per_kilo: decimal("249.00"),
        vat: 25,
    };
    let cart = Basket { ref_: "W-3".into(), currency: Currency::NOK, lines: vec![salmon, linen] };
    let expected = json!({
        "amount": 51441, "currency": "NOK", "merchant_reference": "W-3", "vat_amount": 9308,
        "items": [
            {
                "id": "4011", "line_id": "1", "description": "Salmon (kg)", "quantity": 0.742,
                "amount": 14091, "vat_amount": 1838, "vat": 15,
            },
            {
                "id": "88", "line_id": "2", "description": "Linen (m)", "quantity": 1.5,
                "amount": 37350, "vat_amount": 7470, "vat": 25,
            },
        ],
    });
    assert_order(&cart, &expected);
}
