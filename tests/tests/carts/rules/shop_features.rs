//! What shops need: products with quantities, maps of other libraries, deliveries that differ in some fields, prices
//! that include VAT or not, deposits, bundles without VAT.

use std::collections::HashMap;

use dintero_api::order::{Rule, keyed, overlay};
use dintero_api::types::{OrderAddress, OrderItemGroup};
use dintero_api::{
    Currency, Decimal, DinteroAddress, DinteroOrder, DinteroOrderItem, DinteroShippingOption,
    ToOrder as _,
};
use serde_json::json;

use crate::{assert_order, assert_refused, basket, decimal, message, order};

#[derive(DinteroOrderItem, Clone)]
struct Product {
    #[dintero(to = id)]
    sku: &'static str,
    #[dintero(to = unit_price)]
    price: i64,
    vat: u8,
}

const CUP: Product = Product { sku: "CUP", price: 4990, vat: 25 };

/// Three cups at 49.90 are 149.70 with 29.94 of VAT; 1.5 kg at 20.00 are 30.00.
#[test]
fn a_product_and_its_quantity() {
    let flour = Product { sku: "FLOUR", price: 2000, vat: 15 };
    let expected = json!({
        "amount": 17970, "currency": "NOK", "merchant_reference": "order-1", "vat_amount": 3385,
        "items": [
            {"id": "CUP", "line_id": "1", "quantity": 3, "amount": 14970, "vat_amount": 2994, "vat": 25},
            {"id": "FLOUR", "line_id": "2", "quantity": 1.5, "amount": 3000, "vat_amount": 391, "vat": 15},
        ],
    });
    assert_order(&basket(vec![(CUP, 3.0), (flour, 1.5)]), &expected);
    let one = [(Some(CUP), 2_u32), (None, 5)];
    assert_eq!(order(&basket(one)).amount.get(), 9980);
}

#[derive(DinteroOrderItem, Clone)]
struct WholeLine {
    amount: i64,
    quantity: Option<u8>,
}

/// The quantity of a pair must neither be lost nor counted twice.
#[test]
fn a_pair_needs_the_price_of_one_unit() {
    let line = |quantity| WholeLine { amount: 100, quantity };
    assert_refused(&basket([(line(None), 3)]), "lines[0].1", Rule::Quantity);
    assert_refused(&basket([(line(Some(2)), 3)]), "lines[0].1", Rule::Quantity);
    assert_refused(&basket([(vec![CUP, CUP], 3)]), "lines[0].1", Rule::Quantity);
    assert_refused(&basket([(CUP, f64::NAN)]), "lines[0].1", Rule::Value);
    let words = message(&basket([(line(None), 3)]));
    assert!(words.contains("`unit_price`"), "{words}");
}

#[derive(DinteroOrderItem)]
struct Engraved {
    #[dintero(flatten)]
    cups: (Product, u32),
    #[dintero(to = description)]
    text: &'static str,
}

#[test]
fn a_pair_in_a_line() {
    let expected = json!({
        "amount": 14970, "currency": "NOK", "merchant_reference": "order-1", "vat_amount": 2994,
        "items": [{
            "id": "CUP", "line_id": "1", "description": "K", "quantity": 3, "amount": 14970,
            "vat_amount": 2994, "vat": 25,
        }],
    });
    assert_order(&basket([Engraved { cups: (CUP, 3), text: "K" }]), &expected);
}

/// A map that keeps the order of its entries, as `IndexMap` does.
struct Listed(Vec<(Key, Product)>);

