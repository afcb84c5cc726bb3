//! Tests this layer on hand-written types that look like generated ones.

#![allow(unreachable_pub, reason = "the macros generate public methods")]

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::types::OrderAddress;
use crate::wire::{self, FromJson, Place, ValueError, WithoutReadOnly};
use crate::{Country, Date, Decimal, Percent, Secret, Timestamp, UnknownValue, UnknownVariant};

#[derive(Debug, Clone)]
enum Kind {
    Customer,
    Manual,
    Other(UnknownValue),
}

wire::open_enum! { Kind { Customer = "customer", Manual = "manual" } }
wire::from_string! { Kind }

#[derive(Clone)]
struct Person {
    name: String,
    tokens: BTreeMap<String, Vec<Secret>>,
    rating: Option<f64>,
    country: Option<Country>,
    seen: Option<Timestamp>,
    wallet: Option<Wallet>,
    parent: Option<Box<Person>>,
    /// Required, but may be null.
    note: Option<String>,
}

wire::model! {
    Person {
        name: Text(wire::blank()) = "name" hidden, tokens: Place(wire::blank()) = "tokens", rating: Scalar(None) = "rating" read_only,
        country: Scalar(None) = "country", seen: Scalar(None) = "seen", wallet: Place(None) = "wallet",
        parent: Place(None) = "parent", note: Nullable(None) = "note"
    }
    rules: b"rroOOOor";
}

#[derive(Clone)]
struct Card {
    pan: String,
    kind: Option<Kind>,
    amount: Option<i64>,
}

wire::model! {
    Card { pan: Text(wire::blank()) = "pan", kind: Scalar(None) = "kind", amount: Scalar(None) = "amount" }
    rules: b"crOo";
    constants: "type" = "card";
}

/// Has the same fields as [`Card`], but another tag.
#[derive(Clone)]
struct Voucher {
    pan: String,
    kind: Option<Kind>,
    amount: Option<i64>,
}

wire::model! {
    Voucher { pan: Text(wire::blank()) = "pan", kind: Scalar(None) = "kind", amount: Scalar(None) = "amount" }
    rules: b"croo";
    constants: "type" = "voucher";
}

#[derive(Clone)]
enum Wallet {
    Card(Card),
    Voucher(Voucher),
    Other(UnknownVariant),
}

/// Contains a type with a constant twice: in a descriptive property, and in a property that affects money.
#[derive(Clone)]
struct Cards {
    shown: Option<Card>,
    charged: Option<Card>,
}

wire::model! {
    Cards { shown: Place(None) = "shown", charged: Place(None) = "charged" }
    rules: b"Oo";
}

wire::union! { Wallet by "type" { "card" = Card, "voucher" = Voucher } }
wire::compared! { Person, Card, Voucher, Cards, Wallet }
wire::texts! { Kind }

fn person(changes: Value) -> Value {
    let mut person = json!({"name": "Ola", "tokens": {"card": ["hunter2"]}, "note": null});
    for (key, value) in changes.as_object().unwrap() {
        match value {
            Value::String(text) if text == "absent" => person.as_object_mut().unwrap().remove(key),
            value => person.as_object_mut().unwrap().insert(key.clone(), value.clone()),
        };
    }
    person
}

/// Reads JSON both as text and as a parsed value, and asserts that the results agree.
fn read<T: FromJson + PartialEq + std::fmt::Debug>(json: &Value) -> Result<T, String> {
    let by_value = T::from_json(json.clone()).map_err(|error| error.to_string());
    let by_text = T::from_body(json.to_string().as_bytes()).map_err(|error| match error {
        wire::BodyError::Shape(error) => error.to_string(),
        wire::BodyError::Syntax(error) => panic!("{error}"),
    });
    assert_eq!(by_value, by_text);
    by_value
}

fn error<T: FromJson + PartialEq + std::fmt::Debug>(json: &Value) -> String {
    read::<T>(json).expect_err("this cannot be read")
}

fn tolerantly(json: &Value) -> Result<(Person, Vec<String>), String> {
    let decoded = Person::from_response(json.to_string().as_bytes());
    let decoded = decoded.map_err(|error| match error {
        wire::BodyError::Shape(error) => error.to_string(),
        wire::BodyError::Syntax(error) => error.to_string(),
    })?;
    Ok((decoded.value, decoded.unread.iter().map(ValueError::to_string).collect()))
}

