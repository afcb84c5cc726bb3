//! Fourteen carts of different shops, from simple to complex, and nine carts that must be refused.

mod b2b_net_sek;
mod decimal_net_prices;
mod docs_chair_with_shipping_option;
mod enum_line_kinds;
mod errors;
mod express_several_shipping_options;
mod f64_prices_rounding_line;
mod flat_integer_ore;
mod fractional_quantity_by_weight;
mod generic_borrowed_newtypes;
mod line_discount_and_allocated_coupon;
mod marketplace_splits;
mod merchant_gift_card_line;
mod optional_fields_omitted;
mod partial_capture_from_cart;
