//! Tests orders built by hand: their checks, the captures and refunds computed from them, and what the events of a
//! payment say about money.

mod capture;
mod check;
mod extremes;
mod ledger;
mod payment;
mod shares;

use proptest::prelude::ProptestConfig;

/// Returns the settings of a property with this number of cases, unless `PROPTEST_CASES` sets another number.
fn cases(cases: u32) -> ProptestConfig {
    let set = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    ProptestConfig {
        cases: set.unwrap_or(cases),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}
