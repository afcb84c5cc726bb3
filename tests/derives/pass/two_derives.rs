//! A struct may have two derives. Each derive reads its own nested list, if there is one.

use dintero_api::order::overlay;
use dintero_api::{DinteroAddress, DinteroOrder, DinteroOrderItem, ToOrder, ToSession, types::SessionUrls};

#[derive(DinteroAddress, DinteroOrder)]
#[dintero(DinteroOrder(part, skip_unmapped), DinteroAddress(country = "NO"))]
struct Customer {
    first_name: &'static str,
    #[dintero(DinteroAddress(to = address_line))]
    street: &'static str,
    #[dintero(DinteroAddress(to = email), DinteroOrder(to = session.customer.email))]
    mail: &'static str,
    #[dintero(DinteroAddress(skip), DinteroOrder(to = session.customer.customer_id))]
    number: u32,
}

#[derive(DinteroAddress)]
struct Delivery {
    #[dintero(to = address_line)]
    street: &'static str,
}

#[derive(DinteroOrder)]
#[dintero(
    currency = |self| dintero_api::Currency::from(self.market),
    merchant_reference = "1",
    shipping_address = |self| overlay(&self.customer, self.delivery.as_ref()),
)]
struct Cart {
    #[dintero(flatten)]
    #[dintero(to = billing_address)]
    customer: Customer,
    #[dintero(skip)]
    delivery: Option<Delivery>,
    #[dintero(skip)]
    market: Market,
    items: Vec<Line>,
}

/// The merchant's own currency type.
#[derive(Clone, Copy)]
enum Market {
    Norway,
    Sweden,
}

impl From<Market> for dintero_api::Currency {
    fn from(market: Market) -> Self {
        match market {
            Market::Norway => Self::NOK,
            Market::Sweden => Self::SEK,
        }
    }
}

#[derive(DinteroOrderItem)]
struct Line {
    amount: i64,
}

fn main() {
    let cart = |delivery, market| Cart {
        customer: Customer { first_name: "Kari", street: "Storgata 1", mail: "kari@shop.example", number: 7 },
        delivery,
        market,
        items: vec![Line { amount: 100 }],
    };
    let order = cart(Some(Delivery { street: "Kaien 2" }), Market::Sweden).to_order().expect("an order");
    assert_eq!(order.currency, dintero_api::Currency::SEK);
    let (to, bill) = (order.shipping_address.expect("one"), order.billing_address.expect("one"));
    assert_eq!((to.first_name.as_deref(), to.address_line.as_deref()), (Some("Kari"), Some("Kaien 2")));
    assert_eq!(bill.address_line.as_deref(), Some("Storgata 1"));
    assert_eq!(bill.email.as_deref(), Some("kari@shop.example"));

    let urls = SessionUrls::new("https://shop.example/back");
    let session = cart(None, Market::Norway).to_session("profile", urls).expect("a session");
    let customer = session.customer.expect("a customer");
    assert_eq!(customer.email.as_deref(), Some("kari@shop.example"));
    assert_eq!(customer.customer_id.as_deref(), Some("7"));
}
