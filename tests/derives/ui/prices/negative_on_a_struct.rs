use dintero_api::DinteroOrderItem;

#[derive(DinteroOrderItem)]
#[dintero(negative)]
struct Line {
    #[dintero(negative)]
    amount: i64,
}

fn main() {}
