use dintero_api::{DinteroOrder, DinteroOrderItem, ToOrder};

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

fn main() {
    let order = Cart { id: None, lines: vec![Line { amount: 1 }] }.to_order().expect("an order");
    assert_eq!(order.merchant_reference, "none");
    assert_eq!(order.merchant_reference_2.as_deref(), Some("a note"));
    let order = Basket { number: Some("9".into()), rows: Some([Line { amount: 1 }].into()) }
        .to_order()
        .expect("an order");
    assert_eq!(order.event_reference.as_deref(), Some("9"));
}
