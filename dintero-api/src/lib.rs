//! A typed client for Dintero's payments API.
//!
//! The models in [`types`] are generated from the OpenAPI document; everything else is the hand-written runtime
//! around them: exact amounts ([`MinorUnits`], [`Quantity`], [`Percent`]), codes ([`Currency`], [`Country`]), values
//! that this release does not know yet ([`UnknownValue`], [`UnknownVariant`]), and with feature `client` the HTTP
//! client (`Client`), whose methods lead to every operation. With feature `callback`, the module of that name is the
//! other direction: what Dintero sends to the merchant.
//!
//! Features: `client` (default) adds reqwest and all calls, `callback` (default) the check of signatures, `derive` (default)
//! the derives; without them the models and the rules of orders build alone, with no HTTP crate in the tree. `tracing` adds a
//! span for every call and an event for every attempt, `axum` makes a callback an argument of a handler, and
//! `bundled-roots` puts Mozilla's root certificates into the program, for containers that have none.
//!
//! The back office has a feature for each service, all of them default: `settlements`, `payouts` (with `settlements`),
//! `reports` and `approvals`. Who only takes payments compiles without them: `default-features = false, features =
//! ["client", "callback", "derive"]`.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod account;
#[cfg(feature = "callback")]
pub mod callback;
#[cfg(feature = "client")]
pub mod client;
mod code;
#[rustfmt::skip]
mod generated;
pub mod money;
mod movement;
mod open;
pub mod order;
mod outcome;
mod secret;
pub mod wire;

pub use account::{AccountId, InvalidAccountId};
#[cfg(feature = "client")]
pub use client::{Client, ClientBuilder, Error, Response};
pub use code::{Country, Currency, InvalidCode};
#[cfg(feature = "derive")]
pub use dintero_macros::{
    DinteroAddress, DinteroDiscount, DinteroOrder, DinteroOrderItem, DinteroShippingOption,
    DinteroValue,
};
#[cfg(feature = "client")]
pub use generated::operations;
pub use generated::types;
pub use jiff::Timestamp;
pub use jiff::civil::Date;
pub use money::{InvalidNumber, MinorUnits, MoneyError, Percent, Price, Quantity};
pub use movement::{Movement, MovementKind, MovementState};
pub use open::{StringOrNumber, UnknownValue, UnknownVariant};
pub use order::OrderError;
#[cfg(feature = "derive")]
pub use order::{
    ToAddress, ToDiscount, ToOrder, ToOrderItems, ToPercent, ToPrice, ToQuantity, ToSession,
    ToShippingOption, ToShippingOptions, ToText,
};
pub use outcome::{Amounts, Outcome, PaymentState};
pub use rust_decimal::Decimal;
pub use secret::Secret;
pub use wire::{BodyError, Decoded, ReadError};

// For the derives; outside the compatibility promise.
#[cfg(feature = "derive")]
#[doc(hidden)]
pub use order::engine as __private;

#[doc(no_inline)]
pub use {jiff, rust_decimal, serde_json};

/// The examples of README.md compile.
#[cfg(all(doctest, feature = "client", feature = "derive"))]
#[doc = include_str!("../../README.md")]
mod readme {}