/// A key that does not implement `Ord`.
#[derive(dintero_api::DinteroValue, PartialEq, Eq, Hash, Clone)]
struct Key(&'static str);

impl<'m> IntoIterator for &'m Listed {
    type Item = (&'m Key, &'m Product);
    type IntoIter = std::iter::Map<
        std::slice::Iter<'m, (Key, Product)>,
        fn(&'m (Key, Product)) -> (&'m Key, &'m Product),
    >;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter().map(|(key, product)| (key, product))
    }
}

#[derive(DinteroOrder)]
#[dintero(currency = "NOK", merchant_reference = "order-1")]
struct Mapped {
    #[dintero(to = items, with = keyed)]
    listed: Listed,
    #[dintero(to = items, with = keyed)]
    hashed: HashMap<Key, Product>,
}

#[test]
fn maps_of_other_libraries() {
    let listed = Listed(vec![(Key("b"), CUP), (Key("a"), CUP)]);
    let hashed = HashMap::from([(Key("c"), CUP)]);
    let items = order(&Mapped { listed, hashed }).items.expect("there are lines");
    let ids: Vec<_> = items.iter().map(|item| item.line_id.as_deref().expect("a key")).collect();
    assert_eq!(ids, ["b", "a", "c"]);
    let listed = Listed(vec![(Key("b"), Product { vat: 101, ..CUP })]);
    let cart = Mapped { listed, hashed: HashMap::new() };
    assert_refused(&cart, "listed[\"b\"].vat", Rule::Vat);
}

#[derive(Clone, Copy)]
enum Money {
    Crowns,
    Euros,
}

impl From<Money> for Currency {
    fn from(money: Money) -> Self {
        match money {
            Money::Crowns => Self::NOK,
            Money::Euros => Self::EUR,
        }
    }
}

#[derive(DinteroOrder)]
#[dintero(merchant_reference = "order-1")]
struct Abroad {
    #[dintero(to = currency, with = |money| Currency::from(*money))]
    money: Money,
    amount: i64,
}

#[test]
fn a_currency_of_the_shops_own() {
    let currency = |money| order(&Abroad { money, amount: 100 }).currency;
    assert_eq!((currency(Money::Crowns), currency(Money::Euros)), (Currency::NOK, Currency::EUR));
}

#[derive(DinteroAddress)]
struct Customer {
    #[dintero(to = first_name)]
    name: &'static str,
    #[dintero(to = address_line)]
    street: &'static str,
    #[dintero(to = address_line_2)]
    flat: Option<&'static str>,
    #[dintero(to = postal_code)]
    zip: &'static str,
    country: &'static str,
}

#[derive(DinteroAddress, Default)]
struct Delivery {
    #[dintero(to = first_name)]
    name: Option<&'static str>,
    #[dintero(to = address_line)]
    street: Option<&'static str>,
    #[dintero(to = postal_code)]
    zip: Option<&'static str>,
    country: &'static str,
}

#[derive(DinteroOrder)]
#[dintero(currency = "NOK", merchant_reference = "order-1", amount = 100)]
#[dintero(shipping_address = |self| overlay(&self.customer, self.delivery.as_ref()))]
struct Delivered {
    #[dintero(to = billing_address)]
    customer: Customer,
    #[dintero(skip)]
    delivery: Option<Delivery>,
}

/// The street of the delivery replaces that of the customer's flat.
#[test]
fn a_delivery_that_differs_in_some_fields() {
    let customer = || Customer {
        name: "Kari",
        street: "Storgata 1",
        flat: Some("H0402"),
        zip: "0155",
        country: "NO",
    };
    let shipped = |delivery| {
        let order = order(&Delivered { customer: customer(), delivery });
        assert_eq!(
            order.billing_address.and_then(|address| address.address_line_2).as_deref(),
            Some("H0402")
        );
        order.shipping_address.expect("an address")
    };
    let mut expected = OrderAddress::new();
    expected.first_name = Some("Kari".into());
    expected.address_line = Some("Storgata 1".into());
    expected.address_line_2 = Some("H0402".into());
    expected.postal_code = Some("0155".into());
    expected.country = Some("NO".parse().expect("a country"));
    assert_eq!(shipped(None), expected);
    assert_eq!(shipped(Some(Delivery::default())), expected);
    let named = Delivery { name: Some("Ola"), ..Delivery::default() };
    expected.first_name = Some("Ola".into());
    assert_eq!(shipped(Some(named)), expected);
    let moved = Delivery { street: Some("Kaien 2"), zip: Some("4006"), ..Delivery::default() };
    expected.first_name = Some("Kari".into());
    expected.address_line = Some("Kaien 2".into());
    expected.address_line_2 = None;
    expected.postal_code = Some("4006".into());
    assert_eq!(shipped(Some(moved)), expected);
}

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

/// 2 × 99.99 are 199.98 with VAT. If prices exclude VAT, 25 % is added: 249.975, rounded to 249.98. Freight is 40.00, or 50.00 with
/// its VAT.
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
    // The line overrides the order.
    assert_eq!(amounts(Some(false), Some(true)), (19998, 5000));
    assert_eq!(amounts(Some(true), Some(false)), (24998, 4000));
}

