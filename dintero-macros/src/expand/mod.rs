//! Turns the model into tokens.

mod bounds;
mod call;
pub(crate) mod impls;
pub(crate) mod newtype;
