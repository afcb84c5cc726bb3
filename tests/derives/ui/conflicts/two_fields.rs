use dintero_api::DinteroOrder;

#[derive(DinteroOrder)]
struct Cart {
    currency: String,
    merchant_reference: String,
    #[dintero(to = amount)]
    total: i64,
    #[dintero(to = amount)]
    sum: i64,
}

fn main() {}
