//! Tests orders built by hand: their checks, and the captures and refunds computed from them.

mod capture;
mod check;
mod payment;
