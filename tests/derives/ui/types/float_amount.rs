use dintero_api::{DinteroOrder, DinteroOrderItem};

#[derive(DinteroOrder)]
struct Cart {
    currency: String,
    merchant_reference: String,
    amount: f64,
}

#[derive(DinteroOrderItem)]
struct Line {
    unit_price: Option<f64>,
    discount: f32,
}

fn main() {}
