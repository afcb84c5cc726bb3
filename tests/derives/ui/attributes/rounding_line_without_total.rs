use dintero_api::DinteroOrder;

#[derive(DinteroOrder)]
#[dintero(total_mismatch = rounding_line(max = 10))]
struct Cart {
    currency: String,
    merchant_reference: String,
    items: Vec<Line>,
}

struct Line;

fn main() {}
