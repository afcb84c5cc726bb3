//! Tests which mistakes are reported, how often, and in which order. The cases in `tests/derives/ui` check the spans.

use super::{errors, messages, mistakes, parsed};
use crate::table::{Derive, Family};

#[test]
fn a_valid_struct_has_no_mistakes() {
    let cart = r#"#[derive(DinteroOrder)] #[dintero(currency = "NOK")]
        struct Cart { merchant_reference: String, items: Vec<Line> }"#;
    assert_eq!(messages(cart), [""; 0]);
}

#[test]
fn all_mistakes_at_once_in_the_order_of_the_source() {
    let cart = "#[derive(DinteroOrder)] #[dintero(skip)] struct Cart {
        ammount: i64,
        #[dintero(skipp)] note: String,
        remark: String,
        #[dintero(to = amount)] total: i64,
        #[dintero(to = amount)] sum: i64,
        #[dintero(frobnicate)] event_reference: String,
    }";
    assert_eq!(
        mistakes(cart),
        [
            "`skip` belongs on a field, not on the struct",
            "an order has no field `ammount`; did you mean `amount`?",
            "unknown dintero field attribute `skipp`; did you mean `skip`?",
            "an order has no field `remark`; map it with `#[dintero(to = ...)]` or leave it out with `#[dintero(skip)]`",
            "order field `amount` is already mapped by field `total`",
            "unknown dintero field attribute `frobnicate`; expected one of `to`, `with`, `default`, `skip`, `flatten`, `exponent`",
            "this order is missing required fields: `currency`, `merchant_reference`",
        ]
    );
}

/// A coupon would have no effect on an amount that is sent as it is.
#[test]
fn a_coupon_needs_lines() {
    let cart = |keys, fields| {
        format!(
            "#[derive(DinteroOrder)] #[dintero(currency = NOK, merchant_reference = \"1\"{keys})] struct Cart {{ {fields} }}"
        )
    };
    let message = "a coupon on the order is taken off its lines: map a field to `items`, or map a discount that `amount` already includes to `discount_lines`";
    assert_eq!(messages(&cart("", "amount: i64, discount: i64")), [message]);
    assert_eq!(messages(&cart(", discount = 1", "amount: i64")), [message]);
    for (keys, fields) in [
        ("", "amount: i64, discount: i64, items: Vec<Line>"),
        (", part", "amount: i64, discount: i64"),
        ("", "amount: i64, discount: i64, #[dintero(flatten)] goods: Goods"),
        ("", "amount: i64, discount_lines: Vec<Sale>"),
    ] {
        assert_eq!(messages(&cart(keys, fields)), [""; 0], "{fields}");
    }
    // Without an amount, only the missing field is reported.
    assert_eq!(messages(&cart("", "discount: i64")).len(), 1);
}

#[test]
fn a_mistake_in_a_mapping_does_not_make_its_target_missing() {
    for cart in [
        "struct Cart { currency: String, merchant_reference: Option<String>, items: Vec<Line> }",
        "struct Cart { currency: String, merchant_reference: String, amount: f64 }",
        "struct Cart { curency: String, merchant_reference: String, items: Vec<Line> }",
        "struct Cart { currency: String, order_id: String, items: Vec<Line> }",
        "struct Cart { currency: String, #[dintero(to = )] id: String, items: Vec<Line> }",
        "struct Cart { currency: String, #[dintero(to = \"merchant_reference\")] id: String, items: Vec<Line> }",
        "struct Cart { currency: String, #[dintero(merchant_reference)] id: String, items: Vec<Line> }",
        "struct Cart { currency: String, #[dintero(rename = merchant_reference)] id: String, items: Vec<Line> }",
        "#[dintero(currency = \"NKO\")] struct Cart { merchant_reference: String, items: Vec<Line> }",
        "#[dintero(currency)] struct Cart { merchant_reference: String, items: Vec<Line> }",
        "#[dintero(currency = )] struct Cart { merchant_reference: String, items: Vec<Line> }",
        "#[dintero(currency = a +)] struct Cart { merchant_reference: String, items: Vec<Line> }",
        "#[dintero(curency = \"NOK\")] struct Cart { merchant_reference: String, items: Vec<Line> }",
    ] {
        let found = mistakes(&format!("#[derive(DinteroOrder)] {cart}"));
        assert_eq!(found.len(), 1, "{cart}: {found:?}");
    }
}