#[test]
fn known_texts_become_variants_and_others_are_kept() {
    assert_eq!(Kind::from("manual"), Kind::Manual);
    assert_eq!(Kind::from("manual").to_string(), "manual");
    assert_eq!(Kind::from(String::from("manual")), Kind::Manual);
    let new = Kind::from("loyalty");
    assert!(matches!(&new, Kind::Other(other) if other.as_str() == "loyalty"));
    assert_eq!(serde_json::to_string(&new).unwrap(), "\"loyalty\"");
    assert_eq!(error::<Kind>(&json!(1)), "expected a string, found a number");
}

#[test]
fn order_and_hash_of_open_enums_are_those_of_their_texts() {
    let hash = |kind: &Kind| {
        use std::hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher};
        BuildHasherDefault::<DefaultHasher>::default().hash_one(kind)
    };
    let known_as_other = Kind::Other(UnknownValue::new("customer"));
    assert_eq!(known_as_other, Kind::Customer);
    assert_eq!(hash(&known_as_other), hash(&Kind::Customer));
    assert!(Kind::Customer < Kind::from("loyalty") && Kind::from("loyalty") < Kind::Manual);
}

#[test]
fn objects_are_read_in_any_order_and_unknown_keys_are_ignored() {
    let text = r#"{"new": {"a": [1]}, "note": null, "tokens": {}, "name": "Ola", "rating": 1}"#;
    let read: Person = serde_json::from_str(text).unwrap();
    assert_eq!((read.name.as_str(), read.rating), ("Ola", Some(1.0)));
}

#[test]
fn what_is_required_is_neither_absent_nor_null() {
    assert_eq!(error::<Person>(&person(json!({"name": "absent"}))), "`name` is missing");
    assert_eq!(error::<Person>(&person(json!({"name": null}))), "`name` is missing");
    assert_eq!(error::<Person>(&person(json!({"tokens": null}))), "`tokens` is missing");
    assert_eq!(error::<Person>(&person(json!({"note": "absent"}))), "`note` is missing");
    assert!(read::<Person>(&person(json!({"note": null, "wallet": null}))).is_ok());
}

