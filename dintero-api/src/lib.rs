#![cfg_attr(
    all(feature = "client", feature = "callback", feature = "derive", feature = "settlements", feature = "payouts"),
    doc = include_str!("../docs/front_page.md")
)]
#![cfg_attr(
    not(all(
        feature = "client",
        feature = "callback",
        feature = "derive",
        feature = "settlements",
        feature = "payouts"
    )),
    doc = "An unofficial client for the payments API of Dintero, built with only some of its features. The documentation \
           of all features, with a guide, is at [docs.rs](https://docs.rs/dintero-api)."
)]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod account;
#[warn(clippy::arithmetic_side_effects)] // amounts in responses may be extreme
mod amounts;
#[cfg(any(feature = "client", feature = "callback"))]
mod build_error;
#[cfg(feature = "callback")]
pub mod callback;
#[cfg(feature = "client")]
pub mod client;
mod code;
#[warn(clippy::arithmetic_side_effects)] // amounts in responses may be extreme
mod corrections;
mod date_or_time;
#[warn(clippy::arithmetic_side_effects)] // amounts in responses may be extreme
mod events;
#[rustfmt::skip]
mod generated;
#[cfg(all(
    any(doc, doctest),
    feature = "client",
    feature = "callback",
    feature = "derive",
    feature = "settlements",
    feature = "payouts",
))]
#[cfg_attr(docsrs, doc(auto_cfg = false))]
pub mod guide;
pub mod money;
mod open;
pub mod order;
#[warn(clippy::arithmetic_side_effects)] // amounts in responses may be extreme
mod outcome;
#[warn(clippy::arithmetic_side_effects)] // amounts in responses may be extreme
mod permit;
mod secret;
mod web_url;
// For generated code. Items that merchants need are re-exported below and in `client`.
#[doc(hidden)]
pub mod wire;
mod words;

pub use account::{AccountId, InvalidAccountId};
pub use amounts::{Amounts, UnclearTransaction};
#[cfg(any(feature = "client", feature = "callback"))]
pub use build_error::BuildError;
#[cfg(feature = "client")]
#[doc(inline)]
pub use client::{Client, ClientBuilder, Error, Response};
pub use code::{Country, Currency, InvalidCode};
pub use date_or_time::DateOrTime;
#[cfg(feature = "derive")]
#[doc(inline)]
pub use dintero_macros::{
    DinteroAddress, DinteroDiscount, DinteroOrder, DinteroOrderItem, DinteroShippingOption,
    DinteroValue,
};
pub use events::{OperationKind, OperationState, TransactionOperation};
#[cfg(feature = "client")]
pub use generated::operations;
pub use generated::types;
#[doc(no_inline)]
pub use jiff::Timestamp;
#[doc(no_inline)]
pub use jiff::civil::Date;
#[doc(inline)]
pub use money::{InvalidNumber, MinorUnits, MoneyError, Percent, Price, Quantity};
pub use open::{StringOrNumber, UnknownValue, UnknownVariant};
#[doc(inline)]
pub use order::OrderError;
#[cfg(feature = "derive")]
#[doc(inline)]
pub use order::{
    ToAddress, ToDiscount, ToOrder, ToOrderItems, ToPercent, ToPrice, ToQuantity, ToSession,
    ToShippingOption, ToShippingOptions, ToText,
};
pub use outcome::{Outcome, PaymentState};
pub use permit::NotPermitted;
#[doc(no_inline)]
pub use rust_decimal::Decimal;
pub use secret::Secret;
pub use wire::{BodyError, Decoded, ValueError};
pub use words::InvalidWord;

/// Items for the derives; they are outside the compatibility promise.
#[cfg(feature = "derive")]
#[doc(hidden)]
pub mod __private {
    pub use crate::__expression as expression;
    pub use crate::order::cart::derive::*;
}

/// Expands to the merchant's expression, which the derives do not parse. rustc reports an error in the expression on
/// the merchant's own tokens, and the derive still generates its impl.
#[cfg(feature = "derive")]
#[doc(hidden)]
#[macro_export]
macro_rules! __expression {
    ($expression:expr) => {
        $expression
    };
}

#[doc(no_inline)]
pub use {jiff, rust_decimal, serde_json};

/// Compiles the examples in README.md.
#[cfg(all(doctest, feature = "client", feature = "derive"))]
#[doc = include_str!("../README.md")]
mod readme {}
