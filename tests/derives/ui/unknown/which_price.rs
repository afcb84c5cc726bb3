use dintero_api::DinteroOrderItem;

#[derive(DinteroOrderItem)]
struct Line {
    id: String,
    price: i64,
    vat_rate: u8,
}

fn main() {}
