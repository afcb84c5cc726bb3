//! Tests that values can be stored and read back as JSON text, JSON values, CBOR, MessagePack and YAML. Formats that
//! are not self-describing fail with an error that says so.

use std::collections::BTreeMap;
use std::fmt::Debug;

use dintero_api::types::{
    AmountLimit, OrderAddress, ScaRule, SessionDetails, SessionProfile, Transaction,
    TransactionStatus,
};
use dintero_api::wire::FromJson;
use dintero_api::{Currency, MinorUnits, Percent, Secret, StringOrNumber, Timestamp};
use serde::Serialize;
use serde::de::DeserializeOwned;

fn transaction() -> Transaction {
    serde_json::from_str(include_str!("../fixtures/transaction.json")).expect("it is a transaction")
}

fn session() -> SessionDetails {
    serde_json::from_str(include_str!("../fixtures/session.json")).expect("it is a session")
}

/// Tests values of every kind of type: structs, open enums, a tagged type, lists, maps and simple values.
fn each(through: impl Through) {
    through.through(&transaction());
    through.through(&session());
    through.through(&vec![transaction(), transaction()]);
    through.through(&TransactionStatus::from("NEW_IN_2031"));
    through.through(&(Currency::NOK, MinorUnits::new(-5), Secret::new("hunter2")));
    through.through(&"2026-03-01T12:00:00.25Z".parse::<Timestamp>().expect("a time").to_string());
    through.through(&BTreeMap::from([
        ("a".to_owned(), StringOrNumber::from(12)),
        ("b".to_owned(), "x".into()),
    ]));
    through.through(&Percent::try_from(25.5).expect("a percentage"));
    let rules = [r#"{"type":"new_rule","a":[1,null,{"b":2.5}]}"#, r#"{"rule":"x","type":"y"}"#];
    for rule in rules {
        if let Ok(limit) = serde_json::from_str::<AmountLimit>(rule) {
            through.through(&limit);
        }
    }
}

/// A format that can write a value and read it back.
trait Through {
    fn through<T: Serialize + DeserializeOwned + PartialEq + Debug>(&self, value: &T);
}

struct JsonText;
struct JsonReader;
struct JsonValue;
struct Cbor;
struct MessagePack;
struct Yaml;

impl Through for JsonText {
    fn through<T: Serialize + DeserializeOwned + PartialEq + Debug>(&self, value: &T) {
        let text = serde_json::to_string_pretty(value).expect("it can be written");
        assert_eq!(&serde_json::from_str::<T>(&text).expect("it can be read"), value);
    }
}

impl Through for JsonReader {
    fn through<T: Serialize + DeserializeOwned + PartialEq + Debug>(&self, value: &T) {
        let text = serde_json::to_vec(value).expect("it can be written");
        assert_eq!(
            &serde_json::from_reader::<_, T>(text.as_slice()).expect("it can be read"),
            value
        );
    }
}

impl Through for JsonValue {
    fn through<T: Serialize + DeserializeOwned + PartialEq + Debug>(&self, value: &T) {
        let json = serde_json::to_value(value).expect("it can be written");
        assert_eq!(&serde_json::from_value::<T>(json).expect("it can be read"), value);
    }
}

impl Through for Cbor {
    fn through<T: Serialize + DeserializeOwned + PartialEq + Debug>(&self, value: &T) {
        let mut bytes = Vec::new();
        ciborium::into_writer(value, &mut bytes).expect("it can be written");
        let read: T = ciborium::from_reader(bytes.as_slice()).expect("it can be read");
        assert_eq!(&read, value);
    }
}

impl Through for MessagePack {
    fn through<T: Serialize + DeserializeOwned + PartialEq + Debug>(&self, value: &T) {
        let bytes = rmp_serde::to_vec(value).expect("it can be written");
        assert_eq!(&rmp_serde::from_slice::<T>(&bytes).expect("it can be read"), value);
        assert_eq!(&rmp_serde::from_read::<_, T>(bytes.as_slice()).expect("it can be read"), value);
    }
}

impl Through for Yaml {
    fn through<T: Serialize + DeserializeOwned + PartialEq + Debug>(&self, value: &T) {
        let text = serde_yaml_ng::to_string(value).expect("it can be written");
        assert_eq!(&serde_yaml_ng::from_str::<T>(&text).expect("it can be read"), value);
    }
}

#[test]
fn json() {
    each(JsonText);
    each(JsonReader);
    each(JsonValue);
}

#[test]
fn cbor() {
    each(Cbor);
}

#[test]
fn message_pack() {
    each(MessagePack);
}

#[test]
fn yaml() {
    each(Yaml);
}

/// Another program may read what was written, or the same program without serde_json's `arbitrary_precision`.
#[test]
fn numbers_are_written_as_plain_numbers() {
    let rule = r#"{"type":"new_rule","a":[1,-2.5,1.10,1e2,18446744073709551615,1e300]}"#;
    let rule: ScaRule = serde_json::from_str(rule).expect("it is a rule");
    let ScaRule::Other(unknown) = &rule else { panic!("{rule:?}") };
    let numbers = "- 1\n- -2.5\n- 1.1\n- 100.0\n- 18446744073709551615\n- 1e300\n";
    for text in [serde_yaml_ng::to_string(&rule), serde_yaml_ng::to_string(unknown)] {
        let text = text.expect("it can be written");
        assert!(text.contains(numbers) && !text.contains("private"), "{text}");
    }
    let mut bytes = Vec::new();
    ciborium::into_writer(unknown, &mut bytes).expect("it can be written");
    let plain: ciborium::Value = ciborium::from_reader(bytes.as_slice()).expect("it can be read");
    assert!(!format!("{plain:?}").contains("private"), "{plain:?}");
    let number = StringOrNumber::from_json(serde_json::from_str("1.10").expect("a number"));
    let number = number.expect("it is a number");
    assert_eq!(serde_yaml_ng::to_string(&number).expect("it can be written"), "1.1\n");
}

/// The error says what was expected, but does not show the key.
#[test]
fn keys_that_are_not_strings_are_errors() {
    let text = "4790000000: x\n";
    for error in [
        serde_yaml_ng::from_str::<Transaction>(text).map(drop),
        serde_yaml_ng::from_str::<BTreeMap<String, OrderAddress>>("a: {4790000000: x}").map(drop),
    ] {
        let error = error.expect_err("the key is not a string").to_string();
        assert!(
            error.contains("an object whose keys are strings") && !error.contains("479"),
            "{error}"
        );
    }
    let mut bytes = Vec::new();
    ciborium::into_writer(&BTreeMap::from([(4_790_000_000_u64, "x")]), &mut bytes)
        .expect("it can be written");
    let error = ciborium::from_reader::<Transaction, _>(bytes.as_slice())
        .expect_err("the key is not a string");
    assert!(!error.to_string().contains("479"), "{error}");
}

/// Request bodies are serialized without type names and field counts, so only formats that need neither can store them.
#[test]
fn requests_are_stored_too() {
    let request = r#"{"profile_id":"default","url":{"return_url":"https://shop.example.com"},
        "order":{"amount":100,"currency":"NOK","merchant_reference":"17","items":[{"line_id":"1","vat":25.5}]}}"#;
    let request: SessionProfile = serde_json::from_str(request).expect("it is a request");
    Cbor.through(&request);
    MessagePack.through(&request);
    Yaml.through(&request);
}

/// Fields are serialized by name, and absent fields are left out. These formats support neither.
#[test]
fn formats_that_do_not_describe_themselves_fail() {
    let error = postcard::to_allocvec(&transaction()).expect_err("it cannot be written");
    assert!(error.to_string().contains("length of a sequence must be known"), "{error}");
    let error = postcard::from_bytes::<Transaction>(&[0; 64]).expect_err("it cannot be read");
    assert!(error.to_string().contains("never implement"), "{error}");

    let config = bincode::config::standard();
    let error =
        bincode::serde::encode_to_vec(transaction(), config).expect_err("it cannot be written");
    assert!(format!("{error:?}").contains("SequenceMustHaveLength"), "{error:?}");
    let error = bincode::serde::decode_from_slice::<Transaction, _>(&[0; 64], config);
    let error = error.expect_err("it cannot be read");
    assert!(format!("{error:?}").contains("AnyNotSupported"), "{error:?}");
}
