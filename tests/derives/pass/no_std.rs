//! A crate without `std` has no path `::std`.
#![no_std]

extern crate alloc;
// For the test's entry point; the expansions do not see it.
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