#[test]
fn ambiguous_words_list_the_alternatives() {
    let line = "#[derive(DinteroOrderItem)] struct Line { price: i64, vat_rate: u8 }";
    let found = messages(line);
    assert_eq!(found.len(), 2, "{found:?}");
    for input in ["unit_price", "net_unit_price", "amount", "net_amount"] {
        assert!(found[0].contains(&format!("`to = {input}`")), "{}", found[0]);
    }
    for input in ["vat", "vat_fraction", "vat_basis_points"] {
        assert!(found[1].contains(&format!("`to = {input}`")), "{}", found[1]);
    }
}

#[test]
fn a_rate_on_an_order_does_not_lead_to_an_amount() {
    let cart = |container: &str, field: &str| {
        messages(&format!(
            "#[derive(DinteroOrder)] #[dintero({container})]
            struct Cart {{ currency: String, merchant_reference: String, items: Vec<Line>, {field} }}"
        ))
    };
    let of_a_line = "`vat` is a field of an order item, not of an order; derive `DinteroOrderItem` for the line type";
    assert_eq!(cart("", "vat: Decimal"), [of_a_line]);
    assert_eq!(cart("vat = 25", ""), [of_a_line]);
    for word in ["tax", "tax_rate", "vat_percent", "vat_rate", "moms"] {
        for found in [cart("", &format!("{word}: Decimal")), cart(&format!("{word} = 25"), "")] {
            let first = format!("an order has no field `{word}`; say what it is\n");
            assert_eq!(found.len(), 1, "{found:?}");
            assert!(found[0].starts_with(&first), "{}", found[0]);
            assert!(found[0].contains("DinteroOrderItem"), "{}", found[0]);
        }
    }
    for word in ["tax", "tax_rate", "vat_percent", "vat_rate"] {
        let option = format!(
            "#[derive(DinteroShippingOption)]
            struct Freight {{ id: String, title: String, operator: String, amount: i64, {word}: Decimal }}"
        );
        let first =
            format!("a shipping option has no field `{word}`; say which unit the VAT rate is in");
        assert_eq!(mistakes(&option), [first]);
    }
}

#[test]
fn an_ambiguous_delivery_price_lists_the_alternatives() {
    for word in
        ["shipping", "freight", "shipping_cost", "shipping_price", "delivery_fee", "delivery"]
    {
        let found = messages(&format!(
            "#[derive(DinteroOrder)]
            struct Cart {{ currency: String, merchant_reference: String, items: Vec<Line>, {word}: Decimal }}"
        ));
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with(&format!("an order has no field `{word}`; say what it is\n")));
        for message in [
            "`to = shipping_option`",
            "`to = shipping_option.amount`",
            "`shipping_option.id`",
            "`shipping_option.title`",
            "`shipping_option.operator`",
        ] {
            assert!(found[0].contains(message), "{}", found[0]);
        }
    }
}

#[test]
fn a_delivery_price_needs_the_rest_of_the_option_but_no_line_id() {
    let cart = |container: &str, price: &str| {
        mistakes(&format!(
            "#[derive(DinteroOrder)] #[dintero({container})] struct Cart {{ currency: String, merchant_reference: String,
                items: Vec<Line>, #[dintero(to = shipping_option.amount)] shipping: {price} }}"
        ))
    };
    let rest = r#"shipping_option.id = "post", shipping_option.title = "Post",
        shipping_option.operator = "Posten", shipping_option.vat = 25"#;
    assert_eq!(cart(rest, "Decimal"), [""; 0]);
    assert_eq!(
        cart("", "Decimal"),
        [
            "this order is missing required fields: `shipping_option.id`, `shipping_option.title`, `shipping_option.operator`"
        ]
    );
    assert_eq!(
        cart(rest, "Option<Decimal>"),
        [""; 0],
        "without a price there is no shipping option"
    );
}

