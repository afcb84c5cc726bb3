//! Tests that the derives and the runtime have the same list of currencies. The derives refuse a misspelled currency at
//! compile time, and the runtime refuses it when a cart is mapped.

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
