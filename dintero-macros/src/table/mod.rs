//! The targets that can be mapped: the generated table of the API's fields, the inputs that the derives add to it, and
//! paths through both.

pub(crate) mod currency;
mod derive;
pub(crate) mod engine;
pub(crate) mod family;
pub(crate) mod place;
pub(crate) mod target;

pub(crate) use derive::Derive;
pub(crate) use family::Family;
pub(crate) use target::{Field, Kind, Target};
