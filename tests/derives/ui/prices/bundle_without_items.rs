use dintero_api::DinteroOrderItem;

#[derive(DinteroOrderItem)]
#[dintero(bundle)]
struct Bundle {
    amount: i64,
}

fn main() {}
