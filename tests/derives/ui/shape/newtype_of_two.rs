use dintero_api::DinteroValue;

#[derive(DinteroValue)]
struct Money(i64, String);

#[derive(DinteroValue)]
enum Size {
    Small,
}

fn main() {}
