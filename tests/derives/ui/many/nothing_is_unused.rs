//! Names in a struct with a mistake are not reported as unused, and closures need no type annotations.

#![deny(warnings)]

use std::collections::BTreeMap;
use std::str::FromStr;

use dintero_api::money::decimal_from_f64;
use dintero_api::types::PayoutSplit;
use dintero_api::DinteroOrderItem;

mod rates {
    pub const DISCOUNT: u8 = 10;
}
use rates::DISCOUNT;

#[derive(DinteroOrderItem)]
#[dintero(
    weight_in_kilos = 3,
    discount_percent = DISCOUNT,
    type = physical,
    vat = |self| RATES.get(&self.count).copied(),
    splits = |self, amount| vec![PayoutSplit::new("seller", amount)],
)]
struct Line {
    #[dintero(with = decimal_from_f64)]
    amount: f64,
    #[dintero(to = quantity, with = |count| u32::from_str(count))]
    count: String,
    #[dintero(default = "none".into())]
    description: Option<String>,
}

static RATES: BTreeMap<String, u8> = BTreeMap::new();

fn main() {
    let _ = |line: Line| line;
}
