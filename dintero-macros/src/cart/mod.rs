//! The model of the merchant's type, and the checks that use the model.

pub(crate) mod complete;
mod fit;
pub(crate) mod model;
