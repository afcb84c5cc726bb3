//! Tests every way to specify a VAT rate, a quantity and a rounding mode, as well as failing functions, defaults,
//! constants and computed values.

use dintero_api::order::Rule;
use dintero_api::types::OrderItemType;
use dintero_api::{Decimal, DinteroOrder, DinteroOrderItem};
use serde_json::{Value, json};

use crate::{assert_order, assert_refused, assert_session, basket, decimal, message, order};

#[derive(DinteroOrderItem)]
enum Rate {
    Percent(#[dintero(to = amount)] i64, #[dintero(to = vat)] Decimal),
    BasisPoints(#[dintero(to = amount)] i64, #[dintero(to = vat_basis_points)] u32),
    Fraction(#[dintero(to = amount)] i64, #[dintero(to = vat_fraction)] Decimal),
}

/// The VAT amounts are 10000 × 25.5 / 125.5 = 2031.9 and 10000 × 8.25 / 108.25 = 762.1.
#[test]
fn rates_in_three_units() {
    let lines = [
        Rate::Percent(10000, decimal("25.50")),
        Rate::BasisPoints(10000, 2550),
        Rate::Fraction(10000, decimal("0.255")),
        Rate::BasisPoints(10000, 825),
        Rate::Fraction(10000, decimal("0.0825")),
        Rate::BasisPoints(10000, 0),
    ];
    let item = |line_id: &str, vat: f64, vat_amount: i64| {
        json!({
            "line_id": line_id, "quantity": 1, "amount": 10000, "vat": vat,
            "vat_amount": vat_amount,
        })
    };
    let expected = json!({
        "amount": 60000, "currency": "NOK", "merchant_reference": "order-1", "vat_amount": 7620,
        "items": [
            item("1", 25.5, 2032), item("2", 25.5, 2032), item("3", 25.5, 2032),
            item("4", 8.25, 762), item("5", 8.25, 762), item("6", 0.0, 0),
        ],
    });
    assert_order(&basket(lines), &expected);
}

#[test]
fn rates_in_the_wrong_unit() {
    for rate in [
        Rate::Percent(1, decimal("0.25")),
        Rate::Percent(1, decimal("-25")),
        Rate::Percent(1, decimal("25.125")),
        Rate::BasisPoints(1, 25),
        Rate::BasisPoints(1, 250_000),
        Rate::Fraction(1, decimal("25")),
        Rate::Fraction(1, decimal("0.0025")),
        Rate::Fraction(1, decimal("-0.25")),
        Rate::Fraction(1, decimal("0.25555")),
    ] {
        assert_refused(&basket([rate]), "lines[0].1", Rule::Vat);
    }
    // The message does not suggest the target that the cart maps already.
    let text = message(&basket([Rate::BasisPoints(1, 250_000)]));
    assert!(!text.contains("map") && text.contains("250000 basis points"), "{text}");
}

#[derive(DinteroOrder)]
#[dintero(merchant_reference = "order-1")]
struct Abroad {
    #[dintero(flatten)]
    terms: Option<Terms>,
    #[dintero(to = items)]
    lines: Vec<Even>,
}

#[derive(DinteroOrder)]
#[dintero(merchant_reference = "order-1")]
struct Terms {
    currency: &'static str,
    items: Vec<Even>,
}

/// The cart maps the currency before the prices, but the mapped value is absent.
#[test]
fn an_absent_currency_is_reported() {
    let text = message(&Abroad { terms: None, lines: vec![Even { price: decimal("1") }] });
    assert!(text.contains("from a value that is not `None`"), "{text}");
    let _ = |terms: Terms| (terms.currency, terms.items);
}

#[derive(DinteroOrderItem)]
#[dintero(rounding = half_to_even)]
struct Even {
    #[dintero(to = unit_price)]
    price: Decimal,
}

#[derive(DinteroOrderItem)]
struct Away {
    #[dintero(to = unit_price)]
    price: Decimal,
}

#[derive(DinteroOrderItem)]
#[dintero(rounding = exact)]
struct Exact {
    #[dintero(to = unit_price)]
    price: Decimal,
    #[dintero(to = quantity)]
    count: Decimal,
}

#[derive(DinteroOrderItem)]
enum Rounded {
    Even(#[dintero(flatten)] Even),
    Away(#[dintero(flatten)] Away),
    Exact(#[dintero(flatten)] Exact),
}

#[test]
fn halves_go_where_the_line_says() {
    let even = |price| Rounded::Even(Even { price: decimal(price) });
    let away = |price| Rounded::Away(Away { price: decimal(price) });
    let exact = Rounded::Exact(Exact { price: decimal("0.025"), count: decimal("2") });
    let lines = [
        even("0.025"),
        even("0.035"),
        even("-0.025"),
        away("0.025"),
        away("0.035"),
        away("-0.025"),
        exact,
    ];
    let amounts = [2, 4, -2, 3, 4, -3, 5];
    let items = amounts.iter().enumerate().map(|(index, amount)| {
        let quantity = if index == 6 { 2 } else { 1 };
        json!({"line_id": (index + 1).to_string(), "quantity": quantity, "amount": amount})
    });
    let expected = json!({
        "amount": 13, "currency": "NOK", "merchant_reference": "order-1", "vat_amount": 0,
        "items": items.collect::<Value>(),
    });
    assert_order(&basket(lines), &expected);
    let half = Exact { price: decimal("0.025"), count: decimal("1") };
    assert_refused(&basket([half]), "lines[0]", Rule::Value);
}

fn listed(sku: &&'static str) -> Result<i64, String> {
    match *sku {
        "MUG" => Ok(4900),
        "BOWL" => Ok(9900),
        unknown => Err(format!("no price for `{unknown}`")),
    }
}

fn picture(print: &str) -> Option<String> {
    (!print.is_empty()).then(|| format!("https://shop.example/{print}"))
}

#[derive(DinteroOrderItem)]
#[dintero(
    type = Physical,
    vat = 25,
    description = |self| format!("{} ({})", self.sku, self.print),
    thumbnail_url = |self| picture(self.print),
)]
struct Listed {
    #[dintero(to = id)]
    #[dintero(to = unit_price, with = listed)]
    sku: &'static str,
    #[dintero(skip)]
    print: &'static str,
    #[dintero(to = quantity, default = 2)]
    count: Option<u8>,
    #[dintero(to = unit_weight, with = |grams| *grams as f64 / 1000.0)]
    grams: u32,
}

#[test]
fn values_may_be_looked_up_and_computed() {
    let line = |sku, print, count| Listed { sku, print, count, grams: 1500 };
    let lines = [line("MUG", "cat", None), line("BOWL", "", Some(1))];
    let expected = json!({
        "amount": 19700, "currency": "NOK", "merchant_reference": "order-1", "vat_amount": 3940,
        "items": [
            {
                "id": "MUG", "line_id": "1", "description": "MUG (cat)", "quantity": 2,
                "amount": 9800, "vat": 25, "vat_amount": 1960, "type": "physical",
                "thumbnail_url": "https://shop.example/cat", "unit_weight": 1.5,
            },
            {
                "id": "BOWL", "line_id": "2", "description": "BOWL ()", "quantity": 1,
                "amount": 9900, "vat": 25, "vat_amount": 1980, "type": "physical",
                "unit_weight": 1.5,
            },
        ],
    });
    assert_order(&basket(lines), &expected);
    let unknown = basket([line("MUG", "", None), line("CUP", "", None)]);
    assert_refused(&unknown, "lines[1].sku", Rule::Value);
    assert_eq!(message(&unknown), "lines[1].sku: no price for `CUP`");
}

#[derive(DinteroOrder)]
#[dintero(currency = "NOK", merchant_reference = "order-1", amount = 100)]
struct Configured {
    #[dintero(to = session.configuration.vipps.enabled)]
    vipps: bool,
}

#[derive(DinteroOrder)]
#[dintero(currency = "NOK", merchant_reference = "order-1", amount = 100)]
struct Unsure {
    #[dintero(to = session.configuration.vipps.enabled, default = true)]
    vipps: Option<bool>,
}

#[derive(DinteroOrder)]
#[dintero(
    currency = "NOK",
    merchant_reference = "order-1",
    amount = 100,
    session.configuration.vipps.enabled = true,
)]
struct Fixed {
    #[dintero(to = merchant_reference_2)]
    note: &'static str,
}

/// The last field of the path, `enabled`, is not an `Option` in the API's types.
#[test]
fn a_required_value_at_the_end_of_a_path() {
    let expected = |enabled| {
        json!({
            "profile_id": "default", "url": {"return_url": "https://shop.example/thanks"},
            "order": {"amount": 100, "currency": "NOK", "merchant_reference": "order-1"},
            "configuration": {"vipps": {"enabled": enabled}},
        })
    };
    assert_session(&Configured { vipps: true }, &expected(true));
    assert_session(&Unsure { vipps: None }, &expected(true));
    assert_session(&Fixed { note: "" }, &expected(true));
}

#[derive(DinteroOrder)]
#[dintero(
    merchant_reference = |self| format!("{}-{}", self.shop, self.number),
    partial_payment = false,
    discount_codes = |self| vec![self.code.to_owned()],
    store.id = "oslo",
    store.address.country = "NO",
    store.address.address_line = "Storgata 1",
    store.address.address_line_2 = "2",
    store.address.postal_place = "Oslo",
)]
struct Shop {
    #[dintero(skip)]
    shop: u8,
    #[dintero(skip)]
    number: u64,
    #[dintero(skip)]
    code: &'static str,
    #[dintero(default = "SEK")]
    currency: Option<&'static str>,
    #[dintero(to = amount)]
    total: u16,
    #[dintero(to = event_reference)]
    #[dintero(to = merchant_reference_2, with = |note| note.map(str::to_uppercase))]
    note: Option<&'static str>,
}

