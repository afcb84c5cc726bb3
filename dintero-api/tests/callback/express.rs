//! Tests responses to express callbacks: their totals, and mismatches that Dintero would show as a correction line.

use dintero_api::BuildError;
use dintero_api::callback::{DiscountResponseBuilder, ShippingResponseBuilder};
use dintero_api::types::{
    DiscountCodesOrderUpdateItem, ExpressCallback, MultiShipmentShippingOption, OrderLine,
    PayoutSplit,
};
use dintero_api::{Decimal, Decoded, Percent, ValueError};
use serde_json::{Value, json};

/// Returns a session with two items, for 29990 and 10000, and home delivery for 3900.
fn session() -> Value {
    json!({
        "id": "T00000000.s",
        "url": {"return_url": "https://shop.example.com/thanks"},
        "configuration": {},
        "customer_ip": "203.0.113.7",
        "customer": {"email": "kari@example.com", "phone_number": "+4790000000"},
        "order": {
            "amount": 43890, "currency": "NOK", "merchant_reference": "17",
            "discount_codes": ["SPRING", "HUNTER2"],
            "shipping_address": {"first_name": "Kari", "postal_code": "0155", "country": "NO"},
            "items": [
                {"line_id": "1", "amount": 29990, "vat": 25, "vat_amount": 5998},
                {"line_id": "2", "amount": 10000, "vat": 25, "vat_amount": 2000}
            ],
            "shipping_option": {
                "id": "home", "line_id": "home-1", "amount": 3900, "vat_amount": 780,
                "title": "Home", "operator": "Bring"
            }
        }
    })
}

fn callback(session: Value) -> ExpressCallback {
    serde_json::from_value(session).expect("it can be read")
}

fn option(line_id: &str, amount: i64) -> MultiShipmentShippingOption {
    MultiShipmentShippingOption::new("home", line_id, amount, "Home", "Bring")
}

fn line(line_id: &str, amount: i64, vat_amount: i64) -> OrderLine {
    OrderLine::new().line_id(line_id).amount(amount).vat_amount(vat_amount)
}

fn discounted(line_id: &str, amount: i64) -> DiscountCodesOrderUpdateItem {
    DiscountCodesOrderUpdateItem::new().line_id(line_id).amount(amount)
}

fn json<T: serde_core::Serialize>(response: Result<T, BuildError>) -> Value {
    serde_json::to_value(response.expect("a valid response")).expect("a serializable response")
}

fn problems<T: std::fmt::Debug>(response: Result<T, BuildError>) -> Vec<String> {
    let error = response.expect_err("it has problems");
    error.messages().map(ToOwned::to_owned).collect()
}

#[test]
fn options_alone_leave_the_order_as_it_is() {
    let callback = callback(session());
    let response = json(ShippingResponseBuilder::new(&callback, [option("home-1", 4900)]).build());
    assert_eq!(
        response,
        json!({"shipping_options": [
            {"id": "home", "line_id": "home-1", "amount": 4900, "title": "Home", "operator": "Bring"}
        ]})
    );
}

/// The shop sent the URLs itself, and no response depends on them.
#[test]
fn a_callback_is_read_without_its_urls() {
    let mut without = session();
    without.as_object_mut().expect("an object").remove("url");
    for (url, unread) in [
        (None, None),
        (Some(Value::Null), None),
        (Some(json!({})), Some("url.return_url")),
        (Some(json!("https://shop.example.com/thanks")), Some("url")),
    ] {
        let mut session = without.clone();
        session.as_object_mut().expect("an object").extend(url.map(|url| ("url".to_owned(), url)));
        let read = Decoded::<ExpressCallback>::from_slice(session.to_string().as_bytes());
        let read = read.expect("it can be read");
        let paths: Vec<_> = read.unread.iter().map(ValueError::path).collect();
        assert_eq!(paths, Vec::from_iter(unread.map(str::to_owned)));
        assert_eq!(read.value.url, None);
        assert!(ShippingResponseBuilder::new(&read.value, []).build().is_ok());
    }
}

#[test]
fn an_empty_list_of_options_means_no_delivery() {
    let callback = callback(session());
    assert_eq!(
        json(ShippingResponseBuilder::new(&callback, []).build()),
        json!({"shipping_options": []})
    );
}

