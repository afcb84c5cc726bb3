//! The model of the merchant's type, and the checks on it.

pub(crate) mod complete;
mod fit;
pub(crate) mod model;
