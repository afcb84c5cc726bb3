use dintero_api::DinteroOrder;

#[derive(DinteroOrder)]
struct Cart {
    merchant_reference_2: String,
}

fn main() {}
