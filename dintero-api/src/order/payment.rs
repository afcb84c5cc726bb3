//! Whether a transaction pays an order, possibly a second time.

use crate::MinorUnits;
use crate::outcome::PaymentState;
use crate::types::{SessionOrder, Transaction};

/// How a transaction relates to an order. Returned by [`Transaction::payment_for`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PaymentFor {
    /// The transaction pays the order.
    ThisOrder,
    /// The transaction pays the order a second time: the order is already paid by another transaction. Void or refund
    /// this one.
    Again,
    /// The transaction has the order's reference, but another amount or currency.
    ///
    /// In an express checkout, the transaction includes the shipping option that the shopper chose, which your order
    /// may not include. In any other checkout, the order was changed after the session was created.
    AnotherAmount {
        /// The amount of the order, in minor units.
        ordered: MinorUnits,
        /// The amount of the transaction, in minor units of its own currency.
        paid: MinorUnits,
        /// Whether the order is already paid by another transaction.
        again: bool,
    },
    /// The transaction has the order's reference, but no money: not yet, or no longer. [`Transaction::outcome`] says
    /// which.
    NoMoney,
    /// The transaction does not have the order's reference.
    AnotherOrder,
}

impl Transaction {
    /// Compares the transaction with the order that it should pay, by `merchant_reference`, amount and currency.
    ///
    /// `paid_by` is the id of the transaction that you have stored as the payment of the order, if there is one.
    ///
    /// Two sessions of one order can both be paid, for example if the first `create` seemed to fail, or if the shopper
    /// had two tabs open. Call this for every transaction that a callback names, before you store it:
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
        if self.merchant_reference.as_ref() != Some(&order.merchant_reference) {
            return PaymentFor::AnotherOrder;
        }
        if !self.may_have_money() {
            return PaymentFor::NoMoney;
        }
        let again = paid_by.is_some_and(|paid_by| self.id.as_deref() != Some(paid_by));
        if self.amount != order.amount || self.currency != order.currency {
            let (ordered, paid) = (order.amount, self.amount);
            return PaymentFor::AnotherAmount { ordered, paid, again };
        }
        if again { PaymentFor::Again } else { PaymentFor::ThisOrder }
    }

    /// Whether the transaction may have money. An unknown status may mean money, so it counts.
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
