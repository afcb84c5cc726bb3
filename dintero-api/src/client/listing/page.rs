//! One page of a list: its entries, each decoded separately, and where the next page begins.

use std::vec;

use serde_json::Value;

use crate::BuildError;
use crate::client::BoxFuture;
use crate::client::call::Call;
use crate::client::error::Error;
use crate::client::send::Success;
use crate::client::trace;
use crate::wire::{self, BodyError, Decoded, FromJson, Place};

/// A type of entries. Its id identifies an entry in a position.
pub(super) trait Identified: FromJson + Place {
    /// The property that contains the id.
    const ID: &'static str;

    fn id(&self) -> Option<&str>;
}

/// One page.
pub(super) struct Page<T> {
    /// The name of the operation (group and method), for errors.
    pub(super) operation: &'static str,
    pub(super) entries: vec::IntoIter<Entry<T>>,
    pub(super) next: Next,
}

/// An entry of a page, readable or not.
pub(super) struct Entry<T> {
    /// `None` if Dintero sent no id.
    pub(super) id: Option<String>,
    pub(super) read: Result<Decoded<T>, Error>,
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
    /// After the entry with this id, which is the last one of the page.
    AfterEntry(String),
    /// More entries may follow, but the page does not say where. Contains the reason.
    Lost(&'static str),
}

/// Where a page to request begins.
#[derive(Clone, Copy)]
pub(super) enum Start<'a> {
    /// At the beginning of the list.
    Beginning,
    /// After this entry, or at this token.
    At(&'a str),
    /// Unknown, because the caller passed a text that is not a position.
    Invalid,
}

impl<'a> Start<'a> {
    /// Returns the entry or the token, unless the page begins at the beginning of the list.
    pub(super) fn text(self) -> Option<&'a str> {
        if let Self::At(text) = self { Some(text) } else { None }
    }

    fn problem(self, shape: &Shape) -> Option<&'static str> {
        match self {
            Self::Beginning => None,
            Self::At(start) => (shape.check_start)(start),
            Self::Invalid => Some("the position is not one that `Listing::position` returned"),
        }
    }
}

/// The shape of a list's response.
pub(super) struct Shape {
    /// The field that holds the entries, or `None` if the body itself is the array.
    pub(super) entries: Option<&'static str>,
    pub(super) next: fn(&Value) -> Next,
    /// Returns the problem with the start of a page, if there is one: it is part of a position that the caller passed.
    pub(super) check_start: fn(&str) -> Option<&'static str>,
}

/// Checks the start of a page that only Dintero understands. An empty start would be omitted from the request, and the
/// list would start from the beginning.
pub(super) fn check_token(start: &str) -> Option<&'static str> {
    let problem = "the position to start after is empty: leave it out to begin with the first page";
    start.is_empty().then_some(problem)
}

/// Returns where the next page begins, given the token in a page. The last page has no token.
#[cfg(any(feature = "payouts", feature = "reports"))]
pub(super) fn after_token(token: &Value, lost: &'static str) -> Next {
    match token {
        Value::Null => Next::Nothing,
        Value::String(token) if token.is_empty() => Next::Nothing,
        token => text(token).map_or(Next::Lost(lost), Next::After),
    }
}

/// Returns a non-empty string, or an integer of 64 bits as text. The text of another number may differ from Dintero's.
pub(super) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) if !number.is_f64() => Some(number.to_string()),
        _ => None,
    }
}

/// Requests the page that begins at `start` and parses it. All lists share this future.
#[inline]
pub(super) fn read<'c, T: Identified + 'c>(
    mut call: Call<'c>,
    start: Start<'_>,
    shape: &'static Shape,
) -> BoxFuture<'c, Result<Page<T>, Error>> {
    call.problems.extend(start.problem(shape).map(str::to_owned));
    let success = call.carry_out();
    Box::pin(async move { take_apart(success.await?, shape) })
}

/// Splits a response into entries. An entry that cannot be read becomes an error with the whole page as its response.
#[inline]
fn take_apart<T: Identified>(success: Success, shape: &Shape) -> Result<Page<T>, Error> {
    let Success { response, trail } = success;
    let operation = trail.operation.name;
    if let Some(page) = wire::page(response.body(), shape.entries) {
        let whole = |entry: T| Entry { id: id_of(&entry), read: Ok(entry.into()) };
        let entries: Vec<_> = page.entries.into_iter().map(whole).collect();
        return Ok(Page {
            operation,
            entries: entries.into_iter(),
            next: (shape.next)(&page.rest),
        });
    }
    let mut page = match response.value() {
        Ok(page) => page,
        Err(reason) => return Err(Error::unreadable(trail, response, reason)),
    };
    let next = (shape.next)(&page);
    let list = match shape.entries {
        None => page,
        Some(name) => page.get_mut(name).map(Value::take).unwrap_or_default(),
    };
    // The id of an entry is needed even if the entry cannot be read.
    let ids: Vec<_> =
        list.as_array().into_iter().flatten().map(|entry| text(&entry[T::ID])).collect();
    let entries = match wire::entries(list, shape.entries) {
        Ok(entries) => entries,
        Err(reason) => {
            return Err(Error::unreadable(trail, response, BodyError::from(reason).into()));
        }
    };
    let unreadable =
        |reason| Error::unreadable(trail, response.clone(), BodyError::from(reason).into());
    let entries: Vec<_> = ids
        .into_iter()
        .zip(entries)
        .map(|(id, entry): (_, Result<Decoded<T>, _>)| {
            if let Ok(decoded) = &entry {
                trace::unread(operation, &decoded.unread);
            }
            Entry { id, read: entry.map_err(unreadable) }
        })
        .collect();
    Ok(Page { operation, entries: entries.into_iter(), next })
}

fn id_of<T: Identified>(entry: &T) -> Option<String> {
    entry.id().filter(|id| !id.is_empty()).map(str::to_owned)
}

/// Why a list cannot continue after a page.
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
                format!("the previous page, whose entries were returned, does not say where the next one begins: {missing}")
            }
            Self::Circle => "the previous page leads back to a page that was already read".to_owned(),
            Self::Empty => {
                "the last 100 pages had no entries, and each leads to another one; call `resume` to continue".to_owned()
            }
        };
        BuildError::request(operation, vec![problem]).into()
    }
}
