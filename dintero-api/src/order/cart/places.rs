//! Converts the paths of problems with a finished order or session to paths in the cart.

use super::context::Context;

/// Converts a path in a session to a target of the derives: `customer` becomes `session.customer`, and
/// `order.gift_cards` becomes `gift_cards`.
pub(super) fn of_session(path: &str) -> Vec<String> {
    let path = match path.strip_prefix("order.") {
        Some(path) => path.to_owned(),
        None => format!("session.{path}"),
    };
    vec![path]
}

/// Converts paths in an order to paths in the cart.
pub(super) struct Places<'c> {
    pub(super) cx: Context<'c>,
    /// For each line that is sent, its path in the cart.
    pub(super) lines: Vec<String>,
}

impl Places<'_> {
    /// Returns the paths of the cart fields from which a field of the order or session was set: `items[3].splits` is
    /// `lines[2].shares` if the merchant has mapped `shares` to `splits`.
    ///
    /// Fields that do not come from the cart keep their path: the profile and the URLs are arguments of `to_session`.
    pub(super) fn of(&self, path: &str) -> Vec<String> {
        match path.strip_prefix("session.") {
            Some(rest) if rest == "profile_id" || rest.starts_with("url.") => vec![rest.to_owned()],
            Some(_) => self.cx.run().sources("", path),
            None => self.in_order(path),
        }
    }

    fn in_order(&self, path: &str) -> Vec<String> {
        let line = path
            .strip_prefix("items[")
            .and_then(|rest| rest.split_once(']'))
            .and_then(|(index, rest)| Some((self.lines.get(index.parse::<usize>().ok()?)?, rest)));
        match line {
            Some((line, rest)) => self.cx.run().sources(line, rest.trim_start_matches('.')),
            None => self.cx.run().sources("", path),
        }
    }
}
