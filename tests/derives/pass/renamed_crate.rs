use dintero_api as payments;

mod shop {
    pub use dintero_api as dintero;
}

#[derive(payments::DinteroOrder)]
#[dintero(crate = payments)]
struct Cart {
    currency: String,
    merchant_reference: String,
    #[dintero(to = items)]
    lines: Vec<Line>,
}

#[derive(payments::DinteroOrderItem)]
#[dintero(crate = crate::shop::dintero)]
struct Line {
    amount: i64,
}

fn main() {}
