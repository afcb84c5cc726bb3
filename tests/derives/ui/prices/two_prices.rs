use dintero_api::DinteroOrderItem;

#[derive(DinteroOrderItem)]
struct Line {
    #[dintero(to = amount)]
    total: i64,
    unit_price: i64,
}

fn main() {}
