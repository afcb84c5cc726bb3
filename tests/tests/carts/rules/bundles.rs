//! Tests bundles together with discounts and coupons. A bundle is not sent, so its parts carry what applies to it.

use dintero_api::order::Rule;
use dintero_api::types::{OrderItemType, OrderLine};
use dintero_api::{DinteroDiscount, DinteroOrder, DinteroOrderItem, MinorUnits, StringOrNumber};
use serde_json::json;

use crate::{assert_order, assert_refused, basket, order};

#[derive(DinteroOrderItem, Clone)]
#[dintero(bundle)]
struct Set {
    #[dintero(to = unit_price)]
    price: i64,
    quantity: i8,
    #[dintero(to = discount)]
    sale: Option<Sale>,
    #[dintero(to = discount_lines)]
    already_off: Option<Sale>,
    #[dintero(to = type)]
    kind: Option<OrderItemType>,
    #[dintero(to = eligible_for_discount)]
    eligible: Option<bool>,
    #[dintero(to = items)]
    parts: Vec<Part>,
}

#[derive(DinteroDiscount, Clone)]
struct Sale {
    #[dintero(to = discount_id)]
    code: &'static str,
    amount: i64,
}

#[derive(DinteroOrderItem, Clone)]
#[dintero(vat = 25)]
struct Part {
    id: &'static str,
    amount: i64,
    #[dintero(to = discount_percent)]
    sale: Option<u8>,
    #[dintero(to = type)]
    kind: Option<OrderItemType>,
}

fn part(id: &'static str, amount: i64) -> Part {
    Part { id, amount, sale: None, kind: None }
}

fn set(price: i64, parts: Vec<Part>) -> Set {
    Set { price, quantity: 1, sale: None, already_off: None, kind: None, eligible: None, parts }
}

/// 100.00 less 10.00 is 90.00. The first part weighs 30.00, which is 60.00 less 50 %, and so does the second. Each part
/// costs 45.00, and 5.00 were taken off for the discount of the bundle. Nothing was taken off for the 50 %.
#[test]
fn discounts_of_a_bundle_are_described_in_its_parts() {
    let parts = vec![Part { sale: Some(50), ..part("A", 6000) }, part("B", 3000)];
    let lines = |sign: i64| {
        let item = |id: &str, line_id: &str| {
            json!({
                "id": id, "line_id": line_id, "quantity": sign, "amount": sign * 4500,
                "vat_amount": sign * 900, "vat": 25,
                "discount_lines": [{"amount": sign * 500, "discount_id": "S", "line_id": 1}],
            })
        };
        json!({
            "amount": sign * 9000, "currency": "NOK", "merchant_reference": "order-1",
            "vat_amount": sign * 1800, "items": [item("A", "1.1"), item("B", "1.2")],
        })
    };
    let sold = |sign: i8| {
        let sale = Some(Sale { code: "S", amount: i64::from(sign) * 1000 });
        Set { quantity: sign, sale, ..set(10000, parts.clone()) }
    };
    assert_order(&basket([sold(1)]), &lines(1));
    assert_order(&basket([sold(-1)]), &lines(-1));
}

/// A discount of 1.01 is spread like the price: 0.51 and 0.50. A discount that the price already includes is described
/// in the parts too.
#[test]
fn discounts_with_ids_are_spread() {
    let sale = |code, amount| Some(Sale { code, amount });
    let both = Set { sale: sale("S", 101), already_off: sale("A", 50), ..set(1101, vec![]) };
    let items = order(&basket([Set { parts: vec![part("A", 1), part("B", 1)], ..both }])).items;
    let found: Vec<_> = items
        .iter()
        .flatten()
        .map(|item| {
            let described = item.discount_lines.iter().flatten();
            let described: Vec<_> = described
                .map(|line| (line.discount_id.as_deref(), line.amount.map(|amount| amount.get())))
                .collect();
            (item.amount.map(|amount| amount.get()), described)
        })
        .collect();
    let described = |s, a| vec![(Some("A"), Some(a)), (Some("S"), Some(s))];
    assert_eq!(found, [(Some(500), described(51, 25)), (Some(500), described(50, 25))]);
}

#[derive(DinteroOrder)]
#[dintero(currency = "NOK", merchant_reference = "order-1")]
struct Cart {
    items: Vec<Set>,
    #[dintero(to = discount)]
    coupon: i64,
}

/// A coupon applies to the parts of a bundle only if it would apply to the bundle, unless a part says otherwise.
#[test]
fn parts_take_coupons_as_their_bundle_does() {
    let cart = |set| Cart { items: vec![set], coupon: 100 };
    let two = || set(1000, vec![part("A", 1), part("B", 1)]);
    assert_eq!(order(&cart(two())).amount.get(), 900);
    let exempt = Set { eligible: Some(false), ..two() };
    assert_refused(&cart(exempt), "coupon", Rule::Discount);
    let fee = Set { kind: Some(OrderItemType::Surcharge), ..two() };
    assert_refused(&cart(fee), "coupon", Rule::Discount);
    let parts = vec![Part { kind: Some(OrderItemType::Digital), ..part("A", 1) }, part("B", 1)];
    let items = order(&cart(Set { kind: Some(OrderItemType::Surcharge), parts, ..two() })).items;
    let found: Vec<_> = items
        .into_iter()
        .flatten()
        .map(|item| (item.kind, item.eligible_for_discount, item.amount.map(MinorUnits::get)))
        .collect();
    let expected =
        [(Some(OrderItemType::Digital), None, Some(400)), (None, Some(false), Some(500))];
    assert_eq!(found, expected);
}

