//! Orders that were built by hand: their checks, and the captures and refunds made of them.

mod capture;
mod check;
mod payment;
