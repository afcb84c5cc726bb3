//! Runs over a cart: one that maps it, a second if finished amounts are asked for, and one more for the words of an error.
//!
//! Splits are a function of what a line costs in the end, which is known when coupons and bundles have been spread: so a
//! cart with splits is mapped again, with the amounts of the first run. Paths cost time and are only of use in an error:
//! so a cart with problems is mapped again, keeping them. The merchant's functions have to give the same each time.

use super::context::{Context, Run};
use super::mapping::{OrderMapping, Outcome};
use crate::order::OrderError;
use crate::{Currency, MinorUnits};

/// Maps a cart.
pub(super) fn cart<R>(
    map: &dyn Fn(&mut OrderMapping<'_>),
    finish: impl Fn(OrderMapping<'_>) -> Outcome<R>,
) -> Result<R, OrderError> {
    let mut amounts: Option<Vec<MinorUnits>> = None;
    let mut run = Run::default();
    loop {
        let traced = run.is_traced();
        match once(&run, map, &finish) {
            Outcome::Finished(result) => return Ok(result),
            Outcome::Again(found) => {
                amounts = Some(found);
                run = Run::with_finished(amounts.clone().unwrap_or_default());
            }
            Outcome::Refused if traced => return Err(OrderError::new(run.into_problems())),
            Outcome::Refused => run = Run::traced(amounts.clone()),
        }
    }
}

fn once<R>(
    run: &Run,
    map: &dyn Fn(&mut OrderMapping<'_>),
    finish: &impl Fn(OrderMapping<'_>) -> Outcome<R>,
) -> Outcome<R> {
    let cx = Context::new(run);
    let mut mapping = OrderMapping::new(&cx);
    map(&mut mapping);
    finish(mapping)
}

/// Maps a part of a cart on its own.
pub(super) fn alone<R>(
    currency: Option<Currency>,
    map: impl FnOnce(&Context<'_>) -> R,
) -> Result<R, OrderError> {
    let run = currency.map_or_else(Run::default, Run::with_currency);
    let result = map(&Context::new(&run));
    if run.is_clean() { Ok(result) } else { Err(OrderError::new(run.into_problems())) }
}
