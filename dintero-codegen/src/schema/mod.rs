//! The second stage: what each schema says about a value. [`lower`] turns schemas in any form into [`shape`]s,
//! [`aliases`] shortens chains of references, and [`merge`] resolves `allOf`.

pub(crate) mod aliases;
pub(crate) mod lower;
pub(crate) mod merge;
pub(crate) mod shape;
