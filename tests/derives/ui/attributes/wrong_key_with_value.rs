use dintero_api::DinteroOrderItem;

#[derive(DinteroOrderItem)]
struct Line {
    #[dintero(too = unit_price)]
    price: i64,
    #[dintero(rename = "description")]
    name: String,
}

fn main() {}
