//! One page of a list: its entries, each read by itself, and where the next page begins.

use std::vec;

use serde_json::Value;

use crate::BuildError;
use crate::client::BoxFuture;
use crate::client::call::Call;
use crate::client::error::Error;
use crate::client::send::Success;
use crate::client::trace;
use crate::wire::{self, BodyError, Decoded, FromJson};

/// One page.
pub(super) struct Page<T> {
    /// Group and method of the operation, for errors.
    pub(super) operation: &'static str,
    pub(super) entries: vec::IntoIter<Result<Decoded<T>, Error>>,
    pub(super) next: Next,
}

/// What follows after a page.
pub(super) enum Next {
    Nothing,
    /// The page after this token.
    #[cfg_attr(
        not(any(feature = "payouts", feature = "reports", feature = "settlements")),
        expect(dead_code, reason = "transactions have no tokens")
    )]
    After(String),
    /// The entries after the one with this id, which is the page's last.
    AfterEntry(String),
    /// More follows, but the page does not say where.
    Lost,
}

/// How the response of a list looks.
pub(super) struct Shape {
    /// The field with the entries, or `None` if the body is their list.
    pub(super) entries: Option<&'static str>,
    pub(super) next: fn(&Value) -> Next,
}

/// Requests a page and takes it apart: the one future of all lists.
#[inline]
pub(super) fn read<'c, T: FromJson + 'c>(
    call: Call<'c>,
    shape: &'static Shape,
) -> BoxFuture<'c, Result<Page<T>, Error>> {
    let success = call.carry_out();
    Box::pin(async move { take_apart(success.await?, shape) })
}

/// An entry that cannot be read is an error in its place, with the whole page as its response.
#[inline]
fn take_apart<T: FromJson>(success: Success, shape: &Shape) -> Result<Page<T>, Error> {
    let Success { response, trail } = success;
    let mut page = match response.value() {
        Ok(page) => page,
        Err(reason) => return Err(Error::unreadable(trail, response, reason)),
    };
    let next = (shape.next)(&page);
    let list = match shape.entries {
        None => page,
        Some(name) => page.get_mut(name).map(Value::take).unwrap_or_default(),
    };
    match wire::entries(list, shape.entries) {
        Ok(entries) => {
            let unreadable = |reason| Error::unreadable(trail, response.clone(), reason);
            let entries: Vec<_> = entries
                .into_iter()
                .map(|entry: Result<Decoded<T>, _>| {
                    if let Ok(decoded) = &entry {
                        trace::unread(trail.operation.name, &decoded.unread);
                    }
                    entry.map_err(|reason| unreadable(BodyError::from(reason).into()))
                })
                .collect();
            let operation = trail.operation.name;
            Ok(Page { operation, entries: entries.into_iter(), next })
        }
        Err(reason) => Err(Error::unreadable(trail, response, BodyError::from(reason).into())),
    }
}

/// Why a list cannot go on after a page.
#[derive(Clone, Copy)]
pub(super) enum Impasse {
    Lost,
    Circle,
    Empty,
}

impl Impasse {
    pub(super) fn error(self, operation: &'static str) -> Error {
        let problem = match self {
            Self::Lost => "the page before it does not say where it ends",
            Self::Circle => "the page before it leads back to one that was read already",
            Self::Empty => {
                "the last 100 pages had no entries, and each leads to another one; `resume` reads on"
            }
        };
        BuildError::request(operation, vec![problem.to_owned()]).into()
    }
}
