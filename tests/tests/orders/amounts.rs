//! Tests the amounts of orders: lines are rounded once, and no minor unit is lost when a coupon or a bundle's price is
//! spread.

use dintero_api::ToOrder;
use dintero_api::rust_decimal::RoundingStrategy;
use dintero_api::types::SessionOrder;
use proptest::collection::vec;
use proptest::test_runner::TestCaseResult;

use super::generate::{line, part, rate};
use super::*;

/// Calculates the amount of a line without discounts.
fn by_hand(price: Decimal, count: Decimal, net_of: Option<Decimal>) -> i64 {
    let factor =
        net_of.map_or(Decimal::ONE, |vat| (Decimal::ONE_HUNDRED + vat) / Decimal::ONE_HUNDRED);
    let amount = price * Decimal::ONE_HUNDRED * count * factor;
    let rounded = amount.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero);
    rounded.try_into().expect("small numbers")
}

fn small_decimal(most: i64, scale: u32) -> impl Strategy<Value = Decimal> {
    (-most..=most).prop_map(move |number| Decimal::new(number, scale))
}

/// Generates the amounts of coupons, and whether each coupon is sent as negative lines.
fn coupons() -> impl Strategy<Value = Vec<(i64, bool)>> {
    vec((0..2_000_i64, any::<bool>()), 1..4)
}

fn basket(lines: Vec<Line>, coupons: &[(i64, bool)]) -> Cart {
    let coupon = |&(off, as_lines): &(i64, bool)| {
        let sale = Sale { id: Some("C".into()), off: Some(Money::Minor(off)), share: None };
        if as_lines { Coupon::Lines(Voucher { sale }) } else { Coupon::Spread(sale) }
    };
    Cart {
        number: "order-1".into(),
        currency: "NOK",
        lines: lines.into_iter().map(Some).collect(),
        named: BTreeMap::new(),
        coupons: coupons.iter().map(coupon).collect(),
        freight: None,
        total: None,
        partly: None,
        buyer: Buyer { name: String::new(), country: None, phone: "" },
        offered: Vec::new(),
    }
}

fn amounts(order: &SessionOrder) -> Vec<i64> {
    let items = order.items.iter().flatten();
    items.map(|item| item.amount.expect("an amount").get()).collect()
}

fn rounded_once(price: Decimal, count: Decimal, vat: Decimal, net: bool) -> TestCaseResult {
    let expected = by_hand(price, count, net.then_some(vat));
    let (price, count, sales) = (Money::Major(price), Count::Weight(count), Vec::new());
    let line = if net {
        Single::Net { price, count, vat, sales, kind: None }
    } else {
        Single::Gross { price, count, vat: Some(vat), sales, extras: Vec::new() }
    };
    let order = basket(vec![Line::Single(line)], &[]).to_order();
    match i32::try_from(expected) {
        Ok(_) => prop_assert_eq!(amounts(&order.expect("the amount fits")), [expected]),
        Err(_) => prop_assert!(order.is_err()),
    }
    Ok(())
}

fn nothing_is_lost(lines: Vec<Line>, coupons: &[(i64, bool)]) -> TestCaseResult {
    let before = basket(lines.clone(), &[]).to_order();
    let after = basket(lines, coupons).to_order();
    prop_assume!(before.is_ok() && after.is_ok());
    let (before, after) = (before.expect("checked"), after.expect("checked"));
    let off: i64 = coupons.iter().map(|(off, _)| off).sum();
    prop_assert_eq!(after.amount.get(), before.amount.get() - off);

    // No line's amount increases. A positive amount does not become negative, and any other amount does not change.
    let (before, after) = (amounts(&before), amounts(&after));
    for (before, after) in before.iter().zip(&after) {
        prop_assert!(after <= before && (*after >= 0 || before == after), "{before}, {after}");
    }
    let spread = coupons.iter().filter(|(_, as_lines)| !as_lines);
    let spread: i64 = spread.map(|(off, _)| off).sum();
    let left: i64 = after[..before.len()].iter().sum();
    prop_assert_eq!(left, before.iter().sum::<i64>() - spread);
    Ok(())
}

/// Checks that each line's part of a coupon differs from the exact part by less than one minor unit.
fn in_proportion(prices: &[i64], part: i64) -> TestCaseResult {
    let line = |price: &i64| {
        let amount = Money::Minor(*price);
        Line::Priced(Priced::Gross { sku: String::new(), amount, points: None, eligible: None })
    };
    let total: i64 = prices.iter().sum();
    let off = total * part / 1000;
    let cart = basket(prices.iter().map(line).collect(), &[(off, false)]);
    let after = amounts(&cart.to_order().expect("the coupon does not exceed the lines"));
    for (price, after) in prices.iter().zip(after) {
        let share = i128::from(price - after) * i128::from(total);
        let exact = i128::from(off) * i128::from(*price);
        prop_assert!((share - exact).abs() < i128::from(total.max(1)), "{price}, {after}");
    }
    Ok(())
}

fn parts_cost_the_whole(price: i64, packs: u8, parts: Vec<Single>) -> TestCaseResult {
    let count = parts.len();
    let pack = Pack { price: Money::Minor(price), packs, parts };
    let order = basket(vec![Line::Pack(pack)], &[]).to_order().expect("a bundle");
    let amounts = amounts(&order);
    prop_assert_eq!(amounts.len(), count);
    prop_assert_eq!(amounts.iter().sum::<i64>(), price * i64::from(packs));
    Ok(())
}

proptest! {
    #![proptest_config(config(512))]

    #[test]
    fn a_line_is_rounded_once(
        price in small_decimal(100_000_000, 4),
        count in small_decimal(100_000, 3),
        vat in rate(Shop::Sane),
        net in any::<bool>(),
    ) {
        rounded_once(price, count, vat, net)?;
    }

    #[test]
    fn coupons_take_off_their_amount(
        lines in vec(line(Shop::Sane), 1..6),
        coupons in coupons(),
    ) {
        nothing_is_lost(lines, &coupons)?;
    }

    #[test]
    fn a_coupon_is_spread_in_proportion(
        prices in vec(0..1_000_000_i64, 1..12),
        part in 0..=1000_i64,
    ) {
        in_proportion(&prices, part)?;
    }

    #[test]
    fn the_parts_of_a_bundle_cost_what_it_costs(
        price in -100_000..100_000_i64,
        packs in 1..9_u8,
        parts in vec(part(), 1..6),
    ) {
        parts_cost_the_whole(price, packs, parts)?;
    }
}