#[test]
fn an_order_of_constants() {
    let shop = |currency, note| Shop { shop: 1, number: 77, code: "X", currency, total: 500, note };
    let mut expected = json!({
        "amount": 500, "currency": "SEK", "merchant_reference": "1-77", "partial_payment": false,
        "discount_codes": ["X"],
        "store": {
            "id": "oslo",
            "address": {
                "address_line": "Storgata 1", "address_line_2": "2", "postal_place": "Oslo",
                "country": "NO",
            },
        },
    });
    assert_order(&shop(None, None), &expected);
    expected["currency"] = json!("DKK");
    expected["event_reference"] = json!("note");
    expected["merchant_reference_2"] = json!("NOTE");
    assert_order(&shop(Some("DKK"), Some("note")), &expected);
}

#[derive(DinteroOrderItem)]
struct Typed {
    amount: i64,
    #[dintero(to = type, default = digital)]
    kind: Option<OrderItemType>,
}

/// A default may be a word of the API, as a constant may.
#[test]
fn a_default_may_be_a_word() {
    let lines =
        [Typed { amount: 1, kind: None }, Typed { amount: 1, kind: Some(OrderItemType::Physical) }];
    let order = order(&basket(lines));
    let kinds: Vec<_> = order.items.into_iter().flatten().map(|item| item.kind).collect();
    assert_eq!(kinds, [Some(OrderItemType::Digital), Some(OrderItemType::Physical)]);
}
