// The cart of README.md, without the attribute of its price.
use dintero_api::{Decimal, DinteroOrder, DinteroOrderItem};

#[derive(DinteroOrder)]
#[dintero(currency = "NOK")]
struct Cart {
    #[dintero(to = merchant_reference)]
    number: String,
    #[dintero(to = items)]
    lines: Vec<Line>,
}

#[derive(DinteroOrderItem)]
struct Line {
    #[dintero(to = id)]
    sku: String,
    #[dintero(to = description)]
    name: String,
    quantity: u32,
    price: Decimal, // in kroner, with VAT
    vat: u8, // percent
}

fn main() {}