/// Strictly, a repeated key is an error wherever its value is kept; in a response, the last value counts.
#[test]
fn repeated_keys_are_an_error_or_the_last_one_counts() {
    for (text, message) in [
        (r#"{"name":"a","name":"b","tokens":{},"note":null}"#, "`name` occurs more than once"),
        (
            r#"{"name":"a","tokens":{"card":["1"]},"tokens":{"card":["2"]},"note":null}"#,
            "`tokens` occurs more than once",
        ),
        (
            r#"{"name":"a","tokens":{"card":[],"card":["2"]},"note":null}"#,
            "`tokens[…]` occurs more than once",
        ),
        (
            r#"{"name":"a","tokens":{},"note":null,"wallet":{"type":"card","pan":"1","type":"card"}}"#,
            "`wallet.type` occurs more than once",
        ),
        (
            r#"{"name":"a","tokens":{},"note":null,"wallet":{"pan":"1","type":"card","pan":"2"}}"#,
            "`wallet[…]` occurs more than once",
        ),
        (
            r#"{"name":"a","tokens":{},"note":null,"wallet":{"type":"new","a":[{"b":1,"b":2}]}}"#,
            "`wallet[…][0][…]` occurs more than once",
        ),
    ] {
        let error = serde_json::from_str::<Person>(text).unwrap_err().to_string();
        assert!(error.starts_with(message), "{text}: {error}");
        let wire::BodyError::Shape(error) = Person::from_body(text.as_bytes()).unwrap_err() else {
            panic!("{text}")
        };
        assert_eq!(error.to_string(), message);
        let last = serde_json::from_str::<Value>(text).unwrap();
        let decoded = Person::from_response(text.as_bytes()).unwrap();
        assert_eq!(decoded.value, Person::from_json(last).unwrap(), "{text}");
    }
    let text = r#"{"card":["1"],"card":["2"]}"#;
    assert!(BTreeMap::<String, Value>::from_body(text.as_bytes()).is_err());
    assert!(Value::from_body(text.as_bytes()).is_err());
    assert_eq!(Value::from_response(text.as_bytes()).unwrap().value, json!({"card": ["2"]}));
}

#[test]
fn errors_carry_the_whole_path_and_no_value() {
    let tokens = json!({"tokens": {"card": [], "payex.creditcard": ["a", {"b": "hunter2"}]}});
    let parent = person(json!({"parent": person(tokens)}));
    assert_eq!(
        error::<Person>(&parent),
        "`parent.tokens[…][1]`: expected a string, found an object"
    );
    for (value, expected) in [
        (json!("hunter2"), "expected an object, found a string"),
        (json!([]), "expected an object, found an array"),
        (json!(77), "expected an object, found a number"),
        (json!(77.25), "expected an object, found a number"),
        (json!(null), "expected an object, found null"),
    ] {
        assert_eq!(error::<Person>(&value), expected);
        assert_eq!(error::<Wallet>(&value), expected);
        assert_eq!(error::<BTreeMap<String, Value>>(&value), expected);
    }
    assert_eq!(error::<Vec<bool>>(&json!({})), "expected an array, found an object");
    assert_eq!(
        error::<Vec<bool>>(&json!([true, "x"])),
        "`[1]`: expected a boolean, found a string"
    );
    assert_eq!(error::<f64>(&json!("1")), "expected a number, found a string");
    assert_eq!(
        error::<Vec<Option<i64>>>(&json!([null, []])),
        "`[1]`: expected an integer, found an array"
    );
}

#[test]
fn serde_says_the_same_and_where_in_the_text() {
    let text = "{\"pan\":\"1\",\n\"amount\":\"hunter2\"}";
    let error = serde_json::from_str::<Card>(text).unwrap_err();
    assert_eq!((error.line(), error.column()), (2, 18));
    let message = "`amount`: expected an integer, found a string";
    assert_eq!(error.to_string(), format!("{message} at line 2 column 18"));
    // A parsed value has no position.
    let error = serde_json::from_value::<Card>(json!({"pan": "1", "amount": "hunter2"}));
    assert_eq!(error.unwrap_err().to_string(), message);
}

/// Formats other than JSON have keys that are not strings. The error has a path, and does not quote the key.
#[test]
fn keys_that_are_not_strings_are_not_shown() {
    use serde_core::de::value::{Error, MapDeserializer};

    fn refused<T: Place>(key: i64) -> String {
        let tokens = [(key, "x")].into_iter();
        wire::deserialize::<T, _>(MapDeserializer::<_, Error>::new(tokens))
            .err()
            .unwrap()
            .to_string()
    }
    let expected = "expected an object whose keys are strings, found a key of another type";
    assert_eq!(refused::<Person>(4790000000), expected);
    assert_eq!(refused::<BTreeMap<String, String>>(4790000000), expected);
    assert_eq!(refused::<Wallet>(4790000000), expected);
    assert_eq!(refused::<Value>(4790000000), expected);
    assert_eq!(refused::<i64>(4790000000), expected);
}

/// The private key of serde_json's `arbitrary_precision` can also come from the sender.
#[test]
fn objects_that_look_like_numbers_are_read_only_if_they_are() {
    let like = |value: Value| json!({"$serde_json::private::Number": value});
    for text in ["", "-", ".", "e5", "1.2.3", "hunter2"] {
        let amount = json!({"pan": "1", "amount": like(text.into())});
        assert_eq!(error::<Card>(&amount), "`amount`: expected an integer, found an object");
    }
    for value in [json!(5), json!(["hunter2"]), json!(null)] {
        let amount = json!({"pan": "1", "amount": like(value)});
        assert_eq!(error::<Card>(&amount), "`amount`: expected an integer, found an object");
    }
    let and_more = json!({"$serde_json::private::Number": "5", "x": 1});
    let amount = json!({"pan": "1", "amount": and_more});
    assert_eq!(error::<Card>(&amount), "`amount`: expected an integer, found an object");
    assert_eq!(error::<Card>(&like(json!("5"))), "expected an object, found a number");
}

#[test]
fn dates_have_no_time() {
    for text in [
        "2026-03-10T23:30:00-05:00",
        "2026-03-10T00:00:00",
        "2026-03-10 00:00",
        "20260310",
        "+002026-03-10",
        "2026-03-10[Europe/Oslo]",
        "2026-3-10",
        "2026-02-30",
        "",
    ] {
        let expected = "expected a date in RFC 3339 format, found another string";
        assert_eq!(error::<Date>(&json!(text)), expected, "{text}");
        assert!(Date::from_response(json!(text).to_string().as_bytes()).is_err(), "{text}");
    }
    // A time is the same instant in any zone, so nothing is lost.
    let time = read::<Timestamp>(&json!("2026-03-10T23:30:00-05:00[America/New_York]")).unwrap();
    assert_eq!(time, read(&json!("2026-03-11T04:30:00Z")).unwrap());
    assert!(read::<Timestamp>(&json!("2026-03-10")).is_err());
    assert!(read::<Timestamp>(&json!("2026-03-10T23:30:00")).is_err());
}

/// Half of a surrogate pair, and deep nesting. `tests/tests/tolerance.rs` also tests a number that no float can hold.
#[test]
fn json_that_serde_json_refuses_is_an_unreadable_value() {
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    let read = |name: &str, value: &str| {
        let mut body = person(json!({ name: "HERE" })).to_string().replace("\"HERE\"", value);
        body.insert(1, ' ');
        Person::from_response(body.as_bytes()).map(|decoded| {
            (decoded.value, decoded.unread.iter().map(ValueError::to_string).collect::<Vec<_>>())
        })
    };
    for (value, found) in [
        ("\"Kari \\ud83d\"", "expected Unicode text, found half of a surrogate pair"),
        // Some slots refuse the outermost list, others the gap inside.
        (deep.as_str(), "expected "),
    ] {
        assert!(serde_json::from_str::<Value>(value).is_err());
        for (name, of_value) in [
            ("country", value.to_owned()),
            ("wallet", value.to_owned()),
            ("wallet", format!(r#"{{"type":"card","kind":{value},"pan":"1"}}"#)),
            ("wallet", format!(r#"{{"type":"card","pan":{value}}}"#)),
            ("wallet", format!(r#"{{"type":"new","a":[{value}]}}"#)),
        ] {
            let (read, unread) = read(name, &of_value).unwrap();
            assert_eq!(unread.len(), 1, "{name} = {of_value}");
            assert!(
                unread[0].starts_with(&format!("`{name}")) && unread[0].contains(found),
                "{unread:?}"
            );
            assert_eq!((read.name.as_str(), read.country), ("Ola", None));
            // Only the lenient property is lost, not the whole card.
            assert_eq!(read.wallet.is_some(), of_value.contains("kind"), "{of_value}");
        }
        for name in ["name", "tokens", "note", "rating"] {
            let Err(wire::BodyError::Shape(error)) = read(name, value) else {
                panic!("{name} = {value}")
            };
            assert!(error.to_string().contains(found), "{error}");
        }
        let key = format!(r#"{{"a\ud83d":{value}}}"#);
        let Err(wire::BodyError::Shape(error)) = read("tokens", &key) else { panic!("{key}") };
        assert!(error.to_string().starts_with("`tokens`: expected"), "{error}");
    }
    let (_, unread) = read("wallet", &format!(r#"{{"type":"new","a":[{deep}]}}"#)).unwrap();
    assert!(
        unread[0].ends_with("expected at most 120 levels of nesting, found more"),
        "{unread:?}"
    );
    assert!(Value::from_response(b"[1, \"\\ud83d\"]").is_err());
    assert!(matches!(Person::from_response(b"{\"a\\ud83d\": 1"), Err(wire::BodyError::Syntax(_))));
}

#[test]
fn constants_may_be_absent_but_not_different() {
    assert!(read::<Card>(&json!({"pan": "1", "type": "card"})).is_ok());
    assert!(read::<Card>(&json!({"pan": "1", "type": null})).is_ok());
    assert_eq!(
        error::<Card>(&json!({"pan": "1", "type": "cash"})),
        "`type`: expected the string `card`, found something else"
    );
}

#[test]
fn an_unexpected_constant_is_tolerated_only_in_a_descriptive_property() {
    let tolerantly = |json: Value| Cards::from_response(json.to_string().as_bytes());
    let card = json!({"type": "cash", "pan": "1"});
    let decoded = tolerantly(json!({"shown": card})).unwrap();
    assert_eq!(decoded.value, Cards { shown: None, charged: None });
    assert_eq!(decoded.unread[0].path(), "shown.type");
    let error = tolerantly(json!({"charged": card})).unwrap_err();
    let wire::BodyError::Shape(error) = error else { panic!("{error}") };
    assert_eq!(error.path(), "charged.type");
}

#[test]
fn variants_are_told_apart_wherever_their_tag_is() {
    let card = Wallet::Card(Card { pan: "1".to_owned(), kind: None, amount: Some(5) });
    for text in [
        r#"{"type":"card","pan":"1","amount":5}"#,
        r#"{"pan":"1","type":"card","amount":5}"#,
        r#"{"pan":"1","amount":5,"type":"card"}"#,
    ] {
        assert_eq!(serde_json::from_str::<Wallet>(text).unwrap(), card);
        assert_eq!(
            serde_json::to_string(&card).unwrap(),
            r#"{"type":"card","pan":"1","amount":5}"#
        );
    }
    let new = json!({"type": "new.wallet", "phone": {"a": 1}});
    let Wallet::Other(other) = read::<Wallet>(&new).unwrap() else { panic!("it is known") };
    assert_eq!((other.tag(), other.value()), ("new.wallet", &new));
    for (json, expected) in [
        (json!({}), "`type` is missing"),
        (json!({"type": null, "a": 1}), "`type` is missing"),
        (json!({"type": 3}), "`type`: expected a string, found a number"),
        (json!({"type": "card", "amount": 1}), "`pan` is missing"),
        (
            json!({"type": "card", "pan": "1", "amount": "x"}),
            "`amount`: expected an integer, found a string",
        ),
    ] {
        assert_eq!(error::<Wallet>(&json), expected);
    }
}

#[test]
fn values_come_back() {
    fn round_trip<T: FromJson + Place>(value: Value) -> Value {
        serde_json::to_value(wire::Json(&T::from_json(value).unwrap())).unwrap()
    }
    assert_eq!(
        round_trip::<Timestamp>(json!("2026-04-01T10:00:00+02:00")),
        json!("2026-04-01T08:00:00Z")
    );
    assert_eq!(round_trip::<Date>(json!("2026-04-01")), json!("2026-04-01"));
    assert_eq!(round_trip::<Decimal>(json!(25.5)), json!(25.5));
    assert_eq!(round_trip::<f64>(json!(59.0)), json!(59));
    assert_eq!(round_trip::<Vec<Option<i64>>>(json!([1, null])), json!([1, null]));
    assert_eq!(
        round_trip::<BTreeMap<String, Vec<bool>>>(json!({"a": [true]})),
        json!({"a": [true]})
    );
    assert_eq!(round_trip::<Value>(json!([{"a": null}])), json!([{"a": null}]));
    assert_eq!(round_trip::<Option<Value>>(json!({"a": 1.5})), json!({"a": 1.5}));
}

#[test]
fn fields_are_written_in_their_order_and_read_only_ones_are_not_sent() {
    let value = person(json!({"rating": 4.5, "parent": person(json!({"rating": 1}))}));
    let read: Person = read(&value).unwrap();
    let text = serde_json::to_string(&read).unwrap();
    assert_eq!(
        text,
        r#"{"name":"Ola","tokens":{"card":["hunter2"]},"rating":4.5,"parent":{"name":"Ola","tokens":{"card":["hunter2"]},"rating":1,"note":null},"note":null}"#
    );
    let sent: WithoutReadOnly<'_> = wire::without_read_only(&read);
    assert_eq!(serde_json::to_value(sent).unwrap(), person(json!({"parent": person(json!({}))})));
}

#[test]
fn debug_shows_name_and_fields_without_what_is_hidden() {
    let mut ola: Person = read(&person(json!({}))).unwrap();
    assert_eq!(
        format!("{ola:?}"),
        r#"Person { name: [redacted], tokens: {"card": [[redacted]]}, note: None }"#
    );
    let card = json!({"type": "card", "pan": "1"});
    ola = read(&person(json!({"parent": person(json!({"wallet": card})), "note": "x"}))).unwrap();
    assert_eq!(
        format!("{ola:?}"),
        r#"Person { name: [redacted], tokens: {"card": [[redacted]]}, parent: {name: [redacted], tokens: {"card": [[redacted]]}, wallet: {type: "card", pan: "1"}, note: None}, note: "x" }"#
    );
    let card = Wallet::Card(Card { pan: "1".to_owned(), kind: None, amount: None });
    assert_eq!(format!("{card:?}"), r#"Wallet { type: "card", pan: "1" }"#);
    assert_eq!(format!("{card:#?}"), "Wallet {\n    type: \"card\",\n    pan: \"1\",\n}");
    let new: Wallet = read(&json!({"type": "new.wallet", "phone": "+4790000000"})).unwrap();
    assert_eq!(format!("{new:?}"), r#"Wallet(UnknownVariant { tag: "new.wallet", .. })"#);
    assert_eq!(format!("{:?}", OrderAddress::new()), "OrderAddress");
}

#[test]
fn what_has_no_json_is_shown_and_not_written() {
    let mut ola: Person = read(&person(json!({}))).unwrap();
    assert_eq!(ola, ola.clone());
    ola.rating = Some(f64::NAN);
    assert!(format!("{ola:?}").contains("rating: NaN"));
    assert!(serde_json::to_value(&ola).is_err());
    assert_ne!(ola, ola.clone());
}

#[test]
fn what_is_hidden_is_written_and_compared() {
    let ola: Person = read(&person(json!({}))).unwrap();
    let tokens = json!({"card": ["hunter3"]});
    for other in [json!({"name": "Kari"}), json!({"tokens": tokens}), json!({"tokens": {}})] {
        assert_ne!(read::<Person>(&person(other)).unwrap(), ola);
    }
}

#[test]
fn open_enums_in_a_list_may_be_null() {
    let kinds = json!([null, "manual", "new"]);
    let expected = vec![None, Some(Kind::Manual), Some(Kind::from("new"))];
    assert_eq!(read::<Vec<Option<Kind>>>(&kinds).unwrap(), expected);
    assert_eq!(serde_json::to_value(wire::Json(&expected)).unwrap(), kinds);
    assert_eq!(
        error::<Vec<Option<Kind>>>(&json!(["manual", 1])),
        "`[1]`: expected a string, found a number"
    );
}

#[test]
fn variants_with_the_same_fields_differ_by_their_tag() {
    let [card, voucher]: [Wallet; 2] =
        ["card", "voucher"].map(|tag| read(&json!({"type": tag, "pan": "1"})).unwrap());
    assert_ne!(card, voucher);
    assert_eq!(card, card.clone());
}

/// Both decimals have the same nearest float, which is what JSON contains.
#[test]
fn decimals_are_compared_exactly() {
    let percent = |last| Percent::from(Decimal::from_i128_with_scale(10_i128.pow(24) + last, 24));
    let equal = |left: Percent, right: Percent| wire::equal(&left, &right);
    assert!(equal(percent(1), percent(1)) && !equal(percent(1), percent(2)));
    assert!(equal(Percent::from(Decimal::new(250, 1)), Percent::from(25)));
    assert!(!wire::equal(&None::<bool>, &Some(false)));
}

#[test]
fn scalars_of_a_response_are_converted_when_nothing_is_lost() {
    let value = person(json!({
        "name": 17, "rating": "4.5", "note": true, "tokens": {"card": [1]}, "country": "", "seen": "",
        "wallet": {"type": "card", "pan": 15, "amount": "100.0"},
    }));
    let (read, unread) = tolerantly(&value).unwrap();
    assert_eq!(unread, [""; 0]);
    assert_eq!((read.name.as_str(), read.rating, read.country), ("17", Some(4.5), None));
    assert_eq!((read.note.as_deref(), read.tokens["card"][0].expose()), (Some("true"), "1"));
    let Some(Wallet::Card(card)) = read.wallet else { panic!("there is a card") };
    assert_eq!((card.pan.as_str(), card.amount), ("15", Some(100)));
    assert!(Person::from_json(value).is_err());
}

/// The results must not depend on serde_json's `arbitrary_precision`.
#[test]
fn conversions_that_could_lose_digits_are_refused() {
    fn converted<T: FromJson>(text: &str) -> Option<T> {
        Some(T::from_response(text.as_bytes()).ok()?.value)
    }
    for (number, text) in [
        ("17", Some("17")),
        ("-9223372036854775808", Some("-9223372036854775808")),
        ("18446744073709551615", Some("18446744073709551615")),
        ("12345678901234567890123", None),
        ("1.10", None),
        ("1.0", None),
        ("1e2", None),
    ] {
        assert_eq!(converted::<String>(number).as_deref(), text, "{number}");
    }
    for (text, number) in [
        ("100.00", Some(100)),
        ("9007199254740993.0", Some(9_007_199_254_740_993)),
        ("100.00000000000000001", None),
        ("0x10", None),
        (" 1", None),
        ("", None),
    ] {
        assert_eq!(converted::<i64>(&json!(text).to_string()), number, "{text}");
    }
    let decimal = converted::<Decimal>("\"12345678901234567890.1234567\"").unwrap();
    assert_eq!(decimal.to_string(), "12345678901234567890.1234567");
}

#[test]
fn what_describes_may_be_unreadable_and_is_listed_with_its_path() {
    for (change, expected) in [
        (
            json!({"country": "NOR"}),
            "`country`: expected a two-letter country code, found another string",
        ),
        (
            json!({"seen": "2026-01-01T12:00:00"}),
            "`seen`: expected a time in RFC 3339 format, found another string",
        ),
        (json!({"seen": {"hunter2": 1}}), "`seen`: expected a string, found an object"),
        (json!({"wallet": []}), "`wallet`: expected an object, found an array"),
        (json!({"wallet": {"type": "card"}}), "`wallet.pan` is missing"),
        (
            json!({"wallet": {"type": "card", "pan": []}}),
            "`wallet.pan`: expected a string, found an array",
        ),
        (
            json!({"wallet": {"type": "card", "pan": "1", "kind": 3}}),
            "`wallet.kind`: expected a string, found a number",
        ),
    ] {
        let (read, unread) = tolerantly(&person(change.clone())).unwrap();
        assert_eq!(unread, [expected]);
        assert_eq!((read.country, read.seen), (None, None));
        // An unreadable number drops the card; an unreadable kind does not.
        assert_eq!(read.wallet.is_some(), expected.contains("kind"), "{change}");
        let (_, inside) = tolerantly(&person(json!({"parent": person(change)}))).unwrap();
        assert_eq!(inside, [format!("`parent.{}", &expected[1..])]);
    }
    let both = person(json!({"country": "NOR", "seen": "yesterday"}));
    assert_eq!(tolerantly(&both).unwrap().1.len(), 2);
}

/// A lenient property becomes `None`, whatever it contains.
#[test]
fn what_surrounds_an_unreadable_value_becomes_none() {
    for (change, expected) in [
        (
            json!({"wallet": {"type": "card", "pan": "1", "amount": "all"}}),
            "`wallet.amount`: expected an integer, found a string",
        ),
        (json!({"wallet": {"type": 3}}), "`wallet.type`: expected a string, found a number"),
    ] {
        let (read, unread) = tolerantly(&person(change)).unwrap();
        assert_eq!((read.wallet, unread), (None, vec![expected.to_owned()]));
    }
}

#[test]
fn what_nothing_lenient_surrounds_is_an_error() {
    for (change, expected) in [
        (json!({"name": []}), "`name`: expected a string, found an array"),
        (json!({"name": null}), "`name` is missing"),
        (json!({"note": "absent"}), "`note` is missing"),
        (json!({"rating": "many"}), "`rating`: expected a number, found a string"),
        (json!({"tokens": {"card": [{}]}}), "`tokens[…][0]`: expected a string, found an object"),
        (json!({"parent": {"name": 1}}), "`parent.tokens` is missing"),
    ] {
        assert_eq!(tolerantly(&person(change)).unwrap_err(), expected);
    }
    assert!(tolerantly(&json!("x")).is_err());
    assert!(Person::from_response(b"{").is_err());
}
