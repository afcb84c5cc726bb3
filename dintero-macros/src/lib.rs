//! The derives that map a merchant's own cart onto the order types of `dintero-api`.
//!
//! Nothing is derived yet: this release holds the generated client. The package exists so that the workspace
//! has the shape it will keep.

#[allow(dead_code)]
#[rustfmt::skip]
mod generated {
    pub(crate) mod target;
}
#[allow(dead_code)]
mod target;