#[derive(DinteroOrder)]
#[dintero(currency = "NOK", merchant_reference = "order-1")]
struct Deposit {
    items: Vec<Product>,
    #[dintero(to = deposit_percent)]
    now: Option<f64>,
}

/// 20 % of 49.90 and 49.90 is 19.96; 12.5 % is 12.475, so 12.48.
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

/// 300.00 net over 125.00 at 25 % and 115.00 at 15 %, 100.00 net each: 150.00 net of each, 187.50 and 172.50.
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
    // The bundle's own rate applies to parts without one.
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

/// More lines than Dintero is known to accept, and a total that cannot be paid: the order is built, with warnings.
#[test]
fn warnings_are_returned() {
    let many: Vec<_> = (0..101).map(|_| CUP).collect();
    let reported = basket(many).to_order_with_report().expect("an order");
    let warnings: Vec<_> = reported
        .report
        .warnings()
        .iter()
        .map(|warning| (warning.path.as_str(), warning.rule))
        .collect();
    assert_eq!(warnings, [("lines", Rule::LineCount)]);
    assert_eq!(reported.order.amount.get(), 101 * 4990);

    let back = Product { price: -4990, ..CUP };
    let reported = basket([back]).to_order_with_report().expect("an order");
    let warnings: Vec<_> = reported
        .report
        .warnings()
        .iter()
        .map(|warning| (warning.path.as_str(), warning.rule))
        .collect();
    assert_eq!(warnings, [("lines", Rule::Sum)]);
}

#[derive(DinteroOrder)]
#[dintero(merchant_reference = "order-1")]
struct Outer {
    #[dintero(to = items)]
    lines: Vec<Product>,
    #[dintero(to = currency, with = |code| *code)]
    money: Option<&'static str>,
    #[dintero(flatten)]
    first: Head,
    #[dintero(flatten)]
    second: Head,
}

/// A part of a cart that several structs may include.
#[derive(DinteroOrder)]
#[dintero(part)]
struct Head {
    #[dintero(with = |code| *code)]
    currency: Option<&'static str>,
    #[dintero(to = items)]
    gifts: Vec<Product>,
    #[dintero(to = price_includes_vat)]
    gross: Option<bool>,
    #[dintero(to = merchant_reference_2)]
    note: Option<&'static str>,
}

fn head() -> Head {
    Head { currency: None, gifts: Vec::new(), gross: None, note: None }
}

/// The currency and the price basis of parts apply to the lines of all of them, or the cart is refused.
#[test]
fn parts_agree_on_currency_and_vat() {
    let cart = |first, second| Outer { lines: vec![CUP], money: None, first, second };
    let norwegian = Head { currency: Some("NOK"), ..head() };
    let net = Head { currency: Some("NOK"), gross: Some(false), ..head() };
    // 49.90 and 25 % is 62.375.
    assert_eq!(order(&cart(norwegian, head())).amount.get(), 4990);
    assert_eq!(order(&cart(net, head())).amount.get(), 6238);

    let norwegian = Head { currency: Some("NOK"), ..head() };
    let swedish = Head { currency: Some("SEK"), ..head() };
    assert_refused(&cart(norwegian, swedish), "second.currency", Rule::Currency);
    let gift = Head { currency: Some("NOK"), gifts: vec![CUP], ..head() };
    let late = Head { gross: Some(false), ..head() };
    assert_refused(&cart(gift, late), "second.gross", Rule::Value);
}