/// The delivery price was 3900 when Dintero sent the callback. Dintero itself adds the difference between that price
/// and the new price, 4900.
#[test]
fn amount_of_new_items_includes_the_chosen_option_at_its_old_price() {
    let callback = callback(session());
    let response =
        ShippingResponseBuilder::new(&callback, [option("home-1", 4900), option("home-2", 0)])
            .items([line("1", 26990, 5398), line("2", 9000, 1800)]);
    let response = json(response.build());
    assert_eq!(response["order"]["amount"], 26990 + 9000 + 3900);
    assert_eq!(response["order"]["vat_amount"], 5398 + 1800 + 780);
    assert_eq!(response["order"]["items"].as_array().map(Vec::len), Some(2));
}

#[test]
fn without_a_choice_the_amount_is_that_of_the_items() {
    let mut session = session();
    session["order"].as_object_mut().expect("an order").remove("shipping_option");
    let callback = callback(session);
    let response =
        ShippingResponseBuilder::new(&callback, [option("home-2", 0)]).items([line("1", 100, 20)]);
    assert_eq!(json(response.build())["order"]["amount"], 100);
    let response =
        DiscountResponseBuilder::new(&callback, [option("home-2", 0)], [discounted("1", 90)]);
    assert_eq!(json(response.build())["order"]["amount"], 90);
}

#[test]
fn vat_is_left_out_unless_it_is_known_for_all_lines() {
    let callback = callback(session());
    let items = [line("1", 100, 20), OrderLine::new().line_id("2").amount(50)];
    let response = ShippingResponseBuilder::new(&callback, [option("home-1", 3900)]).items(items);
    let response = json(response.build());
    assert_eq!(response["order"]["amount"], 100 + 50 + 3900);
    assert_eq!(response["order"].get("vat_amount"), None);
}

#[test]
fn read_only_properties_of_items_are_not_sent_back() {
    let mut session = session();
    let first = &mut session["order"]["items"][0];
    first["version"] = json!(3);
    first["gross_amount"] = json!(31000);
    first["is_changed"] = json!(true);
    let callback = callback(session);
    let items = callback.order.items.clone().expect("there are items");
    let response =
        json(ShippingResponseBuilder::new(&callback, [option("home-1", 1)]).items(items).build());
    assert_eq!(
        response["order"]["items"][0],
        json!({"line_id": "1", "amount": 29990, "vat": 25, "vat_amount": 5998})
    );
}

#[test]
fn discount_response_has_all_items_and_the_valid_codes() {
    let callback = callback(session());
    let items = [discounted("1", 19990), discounted("2", 10000)];
    let response =
        DiscountResponseBuilder::new(&callback, [option("home-1", 3900)], items).accept(["SPRING"]);
    let response = json(response.build());
    assert_eq!(
        response["order"],
        json!({
            "amount": 33890, "discount_codes": ["SPRING"],
            "items": [{"line_id": "1", "amount": 19990}, {"line_id": "2", "amount": 10000}]
        })
    );
    let none =
        DiscountResponseBuilder::new(&callback, [option("home-1", 0)], [discounted("1", 19990)]);
    assert_eq!(json(none.build())["order"]["discount_codes"], json!([]));
}

#[test]
fn chosen_option_must_be_offered_or_withdrawn() {
    const PROBLEM: &str = "the option that the customer has chosen is not offered: offer it, or call `withdraw_chosen`";
    let callback = callback(session());
    let shipping =
        ShippingResponseBuilder::new(&callback, [option("home-2", 0)]).items([line("1", 1, 0)]);
    assert_eq!(problems(shipping.clone().build()), [PROBLEM]);
    assert_eq!(json(shipping.withdraw_chosen().build())["order"]["amount"], 3901);
    let discount =
        DiscountResponseBuilder::new(&callback, [option("home-2", 0)], [discounted("1", 1)]);
    assert_eq!(problems(discount.clone().build()), [PROBLEM]);
    assert_eq!(json(discount.withdraw_chosen().build())["order"]["amount"], 3901);
}

