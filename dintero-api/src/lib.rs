//! A typed client for Dintero's payments API.
//!
//! The models in [`types`] are generated from the OpenAPI document; everything else is the hand-written runtime
//! around them: exact amounts ([`MinorUnits`], [`Quantity`], [`Percent`]), codes ([`Currency`], [`Country`]), values
//! that this release does not know yet ([`UnknownValue`], [`UnknownVariant`]), and with feature `client` the HTTP
//! client (`Client`), whose methods lead to every operation. With feature `callback`, the module of that name is the
//! other direction: what Dintero sends to the merchant.
//!
//! Models implement serde's traits for formats that describe themselves: JSON, CBOR, MessagePack and YAML
//! can store them. Others (postcard, bincode) return an error, because fields are written by name and left out if they are
//! `None`. What is stored is read strictly; responses are read tolerantly, see [`Decoded`].
//!
//! Features: `client` (default) adds reqwest and all calls, `callback` (default) the check of signatures, `derive` (default)
//! the derives; without them the models and the rules of orders build alone, with no HTTP crate in the tree. `tracing` adds a
//! span for every call and an event for every attempt and for values that cannot be read, `axum` makes a callback an argument of a handler, and
//! `bundled-roots` puts Mozilla's root certificates into the program, for containers that have none. `test-util` is for your
//! tests: it adds constructors of what only Dintero makes, such as a [`Transaction`](types::Transaction).
//!
//! TLS is one of three features: `rustls` (default) is what reqwest uses by default, rustls with aws-lc; `rustls-ring` is
//! rustls on ring, for programs whose other crates are; `native-tls` is the operating system's library. Of several,
//! `native-tls` counts before `rustls-ring`, and that before `rustls`. No process-wide provider is installed. With `client`
//! and none of them, calls go to plain HTTP alone.
//!
//! The back office has a feature for each service, all of them default: `settlements`, `payouts` (with `settlements`),
//! `reports` and `approvals`. Who only takes payments compiles without them: `default-features = false, features =
//! ["client", "rustls", "callback", "derive"]`.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod account;
mod amounts;
#[cfg(any(feature = "client", feature = "callback"))]
mod build_error;
#[cfg(feature = "callback")]
pub mod callback;
#[cfg(feature = "client")]
pub mod client;
mod code;
mod date_or_time;
mod events;
#[rustfmt::skip]
mod generated;
pub mod money;
mod open;
pub mod order;
mod outcome;
mod permit;
mod secret;
mod web_url;
pub mod wire;
mod words;

pub use account::{AccountId, InvalidAccountId};
pub use amounts::{Amounts, UnclearTransaction};
#[cfg(any(feature = "client", feature = "callback"))]
pub use build_error::BuildError;
#[cfg(feature = "client")]
pub use client::{Client, ClientBuilder, Error, Response};
pub use code::{Country, Currency, InvalidCode};
pub use date_or_time::DateOrTime;
#[cfg(feature = "derive")]
pub use dintero_macros::{
    DinteroAddress, DinteroDiscount, DinteroOrder, DinteroOrderItem, DinteroShippingOption,
    DinteroValue,
};
pub use events::{OperationKind, OperationState, TransactionOperation};
#[cfg(feature = "client")]
pub use generated::operations;
pub use generated::types;
pub use jiff::Timestamp;
pub use jiff::civil::Date;
pub use money::{InvalidNumber, MinorUnits, MoneyError, Percent, Price, Quantity};
pub use open::{StringOrNumber, UnknownValue, UnknownVariant};
pub use order::OrderError;
#[cfg(feature = "derive")]
pub use order::{
    ToAddress, ToDiscount, ToOrder, ToOrderItems, ToPercent, ToPrice, ToQuantity, ToSession,
    ToShippingOption, ToShippingOptions, ToText,
};
pub use outcome::{Outcome, PaymentState};
pub use permit::NotPermitted;
pub use rust_decimal::Decimal;
pub use secret::Secret;
pub use wire::{BodyError, Decoded, ReadError};
pub use words::InvalidWord;

/// For the derives; outside the compatibility promise.
#[cfg(feature = "derive")]
#[doc(hidden)]
pub mod __private {
    pub use crate::__expression as expression;
    pub use crate::order::cart::derive::*;
}

/// Hands on an expression of a merchant's whose inside the derives have not parsed: what is wrong in it is an error of
/// rustc's on the merchant's own token, and the derive's impl is there all the same.
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

/// The examples of README.md compile.
#[cfg(all(doctest, feature = "client", feature = "derive"))]
#[doc = include_str!("../README.md")]
mod readme {}
