//! How models become JSON and come back: the traits, readers and writers that the generated code is written against.
//!
//! Generated serde impls are a few lines each over these helpers, which is what keeps the crate quick to compile.
//! Reading goes through [`serde_json::Value`] and is tolerant where that is safe (unknown fields, unknown enum values,
//! `100.0` for a whole number) and exact everywhere else: a [`ReadError`] names the place and never the content.
//! Nothing here looks inside `serde_json::Number` or relies on the order of a JSON object, so the crate behaves the
//! same when another crate turns on serde_json's `arbitrary_precision` or `preserve_order`.

mod clear;
#[cfg(feature = "client")]
mod entries;
mod error;
mod macros;
mod model;
mod number;
mod query;
mod read;
mod string_enum;
mod values;
mod write;
mod written;

pub use error::ReadError;
pub use read::FromJson;

// For generated code only; outside the compatibility promise.
#[doc(hidden)]
pub use {
    crate::{
        __blank as blank, __boxed as boxed, __from_string as from_string, __model as model,
        __serde as serde, __string_enum as string_enum, __union as union, order::Blank,
    },
    clear::{ClearReadOnly, without_read_only},
    model::Model,
    query::from_query,
    read::{ObjectReader, deserialize_with, tag},
    serde_core::{Deserialize, Deserializer, Serialize, Serializer},
    serde_json::Value,
    string_enum::{StringEnum, known, read_text, text_of},
    write::{Json, ObjectWriter, ToJson},
    written::{Written, debug, equal, serialize},
};

#[cfg(feature = "client")]
pub(crate) use entries::entries;
pub(crate) use number::from_f64;
