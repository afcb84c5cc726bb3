//! A mistake in a block causes one error, and the impl still exists.

use dintero_api::{DinteroOrder, DinteroOrderItem, ToOrder};

#[derive(DinteroOrder)]
#[dintero(currency = "NOK", merchant_reference = |self| { self.number + })]
struct Cart {
    items: Vec<Line>,
    #[dintero(skip)]
    number: u8,
}

#[derive(DinteroOrderItem)]
struct Line {
    amount: i64,
}

fn main() {
    let _ = Cart { items: Vec::new(), number: 1 }.to_order();
}
