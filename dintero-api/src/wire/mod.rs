//! Serializes and deserializes models. One generic implementation of serde's traits serves every type.
//!
//! Three terms are used throughout. A [`Place`] is a value that can be read and written. It provides a [`Slot`], into
//! which a value is read, and a [`Part`], from which it is written. Neither is generic: both are enums of all shapes
//! (strings, objects, lists, …). `read` and `write` implement serde's traits for these enums, so that rustc compiles
//! the code once for each (de)serializer and not once for each type. Everything else (`Debug`, `==`, hashes, requests
//! without read-only properties) is based on the parts.
//!
//! A struct for an object schema of the document is a [`Model`]. When a model is read, it passes the slots of all its
//! fields at once, and `fields` finds the slot for each key. When a model is written, it passes each field to a
//! [`FieldWriter`], which asks the field for its part.
//!
//! | file | owns |
//! | --- | --- |
//! | `place` | the traits that types implement: places, models, lists, maps, unions |
//! | `containers` | options, boxes, lists and maps of other places |
//! | `field_writer` | writing the fields of a struct, with a method for each kind of field |
//! | `macros` | the macros that generated code calls, such as `model!` and `open_enum!` |
//! | `scalar`, `number` | strings, numbers, codes and times: the JSON that each accepts, and lossless conversions |
//! | `read` | reading with serde: streaming, with the path of a value that cannot be read |
//! | `fields`, `variants` | the parts of `read` for structs (`fields`) and for types with variants (`variants`) |
//! | `key`, `tree` | the parts of `read` for keys (`key`) and for values that are kept as JSON (`tree`) |
//! | `tolerant` | reading responses: descriptive values may be unreadable |
//! | `mend` | parsing JSON that serde_json refuses |
//! | `entries` | reading pages of lists |
//! | `write`, `show` | writing with serde; `Debug`, `==` and hashes |
//! | `error` | [`ValueError`], which names the location but never the value |
//! | `object`, `query` | reading values of hand-written types, and query strings |
//!
//! Nothing here relies on the order of a JSON object, so the crate behaves the same when another crate enables
//! serde_json's `preserve_order`. With `arbitrary_precision`, serde_json passes numbers as text in an object with a private
//! key, which `read` knows (`read::NUMBER`). The results are the same with and without that feature, except for
//! numbers with more digits than a float holds, or outside its range: with the feature, they are exact in raw JSON values,
//! `StringOrNumber` and decimals, and are never rounded to an integer.

mod containers;
#[cfg(feature = "client")]
mod entries;
mod error;
mod field_writer;
mod fields;
mod key;
mod macros;
mod mend;
mod number;
mod object;
mod place;
mod query;
mod read;
mod scalar;
mod show;
#[cfg(test)]
mod tests;
mod tolerant;
mod tree;
mod variants;
mod write;

pub use error::ValueError;
pub use read::FromJson;
pub use tolerant::{BodyError, Decoded};

// For generated code only; semantic versioning does not cover these items.
#[doc(hidden)]
pub use {
    crate::{
        __compared as compared, __from_string as from_string, __hash as hash, __model as model,
        __open_enum as open_enum, __scalar as scalar, __texts as texts, __union as union,
        __untagged as untagged, order::Blank,
    },
    field_writer::FieldWriter,
    object::ObjectReader,
    place::{
        KeyedSlot, List, Map, Mark, Model, Object, Optional, Part, Place, ReadSlots, ReceiveParts,
        Sign, Slot, Union, Untagged, blank,
    },
    query::from_query,
    read::deserialize,
    scalar::{Given, OpenEnum, ReadScalar, Scalar},
    serde_core::{Deserialize, Deserializer, Serialize, Serializer},
    serde_json::Value,
    show::{debug, equal, hash_of},
    write::{Json, WithoutReadOnly, serialize, without_read_only},
};

#[cfg(feature = "client")]
pub(crate) use entries::{entries, page};
#[cfg(feature = "client")]
pub(crate) use mend::parse;
pub(crate) use number::{Numbers, from_f64};
pub(crate) use scalar::present;
