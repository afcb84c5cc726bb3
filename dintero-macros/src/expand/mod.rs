//! Turns the model into tokens.

mod bounds;
mod call;
pub(crate) mod impls;
mod lints;
pub(crate) mod newtype;
