use dintero_api::{DinteroOrder, DinteroOrderItem, ToOrder};

#[derive(DinteroOrder)]
struct Cart {
    currency: String,
    merchant_reference: String,
    #[dintero(to = items)]
    lines: Vec<Line>,
    note: String,
}

#[derive(DinteroOrderItem)]
struct Line {
    id: String,
}

fn send(cart: &impl ToOrder) {
    let _ = cart.to_order();
}

fn main() {
    let cart = Cart {
        currency: "NOK".to_owned(),
        merchant_reference: "1".to_owned(),
        lines: vec![Line { id: "a".to_owned() }],
        note: String::new(),
    };
    send(&cart);
}
