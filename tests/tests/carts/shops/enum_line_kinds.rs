//! One enum for every kind of row. Skipped rows are counted in the positions of the lines after them.

use dintero_api::{DinteroOrder, DinteroOrderItem};
use serde_json::json;

use crate::assert_order;

#[derive(DinteroOrder)]
struct Cart {
    #[dintero(to = merchant_reference)]
    id: i32,
    currency: &'static str,
    #[dintero(to = items)]
    rows: Vec<Row>,
}

#[derive(DinteroOrderItem)]
enum Row {
    #[dintero(type = Physical)]
    Product {
        #[dintero(to = id)]
        sku: String,
        #[dintero(to = description)]
        name: String,
        #[dintero(to = quantity)]
        qty: u32,
        #[dintero(to = unit_price)]
        ore: i64,
        vat: u8,
    },
    #[dintero(type = Shipping)]
    Freight {
        #[dintero(to = id)]
        #[dintero(to = description)]
        code: String,
        #[dintero(to = amount)]
        ore: i64,
        vat: u8,
    },
    #[dintero(type = Surcharge)]
    Fee {
        #[dintero(to = id)]
        #[dintero(to = description)]
        name: String,
        #[dintero(to = amount)]
        ore: i64,
        vat: u8,
    },
    #[dintero(negative)]
    Discount {
        #[dintero(to = id)]
        #[dintero(to = description)]
        code: String,
        #[dintero(to = amount)]
        ore: i64,
        vat: u8,
    },
    #[dintero(negative, type = GiftCard, vat = 0)]
    GiftCard {
        #[dintero(to = id)]
        #[dintero(to = description)]
        code: String,
        #[dintero(to = amount)]
        ore: i64,
    },
    #[dintero(type = Surcharge, id = "rounding", description = "Rounding", vat = 0)]
    Rounding(#[dintero(to = amount)] i64),
    #[dintero(skip)]
    #[expect(dead_code, reason = "only the shop reads a note")]
    Note(String),
}

#[test]
fn enum_line_kinds() {
    let rows = vec![
        Row::Product { sku: "SHOE".into(), name: "Shoes".into(), qty: 1, ore: 39900, vat: 25 },
        Row::Note("Leave at the door".into()),
        Row::Freight { code: "POSTEN".into(), ore: 7900, vat: 25 },
        Row::Fee { name: "Invoice fee".into(), ore: 2900, vat: 25 },
        Row::Discount { code: "CLUB".into(), ore: 4000, vat: 25 },
        Row::GiftCard { code: "GC1".into(), ore: 10000 },
        Row::Rounding(50),
    ];
    let cart = Cart { id: 555, currency: "NOK", rows };
    let expected = json!({
        "amount": 36750, "currency": "NOK", "merchant_reference": "555", "vat_amount": 9340,
        "items": [
            {
                "id": "SHOE", "line_id": "1", "description": "Shoes", "quantity": 1,
                "amount": 39900, "vat_amount": 7980, "vat": 25, "type": "physical",
            },
            {
                "id": "POSTEN", "line_id": "3", "description": "POSTEN", "quantity": 1,
                "amount": 7900, "vat_amount": 1580, "vat": 25, "type": "shipping",
            },
            {
                "id": "Invoice fee", "line_id": "4", "description": "Invoice fee", "quantity": 1,
                "amount": 2900, "vat_amount": 580, "vat": 25, "type": "surcharge",
            },
            {
                "id": "CLUB", "line_id": "5", "description": "CLUB", "quantity": 1,
                "amount": -4000, "vat_amount": -800, "vat": 25,
            },
            {
                "id": "GC1", "line_id": "6", "description": "GC1", "quantity": 1,
                "amount": -10000, "vat_amount": 0, "vat": 0, "type": "gift_card",
            },
            {
                "id": "rounding", "line_id": "7", "description": "Rounding", "quantity": 1,
                "amount": 50, "vat_amount": 0, "vat": 0, "type": "surcharge",
            },
        ],
    });
    assert_order(&cart, &expected);
}
