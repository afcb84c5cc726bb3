//! Tests the messages about prices, percentages and other inputs that contradict each other or are incomplete.

use super::{messages, mistakes};

#[test]
fn a_delivery_price_may_be_without_vat() {
    let cart = |rest: &str, price: &str| {
        messages(&format!(
            r#"#[derive(DinteroOrder)] #[dintero(shipping_option.id = "post", shipping_option.title = "Post",
                shipping_option.operator = "Posten", {rest})]
            struct Cart {{ currency: String, merchant_reference: String, items: Vec<Line>,
                #[dintero(to = shipping_option.{price})] shipping: Option<Decimal> }}"#
        ))
    };
    for rate in ["vat = 25", "vat_basis_points = 2500", "vat_fraction = 0.25"] {
        assert_eq!(cart(&format!("shipping_option.{rate}"), "net_amount"), [""; 0], "{rate}");
    }
    assert_eq!(
        cart("", "net_amount"),
        [
            "a price without VAT needs the VAT rate: map `shipping_option.vat`, `shipping_option.vat_basis_points` or `shipping_option.vat_fraction`"
        ]
    );
    assert_eq!(
        cart("shipping_option.vat = 25, shipping_option.amount = 4900", "net_amount"),
        [
            "a shipping option takes one price: `shipping_option.amount` is already set by `#[dintero(shipping_option.amount = ...)]` on the struct"
        ]
    );
    assert_eq!(
        cart("shipping_option.vat = 25, shipping_option.vat_fraction = 0.25", "amount").len(),
        1
    );
    let messages = cart("shipping_option.vat = 25", "price");
    assert!(messages[0].starts_with("`shipping_option` has no field `price`"), "{messages:?}");
    assert_eq!(messages.len(), 1, "{messages:?}");
}

#[test]
fn shares_are_in_their_unit() {
    let line = |constant: &str| {
        messages(&format!(
            "#[derive(DinteroOrderItem)] #[dintero({constant})] struct Line {{ amount: i64 }}"
        ))
    };
    for right in [
        "vat = 25",
        "vat = 0",
        "vat_fraction = 0.25",
        "discount_percent = 12.5",
        "discount_fraction = 1",
    ] {
        assert_eq!(line(right), [""; 0], "{right}");
    }
    assert_eq!(
        line("discount_percent = 0.1"),
        [
            "`discount_percent` is in percent, so this is 0.1 %\nwrite `discount_percent = 10`, or `discount_fraction = 0.1`"
        ]
    );
    assert_eq!(
        line("vat = 0.25"),
        ["`vat` is in percent, so this is 0.25 %\nwrite `vat = 25`, or `vat_fraction = 0.25`"]
    );
    assert_eq!(
        line("vat_fraction = 25"),
        [
            "`vat_fraction` is a fraction, so this is 2500 %\nwrite `vat_fraction = 0.25`, or `vat = 25`"
        ]
    );
}

/// Attributes that the derive or the engine would also refuse are not suggested.
#[test]
fn suggested_shares_are_accepted() {
    for (constant, suggested) in [
        ("vat = 0.07", "`vat = 7`, or `vat_fraction = 0.07`"),
        ("vat = 0.001", "`vat = 25` for 25 %"),
        ("vat = 0.25555", "`vat = 25` for 25 %"),
        ("vat_fraction = 2500", "`vat_basis_points = 2500`"),
        ("vat_fraction = 100", "`vat = 100`, or `vat_basis_points = 100`"),
        ("vat_fraction = 25.125", "`vat_fraction = 0.25` for 25 %"),
        ("vat_fraction = 250000", "`vat_fraction = 0.25` for 25 %"),
        ("discount_percent = 0.005", "`discount_fraction = 0.005`"),
        ("discount_fraction = 1000", "`discount_fraction = 0.25` for 25 %"),
    ] {
        let messages = messages(&format!(
            "#[derive(DinteroOrderItem)] #[dintero({constant})] struct Line {{ amount: i64 }}"
        ));
        let [message] = &messages[..] else { panic!("{constant}: {messages:?}") };
        assert_eq!(
            message.split_once("\nwrite "),
            Some((message.lines().next().unwrap(), suggested))
        );
    }
    let cart = r#"#[derive(DinteroOrder)] #[dintero(currency = "NOK", shipping_option.vat = 0.25)]
        struct Cart { merchant_reference: String, items: Vec<Line> }"#;
    let messages = messages(cart);
    assert!(
        messages[0].ends_with(
            "write `shipping_option.vat = 25`, or `shipping_option.vat_fraction = 0.25`"
        ),
        "{messages:?}"
    );
}

