//! Reads the merchant's attributes, and recognizes expressions and types by their tokens.

pub(crate) mod attr;
pub(crate) mod expr;
mod item;
mod keys;
mod reader;
pub(crate) mod span;
pub(crate) mod ty;
mod value;

pub(crate) use keys::Key;
#[cfg(test)]
pub(crate) use keys::every_key;
