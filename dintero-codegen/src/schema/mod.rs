//! The second stage: turns each schema into a description of its values. [`lower`] turns schemas in any form into
//! [`shape`]s, [`aliases`] shortens chains of references, and [`merge`] resolves `allOf`.

pub(crate) mod aliases;
pub(crate) mod lower;
pub(crate) mod merge;
pub(crate) mod shape;
