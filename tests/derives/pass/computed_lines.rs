//! Lines computed from the struct come after the lines of the struct's fields, wherever the attribute for the computed
//! lines is placed.

use dintero_api::{DinteroOrder, DinteroOrderItem, ToOrder};

#[derive(DinteroOrder)]
#[dintero(currency = "NOK", merchant_reference = "1", items = |self| Line { id: "fee", amount: self.fee })]
struct Cart {
    #[dintero(skip)]
    fee: i64,
    #[dintero(to = items)]
    goods: Vec<Line>,
    #[dintero(to = items)]
    cards: Vec<Line>,
}

#[derive(DinteroOrderItem)]
struct Line {
    id: &'static str,
    amount: i64,
}

fn main() {
    let line = |id| Line { id, amount: 100 };
    let cart = Cart { fee: 5, goods: vec![line("a"), line("b")], cards: vec![line("c")] };
    let lines = cart.to_order().expect("an order").items.expect("lines");
    let ids: Vec<_> = lines.iter().filter_map(|line| line.id.as_deref().zip(line.line_id.as_deref())).collect();
    assert_eq!(ids, [("a", "1"), ("b", "2"), ("c", "3"), ("fee", "4")]);
}