#[test]
fn an_invalid_key_is_one_mistake_whatever_its_value() {
    let line = |attribute: &str| {
        mistakes(&format!(
            "#[derive(DinteroOrderItem)] struct Line {{ #[dintero({attribute})] price: Decimal }}"
        ))
    };
    for (attribute, key, meant) in [
        ("too = unit_price", "too", "to"),
        ("too = \"unit_price\"", "too", "to"),
        ("rename = unit_price", "rename", "to"),
        ("rename = \"unit_price\"", "rename", "to"),
        ("rename", "rename", "to"),
        ("to = unit_price, name = \"price\"", "name", "to"),
        ("to = unit_price, via = \"path\"", "via", "with"),
        ("to = unit_price, cents", "cents", "exponent"),
    ] {
        let message = format!("unknown dintero field attribute `{key}`; did you mean `{meant}`?");
        assert_eq!(line(attribute), [message], "{attribute}");
    }
    assert_eq!(
        line("to = \"unit_price\""),
        ["write the field name without quotes: `to = unit_price`"]
    );
    assert_eq!(line("too = unit_prise").len(), 2, "the misspelled target is a second mistake");
    let line = "#[derive(DinteroOrderItem)] struct Line { amount: i64, #[dintero(ignore = true)] note: String }";
    assert_eq!(mistakes(line), ["unknown dintero field attribute `ignore`; did you mean `skip`?"]);
}

#[test]
fn a_key_of_the_struct_is_known_on_a_field() {
    let line = |key: &str| {
        mistakes(&format!(
            "#[derive(DinteroOrderItem)] struct Line {{ #[dintero({key} = half_even)] unit_price: Decimal }}"
        ))
    };
    for key in ["round", "roundin"] {
        let message =
            format!("unknown dintero field attribute `{key}`; `rounding` belongs on the struct");
        assert_eq!(line(key), [message]);
    }
    assert_eq!(line("rounding"), ["`rounding` belongs on the struct, not on a field"]);
    let line = "#[derive(DinteroOrderItem)] #[dintero(round = half_even)] struct Line { unit_price: Decimal }";
    assert_eq!(mistakes(line), ["unknown dintero attribute `round`; did you mean `rounding`?"]);
}

#[test]
fn values_need_no_quotes() {
    let line = |value: &str| {
        mistakes(&format!(
            "#[derive(DinteroOrderItem)] #[dintero(type = {value})] struct Line {{ amount: i64 }}"
        ))
    };
    for value in ["Physical", "physical", "GiftCard", "gift_card", "line_type", "LINE_TYPE"] {
        assert_eq!(line(value), [""; 0], "{value}");
    }
    assert_eq!(line("phisical"), ["`type` has no value `phisical`; did you mean `physical`?"]);
    let cart = |currency: &str| {
        mistakes(&format!(
            "#[derive(DinteroOrder)] #[dintero(currency = {currency})]
            struct Cart {{ merchant_reference: String, items: Vec<Line> }}"
        ))
    };
    for currency in ["NOK", "CURRENCY", "NKO", "default_currency", "shop::NOK"] {
        assert_eq!(cart(currency), [""; 0], "{currency}");
    }
    for currency in ["nok", "\"nok\"", "Nok"] {
        let code = currency.trim_matches('"');
        let message = format!("`{code}` is not an ISO 4217 currency; did you mean `NOK`?");
        assert_eq!(cart(currency), [message]);
    }
}

#[test]
fn session_fields_are_suggested_without_their_prefix() {
    let cart = |field: &str| {
        mistakes(&format!(
            "#[derive(DinteroOrder)] struct Cart {{ currency: String, merchant_reference: String, items: Vec<Line>, {field} }}"
        ))
    };
    assert_eq!(
        cart("#[dintero(to = customer.email)] mail: String"),
        ["an order has no field `customer`; did you mean `session.customer.email`?"]
    );
    assert_eq!(
        cart("#[dintero(to = customer.emial)] mail: String"),
        ["an order has no field `customer`; did you mean `session.customer`?"]
    );
    assert_eq!(
        cart("customer: Customer"),
        ["an order has no field `customer`; did you mean `#[dintero(to = session.customer)]`?"]
    );
}

#[test]
fn a_float_is_converted_by_the_function_for_its_type() {
    for (ty, function) in
        [("f64", "decimal_from_f64)]`"), ("Option<f64>", "decimal_from_f64_option)]`")]
    {
        let line = format!("#[derive(DinteroOrderItem)] struct Line {{ unit_price: {ty} }}");
        let found = messages(&line);
        let with = format!("`#[dintero(with = dintero_api::money::{function}");
        assert!(found.len() == 1 && found[0].ends_with(&with), "{found:?}");
    }
}

