//! Decides whether a transaction pays for an order, or pays for it a second time.

use crate::MinorUnits;
use crate::outcome::PaymentState;
use crate::types::{MultiShipmentShippingOption, SessionOrder, Transaction};

/// How a transaction relates to an order. Returned by [`Transaction::payment_for`] and
/// [`Transaction::express_payment_for`].
///
/// # Examples
///
/// ```
/// use dintero_api::order::PaymentFor;
/// use dintero_api::types::{SessionOrder, Transaction};
/// use dintero_api::{Currency, serde_json};
///
/// # fn read(id: &str) -> Result<Transaction, serde_json::Error> {
/// #     serde_json::from_value(serde_json::json!({
/// #         "id": id, "merchant_reference": "order-1001", "amount": 29990, "currency": "NOK",
/// #         "payment_product": "vipps", "payment_product_type": "vipps", "status": "AUTHORIZED",
/// #     }))
/// # }
/// // The customer paid in two browser tabs, and both transactions are authorized.
/// let order = SessionOrder::new(29990, Currency::NOK, "order-1001");
/// let (first, second) = (read("T12345678.t1")?, read("T12345678.t2")?);
/// assert_eq!(first.payment_for(&order, None), PaymentFor::ThisOrder);
/// assert_eq!(second.payment_for(&order, Some(&first)), PaymentFor::Again);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PaymentFor {
    /// The transaction has the order's reference, amount and currency, and no other transaction pays for the order.
    ///
    /// The transaction can still be on hold, or its state can be unknown: [`Outcome::may_ship`](crate::Outcome::may_ship)
    /// says whether you may deliver.
    ThisOrder,
    /// The transaction pays for the order a second time, because the stored transaction holds the money for the order.
    /// Void this transaction, or refund it if it is captured. While it is on hold, neither is possible yet.
    Again,
    /// The transaction has the order's reference, amount and currency, but only you can decide whether it replaces the
    /// stored transaction. The stored transaction is on hold, has an unknown state, or was voided or fully refunded; or
    /// it may return the money: a void or refund is in progress or has an unknown result, or the amounts are unknown and
    /// the events show, or may hide, a void or refund. Neither deliver nor void this transaction before that is decided.
    MayReplace {
        /// The state of the stored transaction. It can still be [`Reserved`](PaymentState::Reserved) or
        /// [`Paid`](PaymentState::Paid) while a void or refund is in progress.
        stored: PaymentState,
    },
    /// The transaction has the order's reference, but a different amount or currency.
    ///
    /// In an express checkout, the transaction includes the shipping option that the customer chose, which your order
    /// does not necessarily include: use [`Transaction::express_payment_for`]. In any other checkout, the order was
    /// changed after the session was created.
    AnotherAmount {
        /// The expected amount, in minor units. This is the amount of the order; for
        /// [`Transaction::express_payment_for`], it includes the chosen shipping option.
        ordered: MinorUnits,
        /// The amount of the transaction, in minor units of its own currency.
        paid: MinorUnits,
        /// Whether another transaction is stored for the order and has been paid or may have been: `false` if it
        /// failed or is not paid yet.
        again: bool,
    },
    /// The transaction has the order's reference, but the expected amount is unknown. This happens after an express
    /// checkout if the transaction does not name the chosen shipping option, or names an option that was not offered or
    /// that is paid in the store.
    UnknownShipping {
        /// The amount of the order as you have stored it, in minor units.
        ordered: MinorUnits,
        /// The amount of the transaction, in minor units of its own currency.
        paid: MinorUnits,
        /// Whether another transaction is stored for the order and has been paid or may have been: `false` if it
        /// failed or is not paid yet.
        again: bool,
    },
    /// The transaction has the order's reference, but the customer has not paid yet, the payment failed, or the money
    /// was released or refunded. [`Transaction::outcome`] distinguishes these cases.
    NoMoney,
    /// The transaction does not have the order's reference.
    AnotherOrder,
}

impl Transaction {
    /// Compares the transaction with the order that it should pay, by `merchant_reference`, amount and currency.
    ///
    /// `stored` is the transaction that you have stored as the payment of the order, if there is one. Read it again
    /// from Dintero just before the call, because it may have failed since you stored it. If it is the same transaction
    /// as this one, pass `None` or the transaction itself.
    ///
    /// An order can end up with two sessions, for example if creating the first one seemed to fail or if the customer
    /// had two tabs open, and both sessions can be paid. Call this method for every transaction that a callback names,
    /// before you store the transaction:
    ///
    /// ```
    /// use dintero_api::order::PaymentFor;
    /// # use dintero_api::types::{SessionOrder, Transaction};
    ///
    /// # fn check(transaction: &Transaction, order: &SessionOrder, stored: Option<&Transaction>) {
    /// match transaction.payment_for(order, stored) {
    ///     PaymentFor::ThisOrder => { /* store its id and its state with the order */ }
    ///     PaymentFor::Again => { /* void it, or refund it if it is captured */ }
    ///     _ => { /* look at it before you deliver */ }
    /// }
    /// # }
    /// ```
    ///
    /// | the stored transaction | result, if reference, amount and currency match |
    /// | --- | --- |
    /// | none, or this transaction | [`ThisOrder`](PaymentFor::ThisOrder) |
    /// | has failed, or is not paid yet | [`ThisOrder`](PaymentFor::ThisOrder) |
    /// | is reserved, captured or partly refunded | [`Again`](PaymentFor::Again) |
    /// | is reserved, captured or partly refunded, but a void or refund is in progress or has an unknown result | [`MayReplace`](PaymentFor::MayReplace) |
    /// | is reserved, captured or partly refunded, its amounts are unknown, and its events show, or may hide, a void or refund that is done | [`MayReplace`](PaymentFor::MayReplace) |
    /// | on hold, unknown, voided or fully refunded | [`MayReplace`](PaymentFor::MayReplace) |
    ///
    /// Transactions without an id count as different transactions.
    #[must_use]
    pub fn payment_for(&self, order: &SessionOrder, stored: Option<&Self>) -> PaymentFor {
        self.payment_of(order, Some(order.amount), stored)
    }

