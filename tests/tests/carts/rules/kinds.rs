//! Tests enums of lines, lines that are generic over their parts, and fields that `flatten` adds.

use std::borrow::Cow;
use std::fmt::Display;

use dintero_api::{
    Decimal, DinteroOrder, DinteroOrderItem, DinteroValue, MinorUnits, ToPrice, ToText,
};
use serde_json::json;

use crate::{assert_order, basket, decimal};

#[derive(DinteroOrderItem)]
#[dintero(vat = 25)]
enum Row<'a, P, const MONTHS: u32> {
    Product {
        #[dintero(to = id)]
        sku: &'a str,
        #[dintero(to = unit_price)]
        price: P,
        #[dintero(to = quantity)]
        qty: u8,
        #[dintero(to = discount_percent)]
        sale: Option<u8>,
    },
    #[dintero(negative)]
    Return {
        #[dintero(to = id)]
        sku: &'a str,
        #[dintero(to = unit_price)]
        price: P,
        #[dintero(to = quantity)]
        qty: u8,
        #[dintero(to = discount_percent)]
        sale: Option<u8>,
    },
    #[dintero(type = Service, quantity = MONTHS)]
    Rent(#[dintero(to = unit_price)] P),
    #[dintero(vat = 0, type = Digital)]
    Book(#[dintero(flatten)] Book<'a>),
    #[dintero(skip)]
    Note,
    #[dintero(negative, type = GiftCard, vat = 0)]
    Cards {
        #[dintero(to = amount, with = |cards| cards.iter().sum::<i64>())]
        cards: Vec<i64>,
    },
}

#[derive(DinteroOrderItem)]
struct Book<'a> {
    #[dintero(to = description)]
    title: Cow<'a, str>,
    #[dintero(to = amount)]
    price: i64,
}

/// 2 × 1.255 less 10 % is 2.259. A return of the same product has the same amount with the opposite sign. The rent for
/// 3 months is 3 × the monthly price.
#[test]
fn rows_of_every_kind() {
    let product = Row::Product { sku: "P", price: decimal("1.255"), qty: 2, sale: Some(10) };
    let back = Row::Return { sku: "P", price: decimal("1.255"), qty: 2, sale: Some(10) };
    let rows: Vec<Row<'_, Decimal, 3>> = vec![
        product,
        Row::Note,
        back,
        Row::Rent(decimal("100")),
        Row::Book(Book { title: "Sult".into(), price: 9900 }),
        Row::Cards { cards: vec![1000, 500] },
    ];
    let expected = json!({
        "amount": 38400, "currency": "NOK", "merchant_reference": "order-1", "vat_amount": 6000,
        "items": [
            {"id": "P", "line_id": "1", "quantity": 2, "amount": 226, "vat_amount": 45, "vat": 25},
            {"id": "P", "line_id": "3", "quantity": 2, "amount": -226, "vat_amount": -45, "vat": 25},
            {
                "line_id": "4", "quantity": 3, "amount": 30000, "vat_amount": 6000, "vat": 25,
                "type": "service",
            },
            {
                "line_id": "5", "description": "Sult", "quantity": 1, "amount": 9900,
                "vat_amount": 0, "vat": 0, "type": "digital",
            },
            {
                "line_id": "6", "quantity": 1, "amount": -1500, "vat_amount": 0, "vat": 0,
                "type": "gift_card",
            },
        ],
    });
    assert_order(&basket(rows), &expected);
}

#[derive(DinteroOrder)]
struct Cart<'a, R, L, C>
where
    R: Display,
{
    #[dintero(to = merchant_reference)]
    reference: Id<R>,
    #[dintero(to = merchant_reference_2, with = |shown| shown.to_string())]
    shown: R,
    currency: &'a str,
    #[dintero(to = items)]
    lines: L,
    #[dintero(to = discount)]
    coupon: C,
}

struct Id<R>(R);

impl<R: Display> ToText for Id<R> {
    fn to_text(&self) -> Cow<'_, str> {
        format!("<{}>", self.0).into()
    }
}

#[derive(DinteroOrderItem)]
#[dintero(bound(P: ToPrice))]
struct Priced<P> {
    #[dintero(to = unit_price)]
    price: P,
}

#[derive(DinteroValue)]
struct Cents<T>(T);

#[test]
fn a_cart_generic_in_everything() {
    let cart = Cart {
        reference: Id(7),
        shown: 7,
        currency: "EUR",
        lines: [Priced { price: Cents(100_u64) }, Priced { price: Cents(250) }],
        coupon: Some(MinorUnits::new(35)),
    };
    let expected = json!({
        "amount": 315, "currency": "EUR", "merchant_reference": "<7>", "merchant_reference_2": "7",
        "vat_amount": 0,
        "items": [
            {"line_id": "1", "quantity": 1, "amount": 90},
            {"line_id": "2", "quantity": 1, "amount": 225},
        ],
    });
    assert_order(&cart, &expected);
}

#[derive(DinteroOrderItem)]
#[dintero(type = Physical)]
struct Engraved {
    #[dintero(flatten)]
    article: Article,
    #[dintero(to = description, with = |text| format!("engraved: {text}"))]
    engraving: &'static str,
    #[dintero(to = items)]
    boxes: Option<Article>,
}

#[derive(DinteroOrderItem)]
struct Article {
    #[dintero(to = id)]
    sku: &'static str,
    #[dintero(to = net_unit_price)]
    price: Decimal,
    vat: u8,
    quantity: u8,
}

#[test]
fn a_line_flattens_another_struct() {
    let article = Article { sku: "RING", price: decimal("80"), vat: 25, quantity: 2 };
    let wrapping = Article { sku: "BOX", price: decimal("8"), vat: 25, quantity: 1 };
    let line = Engraved { article, engraving: "K", boxes: Some(wrapping) };
    let expected = json!({
        "amount": 21000, "currency": "NOK", "merchant_reference": "order-1", "vat_amount": 4200,
        "items": [
            {
                "id": "RING", "line_id": "1", "description": "engraved: K", "quantity": 2,
                "amount": 20000, "vat_amount": 4000, "vat": 25, "type": "physical",
            },
            {"id": "BOX", "line_id": "1.1", "quantity": 1, "amount": 1000, "vat_amount": 200, "vat": 25},
        ],
    });
    assert_order(&basket([line]), &expected);
}