#[test]
fn paths_are_resolved_and_need_their_required_fields() {
    let cart = |fields: &str| {
        mistakes(&format!(
            "#[derive(DinteroOrder)] struct Cart {{ currency: String, merchant_reference: String, items: Vec<Line>, {fields} }}"
        ))
    };
    assert_eq!(cart("#[dintero(to = session.customer.email)] mail: String"), [""; 0]);
    assert_eq!(
        cart("#[dintero(to = session.customer.emial)] mail: String"),
        ["`session.customer` has no field `emial`; did you mean `email`?"]
    );
    assert_eq!(
        cart("#[dintero(to = merchant_reference.email)] mail: String"),
        ["`merchant_reference` takes text, so it has no field `email`"]
    );
    assert_eq!(
        cart("#[dintero(to = session)] session: Session"),
        ["`session` alone is not a target"]
    );
    assert_eq!(
        cart("#[dintero(to = session.express.shipping_mode)] mode: Mode"),
        ["this order is missing required field: `session.express.shipping_options`"]
    );
    assert_eq!(
        cart("ship_to: Address, #[dintero(to = shipping_address.email)] mail: String").len(),
        1,
        "the alias `ship_to` causes no conflict with the mapped `shipping_address.email`"
    );
}

#[test]
fn a_target_may_be_named_as_in_rust_or_as_on_the_wire() {
    let line = |to: &str, field: &str| {
        mistakes(&format!(
            "#[derive(DinteroOrderItem)] struct Line {{ amount: i64, #[dintero(to = {to})] {field}: Kind }}"
        ))
    };
    assert_eq!(line("type", "a"), [""; 0]);
    assert_eq!(line("kind", "a"), [""; 0]);
    let both = "#[derive(DinteroOrderItem)] struct Line { amount: i64, r#type: Kind, kind: Kind }";
    assert_eq!(mistakes(both), ["order item field `kind` is already mapped by field `type`"]);
}

#[test]
fn several_collections_may_be_lines() {
    let cart = "#[derive(DinteroOrder)] struct Cart { currency: String, merchant_reference: String,
        #[dintero(to = items)] goods: Vec<Line>, #[dintero(to = items)] fees: Vec<Fee> }";
    assert_eq!(messages(cart), [""; 0]);
}

#[test]
fn a_variant_overrides_the_enum() {
    let lines = r#"#[derive(DinteroOrderItem)] #[dintero(vat = 25, type = Physical)] enum Row {
        #[dintero(type = Shipping)] Freight { amount: i64 },
        Book { amount: i64, #[dintero(to = vat_fraction)] rate: Decimal },
    }"#;
    assert_eq!(messages(lines), [""; 0]);
}

#[test]
fn a_field_is_not_mapped_to_lines_twice() {
    let cart = |attributes: &str| {
        mistakes(&format!(
            "#[derive(DinteroOrder)] struct Cart {{ currency: String, merchant_reference: String,
                {attributes} goods: Vec<Line>, #[dintero(to = items)] fees: Vec<Fee> }}"
        ))
    };
    assert_eq!(cart("#[dintero(to = items)]"), [""; 0]);
    assert_eq!(cart("#[dintero(flatten)] #[dintero(to = items)]"), [""; 0]);
    assert_eq!(
        cart("#[dintero(to = items)] #[dintero(to = items)]"),
        ["order field `items` is already mapped by field `goods`"]
    );
    assert_eq!(
        cart("#[dintero(flatten)] #[dintero(to = items)] #[dintero(flatten)]"),
        ["this field is already flattened"]
    );
}

#[test]
fn the_constants_of_an_enum_are_checked_once() {
    let lines = |constants: &str, variants: &str| {
        mistakes(&format!(
            "#[derive(DinteroOrderItem)] #[dintero({constants})] enum Row {{ {variants} }}"
        ))
    };
    let two = "One { amount: i64 }, Other { amount: i64 }";
    assert_eq!(
        lines("vat = 25, vat_fraction = 0.15", two),
        ["the VAT rate is already set by `#[dintero(vat = ...)]` on the enum"]
    );
    assert_eq!(
        lines("type = Physical, kind = Digital", two),
        ["order item field `kind` is already set by `#[dintero(kind = ...)]` on the enum"]
    );
    let contradiction = "order item field `net_unit_price` contradicts `price_includes_vat`, which is set by `#[dintero(price_includes_vat = ...)]` on the enum: a net price never includes VAT";
    assert_eq!(
        lines("vat = 25, price_includes_vat = true", "Line { net_unit_price: i64 }"),
        [contradiction]
    );
    let own = "Line { unit_price: i64, price_includes_vat: bool }";
    assert_eq!(lines("vat = 25, price_includes_vat = true", own), [""; 0]);
    let own = "Can { amount: i64 }, Tray { amount: i64, items: Vec<Can> }";
    assert_eq!(lines("items = |self| self.deposit()", own), [""; 0]);
}

