//! The text of a position: the page in which a list continues, and the last entry of that page that was returned.

/// What a list can continue after.
#[derive(Clone, Copy)]
pub(super) enum Cursor {
    /// After any entry, given its id.
    Entry,
    /// Only at the start of a page, which is a token of Dintero's. To continue in the middle of a page, the listing
    /// requests the page again and skips the entries that were returned.
    #[cfg_attr(
        not(any(test, feature = "payouts", feature = "reports", feature = "settlements")),
        expect(dead_code, reason = "transactions have no tokens")
    )]
    Token,
}

/// A position that the caller passed.
pub(super) struct Position {
    /// Where the first page to request begins; `None` for the beginning of the list.
    pub(super) start: Option<String>,
    /// The last entry of that page that was returned.
    pub(super) entry: Option<String>,
}

/// Separates the start of a page from the id of an entry.
const SEPARATOR: char = '#';

impl Cursor {
    /// Returns the position at the start of a page.
    pub(super) fn at_page(self, start: &str) -> String {
        match self {
            Self::Entry => start.to_owned(),
            Self::Token => escape(start),
        }
    }

    /// Returns the position after an entry of the page that begins at `start`.
    pub(super) fn after_entry(self, start: Option<&str>, id: &str) -> String {
        match self {
            Self::Entry => id.to_owned(),
            Self::Token => format!("{}{SEPARATOR}{id}", escape(start.unwrap_or_default())),
        }
    }

    /// Parses a position. Returns `None` if [`after_entry`](Self::after_entry) and [`at_page`](Self::at_page) cannot
    /// have returned it. Whether the start of the page is valid depends on the list.
    pub(super) fn parse(self, position: &str) -> Option<Position> {
        let parts = match self {
            Self::Entry => {
                return Some(Position { start: Some(position.to_owned()), entry: None });
            }
            Self::Token => position.split_once(SEPARATOR),
        };
        match parts {
            None => Some(Position { start: Some(unescape(position)), entry: None }),
            Some((_, "")) => None,
            Some((start, id)) => Some(Position {
                start: (!start.is_empty()).then(|| unescape(start)),
                entry: Some(id.to_owned()),
            }),
        }
    }
}

/// Escapes the separator, so that a position has one meaning whatever a token contains.
fn escape(token: &str) -> String {
    token.replace('%', "%25").replace(SEPARATOR, "%23")
}

fn unescape(token: &str) -> String {
    token.replace("%23", "#").replace("%25", "%")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every token and id, whatever they contain, is the same after a position was stored.
    #[test]
    fn positions_are_unambiguous() {
        let texts = ["a", "2026-03-10/b0c4f7d1", "a#b", "%23", "%2523#%", "#", "æ/?&="];
        for start in texts {
            let at_page = Cursor::Token.parse(&Cursor::Token.at_page(start)).unwrap();
            assert_eq!((at_page.start.as_deref(), at_page.entry), (Some(start), None));
            for id in texts {
                for start in [None, Some(start)] {
                    let position =
                        Cursor::Token.parse(&Cursor::Token.after_entry(start, id)).unwrap();
                    assert_eq!(
                        (position.start.as_deref(), position.entry.as_deref()),
                        (start, Some(id))
                    );
                }
            }
            let id = Cursor::Entry.parse(&Cursor::Entry.after_entry(None, start)).unwrap();
            assert_eq!((id.start.as_deref(), id.entry), (Some(start), None));
        }
    }

    #[test]
    fn position_without_an_entry_after_the_separator_is_invalid() {
        for position in ["a#", "#"] {
            assert!(Cursor::Token.parse(position).is_none(), "{position}");
        }
    }
}
