//! Checks addresses and telephone numbers. Messages never contain personal data.

use std::fmt;

use crate::Country;
use crate::order::problem::{Report, Rule};
use crate::types::SessionOrder;

pub(super) fn check_addresses(order: &SessionOrder, report: &mut Report) {
    for (path, address) in
        [("shipping_address", &order.shipping_address), ("billing_address", &order.billing_address)]
    {
        let Some(address) = address else { continue };
        let phone = address.phone_number.as_deref();
        check_phone(format_args!("{path}.phone_number"), phone, report);
        check_country(format_args!("{path}.country"), address.country, report);
    }
}

pub(super) fn check_country(
    path: fmt::Arguments<'_>,
    country: Option<Country>,
    report: &mut Report,
) {
    if let Some(country) = country
        && !country.as_str().bytes().all(|byte| byte.is_ascii_uppercase())
    {
        let message = "a country code is an upper-case ISO 3166-1 alpha-2 code, such as `NO`";
        report.error(path.to_string(), Rule::Country, message);
    }
}

pub(super) fn check_phone(path: fmt::Arguments<'_>, phone: Option<&str>, report: &mut Report) {
    if let Some(phone) = phone
        && !is_phone(phone)
    {
        let message = "a telephone number is 5 to 15 digits, optionally after a `+`";
        report.error(path.to_string(), Rule::Phone, message);
    }
}

/// Returns whether a string has the form that the API requires of a telephone number.
pub(in crate::order) fn is_phone(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or(text);
    (5..=15).contains(&digits.len()) && digits.as_bytes().iter().all(u8::is_ascii_digit)
}
