use dintero_api::DinteroDiscount;

#[derive(DinteroDiscount)]
#[dintero(spread, as_items)]
struct Coupon {
    amount: i64,
}

fn main() {}
