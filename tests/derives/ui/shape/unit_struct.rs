use dintero_api::DinteroOrder;

#[derive(DinteroOrder)]
struct Cart;

fn main() {}