/// Lines of parts precede those of the cart itself, even if the cart's own field is first.
#[test]
fn lines_of_parts_come_first() {
    let gift = Product { sku: "GIFT", ..CUP };
    let first = Head { gifts: vec![gift], ..head() };
    let cart = Outer { lines: vec![CUP], money: Some("NOK"), first, second: head() };
    let items = order(&cart).items.expect("there are lines");
    let ids: Vec<_> = items.iter().filter_map(|item| item.id.as_deref()).collect();
    assert_eq!(ids, ["GIFT", "CUP"]);
}

#[derive(DinteroOrder)]
struct Extended {
    #[dintero(flatten)]
    order: dintero_api::types::SessionOrder,
    #[dintero(to = items)]
    more: Vec<Product>,
    #[dintero(to = amount)]
    total: Option<i64>,
}

/// An existing order is sent unchanged, and nothing in it is lost.
#[test]
fn an_order_that_is_flattened() {
    let ready = || order(&basket([CUP]));
    let cart = |more, total| Extended { order: ready(), more, total };
    assert_eq!(order(&cart(vec![], None)), ready());
    assert_refused(&cart(vec![CUP], None), "", Rule::Value);
    assert_refused(&cart(vec![], Some(1)), "", Rule::Value);
}

#[derive(DinteroOrderItem)]
struct Twice {
    #[dintero(flatten)]
    first: WholeLine,
    #[dintero(flatten)]
    second: WholeLine,
}

#[derive(DinteroOrderItem)]
struct Repriced {
    #[dintero(to = amount)]
    own: Option<i64>,
    #[dintero(flatten)]
    line: WholeLine,
}