/// A part with discounts of its own, which its price already includes.
#[derive(DinteroOrderItem, Clone)]
enum Piece {
    Single {
        amount: i64,
        #[dintero(to = discount_lines)]
        already_off: Vec<Sale>,
        #[dintero(to = discount)]
        sale: Option<Sale>,
    },
    #[dintero(bundle)]
    Set {
        amount: i64,
        #[dintero(to = type)]
        kind: Option<OrderItemType>,
        #[dintero(to = discount_lines)]
        already_off: Vec<Sale>,
        #[dintero(to = discount)]
        sale: Option<Sale>,
        #[dintero(to = items)]
        pieces: Vec<Piece>,
    },
}

fn sales<const N: usize>(sales: [(&'static str, i64); N]) -> Vec<Sale> {
    sales.map(|(code, amount)| Sale { code, amount }).into()
}

fn single(already_off: Vec<Sale>) -> Piece {
    Piece::Single { amount: 1000, already_off, sale: None }
}

fn pieces(amount: i64, already_off: Vec<Sale>, pieces: Vec<Piece>) -> Piece {
    Piece::Set { amount, kind: None, already_off, sale: None, pieces }
}

/// Returns the id, the amount and the number of each discount of each line.
fn described(piece: Piece) -> Vec<Vec<(String, i64, StringOrNumber)>> {
    let items = order(&basket([piece])).items;
    let of_line = |item: OrderLine| {
        let described = item.discount_lines.into_iter().flatten();
        described
            .map(|it| (it.discount_id.unwrap(), it.amount.unwrap().get(), it.line_id.unwrap()))
            .collect()
    };
    items.into_iter().flatten().map(of_line).collect()
}

fn line(code: &str, amount: i64, number: i64) -> (String, i64, StringOrNumber) {
    (code.to_owned(), amount, StringOrNumber::from(number))
}

/// The discounts of a part and of its bundle have different numbers on the line of the part.
#[test]
fn numbers_of_discounts_are_unique_on_a_part() {
    let parts = vec![single(sales([("P", 1), ("Q", 2)])), single(vec![])];
    let found = described(pieces(2000, sales([("A", 10), ("B", 20)]), parts));
    let expected = [
        vec![line("P", 1, 1), line("Q", 2, 2), line("A", 5, 3), line("B", 10, 4)],
        vec![line("A", 5, 1), line("B", 10, 2)],
    ];
    assert_eq!(found, expected);
    // The first discount is one minor unit, so the second part gets no share of it, and keeps the number 2.
    let set = Piece::Set {
        amount: 2000,
        kind: None,
        already_off: sales([("A", 1), ("B", 20)]),
        sale: Some(Sale { code: "S", amount: 100 }),
        pieces: vec![single(vec![]), single(vec![])],
    };
    let expected = [
        vec![line("A", 1, 1), line("B", 10, 2), line("S", 50, 3)],
        vec![line("B", 10, 2), line("S", 50, 3)],
    ];
    assert_eq!(described(set), expected);
}

/// `discount_lines` are kept in a bundle in a bundle; discounts that lowered the price of the inner one are not.
#[test]
fn bundle_in_a_bundle_keeps_its_discount_lines() {
    let inner = Piece::Set {
        amount: 1000,
        kind: None,
        already_off: sales([("I", 10)]),
        sale: Some(Sale { code: "LOST", amount: 500 }),
        pieces: vec![single(sales([("P", 1)])), single(vec![])],
    };
    let sold = Piece::Single {
        amount: 500,
        already_off: vec![],
        sale: Some(Sale { code: "LOST", amount: 100 }),
    };
    let found = described(pieces(1800, sales([("O", 90)]), vec![inner, sold]));
    let expected = [
        vec![line("P", 1, 1), line("I", 5, 2), line("O", 25, 3)],
        vec![line("I", 5, 1), line("O", 25, 2)],
        vec![line("O", 40, 1)],
    ];
    assert_eq!(found, expected);
}

#[derive(DinteroOrder)]
#[dintero(currency = "NOK", merchant_reference = "order-1")]
struct PieceCart {
    items: Vec<Piece>,
    #[dintero(to = discount)]
    coupon: i64,
}

/// Whether a coupon applies to a part depends on the innermost bundle that has a type.
#[test]
fn innermost_type_decides_about_coupons() {
    use OrderItemType::{Digital, Surcharge};

    for (outer, middle, inner, is_lowered) in [
        (Some(Surcharge), None, Some(Digital), true),
        (Some(Surcharge), Some(Digital), None, true),
        (Some(Digital), None, Some(Surcharge), false),
        (Some(Digital), Some(Surcharge), None, false),
        (Some(Surcharge), None, None, false),
        (None, None, None, true),
    ] {
        let set = |kind: &Option<OrderItemType>, piece| Piece::Set {
            amount: 1000,
            kind: kind.clone(),
            already_off: vec![],
            sale: None,
            pieces: vec![piece],
        };
        let item = set(&outer, set(&middle, set(&inner, single(vec![]))));
        let cart = PieceCart { items: vec![item], coupon: 100 };
        match is_lowered {
            true => assert_eq!(order(&cart).amount.get(), 900, "{outer:?} {middle:?} {inner:?}"),
            false => assert_refused(&cart, "coupon", Rule::Discount),
        }
    }
}
