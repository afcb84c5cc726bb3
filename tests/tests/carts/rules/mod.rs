//! Carts that test the limits of the rules: other currencies, other collections, lines under lines, coupons on
//! everything, and numbers that are out of range.

mod captures;
mod collections;
mod coupons;
mod currencies;
mod discounts;
mod inputs;
mod kinds;
mod limits;
mod line_ids;
mod nested;
mod parties;
mod shop_features;
mod splits;
mod totals;
mod vat;
