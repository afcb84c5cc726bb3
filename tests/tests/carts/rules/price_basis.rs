//! Tests prices with and without VAT in one cart, and deposits.

use dintero_api::order::Rule;
use dintero_api::types::{OrderItemGroup, PayoutSplit};
use dintero_api::{
    Currency, Decimal, DinteroOrder, DinteroOrderItem, DinteroShippingOption, ToShippingOption,
};
use serde_json::json;

use super::{CUP, Product};
use crate::{assert_order, assert_refused, basket, decimal, order};

#[derive(DinteroOrder)]
#[dintero(currency = "NOK", merchant_reference = "order-1")]
struct Storefront {
    items: Vec<Priced>,
    #[dintero(to = price_includes_vat)]
    taxes_included: Option<bool>,
    #[dintero(to = shipping_option)]
    freight: Option<Freight>,
}

#[derive(DinteroOrderItem)]
struct Priced {
    unit_price: Decimal,
    quantity: u8,
    vat: u8,
    #[dintero(to = price_includes_vat)]
    gross: Option<bool>,
}

#[derive(DinteroShippingOption)]
#[dintero(id = "post", title = "Post", operator = "")]
struct Freight {
    amount: i64,
    vat: u8,
}

/// 2 × 99.99 is 199.98. If prices exclude VAT, 25 % is added: 249.975, rounded to 249.98. The freight costs 40.00 or,
/// if prices exclude VAT, 50.00.
#[test]
fn a_price_includes_vat_or_not() {
    let line = |gross| Priced { unit_price: decimal("99.99"), quantity: 2, vat: 25, gross };
    let amounts = |taxes_included, gross| {
        let freight = Some(Freight { amount: 4000, vat: 25 });
        let order = order(&Storefront { items: vec![line(gross)], taxes_included, freight });
        let line = order.items.expect("a line")[0].amount.expect("an amount").get();
        (line, order.shipping_option.expect("an option").amount.get())
    };
    assert_eq!(amounts(None, None), (19998, 4000));
    assert_eq!(amounts(Some(true), None), (19998, 4000));
    assert_eq!(amounts(Some(false), None), (24998, 5000));
    // The line's own setting overrides the order's setting.
    assert_eq!(amounts(Some(false), Some(true)), (19998, 5000));
    assert_eq!(amounts(Some(true), Some(false)), (24998, 4000));
}

#[derive(DinteroOrder)]
#[dintero(currency = "NOK", merchant_reference = "order-1")]
struct Wholesale {
    items: Vec<Discounted>,
    #[dintero(to = price_includes_vat)]
    gross: bool,
    #[dintero(to = discount)]
    coupon: Option<i64>,
}

#[derive(DinteroOrderItem)]
struct Discounted {
    unit_price: i64,
    vat: u8,
    #[dintero(to = discount)]
    off: i64,
}

/// 100.00 less 10.00 is 90.00, or 112.50 if prices exclude 25 % VAT. After a coupon of 20.00, 70.00 remains, or 87.50
/// if prices exclude VAT.
#[test]
fn discounts_include_vat_as_prices_do() {
    let total = |gross, coupon| {
        let line = Discounted { unit_price: 10000, vat: 25, off: 1000 };
        order(&Wholesale { items: vec![line], gross, coupon }).amount.get()
    };
    assert_eq!((total(true, None), total(false, None)), (9000, 11250));
    assert_eq!((total(true, Some(2000)), total(false, Some(2000))), (7000, 8750));
}

#[derive(DinteroOrderItem)]
#[dintero(bundle)]
struct Hamper {
    #[dintero(to = net_unit_price)]
    price: Decimal,
    quantity: u8,
    vat: Option<u8>,
    #[dintero(to = groups)]
    name: Option<Vec<OrderItemGroup>>,
    #[dintero(to = items)]
    parts: Vec<Part>,
}

#[derive(DinteroOrderItem)]
struct Part {
    unit_price: i64,
    vat: Option<u8>,
}

fn hamper(parts: &[(i64, Option<u8>)]) -> Hamper {
    let parts = parts.iter().map(|(unit_price, vat)| Part { unit_price: *unit_price, vat: *vat });
    Hamper { price: decimal("150"), quantity: 2, vat: None, name: None, parts: parts.collect() }
}

/// The bundle's price of 300.00 without VAT is spread over parts of 125.00 at 25 % and 115.00 at 15 %, which are 100.00
/// each without VAT. Each part gets 150.00 without VAT: 187.50 and 172.50 with VAT.
#[test]
fn a_bundle_without_vat_over_parts_of_two_rates() {
    let expected = json!({
        "amount": 36000, "currency": "NOK", "merchant_reference": "order-1", "vat_amount": 6000,
        "items": [
            {"line_id": "1.1", "quantity": 2, "amount": 18750, "vat_amount": 3750, "vat": 25},
            {"line_id": "1.2", "quantity": 2, "amount": 17250, "vat_amount": 2250, "vat": 15},
        ],
    });
    assert_order(&basket([hamper(&[(12500, Some(25)), (11500, Some(15))])]), &expected);
    // The bundle's own rate applies to parts without a rate.
    let own = Hamper { vat: Some(25), ..hamper(&[(100, None), (200, None)]) };
    let order = order(&basket([own]));
    assert_eq!((order.amount.get(), order.vat_amount.map(|vat| vat.get())), (37500, Some(7500)));
    assert_refused(&basket([hamper(&[(12500, Some(25)), (11500, None)])]), "lines[0]", Rule::Vat);
    assert_refused(&basket([hamper(&[(0, Some(25))])]), "lines[0]", Rule::Bundle);
}

