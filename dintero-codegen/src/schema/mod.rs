//! The second stage: what each schema says of a value. [`shape`] turns schemas into shapes, whatever form they were
//! written in, and [`merge`] resolves `allOf`.

pub(crate) mod merge;
pub(crate) mod shape;