#[test]
fn two_units_of_one_discount_contradict_each_other() {
    let line = |fields: &str| {
        mistakes(&format!("#[derive(DinteroOrderItem)] struct Line {{ amount: i64, {fields} }}"))
    };
    assert_eq!(
        line("discount_percent: u8, discount_fraction: f64"),
        [
            "order item field `discount_fraction` contradicts `discount_percent`, which is mapped by field `discount_percent`: both are the share that is taken off the line"
        ]
    );
    for fields in [
        "discount_percent: Option<u8>, discount_fraction: f64",
        "discount_percent: u8, #[dintero(with = share)] discount_fraction: f64",
        "discount_percent: u8, discount: i64",
    ] {
        assert_eq!(line(fields), [""; 0], "{fields}");
    }
    let coupon = |fields: &str| {
        mistakes(&format!("#[derive(DinteroDiscount)] struct Coupon {{ {fields} }}"))
    };
    let amounts = "amount: i64, #[dintero(default = 1)] net_amount: Option<i64>";
    let shares = "percentage: u8, fraction: f64";
    assert!(coupon(amounts)[0].ends_with("both are the amount of the discount"));
    assert!(coupon(shares)[0].ends_with("both are the share that the discount takes off"));
    assert_eq!(coupon("amount: i64, net_amount: Option<i64>"), [""; 0]);
    assert_eq!(coupon("amount: i64, percentage: u8"), [""; 0]);
    let rows = "#[derive(DinteroDiscount)] #[dintero(percentage = 10)] enum Coupon { A, B { fraction: f64 } }";
    assert_eq!(mistakes(rows), [""; 0], "a variant overrides the enum");
}

