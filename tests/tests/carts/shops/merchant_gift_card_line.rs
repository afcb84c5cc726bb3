//! The shop's own gift cards are a means of payment, sent as a negative line without VAT.

use dintero_api::{Decimal, DinteroOrder, DinteroOrderItem};
use serde_json::json;

use crate::{assert_order, decimal};

#[derive(DinteroOrder)]
struct Cart {
    #[dintero(to = merchant_reference)]
    id: String,
    currency: String,
    #[dintero(to = items)]
    lines: Vec<Line>,
    #[dintero(to = items)]
    gift_cards: Vec<GiftCard>,
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
}

#[derive(DinteroOrderItem)]
#[dintero(
    type = GiftCard,
    description = "Gift card",
    vat = 0,
    line_id = |self| format!("gift-card-{}", self.code),
)]
struct GiftCard {
    #[dintero(to = id)]
    code: String,
    #[dintero(to = amount, with = |drawn| -drawn)]
    drawn: Decimal,
}

#[test]
fn merchant_gift_card_line() {
    let jacket = Line {
        sku: "JACKET".into(),
        name: "Jacket".into(),
        qty: 1,
        unit: decimal("500.00"),
        vat: 25,
    };
    let card = GiftCard { code: "GC-8812".into(), drawn: decimal("200.00") };
    let cart = Cart {
        id: "G-1".into(),
        currency: "NOK".into(),
        lines: vec![jacket],
        gift_cards: vec![card],
    };
    let expected = json!({
        "amount": 30000, "currency": "NOK", "merchant_reference": "G-1", "vat_amount": 10000,
        "items": [
            {
                "id": "JACKET", "line_id": "1", "description": "Jacket", "quantity": 1,
                "amount": 50000, "vat_amount": 10000, "vat": 25,
            },
            {
                "id": "GC-8812", "line_id": "gift-card-GC-8812", "description": "Gift card",
                "quantity": 1, "amount": -20000, "vat_amount": 0, "vat": 0, "type": "gift_card",
            },
        ],
    });
    assert_order(&cart, &expected);
}
