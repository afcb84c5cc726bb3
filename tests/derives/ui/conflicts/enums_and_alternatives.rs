use dintero_api::{DinteroDiscount, DinteroOrderItem};

#[derive(DinteroOrderItem)]
#[dintero(vat = 25, vat_fraction = 0.15, price_includes_vat = true)]
enum Row {
    Net { net_unit_price: i64 },
    Own { unit_price: i64, price_includes_vat: bool },
}

#[derive(DinteroDiscount)]
struct Discount {
    percentage: u8,
    fraction: f64,
}

#[derive(DinteroOrderItem)]
#[dintero(description = |self, amount| amount.to_string())]
struct Tray {
    amount: i64,
    #[dintero(to = items)]
    #[dintero(to = items)]
    cans: Vec<Row>,
    #[dintero(flatten)]
    #[dintero(flatten)]
    deposit: Row,
}

fn main() {}
