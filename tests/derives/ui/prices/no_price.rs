use dintero_api::DinteroOrderItem;

#[derive(DinteroOrderItem)]
struct Line {
    id: String,
    quantity: u32,
}

fn main() {}
