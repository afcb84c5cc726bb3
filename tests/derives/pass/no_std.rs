//! The path `::std` does not exist in a crate without `std`.
#![no_std]

extern crate alloc;
// The test's `main` function needs `std`, which has another name here so that the expansions cannot refer to it.
extern crate std as runtime;

use alloc::string::String;
use alloc::vec::Vec;
use dintero_api::{DinteroOrder, DinteroOrderItem, DinteroValue};

#[derive(DinteroValue)]
pub struct Sku(pub String);

#[derive(DinteroOrder)]
#[dintero(currency = "NOK")]
pub struct Cart<L, G> {
    pub merchant_reference: Sku,
    pub items: Vec<L>,
    pub store: Option<G>,
}

#[derive(DinteroOrderItem)]
pub struct Line<W, S> {
    pub id: Sku,
    pub amount: i64,
    #[dintero(to = unit_weight)]
    pub weight: W,
    pub groups: S,
}

fn main() {}