/// The price of a struct replaces a flattened one, whatever the order of fields; two flattened prices contradict each
/// other.
#[test]
fn a_line_has_one_price() {
    let line = |amount| WholeLine { amount, quantity: None };
    assert_refused(
        &basket([Twice { first: line(1), second: line(2) }]),
        "lines[0].second",
        Rule::Value,
    );
    assert_eq!(order(&basket([Repriced { own: Some(300), line: line(100) }])).amount.get(), 300);
    assert_eq!(order(&basket([Repriced { own: None, line: line(100) }])).amount.get(), 100);
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

/// 100.00 - 10.00: 90.00, or 112.50 if the prices are without VAT, at 25 %. A coupon of 20.00 leaves 70.00, or without
/// VAT 70.00 of 90.00: 87.50.
#[test]
fn discounts_include_vat_as_prices_do() {
    let total = |gross, coupon| {
        let line = Discounted { unit_price: 10000, vat: 25, off: 1000 };
        order(&Wholesale { items: vec![line], gross, coupon }).amount.get()
    };
    assert_eq!((total(true, None), total(false, None)), (9000, 11250));
    assert_eq!((total(true, Some(2000)), total(false, Some(2000))), (7000, 8750));
}

/// Splits on a bundle would not be sent.
#[test]
fn a_bundle_has_no_splits() {
    #[derive(DinteroOrderItem)]
    #[dintero(bundle, splits = |self, amount| vec![dintero_api::types::PayoutSplit::new("a", amount)])]
    struct Split {
        amount: i64,
        #[dintero(to = items)]
        parts: Vec<Product>,
    }
    let cart = basket([Split { amount: 100, parts: vec![CUP] }]);
    assert_refused(&cart, "lines[0].splits", Rule::Splits);
}

#[derive(DinteroOrder)]
#[dintero(currency = "NOK", merchant_reference = "order-1")]
#[dintero(shipping_option.id = "post", shipping_option.title = "Post", shipping_option.operator = "")]
struct Posted {
    items: Vec<Product>,
    #[dintero(to = shipping_option.amount)]
    shipping: Option<i64>,
    #[dintero(to = shipping_option.vat)]
    rate: u8,
}

/// A customer who picks the order up has no shipping option; a customer with free delivery has one.
#[test]
fn a_shipping_price_that_may_be_absent() {
    let shipped = |shipping| {
        let order = order(&Posted { items: vec![CUP], shipping, rate: 25 });
        let option = order.shipping_option.map(|option| (option.amount.get(), option.vat_amount));
        (order.amount.get(), option.map(|(amount, vat)| (amount, vat.expect("VAT").get())))
    };
    assert_eq!(shipped(None), (4990, None));
    assert_eq!(shipped(Some(0)), (4990, Some((0, 0))));
    assert_eq!(shipped(Some(4900)), (9890, Some((4900, 980))));
}

#[derive(DinteroOrder)]
#[dintero(part)]
struct Postage {
    #[dintero(to = shipping_option.net_amount)]
    net: Option<i64>,
}

#[derive(DinteroOrder)]
#[dintero(currency = "NOK", merchant_reference = "order-1")]
#[dintero(shipping_option.id = "post", shipping_option.title = "Post", shipping_option.operator = "")]
#[dintero(shipping_option.vat = 25, shipping_option.net_amount = |self| self.more)]
struct PostedNet {
    items: Vec<Product>,
    #[dintero(flatten)]
    postage: Postage,
    #[dintero(skip)]
    more: Option<i64>,
}

/// Without VAT, and in a part of the cart: 40.00 and 25 %. A price in the cart itself replaces the part's.
#[test]
fn a_shipping_price_without_vat() {
    let shipped = |net, more| {
        let postage = Postage { net };
        let order = order(&PostedNet { items: vec![CUP], postage, more });
        order.shipping_option.map(|option| option.amount.get())
    };
    assert_eq!(shipped(None, None), None);
    assert_eq!(shipped(Some(9900), None), None);
    assert_eq!(shipped(None, Some(4000)), Some(5000));
    assert_eq!(shipped(Some(9900), Some(4000)), Some(5000));
}

#[derive(DinteroShippingOption)]
#[dintero(operator = "")]
enum Way {
    #[dintero(id = "post", title = "Post", vat = 25)]
    Post { amount: i64 },
    #[dintero(id = "home", title = "To your door")]
    Home {
        #[dintero(to = net_amount)]
        net: i64,
        #[dintero(to = vat_fraction)]
        rate: f64,
    },
    #[dintero(skip)]
    PickUp,
}

#[derive(DinteroOrder)]
#[dintero(currency = "NOK", merchant_reference = "order-1")]
struct Sent {
    items: Vec<Product>,
    #[dintero(to = shipping_option)]
    way: Way,
    #[dintero(to = session.express.shipping_options)]
    offers: Vec<Way>,
}

/// 40.00 without VAT, plus 25 % VAT, given as a float.
#[test]
fn ways_of_shipping() {
    use dintero_api::ToSession as _;
    let session = |way, offers| {
        let urls = dintero_api::types::SessionUrls::new("https://shop.example/thanks");
        Sent { items: vec![CUP], way, offers }.to_session("default", urls).expect("a session")
    };
    let home = || Way::Home { net: 4000, rate: 0.25 };
    let sent = session(home(), vec![Way::Post { amount: 4900 }, Way::PickUp, home()]);
    assert_eq!(sent.order.shipping_option.map(|option| option.amount.get()), Some(5000));
    let offered = sent.express.expect("offers").shipping_options;
    let offered: Vec<_> =
        offered.iter().map(|option| (option.id.as_str(), option.amount.get())).collect();
    assert_eq!(offered, [("post", 4900), ("home", 5000)]);
    assert_eq!(session(Way::PickUp, vec![]).order.shipping_option, None);
}
