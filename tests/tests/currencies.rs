//! The derives and the runtime know the same currencies: the derives refuse a misspelt one when a cart is compiled, the
//! runtime when it is mapped.

use std::collections::BTreeSet;

use dintero_api::Currency;

#[path = "../../dintero-macros/src/table/currency.rs"]
mod derives;

#[test]
fn both_lists_are_equal() {
    let of_derives: BTreeSet<&str> = derives::codes().collect();
    let of_runtime: BTreeSet<&str> = Currency::all().collect();
    assert_eq!(of_derives, of_runtime);
    assert!(of_runtime.iter().all(|code| derives::is_known(code)));
}
