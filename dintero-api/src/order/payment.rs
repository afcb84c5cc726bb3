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
/// let order = SessionOrder::new(29990, Currency::NOK, "order-1001");
/// let transaction: Transaction = serde_json::from_str(
///     r#"{
///         "id": "T12345678.t2", "merchant_reference": "order-1001", "amount": 29990, "currency": "NOK",
///         "payment_product": "vipps", "payment_product_type": "vipps", "status": "AUTHORIZED"
///     }"#,
/// )?;
/// assert_eq!(transaction.payment_for(&order, None), PaymentFor::ThisOrder);
/// // If another transaction is already stored as the payment, this transaction must be voided.
/// assert_eq!(transaction.payment_for(&order, Some("T12345678.t1")), PaymentFor::Again);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PaymentFor {
    /// The transaction pays for the order.
    ThisOrder,
    /// The transaction pays for the order a second time: another transaction has already paid for the order. Void or
    /// refund this transaction.
    Again,
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
        /// Whether the order is already paid by another transaction.
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
        /// Whether the order is already paid by another transaction.
        again: bool,
    },
    /// The transaction has the order's reference, but does not hold money yet, or no longer holds money.
    /// [`Transaction::outcome`] distinguishes these cases.
    NoMoney,
    /// The transaction does not have the order's reference.
    AnotherOrder,
}

impl Transaction {
    /// Compares the transaction with the order that it should pay, by `merchant_reference`, amount and currency.
    ///
    /// `paid_by` is the id of the transaction that you have stored as the payment of the order, if there is one.
    ///
    /// An order can end up with two sessions, for example if creating the first one seemed to fail or if the customer
    /// had two tabs open, and both sessions can be paid. Call this method for every transaction that a callback names,
    /// before you store the transaction:
    ///
    /// ```
    /// use dintero_api::order::PaymentFor;
    /// # use dintero_api::types::{SessionOrder, Transaction};
    ///
    /// # fn check(transaction: &Transaction, order: &SessionOrder, stored: Option<&str>) {
    /// match transaction.payment_for(order, stored) {
    ///     PaymentFor::ThisOrder => { /* store its id with the order */ }
    ///     PaymentFor::Again => { /* void it, or refund it if it is captured */ }
    ///     _ => { /* look at it before you deliver */ }
    /// }
    /// # }
    /// ```
    ///
    /// A transaction without an id counts as different from `paid_by`.
    #[must_use]
    pub fn payment_for(&self, order: &SessionOrder, paid_by: Option<&str>) -> PaymentFor {
        self.payment_of(order, Some(order.amount), paid_by)
    }

    /// Compares the transaction of an express checkout with the order that it should pay. Works like
    /// [`payment_for`](Self::payment_for), but the expected amount includes the shipping option that the customer
    /// chose.
    ///
    /// `offered` contains the options that you offered last, with their current prices: the options of the session, or
    /// of your response to the last callback. `order` is the order that you sent. If you have since changed the items
    /// of the order in a callback (for another address or a discount code), pass the order with the new items;
    /// otherwise the result is [`AnotherAmount`](PaymentFor::AnotherAmount). The chosen shipping option replaces the
    /// shipping option of `order`, if there is one.
    ///
    /// ```
    /// use dintero_api::MinorUnits;
    /// use dintero_api::order::PaymentFor;
    /// # use dintero_api::types::{MultiShipmentShippingOption, SessionOrder, Transaction};
    ///
    /// # fn check(transaction: &Transaction, order: &SessionOrder, offered: &[MultiShipmentShippingOption]) {
    /// match transaction.express_payment_for(order, offered, None) {
    ///     PaymentFor::ThisOrder => { /* store its id with the order */ }
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
        paid_by: Option<&str>,
    ) -> PaymentFor {
        self.payment_of(order, self.express_amount(order, offered), paid_by)
    }

    fn payment_of(
        &self,
        order: &SessionOrder,
        expected: Option<MinorUnits>,
        paid_by: Option<&str>,
    ) -> PaymentFor {
        if self.merchant_reference.as_ref() != Some(&order.merchant_reference) {
            return PaymentFor::AnotherOrder;
        }
        if !self.may_have_money() {
            return PaymentFor::NoMoney;
        }
        let again = paid_by.is_some_and(|paid_by| self.id.as_deref() != Some(paid_by));
        let paid = self.amount;
        match expected {
            None => PaymentFor::UnknownShipping { ordered: order.amount, paid, again },
            Some(ordered) if paid != ordered || self.currency != order.currency => {
                PaymentFor::AnotherAmount { ordered, paid, again }
            }
            Some(_) if again => PaymentFor::Again,
            Some(_) => PaymentFor::ThisOrder,
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

    /// Returns whether the transaction may hold money. The result is also `true` for an unknown status.
    fn may_have_money(&self) -> bool {
        let state = self.outcome().state;
        !matches!(
            state,
            PaymentState::Pending
                | PaymentState::Failed
                | PaymentState::Cancelled
                | PaymentState::Refunded
        )
    }
}