#[test]
fn parts_are_in_the_group_of_their_bundle() {
    let mut group = OrderItemGroup::new("HAMPER");
    group.name = Some("Christmas".into());
    let named =
        Hamper { name: Some(vec![group.clone()]), ..hamper(&[(100, Some(25)), (50, Some(0))]) };
    let items = order(&basket([named])).items.expect("there are parts");
    assert_eq!(items.len(), 2);
    assert!(items.iter().all(|item| item.groups.as_deref() == Some(&[group.clone()])));
}

#[derive(DinteroOrder)]
#[dintero(currency = "NOK", merchant_reference = "order-1")]
struct Deposit {
    items: Vec<Product>,
    #[dintero(to = deposit_percent)]
    now: Option<f64>,
}

/// 20 % of 2 × 49.90 is 19.96, and 12.5 % is 12.475, rounded to 12.48.
#[test]
fn a_deposit_is_a_share_of_the_sum() {
    let cart = |now| Deposit { items: vec![CUP, CUP], now };
    for (share, amount) in [(20.0, 1996), (12.5, 1248), (100.0, 9980)] {
        let order = order(&cart(Some(share)));
        assert_eq!((order.amount.get(), order.partial_payment), (amount, Some(true)), "{share}");
        assert_eq!(order.vat_amount.map(|vat| vat.get()), Some(1996));
    }
    let whole = order(&cart(None));
    assert_eq!((whole.amount.get(), whole.partial_payment), (9980, None));
    for mistaken in [0.2, 0.0, -1.0, 101.0] {
        assert_refused(&cart(Some(mistaken)), "now", Rule::Value);
    }
}

#[derive(DinteroOrderItem)]
struct Priority {
    #[dintero(to = price_includes_vat)]
    own: Option<bool>,
    #[dintero(flatten)]
    line: Priced,
}

#[derive(DinteroShippingOption)]
struct Courier {
    #[dintero(to = price_includes_vat)]
    own: Option<bool>,
    #[dintero(flatten)]
    freight: Taxed,
}

#[derive(DinteroShippingOption)]
#[dintero(id = "post", title = "Post", operator = "", vat = 25)]
struct Taxed {
    amount: i64,
    price_includes_vat: bool,
}

/// 100.00 without VAT is 125.00 with VAT.
#[test]
fn the_own_setting_replaces_a_flattened_setting() {
    for (own, flattened, amount) in [
        (None, true, 10000),
        (None, false, 12500),
        (Some(true), false, 10000),
        (Some(false), true, 12500),
    ] {
        let line =
            Priced { unit_price: decimal("100"), quantity: 1, vat: 25, gross: Some(flattened) };
        assert_eq!(order(&basket([Priority { own, line }])).amount.get(), amount);
        let freight = Taxed { amount: 10000, price_includes_vat: flattened };
        let option = Courier { own, freight }.to_shipping_option(Currency::NOK);
        assert_eq!(option.expect("an option").amount.get(), amount);
    }
}

#[derive(DinteroOrder)]
#[dintero(currency = "NOK", merchant_reference = "order-1", price_includes_vat = true)]
struct Mixed {
    #[dintero(flatten)]
    shop: Storefront,
}

/// The setting of an order applies to the whole order, so two settings contradict each other, as two currencies do.
#[test]
fn an_order_has_one_setting() {
    let cart = |taxes_included| {
        let items = vec![Priced { unit_price: decimal("100"), quantity: 1, vat: 25, gross: None }];
        Mixed { shop: Storefront { items, taxes_included, freight: None } }
    };
    assert_eq!(order(&cart(None)).amount.get(), 10000);
    assert_eq!(order(&cart(Some(true))).amount.get(), 10000);
    assert_refused(&cart(Some(false)), "shop.taxes_included", Rule::Value);
}

#[derive(DinteroShippingOption)]
struct Relay {
    vat: u8,
    #[dintero(flatten)]
    freight: Shared,
}

#[derive(DinteroShippingOption)]
#[dintero(id = "post", title = "Post", operator = "")]
#[dintero(splits = |self, amount| self.is_split.then(|| vec![PayoutSplit::new("carrier", amount)]))]
struct Shared {
    net_amount: i64,
    vat: u8,
    #[dintero(skip)]
    is_split: bool,
}

#[derive(DinteroOrder)]
#[dintero(currency = "NOK", merchant_reference = "order-1")]
struct Relayed {
    items: Vec<Priced>,
    #[dintero(to = shipping_option)]
    relay: Relay,
}

/// The flattened function for splits needs the amount before the struct's own VAT rate replaces the flattened one: 40.00
/// plus 15 % is 46.00, but 40.00 plus 25 % is 50.00. The option costs 50.00, so splits of 46.00 are refused.
#[test]
fn a_freight_is_priced_with_its_final_rate() {
    let cart = |is_split| Relayed {
        items: vec![Priced { unit_price: decimal("1"), quantity: 1, vat: 25, gross: None }],
        relay: Relay { vat: 25, freight: Shared { net_amount: 4000, vat: 15, is_split } },
    };
    let option = order(&cart(false)).shipping_option.expect("an option");
    assert_eq!((option.amount.get(), option.vat_amount.map(|vat| vat.get())), (5000, Some(1000)));
    assert_refused(&cart(true), "relay.freight.splits", Rule::Splits);
}
