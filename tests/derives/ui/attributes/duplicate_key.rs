use dintero_api::DinteroOrder;

#[derive(DinteroOrder)]
#[dintero(skip_unmapped, skip_unmapped)]
struct Cart {
    currency: String,
    #[dintero(to = merchant_reference, to = merchant_reference_2)]
    id: String,
    amount: i64,
}

fn main() {}
