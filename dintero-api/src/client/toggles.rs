//! The feature toggle that the client sets by itself, and whether a body allows it.

/// Whether Dintero may refuse a session whose order does not add up.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Strictness {
    /// The order must add up.
    #[default]
    Strict,
    /// The order's amount may be smaller than the sum of its items.
    Lenient,
}

/// The body of an operation that accepts `Dintero-Feature-Toggles`.
#[doc(hidden)]
pub trait Toggles {
    /// Returns whether the body's order must add up.
    fn strictness(&self) -> Strictness;
}
