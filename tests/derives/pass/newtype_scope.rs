//! `DinteroValue` has its own keys: it reads `DinteroValue(...)`, and ignores the lists of other derives.

use dintero_api as shop;
use dintero_api::{DinteroAddress, DinteroValue, ToText};

#[derive(DinteroAddress, DinteroValue)]
#[dintero(DinteroValue(crate = shop), DinteroAddress(country = "NO"))]
struct City {
    #[dintero(DinteroAddress(to = postal_place))]
    name: String,
    #[dintero(DinteroValue(skip), DinteroAddress(to = postal_code))]
    code: String,
}

fn main() {
    let city = City { name: "Oslo".into(), code: "0150".into() };
    assert_eq!(city.to_text(), "Oslo");
}
