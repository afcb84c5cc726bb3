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
    /// More may follow, but the page does not say where: what is missing in it.
    Lost(&'static str),
}

/// How the response of a list looks.
pub(super) struct Shape {
    /// The field with the entries, or `None` if the body is their list.
    pub(super) entries: Option<&'static str>,
    pub(super) next: fn(&Value) -> Next,
    /// What is wrong with a position that the caller gave.
    pub(super) check_position: fn(&str) -> Option<&'static str>,
}

/// A position that only Dintero understands. An empty one would be left out, and the list begin anew.
pub(super) fn check_token(position: &str) -> Option<&'static str> {
    let problem = "the position to start after is empty: leave it out to begin with the first page";
    position.is_empty().then_some(problem)
}

/// Returns what follows after a token, which a last page does not have.
#[cfg(any(feature = "payouts", feature = "reports"))]
pub(super) fn after_token(token: &Value, lost: &'static str) -> Next {
    match token {
        Value::Null => Next::Nothing,
        Value::String(token) if token.is_empty() => Next::Nothing,
        token => text(token).map_or(Next::Lost(lost), Next::After),
    }
}

/// Returns a text that says something, or a number as text.
pub(super) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Requests the page after a position and takes it apart: the one future of all lists.
#[inline]
pub(super) fn read<'c, T: FromJson + 'c>(
    mut call: Call<'c>,
    position: Option<&str>,
    shape: &'static Shape,
) -> BoxFuture<'c, Result<Page<T>, Error>> {
    let problem = position.and_then(shape.check_position);
    call.problems.extend(problem.map(str::to_owned));
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
    Lost(&'static str),
    Circle,
    Empty,
}

impl Impasse {
    pub(super) fn error(self, operation: &'static str) -> Error {
        let problem = match self {
            Self::Lost(missing) => {
                format!("the page before it, whose entries were handed out, does not say where it ends: {missing}")
            }
            Self::Circle => "the page before it leads back to one that was read already".to_owned(),
            Self::Empty => {
                "the last 100 pages had no entries, and each leads to another one; `resume` reads on".to_owned()
            }
        };
        BuildError::request(operation, vec![problem]).into()
    }
}
