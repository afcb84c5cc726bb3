use dintero_api::DinteroOrderItem;

#[derive(DinteroOrderItem)]
struct Line {
    amount: i64,
    vat: u8,
    #[dintero(to = vat_basis_points)]
    points: u16,
}

fn main() {}
