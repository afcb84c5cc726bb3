//! The second stage: what each schema says of a value. [`lower`] turns schemas into [`shape`]s, whatever form they were
//! written in, [`aliases`] shortens chains of references, and [`merge`] resolves `allOf`.

pub(crate) mod aliases;
pub(crate) mod lower;
pub(crate) mod merge;
pub(crate) mod shape;