#[test]
fn each_chosen_shipment_must_be_offered() {
    let mut session = session();
    let shipment = |line_id| json!({"id": "home", "line_id": line_id, "amount": 1950, "title": "", "operator": ""});
    session["order"]["shipping_option"]["shipments"] =
        json!([shipment("from-a"), shipment("from-b")]);
    let callback = callback(session);
    let both = [option("from-a", 1950), option("from-b", 1950)];
    let response = ShippingResponseBuilder::new(&callback, both).items([line("1", 100, 0)]);
    assert_eq!(json(response.build())["order"]["amount"], 4000);
    let response =
        ShippingResponseBuilder::new(&callback, [option("from-a", 1950), option("home-1", 3900)]);
    assert_eq!(problems(response.build()).len(), 1);
}

/// An option is identified by its `id` together with its `line_id`: an option that shares only the `line_id` is not the
/// chosen option.
#[test]
fn chosen_option_is_identified_by_both_ids() {
    let callback = callback(session());
    let other = MultiShipmentShippingOption::new("pick-up", "home-1", 3900, "Kiosk", "Bring");
    let shipping = ShippingResponseBuilder::new(&callback, [other.clone()]);
    assert_eq!(problems(shipping.build()).len(), 1);
    let discount = DiscountResponseBuilder::new(&callback, [other], [discounted("1", 1)]);
    assert_eq!(problems(discount.build()).len(), 1);
}

#[test]
fn amounts_below_zero_are_refused() {
    let callback = callback(session());
    let taken_back = [line("1", -3901, 0)];
    let shipping = ShippingResponseBuilder::new(&callback, [option("home-1", 0)]);
    let below = ["the order's amount is -1, which is negative"];
    assert_eq!(problems(shipping.clone().items(taken_back).build()), below);
    let nothing = json(shipping.items([line("1", -3900, 0)]).build());
    assert_eq!(nothing["order"]["amount"], 0);
    let discount =
        DiscountResponseBuilder::new(&callback, [option("home-1", 0)], [discounted("1", -3901)]);
    assert_eq!(problems(discount.build()), below);
    let paid_out = ShippingResponseBuilder::new(&callback, [option("home-1", -1)]);
    assert_eq!(
        problems(paid_out.build()),
        ["shipping_options[0].amount: the price of delivery must not be negative, but it is -1"]
    );
}

/// The rules of `check` apply to the response, and each problem names a path in the response.
#[test]
fn returned_prices_follow_the_rules_of_prices() {
    let callback = callback(session());
    let fraction = Percent::from(Decimal::new(25, 2));
    let mut wrong = option("home-1", 100);
    wrong.vat = Some(fraction);
    wrong.splits = Some(vec![PayoutSplit::new("seller", 99)]);
    let mut item = line("1", 100, 20).vat(fraction);
    item.splits = Some(vec![PayoutSplit::new("seller", 101)]);
    let response = ShippingResponseBuilder::new(&callback, [wrong.clone()]).items([item]);
    let found = problems(response.build());
    let paths: Vec<_> = found.iter().filter_map(|problem| problem.split(':').next()).collect();
    let expected = [
        "items[0].vat",
        "items[0].splits",
        "shipping_options[0].vat",
        "shipping_options[0].splits",
    ];
    assert_eq!(paths, expected);
    // Values in the session, which Dintero has already accepted, are not checked again.
    let mut accepted = session();
    accepted["order"]["items"][0]["vat"] = json!(0.25);
    let accepted = self::callback(accepted);
    json(ShippingResponseBuilder::new(&accepted, [option("home-1", 100)]).build());
}

#[test]
fn returned_splits_fit_the_session() {
    let split = |splits: &[(&str, i64)]| {
        let mut split = option("home-1", 100);
        let splits = splits.iter().map(|(seller, amount)| PayoutSplit::new(*seller, *amount));
        split.splits = Some(splits.collect());
        split
    };
    let mut automatic = session();
    automatic["configuration"]["auto_capture"] = json!(true);
    let automatic = callback(automatic);
    let mut with_card = session();
    with_card["order"]["gift_cards"] =
        json!([{"type": "dintero.wallets", "card_id": "c", "amount": 50}]);
    let with_card = callback(with_card);
    let (open, shared) = (split(&[]), split(&[("seller", 100)]));
    for (callback, refused, right) in [(&automatic, &open, &shared), (&with_card, &shared, &open)] {
        assert_eq!(
            problems(ShippingResponseBuilder::new(callback, [refused.clone()]).build()).len(),
            1
        );
        json(ShippingResponseBuilder::new(callback, [right.clone()]).build());
        let item = discounted("1", 10);
        let discount = |option: &MultiShipmentShippingOption| {
            DiscountResponseBuilder::new(callback, [option.clone()], [item.clone()]).build()
        };
        assert_eq!(problems(discount(refused)).len(), 1);
        json(discount(right));
    }
}

