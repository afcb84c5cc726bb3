//! Tests nested lines: add-ons, which are sent as additional lines, and bundles, of which only the parts are sent.

use std::collections::BTreeMap;

use dintero_api::order::Rule;
use dintero_api::{Decimal, DinteroOrder, DinteroOrderItem};
use serde_json::{Value, json};

use crate::{assert_order, assert_refused, basket, decimal, order};

#[derive(DinteroOrderItem)]
struct Dish {
    id: &'static str,
    #[dintero(to = unit_price)]
    ore: i64,
    #[dintero(to = items)]
    extras: Vec<Dish>,
}

fn dish(id: &'static str, ore: i64, extras: Vec<Dish>) -> Dish {
    Dish { id, ore, extras }
}

fn item(id: &str, line_id: &str, amount: i64) -> Value {
    json!({"id": id, "line_id": line_id, "quantity": 1, "amount": amount})
}

#[test]
fn add_ons_follow_their_line() {
    let sauce = dish("SAUCE", 500, vec![dish("CHILI", 100, vec![])]);
    let lines = vec![
        dish("COLA", 3000, vec![]),
        dish("BURGER", 15000, vec![dish("CHEESE", 1500, vec![]), sauce]),
        dish("FRIES", 4000, vec![]),
    ];
    let expected = json!({
        "amount": 24100, "currency": "NOK", "merchant_reference": "order-1", "vat_amount": 0,
        "items": [
            item("COLA", "1", 3000),
            item("BURGER", "2", 15000),
            item("CHEESE", "2.1", 1500),
            item("SAUCE", "2.2", 500),
            item("CHILI", "2.2.1", 100),
            item("FRIES", "3", 4000),
        ],
    });
    assert_order(&basket(lines), &expected);
}

#[derive(DinteroOrderItem)]
struct Menu {
    line_id: &'static str,
    amount: i64,
    #[dintero(to = items)]
    courses: BTreeMap<&'static str, Dish>,
}

#[test]
fn a_key_below_a_line_id() {
    let courses =
        BTreeMap::from([("main", dish("FISH", 1, vec![])), ("dessert", dish("ICE", 2, vec![]))]);
    let items = order(&basket([Menu { line_id: "menu", amount: 3, courses }])).items;
    let items = items.expect("there are lines");
    let ids: Vec<_> = items.iter().map(|item| item.line_id.as_deref().expect("an id")).collect();
    assert_eq!(ids, ["menu", "menu.dessert", "menu.main"]);
}

#[derive(DinteroOrderItem)]
#[dintero(bundle)]
struct Bundle {
    #[dintero(to = unit_price)]
    price: Decimal,
    #[dintero(to = quantity)]
    bundles: u32,
    #[dintero(to = items)]
    parts: Vec<Part>,
}

#[derive(DinteroOrderItem)]
struct Part {
    #[dintero(to = id)]
    sku: &'static str,
    quantity: u32,
    #[dintero(to = unit_price)]
    price: Decimal,
    vat: u8,
}

fn part(sku: &'static str, quantity: u32, price: &str, vat: u8) -> Part {
    Part { sku, quantity, price: decimal(price), vat }
}

#[derive(DinteroOrder)]
#[dintero(currency = "NOK", merchant_reference = "order-1")]
struct Shelf {
    #[dintero(to = items)]
    bundles: Vec<Bundle>,
    #[dintero(to = items)]
    singles: Vec<Part>,
}

