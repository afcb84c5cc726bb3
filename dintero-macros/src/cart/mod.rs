//! The merchant's type as it is understood, and what is wrong with it.

pub(crate) mod complete;
mod fit;
pub(crate) mod model;