    /// Compares the transaction of an express checkout with the order that it should pay. Works like
    /// [`payment_for`](Self::payment_for), but the expected amount includes the shipping option that the customer
    /// chose.
    ///
    /// `offered` contains the options that you offered last, with their current prices: the options of the session, or
    /// of your response to the last callback. `order` is the order that you sent; only its amount, its currency, its
    /// reference and its shipping option are compared. The chosen option replaces the shipping option of `order`, if
    /// there is one.
    ///
    /// If you have changed the items in a callback (for another address or a discount code), pass an order whose
    /// `amount` is the sum of the items that you returned last, and that has no shipping option. With the old amount,
    /// the result is [`AnotherAmount`](PaymentFor::AnotherAmount).
    ///
    /// ```
    /// use dintero_api::MinorUnits;
    /// use dintero_api::order::PaymentFor;
    /// # use dintero_api::types::{MultiShipmentShippingOption, SessionOrder, Transaction};
    ///
    /// # fn check(transaction: &Transaction, order: &SessionOrder, offered: &[MultiShipmentShippingOption]) {
    /// match transaction.express_payment_for(order, offered, None) {
    ///     PaymentFor::ThisOrder => { /* store its id and its state with the order */ }
    ///     PaymentFor::AnotherAmount { ordered, paid, .. } => eprintln!("expected {ordered}, paid {paid}"),
    ///     _ => { /* look at it before you deliver */ }
    /// }
    /// # }
    /// ```
    #[must_use]
    pub fn express_payment_for(
        &self,
        order: &SessionOrder,
        offered: &[MultiShipmentShippingOption],
        stored: Option<&Self>,
    ) -> PaymentFor {
        self.payment_of(order, self.express_amount(order, offered), stored)
    }

    fn payment_of(
        &self,
        order: &SessionOrder,
        expected: Option<MinorUnits>,
        stored: Option<&Self>,
    ) -> PaymentFor {
        if self.merchant_reference.as_ref() != Some(&order.merchant_reference) {
            return PaymentFor::AnotherOrder;
        }
        if has_no_money(&self.outcome().state) {
            return PaymentFor::NoMoney;
        }
        let other = stored.filter(|stored| self.id.is_none() || self.id != stored.id);
        let other = other.map(Self::outcome).filter(|outcome| !never_paid(&outcome.state));
        let (paid, again) = (self.amount, other.is_some());
        match (expected, other) {
            (None, _) => PaymentFor::UnknownShipping { ordered: order.amount, paid, again },
            (Some(ordered), _) if paid != ordered || self.currency != order.currency => {
                PaymentFor::AnotherAmount { ordered, paid, again }
            }
            (Some(_), None) => PaymentFor::ThisOrder,
            (Some(_), Some(stored)) if stored.certainly_holds_money => PaymentFor::Again,
            (Some(_), Some(stored)) => PaymentFor::MayReplace { stored: stored.state },
        }
    }

    /// Returns the amount of the order with the chosen shipping option, or `None` if that option is unknown.
    fn express_amount(
        &self,
        order: &SessionOrder,
        offered: &[MultiShipmentShippingOption],
    ) -> Option<MinorUnits> {
        let own = order.shipping_option.as_ref();
        if offered.is_empty() && own.is_none() && self.shipping_option.is_none() {
            return Some(order.amount);
        }
        let is_chosen = |id: &str, line_id: &str| match &self.shipping_option {
            Some(chosen) => chosen.id == id && chosen.line_id == line_id,
            // The option is also a line of the transaction.
            None => {
                let mut lines = self.items.iter().flatten();
                lines.any(|line| line.line_id.as_deref() == Some(line_id))
            }
        };
        let mut chosen = offered.iter().filter(|option| is_chosen(&option.id, &option.line_id));
        let price = match (chosen.next(), chosen.next(), own) {
            (Some(option), None, _) => option.pay_in_store.is_none().then_some(option.amount),
            // The shipping option of the order itself, which was chosen before the session offered any options.
            (None, _, Some(own)) if is_chosen(&own.id, &own.line_id) => {
                own.pay_in_store.is_none().then_some(own.amount)
            }
            _ => None,
        }?;
        let goods = order.amount.checked_sub(own.map_or(MinorUnits::ZERO, |own| own.amount))?;
        goods.checked_add(price)
    }
}

/// Returns whether the payment certainly holds no money. `false` for an unknown state.
fn has_no_money(state: &PaymentState) -> bool {
    never_paid(state) || matches!(state, PaymentState::Cancelled | PaymentState::Refunded)
}

/// Returns whether the payment has not held money so far. `false` for an unknown state.
fn never_paid(state: &PaymentState) -> bool {
    matches!(state, PaymentState::Pending | PaymentState::Failed)
}
