//! What Dintero sets stays at home: read-only fields are taken out of what is sent, at every depth.

use std::collections::BTreeMap;

/// A type with read-only fields somewhere inside.
///
/// A session that was read can be changed and sent back, and then must not carry what only Dintero may set.
#[doc(hidden)]
pub trait ClearReadOnly {
    /// Sets every read-only field to `None`.
    fn clear_read_only(&mut self);
}

/// Returns a copy that may be sent.
#[doc(hidden)]
pub fn without_read_only<T: ClearReadOnly + Clone>(value: &T) -> T {
    let mut value = value.clone();
    value.clear_read_only();
    value
}

impl<T: ClearReadOnly> ClearReadOnly for Option<T> {
    fn clear_read_only(&mut self) {
        self.iter_mut().for_each(T::clear_read_only);
    }
}

impl<T: ClearReadOnly> ClearReadOnly for Box<T> {
    fn clear_read_only(&mut self) {
        T::clear_read_only(self);
    }
}

impl<T: ClearReadOnly> ClearReadOnly for Vec<T> {
    fn clear_read_only(&mut self) {
        self.iter_mut().for_each(T::clear_read_only);
    }
}

impl<T: ClearReadOnly> ClearReadOnly for BTreeMap<String, T> {
    fn clear_read_only(&mut self) {
        self.values_mut().for_each(T::clear_read_only);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Clone, PartialEq)]
    struct Item {
        amount: i64,
        gross: Option<i64>,
    }

    impl ClearReadOnly for Item {
        fn clear_read_only(&mut self) {
            self.gross = None;
        }
    }

    #[test]
    fn reaches_into_every_container_and_spares_the_original() {
        let read = Item { amount: 1, gross: Some(2) };
        let map = BTreeMap::from([("a".to_owned(), Some(Box::new(vec![read.clone()])))]);
        let sent = without_read_only(&map);
        let item = &sent["a"].as_ref().unwrap()[0];
        assert_eq!(item, &Item { amount: 1, gross: None });
        assert_eq!(map["a"].as_ref().unwrap()[0], read);
    }
}
