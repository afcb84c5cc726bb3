use dintero_api::DinteroOrder;

#[derive(DinteroOrder)]
#[dintero(skip_unmaped, total_mismach = error)]
struct Cart {
    currency: String,
    merchant_reference: String,
    amount: i64,
}

fn main() {}
