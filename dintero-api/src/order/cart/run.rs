//! Decides how often a cart is mapped: once, again if lines ask for their final amounts, and again to record paths for
//! an error.
//!
//! Splits can be calculated from the final amount of their line, which is only known after coupons and bundles have
//! been spread across lines. A cart that calculates splits in this way is therefore mapped a second time, with the
//! amounts of the first run. Recording paths takes time, and only errors and reports use them, so a cart with problems
//! is mapped once more to record its paths. The merchant's functions must return the same values each time.

use super::context::{Context, FinishedAmounts, Run};
use crate::Currency;
use crate::order::OrderError;

/// The result of a run over a cart.
#[derive(Debug)]
pub(super) enum Outcome<R> {
    Finished(R),
    /// Lines asked for their finished amounts, which are now known.
    Again(Vec<FinishedAmounts>),
    /// There are problems.
    Refused,
}

impl<R> Outcome<R> {
    pub(super) fn map<S>(self, then: impl FnOnce(R) -> S) -> Outcome<S> {
        match self {
            Self::Finished(result) => Outcome::Finished(then(result)),
            Self::Again(amounts) => Outcome::Again(amounts),
            Self::Refused => Outcome::Refused,
        }
    }
}

/// Whether paths are recorded from the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Paths {
    /// Paths are recorded only after a problem has been found.
    ForErrors,
    /// Paths are recorded from the start, because the warnings of a report have paths too.
    ForReport,
}

/// Maps a cart as often as necessary, and returns the result or all problems.
pub(super) fn repeatedly<R>(
    paths: Paths,
    once: &dyn Fn(Context<'_>) -> Outcome<R>,
) -> Result<R, OrderError> {
    let mut amounts: Option<Vec<FinishedAmounts>> = None;
    let mut traced = paths == Paths::ForReport;
    loop {
        let mut run = Run::again(amounts.clone());
        if traced {
            run = run.traced();
        }
        match once(Context::new(&run)) {
            Outcome::Finished(result) => return Ok(result),
            Outcome::Again(found) => amounts = Some(found),
            Outcome::Refused if traced => return Err(OrderError::new(run.into_problems())),
            Outcome::Refused => traced = true,
        }
    }
}

/// Maps a part of a cart on its own.
pub(super) fn map_part<R>(
    currency: Option<Currency>,
    map: &dyn Fn(Context<'_>) -> R,
) -> Result<R, OrderError> {
    repeatedly(Paths::ForErrors, &|cx| {
        if let Some(currency) = currency {
            cx.set_currency(currency);
        }
        let result = map(cx);
        if cx.run().is_clean() { Outcome::Finished(result) } else { Outcome::Refused }
    })
}
