use dintero_api::DinteroOrder;

#[derive(DinteroOrder)]
struct Cart {
    currency: String,
    merchant_reference: String,
    amount: i64,
    #[dintero(flatten, to = store)]
    shop: Shop,
}

struct Shop;

fn main() {}
