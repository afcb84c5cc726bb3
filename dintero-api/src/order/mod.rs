//! Builds a correct order from a merchant's cart: the traits that the derives implement, the arithmetic for lines and
//! totals, and the checks.
//!
//! Amounts are exact until they are rounded, once per line, by default half away from zero. An order that
//! `ToOrder::to_order` returns adds up exactly, to the last minor unit. If an order does not add up,
//! `ToOrder::to_order` returns an [`OrderError`] that lists the problems, before anything is sent. To check an order
//! built by hand, use [`SessionOrder::check`](crate::types::SessionOrder::check).
//!
//! Without the `derive` feature, this module contains only the checks, [`Capture`], [`Refund`] and [`PaymentFor`].

mod blank;
#[warn(clippy::arithmetic_side_effects)] // amounts and quantities may be extreme
mod capture;
#[cfg(feature = "derive")]
pub(crate) mod cart;
#[warn(clippy::arithmetic_side_effects)] // amounts and quantities may be extreme
pub(crate) mod check;
mod payment;
mod problem;
#[warn(clippy::arithmetic_side_effects)] // amounts and quantities may be extreme
mod remaining;
#[warn(clippy::arithmetic_side_effects)] // amounts and quantities may be extreme
mod vat;

#[doc(hidden)]
pub use blank::Blank;
pub use capture::{Capture, Refund};
#[cfg(feature = "derive")]
pub use cart::{
    AddressMapping, DiscountDetails, DiscountMapping, Keyed, Lines, Overlay, ReportedOrder,
    ReportedSession, ShippingMapping, ToAddress, ToDiscount, ToOrder, ToOrderItems, ToPercent,
    ToPrice, ToQuantity, ToSession, ToShippingOption, ToShippingOptions, ToText, keyed,
    order_lines, overlay,
};
// Types that the derives fill in, used by hidden methods of the traits above.
#[cfg(feature = "derive")]
#[doc(hidden)]
pub use cart::{Context, LineMapping, OrderMapping, SortedKey, ToCode, ToFlag, ToNumber};
pub use payment::PaymentFor;
pub use problem::{OrderError, Problem, Report, Rule};
#[cfg(feature = "client")]
pub(crate) use {
    capture::Computed,
    remaining::{LineShare, named_lines},
};
