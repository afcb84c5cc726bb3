use dintero_api::DinteroOrder;

#[derive(DinteroOrder)]
struct Cart {
    currency: String,
    merchant_reference: String,
    amount: i64,
    #[dintero(to = shipping_address)]
    ship_to: Address,
    #[dintero(to = shipping_address.business_name)]
    company: String,
    #[dintero(to = billing_address.business_name)]
    payer: String,
    billing_address: Address,
}

struct Address;

fn main() {}
