use dintero_api::DinteroOrder;

#[derive(DinteroOrder)]
struct Cart {
    currency: String,
    #[dintero(with = a +, to = merchant_reference)]
    id: String,
    amount: i64,
    #[dintero(5, skip)]
    note: String,
    #[dintero(skip skip)]
    second: String,
}

fn main() {}
