//! Dates that may have a time, such as the day of a settlement. The text is preserved as sent.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::fmt::temporal::Pieces;

use crate::wire::{self, Given, Part, ReadScalar, ValueError};

/// A date, with or without a time and a zone, as Dintero sent it: `2026-03-10`, `2026-03-10T00:00:00` or `2026-03-10T00:00:00Z`.
///
/// Settlements combine the reports of many providers. Some report only the day, which is not a point in time, so the
/// text is preserved, parsed on demand, and serialized unchanged.
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
    /// Creates a value from text, without checking it.
    #[must_use]
    pub fn new(text: impl Into<Box<str>>) -> Self {
        Self(text.into())
    }

    /// Returns the text as it was sent.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the day as written, in the zone of the text if it has one. This is the day that bookkeeping needs.
    ///
    /// Returns `None` if the text is not a valid date, with or without a time.
    ///
    /// # Examples
    ///
    /// ```
    /// use dintero_api::{Date, DateOrTime};
    ///
    /// // Sorts settlements into the books of a month, whether they have a time or not.
    /// let march = |day: &DateOrTime| day.date().is_some_and(|day| day.year() == 2026 && day.month() == 3);
    /// assert!(march(&DateOrTime::new("2026-03-31")));
    /// assert!(march(&DateOrTime::new("2026-03-31T23:30:00-05:00"))); // already April in UTC
    /// assert!(march(&DateOrTime::from(Date::constant(2026, 3, 1))));
    /// ```
    #[must_use]
    pub fn date(&self) -> Option<Date> {
        // jiff refuses to parse a `Date` from text with `Z`, because the writer's local date may differ.
        Pieces::parse(&*self.0).ok().map(|pieces| pieces.date())
    }

    /// Returns the point in time, or `None` if the text has no time or no zone.
    ///
    /// # Examples
    ///
    /// ```
    /// use dintero_api::DateOrTime;
    ///
    /// assert!(DateOrTime::new("2026-03-10T12:00:00Z").timestamp().is_some());
    /// assert!(DateOrTime::new("2026-03-10T12:00:00").timestamp().is_none()); // no zone
    /// assert!(DateOrTime::new("2026-03-10").timestamp().is_none()); // no time: use `date`
    /// ```
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
            "" => Err(ValueError::unexpected("a date or a time", "an empty string")),
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
    fn days_and_times_are_told_apart() {
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
        let empty = serde_json::from_str::<DateOrTime>("\"\"").unwrap_err().to_string();
        assert!(empty.starts_with("expected a date or a time, found an empty string"), "{empty}");
    }
}
