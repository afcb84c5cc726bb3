//! How models become JSON and come back. One generic implementation of serde's traits serves every type.
//!
//! Three words are used throughout. A [`Place`] is a value that can be read and written. It says two things about itself,
//! and neither is generic: its [`Slot`] is where a value that is read goes, and its [`Part`] is what is written. Both list
//! the shapes that there are (texts, objects, lists, …). `read` and `write` implement serde's traits for these, once for each
//! (de)serializer and not once for each type. Everything else (`Debug`, `==`, hashes, requests without read-only properties)
//! follows from the parts.
//!
//! A struct of the document is a [`Model`]: it hands over the slots of all fields at once, in which `fields` finds one by its
//! key, and the parts of those fields that are there, one by one.
//!
//! | file | owns |
//! | --- | --- |
//! | `place` | the traits that types implement: places, models, lists, maps, unions |
//! | `containers` | options, boxes, lists and maps of other places |
//! | `part` | what is written of a field, by its kind |
//! | `macros` | what generated code calls: `model!`, `union!`, `untagged!`, `open_enum!` |
//! | `scalar`, `number` | texts, numbers, codes and times: what each accepts, and what converts without loss |
//! | `read` | reading with serde: streaming, with the path of what cannot be read |
//! | `fields`, `variants` | the two parts of `read` for structs, and for types with variants |
//! | `tolerant` | reading responses: what only describes may be unreadable |
//! | `entries` | reading pages of lists |
//! | `write`, `show` | writing with serde; `Debug`, `==` and hashes |
//! | `error` | [`ValueError`]: the location and never the value |
//! | `object`, `query` | reading types that are written by hand, and query strings |
//!
//! Nothing here relies on the order of a JSON object or on what `serde_json::Number` holds, so the crate behaves the
//! same when another crate turns on serde_json's `arbitrary_precision` or `preserve_order`.

mod containers;
#[cfg(feature = "client")]
mod entries;
mod error;
mod fields;
mod macros;
mod number;
mod object;
#[doc(hidden)]
pub mod part;
mod place;
mod query;
mod read;
mod scalar;
mod show;
#[cfg(test)]
mod tests;
mod tolerant;
mod variants;
mod write;

pub use error::ValueError;
pub use read::FromJson;
pub use tolerant::{BodyError, Decoded};

// For generated code only; outside the compatibility promise.
#[doc(hidden)]
pub use {
    crate::{
        __from_string as from_string, __hash as hash, __model as model, __open_enum as open_enum,
        __scalar as scalar, __union as union, __untagged as untagged, order::Blank,
    },
    object::ObjectReader,
    place::{
        About, List, Map, Model, Object, Optional, Part, Place, ReadSlots, Sign, Slot, Union,
        Untagged,
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
pub(crate) use number::from_f64;
pub(crate) use scalar::present;
