//! Messages about keys and their values.

pub(crate) fn not_a_list() -> String {
    "expected `#[dintero(...)]`".to_owned()
}

pub(crate) fn expected_key(example: &str) -> String {
    format!("expected a key, such as `{example}`")
}

pub(crate) fn expected_segment() -> String {
    "expected the name of a field".to_owned()
}

pub(crate) fn expected_comma() -> String {
    "expected a comma".to_owned()
}

pub(crate) fn unknown_key(name: &str, near: Option<&str>, keys: &str) -> String {
    match near {
        Some(near) => format!("unknown dintero field attribute `{name}`; did you mean `{near}`?"),
        None => format!("unknown dintero field attribute `{name}`; expected one of {keys}"),
    }
}

pub(crate) fn near_key_of_struct(name: &str, near: &str) -> String {
    format!("unknown dintero field attribute `{name}`; `{near}` belongs on the struct")
}

pub(crate) fn near_container_key(name: &str, near: &str) -> String {
    format!("unknown dintero attribute `{name}`; did you mean `{near}`?")
}

pub(crate) fn target_as_key(target: &str) -> String {
    format!("`{target}` is not a key; to map this field, write `to = {target}`")
}

pub(crate) fn duplicate_key(key: &str) -> String {
    format!("duplicate dintero attribute `{key}`")
}

pub(crate) fn belongs_on_field(key: &str) -> String {
    format!("`{key}` belongs on a field, not on the struct")
}

pub(crate) fn belongs_on_struct(key: &str) -> String {
    format!("`{key}` belongs on the struct, not on a field")
}

pub(crate) fn struct_key_on_variant(key: &str) -> String {
    format!("`{key}` belongs on the enum, not on a variant")
}

pub(crate) fn field_key_on_variant(key: &str) -> String {
    format!("`{key}` belongs on a field, not on a variant")
}

pub(crate) fn belongs_on_variant(key: &str) -> String {
    format!("`{key}` belongs on a variant")
}

pub(crate) fn of_another_derive(key: &str, derive: &str) -> String {
    format!("`{key}` is a key of `{derive}` only")
}

pub(crate) fn needs_value(key: &str, example: &str) -> String {
    format!("`{key}` needs a value: `{key} = {example}`")
}

pub(crate) fn default_without_value() -> String {
    "expected a value: `default = ...`, or `default` alone for the blank value of a required field"
        .to_owned()
}

pub(crate) fn takes_no_value(key: &str) -> String {
    format!("`{key}` takes no value")
}

pub(crate) fn unquoted(target: &str) -> String {
    format!("write the field name without quotes: `to = {target}`")
}

pub(crate) fn expected_target(example: &str) -> String {
    format!("expected a field name: `to = {example}`")
}

pub(crate) fn expected_path(key: &str) -> String {
    format!("expected a path: `{key} = path::to::it`")
}

pub(crate) fn expected_function() -> String {
    "expected a function: `with = path` or `with = |value| ...`".to_owned()
}

pub(crate) fn with_of_self() -> String {
    "`with` takes a function of the field; to compute a value from the whole struct, write `TARGET = |self| ...` on the struct".to_owned()
}

pub(crate) fn closure_as_default() -> String {
    "`default` takes a value, not a closure".to_owned()
}

pub(crate) fn without_effect_on_skipped_variant(key: &str) -> String {
    format!("`skip` leaves the variant out, so `{key}` has no effect")
}

pub(crate) fn expected_bounds() -> String {
    "expected bounds: `bound(T: Trait)`, or `bound()` for no bounds".to_owned()
}

pub(crate) fn expected_exponent() -> String {
    "expected the number of decimals, from 0 to 18: `exponent = 2` means hundredths".to_owned()
}

pub(crate) fn expected_total_mismatch() -> String {
    "expected `total_mismatch = error` or `total_mismatch = rounding_line(max = 10)`; `max` is the largest difference in minor units"
        .to_owned()
}

pub(crate) fn expected_rounding() -> String {
    "expected `half_away_from_zero`, `half_to_even` or `exact`".to_owned()
}

pub(crate) fn without_effect_beside_skip(key: &str) -> String {
    format!("`skip` leaves the field out, so `{key}` has no effect")
}

pub(crate) fn without_effect_beside_flatten(key: &str) -> String {
    match key {
        "to" => {
            "`flatten` includes all mappings of the inner type, so `to` has no effect".to_owned()
        }
        _ => format!(
            "`flatten` includes all mappings of the inner type unchanged, so `{key}` has no effect"
        ),
    }
}

pub(crate) fn flattened_twice() -> String {
    "this field is already flattened".to_owned()
}

pub(crate) fn exponent_beside_with() -> String {
    "`with` determines the value, so `exponent` has no effect".to_owned()
}

pub(crate) fn exponent_without_money(target: &str, takes: &str) -> String {
    format!("`exponent` is only for money, but `{target}` takes {takes}")
}

pub(crate) fn default_without_option() -> String {
    "`default` has no effect: this field is not an `Option`".to_owned()
}

pub(crate) fn default_of_optional(target: &str) -> String {
    format!(
        "`default` without a value is for required fields, but `{target}` is optional; write `default = ...`, or remove `default`"
    )
}

pub(crate) fn default_without_blank(target: &str) -> String {
    format!(
        "`default` without a value is a blank value, which `{target}` does not accept; write `default = ...`"
    )
}

pub(crate) fn two_ways_of_discount() -> String {
    "`spread` and `as_items` cannot be combined".to_owned()
}
