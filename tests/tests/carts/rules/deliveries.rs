//! Tests deliveries: shipping prices, kinds of shipping, and addresses that differ from the customer's in some fields.

use dintero_api::order::overlay;
use dintero_api::types::{OrderAddress, SessionUrls};
use dintero_api::{DinteroAddress, DinteroOrder, DinteroShippingOption, ToSession as _};

use super::{CUP, Product};
use crate::order;

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

/// The street of the delivery address replaces the street of the customer's address.
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
#[dintero(shipping_option.id = "post", shipping_option.title = "Post", shipping_option.operator = "")]
struct Posted {
    items: Vec<Product>,
    #[dintero(to = shipping_option.amount)]
    shipping: Option<i64>,
    #[dintero(to = shipping_option.vat)]
    rate: u8,
}

/// An order that the customer picks up has no shipping option; an order with free delivery has one.
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

/// 40.00 without VAT is 50.00 with 25 % VAT. The price that the cart itself maps, even `None`, replaces the price of
/// the flattened part.
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

/// 40.00 without VAT is 50.00 with 25 % VAT. The VAT rate is a float.
#[test]
fn ways_of_shipping() {
    let session = |way, offers| {
        let urls = SessionUrls::new("https://shop.example/thanks");
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
