use dintero_api::{DinteroOrder, DinteroOrderItem};

#[derive(DinteroOrder)]
#[dintero(total_mismatch = rounding_line(10), crate = "dintero_api", bound = T)]
struct Cart {
    currency: String,
    merchant_reference: String,
    amount: i64,
}

#[derive(DinteroOrderItem)]
#[dintero(rounding = up, skip_unmapped = true)]
struct Line {
    #[dintero(with = 3)]
    amount: i64,
}

fn main() {}
