use dintero_api::DinteroOrderItem;

#[derive(DinteroOrderItem)]
struct Line {
    #[dintero(round = half_even)]
    unit_price: i64,
}

fn main() {}
