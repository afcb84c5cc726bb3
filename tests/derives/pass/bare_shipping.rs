//! A cart may contain only a shipping price instead of a shipping option. The price may be absent or exclude VAT.

use dintero_api::{Decimal, DinteroOrder, DinteroOrderItem, ToOrder};

#[derive(DinteroOrderItem)]
struct Line {
    amount: i64,
}

#[derive(DinteroOrder)]
#[dintero(
    currency = NOK,
    merchant_reference = "1",
    shipping_option.id = "post",
    shipping_option.title = "Post",
    shipping_option.operator = "Posten",
    shipping_option.vat = 25
)]
struct Cart {
    items: Vec<Line>,
    #[dintero(to = shipping_option.amount)]
    shipping: Option<Decimal>,
}

#[derive(DinteroOrder)]
#[dintero(
    currency = NOK,
    merchant_reference = "1",
    shipping_option.id = "post",
    shipping_option.title = "Post",
    shipping_option.operator = "Posten"
)]
struct Net {
    items: Vec<Line>,
    #[dintero(to = shipping_option.net_amount, with = |price| (*price > 0).then_some(*price))]
    shipping: i64,
    #[dintero(to = shipping_option.vat_fraction)]
    rate: f64,
}

fn main() {
    let cart = |shipping| Cart { items: vec![Line { amount: 100 }], shipping };
    let order = cart(None).to_order().expect("an order");
    assert_eq!((order.amount.get(), order.shipping_option), (100, None));
    let order = cart(Some(Decimal::new(4900, 2))).to_order().expect("an order");
    let option = order.shipping_option.expect("an option");
    assert_eq!((order.amount.get(), option.amount.get()), (5000, 4900));
    assert_eq!(option.vat_amount.map(|vat| vat.get()), Some(980));

    let net = |shipping| Net { items: vec![Line { amount: 100 }], shipping, rate: 0.25 };
    let order = net(0).to_order().expect("an order");
    assert_eq!((order.amount.get(), order.shipping_option), (100, None));
    let order = net(4000).to_order().expect("an order");
    assert_eq!(order.shipping_option.expect("an option").amount.get(), 5000);
}
