//! A merchant's cart as an order.

mod blank;

#[doc(hidden)]
pub use blank::Blank;
