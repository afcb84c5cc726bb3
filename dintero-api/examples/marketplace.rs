//! Prints the order of a marketplace: each line is divided between its seller and the platform. Needs no account.
//!
//! ```sh
//! cargo run --example marketplace
//! ```

#![allow(clippy::print_stdout, reason = "the example prints its results")]

use std::collections::BTreeMap;
use std::error::Error;

use dintero_api::types::{PayoutSplit, SessionOrder};
use dintero_api::{
    DinteroDiscount, DinteroOrder, DinteroOrderItem, DinteroShippingOption, MinorUnits, ToOrder,
    serde_json,
};

#[derive(DinteroOrder)]
#[dintero(currency = "NOK", merchant_reference = "order-1001")]
struct Cart {
    #[dintero(to = items)]
    sales: Vec<Sale>,
    #[dintero(to = shipping_option)]
    freight: Freight,
    #[dintero(to = discount)]
    coupon: Option<Coupon>,
}

/// The function for `splits` receives the final amount of the line, after coupons.
#[derive(DinteroOrderItem)]
#[dintero(
    splits = |self, amount| self.shares(amount),
    fee_split.type = Proportional,
    fee_split.destinations = vec!["platform".to_owned()],
)]
struct Sale {
    #[dintero(to = id)]
    sku: &'static str,
    quantity: u32,
    #[dintero(to = unit_price)]
    ore: i64,
    vat: u8,
    #[dintero(skip)]
    seller: &'static str,
    #[dintero(skip)]
    commission_percent: i64,
}

impl Sale {
    /// Divides the amount. The seller gets everything that the platform does not, so nothing is lost to rounding.
    fn shares(&self, amount: MinorUnits) -> Vec<PayoutSplit> {
        let commission = amount.get() * self.commission_percent / 100;
        vec![
            PayoutSplit::new(self.seller, amount.get() - commission),
            PayoutSplit::new("platform", commission),
        ]
    }
}

#[derive(DinteroShippingOption)]
#[dintero(
    id = "home", title = "Home delivery", operator = "Bring", vat = 25,
    splits = |self, amount| vec![PayoutSplit::new(self.seller, amount)],
)]
struct Freight {
    amount: i64,
    #[dintero(skip)]
    seller: &'static str,
}

#[derive(DinteroDiscount)]
struct Coupon {
    #[dintero(to = discount_id)]
    code: &'static str,
    #[dintero(to = percentage)]
    percent: u8,
}

fn totals(order: &SessionOrder) -> BTreeMap<&str, i64> {
    let mut totals = BTreeMap::new();
    let of_lines = order.items.iter().flatten().filter_map(|line| line.splits.as_deref());
    let of_freight = order.shipping_option.iter().filter_map(|option| option.splits.as_deref());
    for split in of_lines.chain(of_freight).flatten() {
        *totals.entry(split.payout_destination_id.as_str()).or_default() += split.amount.get();
    }
    totals
}

fn main() -> Result<(), Box<dyn Error>> {
    let sale = |sku, quantity, ore, seller, commission_percent| Sale {
        sku,
        quantity,
        ore,
        vat: 25,
        seller,
        commission_percent,
    };
    let cart = Cart {
        sales: vec![sale("LOCK", 1, 49990, "bikes", 10), sale("BELL", 2, 12995, "bells", 12)],
        freight: Freight { amount: 4900, seller: "bikes" },
        coupon: Some(Coupon { code: "SPRING", percent: 15 }),
    };
    let order = cart.to_order()?;
    println!("{}\n", serde_json::to_string_pretty(&order)?);

    let totals = totals(&order);
    for (destination, amount) in &totals {
        println!("{destination:>10} gets {amount}");
    }
    assert_eq!(totals.values().sum::<i64>(), order.amount.get(), "the shares add up to the amount");
    Ok(())
}
