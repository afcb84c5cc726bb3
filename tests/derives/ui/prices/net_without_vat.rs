use dintero_api::DinteroOrderItem;

#[derive(DinteroOrderItem)]
struct Line {
    #[dintero(to = net_unit_price)]
    price: i64,
    quantity: u32,
}

fn main() {}
