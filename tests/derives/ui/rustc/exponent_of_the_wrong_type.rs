use dintero_api::DinteroOrderItem;

#[derive(DinteroOrderItem)]
struct Text {
    #[dintero(exponent = 0)]
    amount: String,
}

#[derive(DinteroOrderItem)]
struct Bytes {
    #[dintero(exponent = 0)]
    unit_price: Option<Vec<u8>>,
}

fn main() {}