/// Two bundles at 9900 (NOK 99.00) contain two books and four mugs. The total price of 19800 is spread in proportion to
/// the prices of one book (4990) and two mugs (7000): 19800 × 4990 / 11990 = 8240.37 and 19800 × 7000 / 11990 =
/// 11559.63. The mugs get the remaining øre, and cost 11560, including VAT of 2312.
#[test]
fn a_bundle_is_sent_as_its_parts() {
    let parts = vec![part("BOOK", 1, "49.90", 0), part("MUG", 2, "35.00", 25)];
    let cart = Shelf {
        bundles: vec![Bundle { price: decimal("99.00"), bundles: 2, parts }],
        singles: vec![part("PEN", 1, "10.00", 25)],
    };
    let expected = json!({
        "amount": 20800, "currency": "NOK", "merchant_reference": "order-1", "vat_amount": 2512,
        "items": [
            {
                "id": "BOOK", "line_id": "1.1", "quantity": 2, "amount": 8240, "vat_amount": 0,
                "vat": 0,
            },
            {
                "id": "MUG", "line_id": "1.2", "quantity": 4, "amount": 11560,
                "vat_amount": 2312, "vat": 25,
            },
            {
                "id": "PEN", "line_id": "2", "quantity": 1, "amount": 1000, "vat_amount": 200,
                "vat": 25,
            },
        ],
    });
    assert_order(&cart, &expected);
}

/// 100 is spread over three equal parts, and the first part gets the remainder.
#[test]
fn among_equal_parts_the_first_takes_the_remainder() {
    let parts = vec![part("A", 1, "1", 25), part("B", 1, "1", 25), part("C", 1, "1", 25)];
    let cart = basket([Bundle { price: decimal("1"), bundles: 1, parts }]);
    let items = order(&cart).items.expect("there are lines");
    let amounts: Vec<_> = items.iter().map(|item| item.amount.expect("an amount").get()).collect();
    assert_eq!(amounts, [34, 33, 33]);
}

#[test]
fn a_bundle_has_parts_with_prices() {
    let bundle = |parts| basket([Bundle { price: decimal("1"), bundles: 1, parts }]);
    assert_refused(&bundle(vec![]), "lines[0]", Rule::Bundle);
    assert_refused(&bundle(vec![part("A", 1, "0", 25)]), "lines[0]", Rule::Bundle);
    assert_refused(
        &bundle(vec![part("A", 1, "-1", 25), part("B", 1, "2", 25)]),
        "lines[0]",
        Rule::Bundle,
    );
}

/// If a price of zero is spread over free parts, each part gets zero.
#[test]
fn a_free_bundle() {
    let parts = vec![part("A", 1, "0", 25)];
    let cart = basket([Bundle { price: decimal("0"), bundles: 3, parts }]);
    let expected = json!({
        "amount": 0, "currency": "NOK", "merchant_reference": "order-1", "vat_amount": 0,
        "items": [{
            "id": "A", "line_id": "1.1", "quantity": 3, "amount": 0, "vat_amount": 0, "vat": 25,
        }],
    });
    assert_order(&cart, &expected);
}

#[derive(DinteroOrderItem)]
#[dintero(bundle)]
struct Hamper {
    amount: i64,
    quantity: u32,
    #[dintero(to = items)]
    boxes: Vec<Crate>,
}

#[derive(DinteroOrderItem)]
#[dintero(bundle)]
struct Crate {
    amount: i64,
    quantity: u32,
    #[dintero(to = items)]
    bottles: Vec<Part>,
}

/// The price of the inner bundle, 600, is spread first, as 200 and 400. The price of the outer bundle, 900, is then
/// spread over these amounts, as 300 and 600.
#[test]
fn bundles_in_bundles() {
    let bottles = vec![part("RED", 1, "1", 25), part("WHITE", 2, "1", 25)];
    let boxes = vec![Crate { amount: 600, quantity: 3, bottles }];
    let expected = json!({
        "amount": 900, "currency": "NOK", "merchant_reference": "order-1", "vat_amount": 180,
        "items": [
            {
                "id": "RED", "line_id": "1.1.1", "quantity": 6, "amount": 300, "vat_amount": 60,
                "vat": 25,
            },
            {
                "id": "WHITE", "line_id": "1.1.2", "quantity": 12, "amount": 600,
                "vat_amount": 120, "vat": 25,
            },
        ],
    });
    assert_order(&basket([Hamper { amount: 900, quantity: 2, boxes }]), &expected);
}
