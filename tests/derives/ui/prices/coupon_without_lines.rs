use dintero_api::DinteroOrder;

#[derive(DinteroOrder)]
#[dintero(currency = "NOK", merchant_reference = "1")]
struct Cart {
    amount: i64,
    #[dintero(to = discount)]
    coupon: i64,
}

#[derive(DinteroOrder)]
#[dintero(currency = "NOK", merchant_reference = "1", discount = 100)]
struct Reduced {
    amount: i64,
}

/// The struct that flattens this part may map `items`.
#[derive(DinteroOrder)]
#[dintero(part)]
struct Part {
    amount: i64,
    discount: i64,
}

fn main() {}
