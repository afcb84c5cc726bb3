//! A cart that borrows its parts and is generic over its lines, with newtypes for its values and the VAT rate as a
//! const parameter.

use std::borrow::Cow;

use dintero_api::{Currency, DinteroOrder, DinteroOrderItem, DinteroValue};
use serde_json::json;

use crate::assert_order;

#[derive(DinteroOrder)]
struct Cart<'a, L> {
    #[dintero(to = merchant_reference)]
    id: OrderNo<'a>,
    currency: Currency,
    #[dintero(to = items)]
    lines: &'a [L],
}

#[derive(DinteroOrderItem)]
#[dintero(vat = VAT)]
struct Item<'a, const VAT: u8> {
    #[dintero(to = id)]
    sku: Sku<'a>,
    #[dintero(to = description)]
    title: Cow<'a, str>,
    #[dintero(to = quantity)]
    qty: Qty,
    #[dintero(to = unit_price)]
    unit: Ore,
}

#[derive(DinteroValue)]
struct Sku<'a>(&'a str);

#[derive(DinteroValue)]
struct OrderNo<'a>(&'a str);

#[derive(DinteroValue)]
struct Ore(i64);

#[derive(DinteroValue)]
struct Qty(u32);

#[test]
fn generic_borrowed_newtypes() {
    let lines: [Item<'_, 25>; 2] = [
        Item { sku: Sku("S1"), title: "Smørrebrød".into(), qty: Qty(3), unit: Ore(8500) },
        Item {
            sku: Sku("S2"),
            title: Cow::Owned(String::from("Kaffe")),
            qty: Qty(2),
            unit: Ore(3200),
        },
    ];
    let cart = Cart { id: OrderNo("N-2026-1"), currency: Currency::DKK, lines: &lines };
    let expected = json!({
        "amount": 31900, "currency": "DKK", "merchant_reference": "N-2026-1", "vat_amount": 6380,
        "items": [
            {
                "id": "S1", "line_id": "1", "description": "Smørrebrød", "quantity": 3,
                "amount": 25500, "vat_amount": 5100, "vat": 25,
            },
            {
                "id": "S2", "line_id": "2", "description": "Kaffe", "quantity": 2,
                "amount": 6400, "vat_amount": 1280, "vat": 25,
            },
        ],
    });
    assert_order(&cart, &expected);
}
