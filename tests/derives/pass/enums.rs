//! Coupons and shipping options may be enums, and each variant has its own mappings.

use dintero_api::{
    Decimal, DinteroAddress, DinteroDiscount, DinteroOrder, DinteroOrderItem, DinteroShippingOption, ToOrder,
    ToSession, types::SessionUrls,
};

#[derive(DinteroOrder)]
#[dintero(currency = "NOK", merchant_reference = "1", session.express.shipping_mode = shipping_required)]
struct Cart {
    items: Vec<Line>,
    #[dintero(to = discount)]
    coupons: Vec<Coupon>,
    #[dintero(to = shipping_option)]
    delivery: Delivery,
    #[dintero(to = session.express.shipping_options)]
    offered: Vec<Delivery>,
}

#[derive(DinteroOrderItem)]
struct Line {
    amount: i64,
    vat: u8,
}

#[derive(DinteroDiscount)]
enum Coupon {
    #[dintero(as_items, capped, discount_id = "FIXED")]
    Fixed(#[dintero(to = amount)] i64),
    Share {
        #[dintero(to = discount_id)]
        code: &'static str,
        percentage: u8,
    },
    Fraction {
        fraction: f64,
    },
    #[dintero(skip)]
    Used,
}

#[derive(DinteroShippingOption)]
#[dintero(operator = "Posten", vat = 25)]
enum Delivery {
    #[dintero(id = "home", title = "Home")]
    Home { amount: i64 },
    #[dintero(delivery_method = pick_up)]
    Kiosk {
        id: &'static str,
        title: String,
        #[dintero(to = net_amount)]
        price: Decimal,
        #[dintero(to = pick_up_address)]
        point: Point,
    },
    #[dintero(skip)]
    PickUp,
}

#[derive(DinteroAddress)]
struct Point {
    country: &'static str,
}

fn cart(coupons: Vec<Coupon>, delivery: Delivery) -> Cart {
    let kiosk = Delivery::Kiosk {
        id: "kiosk",
        title: "Kiosk".to_owned(),
        price: Decimal::new(40, 0),
        point: Point { country: "NO" },
    };
    let items = vec![Line { amount: 10000, vat: 25 }];
    Cart { items, coupons, delivery, offered: vec![Delivery::PickUp, kiosk] }
}

fn amount(cart: &Cart) -> i64 {
    cart.to_order().expect("an order").amount.get()
}

fn main() {
    let share = || Coupon::Share { code: "TEN", percentage: 10 };
    assert_eq!(amount(&cart(vec![share(), Coupon::Used], Delivery::PickUp)), 9000);
    assert_eq!(amount(&cart(vec![share(), Coupon::Fraction { fraction: 0.1 }], Delivery::PickUp)), 8100);
    assert_eq!(amount(&cart(vec![Coupon::Fixed(25000)], Delivery::PickUp)), 0, "capped");
    assert_eq!(amount(&cart(Vec::new(), Delivery::Home { amount: 4900 })), 14900);

    let order = cart(Vec::new(), Delivery::PickUp).to_order().expect("an order");
    assert_eq!(order.shipping_option, None, "an order that the customer picks up has no shipping option");
    let urls = SessionUrls::new("https://shop.example/back");
    let session = cart(Vec::new(), Delivery::PickUp).to_session("profile", urls).expect("a session");
    let offered = session.express.expect("express").shipping_options;
    assert_eq!(offered.len(), 1, "a skipped variant is not offered");
    assert_eq!(offered[0].amount.get(), 5000);
}
