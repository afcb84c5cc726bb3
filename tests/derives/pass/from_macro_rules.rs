use dintero_api::order::order_lines;
use dintero_api::{Currency, DinteroOrder, DinteroOrderItem, ToOrder};

macro_rules! carts {
    ($($name:ident { $id:ident: $id_type:ty, $lines:ident: $lines_type:ty, $note:expr })*) => {$(
        #[derive(DinteroOrder)]
        #[dintero(currency = "NOK", merchant_reference_2 = |self| $note, event_reference = |self| self.$id.clone().unwrap_or_default())]
        struct $name {
            #[dintero(to = merchant_reference, default = "none")]
            $id: $id_type,
            #[dintero(to = items)]
            $lines: $lines_type,
        }
    )*};
}

#[derive(DinteroOrderItem)]
struct Line {
    amount: i64,
}

carts! {
    Cart { id: Option<String>, lines: Vec<Line>, "a note" }
    Basket { number: Option<String>, rows: Option<Box<[Line]>>, 7 }
}

macro_rules! lines {
    ($name:ident, $price:ty, $minor:path, $id:expr, $quantity:expr, $krate:path) => {
        #[derive(DinteroOrderItem)]
        #[dintero(quantity = $quantity, crate = $krate)]
        struct $name {
            #[dintero(to = unit_price, with = $minor)]
            #[dintero(to = discount, with = $price::discount)]
            price: $price,
            #[dintero(to = id, with = $id)]
            sku: u32,
        }
    };
}

struct Price(i64);

impl Price {
    fn minor(&self) -> i64 {
        self.0
    }

    fn discount(&self) -> i64 {
        self.0 / 2
    }
}

lines! { Product, Price, Price::minor, |sku| format!("sku-{sku}"), 1 + 1, dintero_api }
lines! { Service, Price, Price::minor, u32::to_string, 1, dintero_api }

fn main() {
    let lines = order_lines(&Product { price: Price(400), sku: 7 }, Currency::NOK).expect("a line");
    assert_eq!(lines[0].id.as_deref(), Some("sku-7"));
    assert_eq!(lines[0].amount.map(|amount| amount.get()), Some(600));
    let lines = order_lines(&Service { price: Price(400), sku: 7 }, Currency::NOK).expect("a line");
    assert_eq!(lines[0].id.as_deref(), Some("7"));

    let order = Cart { id: None, lines: vec![Line { amount: 1 }] }.to_order().expect("an order");
    assert_eq!(order.merchant_reference, "none");
    assert_eq!(order.merchant_reference_2.as_deref(), Some("a note"));
    let order = Basket { number: Some("9".into()), rows: Some([Line { amount: 1 }].into()) }
        .to_order()
        .expect("an order");
    assert_eq!(order.event_reference.as_deref(), Some("9"));
}
