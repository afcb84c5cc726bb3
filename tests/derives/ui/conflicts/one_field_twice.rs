use dintero_api::DinteroOrder;

#[derive(DinteroOrder)]
struct Cart {
    currency: String,
    merchant_reference: String,
    amount: i64,
    #[dintero(to = event_reference)]
    #[dintero(to = event_reference)]
    note: String,
}

fn main() {}
