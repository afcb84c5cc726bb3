//! Each row of the section "Types" in the documentation: values, pointers to them, and newtypes.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::Arc;

use dintero_api::types::{DiscountItem, OrderAddress, OrderShippingOption, Store};
use dintero_api::{
    Country, Currency, Decimal, DinteroAddress, DinteroDiscount, DinteroOrder, DinteroOrderItem,
    DinteroShippingOption, DinteroValue, ToOrder,
};

#[derive(DinteroOrder)]
struct Cart<'a> {
    currency: &'a Currency,
    merchant_reference: Cow<'a, str>,
    #[dintero(to = merchant_reference_2)]
    letter: Box<char>,
    items: Arc<[Line<'a>]>,
    billing_address: Rc<Address>,
    shipping_address: Option<&'a OrderAddress>,
    shipping_option: Box<Freight>,
    #[dintero(to = discount)]
    coupon: &'a [Voucher],
    discount_lines: Vec<DiscountItem>,
    price_includes_vat: &'a bool,
    store: Shop,
    #[dintero(to = partial_payment)]
    partial: bool,
    #[dintero(to = discount_codes, with = |codes| codes.iter().map(|code| (*code).to_owned()).collect::<Vec<String>>())]
    codes: &'a [&'a str],
    #[dintero(to = session.express.shipping_options)]
    options: VecDeque<OrderShippingOption>,
}

#[derive(DinteroOrderItem)]
struct Line<'a> {
    #[dintero(exponent = 0)]
    unit_price: Amount,
    quantity: Arc<f64>,
    vat: &'a Decimal,
    discount: Newtype,
}

#[derive(DinteroAddress)]
struct Address {
    country: &'static str,
}

#[derive(DinteroShippingOption)]
#[dintero(id = "post", title = "Post", operator = "Posten", vat = 25)]
struct Freight {
    amount: u16,
}

#[derive(DinteroDiscount)]
struct Voucher {
    amount: i64,
}

#[derive(DinteroValue)]
struct Amount(i64);

#[derive(DinteroValue)]
struct Newtype(Voucher);

#[derive(Clone)]
struct Shop;

impl From<Shop> for Store {
    fn from(_: Shop) -> Self {
        Self::new("1")
    }
}

fn main() {
    let address = OrderAddress::new().country(Country::SE);
    let vat = Decimal::from(25);
    let line = Line {
        unit_price: Amount(10),
        quantity: Arc::new(1.0),
        vat: &vat,
        discount: Newtype(Voucher { amount: 100 }),
    };
    let cart = Cart {
        currency: &Currency::SEK,
        merchant_reference: "1".into(),
        letter: Box::new('a'),
        items: Arc::new([line]),
        billing_address: Rc::new(Address { country: "SE" }),
        shipping_address: Some(&address),
        shipping_option: Box::new(Freight { amount: 50 }),
        coupon: &[Voucher { amount: 400 }],
        discount_lines: Vec::new(),
        price_includes_vat: &true,
        store: Shop,
        partial: false,
        codes: &["SPRING"],
        options: VecDeque::new(),
    };
    assert_eq!(cart.to_order().expect("an order").amount.get(), 550);
}
