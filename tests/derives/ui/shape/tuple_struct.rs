use dintero_api::DinteroOrder;

#[derive(DinteroOrder)]
struct Cart(String, i64);

fn main() {}
