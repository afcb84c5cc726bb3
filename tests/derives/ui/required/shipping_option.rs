use dintero_api::DinteroShippingOption;

#[derive(DinteroShippingOption)]
struct Freight {
    id: String,
    vat: u8,
}

fn main() {}
