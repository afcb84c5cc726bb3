//! The guide: from an account to a shop that captures, refunds and reconciles.
//!
//! Every Rust code block of the guide is compiled by the tests of this crate, and blocks that need no account are also
//! run. Complete programs are in the repository, under `dintero-api/examples`.
//!
//! | page | read it when you |
//! | --- | --- |
//! | [`getting_started`] | have no account yet, or have not created a session |
//! | [`terms`] | come across a term that you do not know |
//! | [`carts`] | turn your cart into an order |
//! | [`callbacks`] | want to know when a customer has paid |
//! | [`shipments`] | ship, take goods back, or cancel |
//! | [`errors`] | decide what to do after a call failed |
//! | [`express`] | let the customer enter the address and choose the delivery in the checkout |
//! | [`saved_cards`] | charge a customer's card again, with or without the customer present |
//! | [`settlements`] | match the payouts in your bank account with orders |
//! | [`testing`] | test your shop without an account |
//! | [`network`] | choose a TLS library, or use a proxy |
//! | [`upgrading`] | move to a new release |

#[doc = include_str!("../docs/getting_started.md")]
pub mod getting_started {}

#[doc = include_str!("../docs/terms.md")]
pub mod terms {}

#[doc = include_str!("../docs/carts.md")]
pub mod carts {
    #[doc = include_str!("../docs/carts/consumer_prices.md")]
    pub mod consumer_prices {}

    #[doc = include_str!("../docs/carts/net_prices.md")]
    pub mod net_prices {}

    #[doc = include_str!("../docs/carts/coupons.md")]
    pub mod coupons {}

    #[doc = include_str!("../docs/carts/shipping.md")]
    pub mod shipping {}

    #[doc = include_str!("../docs/carts/marketplace.md")]
    pub mod marketplace {}

    #[doc = include_str!("../docs/carts/currencies.md")]
    pub mod currencies {}
}

#[doc = include_str!("../docs/callbacks.md")]
pub mod callbacks {}

#[doc = include_str!("../docs/shipments.md")]
pub mod shipments {}

#[doc = include_str!("../docs/errors.md")]
pub mod errors {}

#[doc = include_str!("../docs/express.md")]
pub mod express {}

#[doc = include_str!("../docs/saved_cards.md")]
pub mod saved_cards {}

#[doc = include_str!("../docs/settlements.md")]
pub mod settlements {}

#[doc = include_str!("../docs/testing.md")]
#[doc = "```no_run"]
#[doc = include_str!("../docs/support/loopback.rs")]
#[doc = "```"]
pub mod testing {}

#[doc = include_str!("../docs/network.md")]
pub mod network {}

#[doc = include_str!("../docs/upgrading.md")]
pub mod upgrading {}