#[test]
fn line_ids_are_unique_among_items_and_options() {
    let callback = callback(session());
    let response = ShippingResponseBuilder::new(
        &callback,
        [option("home-1", 1), option("home-1", 2), option("b", 0)],
    )
    .items([line("a", 1, 0), line("b", 1, 0), line("a", 1, 0)]);
    assert_eq!(
        problems(response.build()),
        [
            "items[2].line_id: line id `a` is used twice; line 1 is the first to use it",
            "shipping_options[1].line_id: line id `home-1` is used twice; option 1 is the first to use it",
            "shipping_options[2].line_id: line id `b` is used twice; line 2 is the first to use it",
        ]
    );
    // If the response does not replace the session's items, their line ids are checked too.
    let response = ShippingResponseBuilder::new(&callback, [option("home-1", 1), option("2", 1)]);
    assert_eq!(
        problems(response.build()),
        ["shipping_options[1].line_id: line id `2` is used twice; line 2 is the first to use it"]
    );
    // Items without a line id are not duplicates of each other.
    let items = [OrderLine::new().amount(1), OrderLine::new().amount(1)];
    let response = ShippingResponseBuilder::new(&callback, [option("home-1", 1)]).items(items);
    assert_eq!(json(response.build())["order"]["amount"], 3902);
}

#[test]
fn amounts_that_cannot_be_summed_are_refused() {
    let callback = callback(session());
    let offer =
        |items| ShippingResponseBuilder::new(&callback, [option("home-1", 1)]).items(items).build();
    assert_eq!(
        problems(offer(vec![line("1", 1, 0), OrderLine::new()])),
        ["`items[1].amount` is missing"]
    );
    for amount in [i64::from(i32::MAX) - 3899, i64::MAX] {
        assert_eq!(
            problems(offer(vec![line("1", amount, 0)])),
            ["the order's amount does not fit in 32 bits: are amounts in minor units?"]
        );
    }
    let largest = offer(vec![line("1", i64::from(i32::MAX) - 3900, 0)]);
    assert_eq!(json(largest)["order"]["amount"], i32::MAX);

    let nothing = DiscountResponseBuilder::new(&callback, [option("home-1", 1)], []);
    assert_eq!(
        problems(nothing.build()),
        ["there are no items to add up: build the response yourself"]
    );
}

#[test]
fn partial_payment_is_left_to_the_shop() {
    const PROBLEM: &str =
        "the amount of a partial payment is not the sum of its items: build the response yourself";
    let mut session = session();
    session["order"]["partial_payment"] = json!(true);
    let callback = callback(session);
    let shipping = ShippingResponseBuilder::new(&callback, [option("home-1", 1)]);
    json(shipping.clone().build());
    assert_eq!(problems(shipping.items([line("1", 1, 0)]).build()), [PROBLEM]);
    let discount =
        DiscountResponseBuilder::new(&callback, [option("home-1", 1)], [discounted("1", 1)]);
    assert_eq!(problems(discount.build()), [PROBLEM]);
}

#[test]
fn debug_shows_no_personal_data() {
    let callback = callback(session());
    let shipping = ShippingResponseBuilder::new(&callback, [option("home-1", 1)]);
    let discount = DiscountResponseBuilder::new(&callback, [option("home-1", 1)], []);
    let shown = format!("{callback:?} {shipping:?} {discount:?}");
    assert!(shown.contains("home-1"), "{shown}");
    for personal in ["Kari", "0155", "kari@example.com", "+4790000000", "203.0.113.7"] {
        assert!(!shown.contains(personal), "{personal} in {shown}");
    }
}

#[test]
fn debug_shows_no_codes() {
    let mut session = session();
    session["order"]["discount_codes"] = json!(["hunter2"]);
    session["url"]["callback_url"] = json!("https://shop.example/hunter2?hunter2");
    let callback = callback(session);
    let response = DiscountResponseBuilder::new(&callback, [], []).accept(["hunter2"]);
    let shown = format!("{response:?}");
    assert!(!shown.contains("hunter2") && shown.contains("codes: 1"), "{shown}");
}