#[test]
fn only_splits_take_a_parameter_after_self() {
    let line = |constant: &str| {
        mistakes(&format!(
            "#[derive(DinteroOrderItem)] #[dintero({constant})] struct Line {{ amount: i64 }}"
        ))
    };
    assert_eq!(
        line("description = |self, amount| amount.to_string()"),
        ["only the function for `splits` takes an amount; write `description = |self| ...`"]
    );
    assert_eq!(line("description = |self,| self.text()"), [""; 0]);
    assert_eq!(line("splits = |self, amount| self.splits(amount)"), [""; 0]);
    let cart = "#[derive(DinteroOrder)] #[dintero(shipping_option.splits = |self, amount| vec![])]
        struct Cart { currency: String, merchant_reference: String, items: Vec<Line>,
        #[dintero(to = shipping_option.amount)] freight: i64 }";
    assert!(mistakes(cart)[0].starts_with("only the function for `splits` takes an amount"));
}

#[test]
fn a_default_is_checked_like_a_constant() {
    let line = |key: &str, field: &str| {
        mistakes(&format!(
            "#[derive(DinteroOrderItem)] struct Line {{ amount: i64, #[dintero({key})] {field} }}"
        ))
    };
    assert_eq!(
        line("default = 0.25", "vat: Option<f64>"),
        ["`vat` is in percent, so this is 0.25 %"]
    );
    assert_eq!(line("default = \"25\"", "vat: Option<f64>"), ["expected a number: `default = 25`"]);
    assert_eq!(
        line("default = phisical", "kind: Option<Kind>"),
        ["`kind` has no value `phisical`; did you mean `physical`?"]
    );
    assert_eq!(line("default = physical", "kind: Option<Kind>"), [""; 0]);
    let cart = |key: &str, field: &str| {
        mistakes(&format!(
            "#[derive(DinteroOrder)] #[dintero(items = |self| self.lines())]
            struct Cart {{ merchant_reference: String, #[dintero({key})] {field} }}"
        ))
    };
    assert_eq!(
        cart("default = \"NKO\"", "currency: Option<String>"),
        ["`NKO` is not an ISO 4217 currency; did you mean `NOK`?"]
    );
    assert_eq!(cart("default = NOK", "currency: Option<String>"), [""; 0]);
    let option = |key: &str| {
        mistakes(&format!(
            "#[derive(DinteroShippingOption)]
            struct Freight {{ id: String, title: String, operator: String, #[dintero({key})] amount: Option<i64> }}"
        ))
    };
    assert_eq!(option("default = 0"), [""; 0]);
    assert_eq!(
        option("default = 0.5, exponent = 0"),
        [
            "money must not be a floating-point number: write a whole number in the unit that `exponent` sets"
        ]
    );
}

#[test]
fn a_blank_default_needs_a_target_that_may_be_blank() {
    let without = |target: &str| {
        format!(
            "`default` without a value is a blank value, which `{target}` does not accept; write `default = ...`"
        )
    };
    let option = |amount: &str, operator: &str| {
        mistakes(&format!(
            "#[derive(DinteroShippingOption)]
            struct Freight {{ id: String, title: String, {operator} Option<String>, {amount} Option<i64> }}"
        ))
    };
    let plain = "#[dintero(default = 0)] amount:";
    assert_eq!(option(plain, "#[dintero(default)] operator:"), [""; 0]);
    assert_eq!(
        option("#[dintero(default)] amount:", "#[dintero(default)] operator:"),
        [without("amount")]
    );
    let cart = "#[derive(DinteroOrder)] struct Cart { #[dintero(default)] currency: Option<String>,
        #[dintero(default)] merchant_reference: Option<String>, items: Vec<Line> }";
    assert_eq!(mistakes(cart), [without("currency"), without("merchant_reference")]);
}

#[test]
fn a_newtype_has_its_own_keys() {
    let newtype = |container: &str, field: &str| {
        mistakes(&format!("#[derive(DinteroValue)] {container} struct Id({field} String);"))
    };
    let no_effect = |key: &str| {
        format!(
            "`{key}` has no effect on a newtype; `DinteroValue` only accepts `crate`, and `skip` on a field"
        )
    };
    for key in ["exponent = 2", "skip", "bundle", "to = country", "postal_cod = 1", "country"] {
        let word = key.split(' ').next().unwrap_or_default();
        assert_eq!(newtype(&format!("#[dintero({key})]"), ""), [no_effect(word)], "{key}");
    }
    assert_eq!(newtype("", "#[dintero(crate = a)]"), [no_effect("crate")]);
    assert_eq!(newtype("", "#[dintero(to = \"country\")]"), [no_effect("to")]);
    assert_eq!(
        newtype("#[dintero(crat = a)]", ""),
        ["unknown dintero attribute `crat`; did you mean `crate`?"]
    );
    assert_eq!(
        newtype("#[dintero(DinteroAddress(country = 1), DinteroValue(crate = a))]", ""),
        [""; 0]
    );
    assert_eq!(newtype("#[dintero(DinteroValue(crate = a, crate = b))]", "").len(), 1);
}

#[test]
fn no_target_is_named_like_a_key() {
    for key in crate::parse::every_key() {
        for family in Family::ALL {
            assert!(
                crate::table::place::Place::known(family, key).is_none(),
                "{key} is a field of {}",
                family.facts().with_article
            );
        }
    }
}

#[test]
fn every_alias_resolves_and_is_not_a_target() {
    use crate::suggest::Alias;
    use crate::table::place::Place;
    for family in Family::ALL {
        for (alias, words) in family.facts().aliases {
            if let Alias::Target(path) = alias {
                assert!(
                    Place::known(family, path).is_some(),
                    "{path} of {}",
                    family.facts().with_article
                );
            }
            for word in *words {
                assert!(
                    Place::known(family, word).is_none(),
                    "{word} is a field of {}",
                    family.facts().with_article
                );
            }
        }
    }
}

#[test]
fn a_panic_names_the_version() {
    let expansion = crate::entry(
        Derive::Mapping(Family::Order),
        quote::quote!(
            struct Cart;
        ),
        |_, _| panic!("the reason"),
    );
    let message = errors(&parsed(expansion)).remove(0);
    let version = concat!("dintero-macros ", env!("CARGO_PKG_VERSION"));
    assert!(
        message.contains("`DinteroOrder` panicked: the reason") && message.contains(version),
        "{message}"
    );
}
