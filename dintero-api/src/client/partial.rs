//! Sessions that pay for a part of their order, which are never sent with the strict-amounts toggle.

use super::toggles::{Strictness, Toggles};
use crate::types::{CreateSessionRequest, SessionProfile, UpdateSessionOptions};

impl Toggles for SessionProfile {
    fn strictness(&self) -> Strictness {
        of_order(self.order.partial_payment)
    }
}

impl Toggles for CreateSessionRequest {
    fn strictness(&self) -> Strictness {
        of_order(self.order.partial_payment)
    }
}

impl Toggles for UpdateSessionOptions {
    fn strictness(&self) -> Strictness {
        of_order(self.order.partial_payment)
    }
}

fn of_order(partial_payment: Option<bool>) -> Strictness {
    if partial_payment == Some(true) { Strictness::Lenient } else { Strictness::Strict }
}
