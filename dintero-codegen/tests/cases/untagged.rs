use dintero_api::generated::untagged::types::{Bank, Card, Holder, HolderFilter, HolderInline, Source};
use dintero_api::serde_json::{Value, from_value, json, to_value};

fn round(json: Value) -> Holder {
    let holder: Holder = from_value(json.clone()).unwrap();
    assert_eq!(to_value(&holder).unwrap(), json);
    holder
}

#[test]
fn the_json_selects_the_variant() {
    let card = json!({"number": "4111", "expiry": "12/30"});
    let bank = json!({"number_of_account": "1", "number_of_bank": "2", "next": card});
    assert!(matches!(round(json!({ "source": card })).source, Some(Source::Card(_))));
    let held = round(json!({ "source": bank })).source;
    let Some(Source::Bank(Bank { next: Some(next), .. })) = held else { panic!("{held:?}") };
    assert!(matches!(*next, Source::Card(_)));
    assert!(matches!(round(json!({"source": "token"})).source, Some(Source::Text(text)) if text == "token"));
    let many = round(json!({"sources": [card, "token", bank], "named": {"a": bank}}));
    assert_eq!(many.sources.unwrap().len(), 3);
}

#[test]
fn kinds_of_json_are_variants() {
    for (json, is) in [
        (json!("a"), (|filter| matches!(filter, HolderFilter::Text(_))) as fn(&HolderFilter) -> bool),
        (json!(5), |filter| matches!(filter, HolderFilter::Number(5))),
        (json!(true), |filter| matches!(filter, HolderFilter::Boolean(true))),
        (json!(["a", "b"]), |filter| matches!(filter, HolderFilter::List(_))),
        (json!({"number": "1"}), |filter| matches!(filter, HolderFilter::Card(_))),
    ] {
        let filter = round(json!({ "filter": json })).filter;
        assert!(filter.as_ref().is_some_and(is), "{filter:?}");
    }
    assert!(matches!(round(json!({"inline": {"right": "x"}})).inline, Some(HolderInline::Right(_))));
}

#[test]
fn json_that_fits_no_variant_is_kept() {
    let holder = round(json!({"source": {"iban": "NO93"}, "sources": [[1], true]}));
    assert!(matches!(holder.source, Some(Source::Other(_))));
    assert!(holder.sources.unwrap().iter().all(|source| matches!(source, Source::Other(_))));
}

#[test]
fn an_invalid_variant_is_an_error_with_its_path() {
    let error = from_value::<Holder>(json!({"source": {"number": 5}})).unwrap_err().to_string();
    assert!(error.contains("source.number"), "{error}");
    let none = from_value::<Holder>(json!({"source": null})).unwrap();
    assert!(none.source.is_none());
}

#[test]
fn a_variant_converts_into_the_union() {
    let holder = Holder::new().source(Card::new("4111")).filter("text".to_owned());
    assert_eq!(to_value(&holder).unwrap(), json!({"source": {"number": "4111"}, "filter": "text"}));
}
