use dintero_api::DinteroOrder;

#[derive(DinteroOrder)]
struct Cart {
    currency: String,
    merchant_reference: String,
    amount: i64,
    #[dintero(skip, to = merchant_reference_2)]
    note: String,
}

fn main() {}