#[test]
fn targets_that_contradict_each_other_are_refused() {
    let line = |fields: &str| {
        mistakes(&format!("#[derive(DinteroOrderItem)] struct Line {{ vat: u8, {fields} }}"))
    };
    assert_eq!(line("price_includes_vat: bool, unit_price: i64"), [""; 0]);
    assert_eq!(
        line("net_unit_price: i64, price_includes_vat: bool"),
        [
            "order item field `price_includes_vat` contradicts `net_unit_price`, which is mapped by field `net_unit_price`: a net price never includes VAT"
        ]
    );
    let line = "#[derive(DinteroOrderItem)] struct Line { amount: i64, price_includes_vat: bool }";
    assert_eq!(
        mistakes(line),
        [
            "a price that may exclude VAT needs the VAT rate: map `vat`, `vat_basis_points` or `vat_fraction`"
        ]
    );
    let cart =
        "#[derive(DinteroOrder)] #[dintero(deposit_percent = 20)] struct Cart { currency: String,
        merchant_reference: String, items: Vec<Line>, amount: i64 }";
    assert_eq!(
        mistakes(cart),
        [
            "order field `amount` contradicts `deposit_percent`, which is set by `#[dintero(deposit_percent = ...)]` on the struct: the amount is calculated from the deposit and the lines"
        ]
    );
}

#[test]
fn a_discount_or_a_shipping_option_may_be_an_enum() {
    let coupon = "#[derive(DinteroDiscount)] #[dintero(capped)] enum Coupon {
        #[dintero(as_items)] Fixed(#[dintero(to = amount)] i64),
        Share { percentage: u8 },
        #[dintero(skip)] Used(String),
        Nothing { discount_id: String },
    }";
    assert_eq!(
        mistakes(coupon),
        [
            "variant `Nothing` has no discount; map `amount`, `net_amount`, `percentage` or `fraction`, or leave it out with `#[dintero(skip)]`"
        ]
    );
    let freight = r#"#[derive(DinteroShippingOption)] #[dintero(operator = "Posten")] enum Freight {
        Home { id: String, title: String, amount: i64 },
        #[dintero(id = "kiosk")] Kiosk { title: String },
        #[dintero(skip)] PickUp,
    }"#;
    assert_eq!(mistakes(freight), ["variant `Kiosk` is missing required field: `amount`"]);
    let address = "#[derive(DinteroAddress)] enum Address { Home { country: String } }";
    assert_eq!(mistakes(address).len(), 1);
}

#[test]
fn a_net_price_of_a_bundle_uses_the_rates_of_its_parts() {
    let line = |bundle: &str| {
        mistakes(&format!(
            "#[derive(DinteroOrderItem)] {bundle} struct Set {{ net_amount: i64, items: Vec<Line> }}"
        ))
    };
    assert_eq!(line("#[dintero(bundle)]"), [""; 0]);
    assert_eq!(line("").len(), 1);
    let rows = "#[derive(DinteroOrderItem)] enum Row {
        #[dintero(bundle)] Set { net_amount: i64, items: Vec<Line> },
        Line { net_amount: i64 },
    }";
    assert_eq!(mistakes(rows).len(), 1);
}

#[test]
fn a_scope_is_for_one_derive() {
    let customer = |derive: &str| {
        messages(&format!(
            "#[derive({derive})] #[dintero(DinteroOrder(part), DinteroAddress(country = \"NO\"))] struct Customer {{
                #[dintero(DinteroOrder(skip))] first_name: String,
                #[dintero(to = email, DinteroOrder(to = session.customer.email))] mail: String,
                #[dintero(DinteroOrder(to = session.customer.customer_id), DinteroAddress(skip))] number: u32,
            }}"
        ))
    };
    assert_eq!(customer("DinteroOrder"), [""; 0]);
    assert_eq!(customer("DinteroAddress"), [""; 0]);
    let address = "#[derive(DinteroAddress)] struct Address { #[dintero(DinteroAddress(too = email))] mail: String }";
    assert_eq!(mistakes(address), ["unknown dintero field attribute `too`; did you mean `to`?"]);
}

#[test]
fn a_scope_has_no_scopes() {
    let address = "#[derive(DinteroAddress)] struct Address {
        #[dintero(DinteroAddress(DinteroOrder(skip), to = email))] mail: String }";
    let messages = mistakes(address);
    assert_eq!(messages.len(), 1, "{messages:?}");
    assert!(
        messages[0].starts_with("unknown dintero field attribute `DinteroOrder`"),
        "{messages:?}"
    );
}

#[test]
fn a_function_of_a_field_has_no_self() {
    let line = |attribute: &str| {
        mistakes(&format!(
            "#[derive(DinteroOrderItem)] struct Line {{ amount: i64, #[dintero({attribute})] id: Option<u8> }}"
        ))
    };
    assert_eq!(
        line("with = |self| self.amount"),
        [
            "`with` takes a function of the field; to compute a value from the whole struct, write `TARGET = |self| ...` on the struct"
        ]
    );
    assert_eq!(line("default = || 7"), ["`default` takes a value, not a closure"]);
    assert_eq!(
        line("with = |amount| amount + self.amount"),
        [""; 0],
        "the `self` of the surrounding method is captured"
    );
}

#[test]
fn a_skipped_variant_takes_no_other_keys() {
    let row = "#[derive(DinteroOrderItem)] enum Row { Line { amount: i64 }, #[dintero(vat = 25, skip, negative)] Note }";
    assert_eq!(
        mistakes(row),
        [
            "`skip` leaves the variant out, so `vat` has no effect",
            "`skip` leaves the variant out, so `negative` has no effect"
        ]
    );
}
