//! Tests that every cart becomes a valid order, or is refused with a path and a message.

use std::collections::BTreeSet;

use dintero_api::order::{Problem, Rule};
use dintero_api::types::{SessionOrder, SessionUrls};
use dintero_api::{MinorUnits, Percent, ToOrder, ToSession};
use dintero_tests::document::{component, document};
use proptest::test_runner::TestCaseResult;
use serde_json::Value;

use super::generate::cart;
use super::*;

fn amount(amount: Option<MinorUnits>) -> i128 {
    amount.map_or(0, |amount| amount.get().into())
}

/// Calculates `amount × vat / (100 + vat)`, rounded half away from zero, without using the library.
fn contained(amount: MinorUnits, vat: Percent) -> Option<i64> {
    let hundredths = i128::try_from((vat.get() * Decimal::ONE_HUNDRED).normalize().trunc()).ok()?;
    let (dividend, divisor) = (2 * i128::from(amount.get()) * hundredths, 10_000 + hundredths);
    let rounded = (dividend.abs() + divisor) / (2 * divisor);
    i64::try_from(rounded * dividend.signum()).ok()
}

/// Checks every rule that an order must satisfy, whatever its cart.
fn is_valid(order: &SessionOrder) -> TestCaseResult {
    let items = order.items.as_deref().unwrap_or_default();
    let option = order.shipping_option.as_ref();
    let sum: i128 = items.iter().map(|item| amount(item.amount)).sum::<i128>()
        + amount(option.map(|option| option.amount));
    let total = i128::from(order.amount.get());
    let partly = order.partial_payment == Some(true);
    prop_assert!(items.is_empty() || total == sum || partly && total < sum, "{total} of {sum}");
    prop_assert!(i32::try_from(total).is_ok());

    let vat: i128 = items.iter().map(|item| amount(item.vat_amount)).sum::<i128>()
        + amount(option.and_then(|option| option.vat_amount));
    prop_assert!(items.is_empty() || amount(order.vat_amount) == vat);
    for item in items {
        prop_assert!(item.amount.is_some() && item.quantity.is_some(), "{item:?}");
        if let (Some(amount), Some(vat)) = (item.amount, item.vat) {
            prop_assert!(
                vat.get() > Decimal::from(1_000_000)
                    || item.vat_amount.map(MinorUnits::get) == contained(amount, vat),
                "{item:?}"
            );
        }
    }
    let ids: Vec<_> = items
        .iter()
        .map(|item| item.line_id.as_deref().unwrap_or_default())
        .chain(option.map(|option| option.line_id.as_str()))
        .collect();
    prop_assert!(ids.iter().all(|id| !id.is_empty()), "{ids:?}");
    prop_assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());

    let report = order.check();
    prop_assert!(report.is_ok(), "{report}");
    let written = serde_json::to_value(order).expect("every model can be serialized");
    is_valid_by_the_document("SessionOrder", &written)?;
    prop_assert!(!written.to_string().contains("null"), "{written}");
    let read: SessionOrder = serde_json::from_value(written.clone()).expect("an order");
    prop_assert_eq!(serde_json::to_value(read).expect("an order"), written);
    Ok(())
}

fn is_valid_by_the_document(schema: &str, written: &Value) -> TestCaseResult {
    let pointer = component(schema);
    prop_assert_eq!(document().validate(&pointer, written), [""; 0]);
    prop_assert_eq!(document().unknown_properties(&pointer, written), [""; 0]);
    Ok(())
}

/// Checks that a problem has a path in the cart, and a message.
fn has_path_and_message(problem: &Problem) -> TestCaseResult {
    let field = problem.path.split(['.', '[']).next().unwrap_or_default();
    let calculated = matches!(field, "" | "amount" | "vat_amount")
        && matches!(problem.rule, Rule::Int32 | Rule::Required);
    prop_assert!(calculated || FIELDS.contains(&field), "{problem:?}");
    prop_assert!(!problem.message.is_empty());
    Ok(())
}

fn valid_or_refused(cart: &Cart) -> TestCaseResult {
    let order = cart.to_order();
    prop_assert_eq!(&cart.to_order(), &order);
    match &order {
        Ok(order) => is_valid(order)?,
        Err(error) => error.problems().iter().try_for_each(has_path_and_message)?,
    }
    let urls = SessionUrls::new("https://shop.example/thanks");
    match cart.to_session("default", urls) {
        Ok(session) => {
            prop_assert_eq!(Ok(&session.order), order.as_ref());
            let report = session.check();
            prop_assert!(report.is_ok(), "{report}");
            is_valid_by_the_document(
                "SessionProfile",
                &serde_json::to_value(session).expect("a session"),
            )
        }
        Err(error) if order.is_ok() => {
            let rules = error
                .problems()
                .iter()
                .all(|problem| matches!(problem.rule, Rule::Express | Rule::LineId));
            prop_assert!(rules, "{error}");
            Ok(())
        }
        // Problems with the order come before problems with the express options.
        Err(error) => {
            let of_order = order.err().map_or_else(Vec::new, |error| error.problems().to_vec());
            let (first, rest) =
                error.problems().split_at(of_order.len().min(error.problems().len()));
            prop_assert_eq!(first, of_order);
            prop_assert!(rest.iter().all(|problem| problem.path.starts_with("offered")), "{error}");
            Ok(())
        }
    }
}

proptest! {
    #![proptest_config(config(512))]

    #[test]
    fn a_cart_becomes_a_valid_order_or_is_refused(cart in cart(Shop::Sane)) {
        valid_or_refused(&cart)?;
    }

    #[test]
    fn no_number_panics_or_wraps(cart in cart(Shop::Wild)) {
        valid_or_refused(&cart)?;
    }
}

/// Ensures that enough of the generated carts are valid for the tests above.
#[test]
fn most_sensible_carts_become_orders() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let strategy = cart(Shop::Sane);
    let orders = (0..200).filter(|_| {
        let cart = strategy.new_tree(&mut runner).expect("a cart").current();
        cart.to_order().is_ok()
    });
    let orders = orders.count();
    assert!(orders > 100, "{orders} of 200");
}
