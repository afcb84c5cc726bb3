use dintero_api::money::decimal_from_f64;
use dintero_api::types::PayoutSplit;
use dintero_api::{DinteroOrder, DinteroOrderItem, MinorUnits, ToOrder};

#[derive(DinteroOrder)]
#[dintero(
    currency = "NOK",
    merchant_reference = |self| self.buyer.number,
    billing_address.business_name = |self| &self.buyer.name,
    session.customer.email = |self| self.buyer.mail.as_deref(),
    session.configuration.default_customer_type = "b2b",
)]
struct Cart {
    #[dintero(skip)]
    buyer: Buyer,
    #[dintero(to = amount, with = decimal_from_f64)]
    total: f64,
    items: Vec<Line>,
}

struct Buyer {
    number: u32,
    name: String,
    mail: Option<String>,
}

#[derive(DinteroOrderItem)]
#[dintero(splits = |self, amount| [PayoutSplit::new(&*self.seller, amount)].to_vec())]
struct Line {
    #[dintero(to = unit_price, with = dintero_api::money::decimal_from_f64_option)]
    price: Option<f64>,
    #[dintero(to = quantity, with = str::parse::<u32>)]
    count: String,
    #[dintero(to = description, with = Option::as_deref)]
    #[dintero(to = id, with = |name| name.as_ref().map(|name| name.to_lowercase()))]
    name: Option<String>,
    #[dintero(skip)]
    seller: String,
}

#[derive(DinteroOrderItem)]
#[dintero(splits = whole)]
struct Sale {
    amount: i64,
}

fn whole(_: &Sale, amount: MinorUnits) -> Vec<PayoutSplit> {
    vec![PayoutSplit::new("seller", amount)]
}

fn main() {
    let line = Line {
        price: Some(10.05),
        count: "3".to_owned(),
        name: Some("Chair".to_owned()),
        seller: "seller".to_owned(),
    };
    let buyer = Buyer { number: 7, name: "Bolts".to_owned(), mail: None };
    let cart = Cart { buyer, total: 30.15, items: vec![line] };
    let order = cart.to_order().expect("an order");
    let line = &order.items.as_ref().expect("lines")[0];
    assert_eq!(order.merchant_reference, "7");
    assert_eq!(line.id.as_deref(), Some("chair"));
    assert_eq!(line.splits.as_ref().map(|splits| splits[0].amount.get()), Some(3015));
    let _ = Sale { amount: 1 };
}
