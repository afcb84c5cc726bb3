//! Dates that may have a time: what a provider calls the day of a settlement, kept as it was sent.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::fmt::temporal::Pieces;

use crate::wire::{self, Given, Part, ReadScalar, ValueError};

/// A date, with or without a time and a zone, as Dintero sent it: `2026-03-10`, `2026-03-10T00:00:00` or `2026-03-10T00:00:00Z`.
///
/// Settlements are made of reports of many providers. Some know the day alone, which is no point in time; so the text is
/// kept, and read as what you ask for. It is written back as it was.
///
/// # Examples
///
/// ```
/// use dintero_api::{Date, DateOrTime};
///
/// let settled_at = DateOrTime::new("2026-03-10");
/// assert_eq!(settled_at.date(), Some(Date::constant(2026, 3, 10)));
/// assert_eq!(settled_at.timestamp(), None);
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DateOrTime(Box<str>);

impl DateOrTime {
    /// Takes a text as it is.
    #[must_use]
    pub fn new(text: impl Into<Box<str>>) -> Self {
        Self(text.into())
    }

    /// Returns the text as it was sent.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the day as it is written, which bookkeeping asks for: in the zone of the text, if there is one.
    ///
    /// `None` if the text is no date of RFC 3339.
    #[must_use]
    pub fn date(&self) -> Option<Date> {
        // A `Date` alone does not parse from a text with `Z`, whose writer may have been anywhere.
        Pieces::parse(&*self.0).ok().map(|pieces| pieces.date())
    }

    /// Returns the point in time. `None` if there is no time, or no zone that says when it was.
    #[must_use]
    pub fn timestamp(&self) -> Option<Timestamp> {
        self.0.parse().ok()
    }
}

impl From<&str> for DateOrTime {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for DateOrTime {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<Date> for DateOrTime {
    fn from(date: Date) -> Self {
        Self::new(date.to_string())
    }
}

impl From<Timestamp> for DateOrTime {
    fn from(timestamp: Timestamp) -> Self {
        Self::new(timestamp.to_string())
    }
}

impl fmt::Display for DateOrTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for DateOrTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl ReadScalar for DateOrTime {
    const HAS_FORMAT: bool = true;

    #[inline]
    fn read(given: Given<'_>) -> Result<Self, ValueError> {
        match given.text("a date or a time")? {
            "" => Err(ValueError::unexpected("a date or a time", "an empty text")),
            text => Ok(Self::new(text)),
        }
    }

    fn convert(given: Given<'_>) -> Result<Self, ValueError> {
        wire::present(given)
    }

    #[inline]
    fn part(&self) -> Part<'_> {
        Part::Text(&self.0)
    }
}

wire::scalar! { DateOrTime }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_times_are_read_as_what_they_are() {
        let day = Some(Date::constant(2021, 2, 2));
        for (text, date, has_timestamp) in [
            ("2021-02-02", day, false),
            ("2021-02-02T00:00:00", day, false),
            ("2021-02-02T23:30:00-05:00", day, true),
            ("2021-02-02T00:00:00.000Z", day, true),
            ("2021-02-30", None, false),
            ("soon", None, false),
        ] {
            let read: DateOrTime = serde_json::from_value(text.into()).unwrap();
            assert_eq!(read.date(), date, "{text}");
            assert_eq!(read.timestamp().is_some(), has_timestamp, "{text}");
            assert_eq!(serde_json::to_value(&read).unwrap(), text);
        }
        for wrong in ["\"\"", "null", "[]"] {
            assert!(serde_json::from_str::<DateOrTime>(wrong).is_err(), "{wrong}");
        }
    }
}
