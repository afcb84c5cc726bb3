//! A shop may only know at run time whether prices include VAT, how much is paid now, and whether a discount is an
//! amount or a fraction.

use dintero_api::order::order_lines;
use dintero_api::{Currency, Decimal, DinteroOrder, DinteroOrderItem, ToOrder};

#[derive(DinteroOrder)]
#[dintero(currency = "NOK", merchant_reference = "1")]
struct Cart {
    items: Vec<Line>,
    #[dintero(to = items)]
    more: Vec<(Line, u32)>,
    price_includes_vat: bool,
    #[dintero(to = deposit_percent)]
    deposit: Option<u8>,
}

#[derive(DinteroOrderItem)]
struct Line {
    unit_price: i64,
    vat: u8,
}

#[derive(DinteroOrderItem)]
struct Business {
    net_unit_price: Decimal,
    vat: u8,
    #[dintero(to = net_discount)]
    off: Option<Decimal>,
    #[dintero(to = discount_fraction)]
    share: Option<f64>,
}

#[derive(DinteroOrderItem)]
#[dintero(price_includes_vat = |self| !self.is_net)]
struct Mixed {
    unit_price: i64,
    vat: u8,
    #[dintero(skip)]
    is_net: bool,
}

fn main() {
    let cart = |price_includes_vat, deposit| {
        let line = || Line { unit_price: 1000, vat: 25 };
        Cart { items: vec![line()], more: vec![(line(), 3)], price_includes_vat, deposit }
    };
    let amount = |cart: Cart| cart.to_order().expect("an order").amount.get();
    assert_eq!(amount(cart(true, None)), 4000);
    assert_eq!(amount(cart(false, None)), 5000);
    let order = cart(true, Some(20)).to_order().expect("an order");
    assert_eq!((order.amount.get(), order.partial_payment), (800, Some(true)));

    let line = |off: Option<i64>, share| {
        let off = off.map(|kroner| Decimal::new(kroner, 0));
        let line = Business { net_unit_price: Decimal::new(100, 0), vat: 25, off, share };
        order_lines(&line, Currency::NOK).expect("a line")[0].amount.map(|amount| amount.get())
    };
    assert_eq!(line(Some(10), None), Some(11250));
    assert_eq!(line(None, Some(0.1)), Some(11250));

    let mixed = |is_net| {
        let line = Mixed { unit_price: 100, vat: 25, is_net };
        order_lines(&line, Currency::NOK).expect("a line")[0].amount.map(|amount| amount.get())
    };
    assert_eq!((mixed(true), mixed(false)), (Some(125), Some(100)));
}
