//! The derives cause no warnings, even if a merchant denies all warnings.

#![deny(
    warnings,
    missing_docs,
    unreachable_pub,
    unused_qualifications,
    clippy::all,
    clippy::pedantic
)]

use dintero_api::{DinteroOrder, DinteroOrderItem, DinteroValue};

/// A cart.
#[derive(DinteroOrder)]
#[dintero(currency = "NOK", session.customer.customer_id = |self| self.customer.to_string())]
pub struct Cart {
    /// Its number.
    #[dintero(to = merchant_reference)]
    pub number: Number,
    /// Its lines.
    pub items: Vec<Line>,
    /// Its customer.
    #[dintero(skip)]
    pub customer: u32,
}

/// A line.
#[derive(DinteroOrderItem)]
pub enum Line {
    /// An article.
    Article {
        /// The price.
        unit_price: i64,
        /// The quantity.
        #[dintero(default = 1)]
        quantity: Option<u32>,
    },
    /// A remark.
    #[dintero(skip)]
    Remark,
}

/// A number.
#[derive(DinteroValue)]
pub struct Number(u64);

impl Number {
    /// Creates a number.
    #[must_use]
    pub fn new(number: u64) -> Self {
        Self(number)
    }
}

fn main() {}
