//! One page of a list: its entries, each decoded separately, and where the next page begins.

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
    /// The name of the operation (group and method), for errors.
    pub(super) operation: &'static str,
    pub(super) entries: vec::IntoIter<Result<Decoded<T>, Error>>,
    pub(super) next: Next,
}

/// Where the next page begins.
pub(super) enum Next {
    Nothing,
    /// At this token.
    #[cfg_attr(
        not(any(feature = "payouts", feature = "reports", feature = "settlements")),
        expect(dead_code, reason = "transactions have no tokens")
    )]
    After(String),
    /// After the entry with this id, the last of the page.
    AfterEntry(String),
    /// There are more entries, but the page does not say where they begin.
    Lost,
}

/// The shape of a list's response.
pub(super) struct Shape {
    /// The field that holds the entries, or `None` if the body itself is the array.
    pub(super) entries: Option<&'static str>,
    pub(super) next: fn(&Value) -> Next,
}

/// Requests a page and parses it. All lists share this future.
#[inline]
pub(super) fn read<'c, T: FromJson + 'c>(
    call: Call<'c>,
    shape: &'static Shape,
) -> BoxFuture<'c, Result<Page<T>, Error>> {
    let success = call.carry_out();
    Box::pin(async move { take_apart(success.await?, shape) })
}

/// Splits a response into entries. An entry that cannot be read becomes an error with the whole page as its response.
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

/// Why a list cannot continue after a page.
#[derive(Clone, Copy)]
pub(super) enum Impasse {
    Lost,
    Circle,
    Empty,
}

impl Impasse {
    pub(super) fn error(self, operation: &'static str) -> Error {
        let problem = match self {
            Self::Lost => "the previous page does not say where the next one begins",
            Self::Circle => "the previous page leads back to one that was already read",
            Self::Empty => {
                "the last 100 pages had no entries, and each leads to another one; call `resume` to continue"
            }
        };
        BuildError::request(operation, vec![problem.to_owned()]).into()
    }
}
