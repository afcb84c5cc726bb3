//! Parses documents into JSON values, and reorders or changes them at random.

use saphyr::{LoadableYamlNode as _, Scalar, Yaml};
use serde_json::{Map, Number, Value, json};

/// Parses a YAML document into JSON, with the YAML 1.2 parser that the generator uses.
pub fn value(text: &str) -> Value {
    let documents = Yaml::load_from_str(text).expect("the document is YAML");
    json_value(documents.first().expect("the document is not empty"))
}

fn json_value(yaml: &Yaml<'_>) -> Value {
    match yaml {
        Yaml::Value(Scalar::Null) => Value::Null,
        Yaml::Value(Scalar::Boolean(value)) => (*value).into(),
        Yaml::Value(Scalar::Integer(value)) => (*value).into(),
        Yaml::Value(Scalar::FloatingPoint(value)) => {
            Value::Number(Number::from_f64(value.into_inner()).expect("it is finite"))
        }
        Yaml::Value(Scalar::String(text)) => text.as_ref().into(),
        Yaml::Sequence(items) => items.iter().map(json_value).collect(),
        Yaml::Mapping(members) => {
            let members = members.iter().map(|(key, value)| (key_text(key), json_value(value)));
            Value::Object(members.collect())
        }
        other => panic!("no JSON value: {other:?}"),
    }
}

/// Returns a key as a string: `200:` and `'200':` are the same key.
fn key_text(key: &Yaml<'_>) -> String {
    match key {
        Yaml::Value(Scalar::String(text)) => text.as_ref().to_owned(),
        Yaml::Value(Scalar::Integer(number)) => number.to_string(),
        other => panic!("no key: {other:?}"),
    }
}

/// A small pseudo-random number generator that produces the same numbers in every run (SplitMix64).
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Returns a number below `bound`.
    pub fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound.max(1)).expect("a small number");
        usize::try_from(self.next() % bound).expect("below a usize")
    }

    /// Shuffles the members of an object.
    pub fn shuffle(&mut self, members: &mut Map<String, Value>) {
        let mut list: Vec<(String, Value)> = std::mem::take(members).into_iter().collect();
        while !list.is_empty() {
            let (key, value) = list.swap_remove(self.below(list.len()));
            members.insert(key, value);
        }
    }
}

/// Changes one to three nodes of a document: a node is removed, duplicated, or replaced with another node or an odd
/// value, or its key is replaced.
pub fn mutate(document: &Value, random: &mut Random) -> Value {
    let mut changed = document.clone();
    for _ in 0..=random.below(3) {
        let mut pointers = Vec::new();
        collect(&changed, &mut String::new(), &mut pointers);
        let pointer = pointers[random.below(pointers.len())].clone();
        let other = &pointers[random.below(pointers.len())];
        let other_value = changed.pointer(other).cloned().unwrap_or_default();
        let other_key = other.rsplit('/').next().unwrap_or_default().to_owned();
        let Some((parent, key)) = pointer.rsplit_once('/') else { continue };
        let key = key.replace("~1", "/").replace("~0", "~");
        let Some(parent) = changed.pointer_mut(parent) else { continue };
        match random.below(6) {
            0 => drop_node(parent, &key),
            1 => double(parent, &key, &other_key),
            2 => rename(parent, &key, &other_key),
            3 => replace(parent, &key, odd(random)),
            _ => replace(parent, &key, other_value),
        }
    }
    changed
}

fn collect(value: &Value, at: &mut String, pointers: &mut Vec<String>) {
    let length = at.len();
    let mut visit = |key: &str, value: &Value| {
        at.push('/');
        at.push_str(&key.replace('~', "~0").replace('/', "~1"));
        pointers.push(at.clone());
        collect(value, at, pointers);
        at.truncate(length);
    };
    match value {
        Value::Object(members) => members.iter().for_each(|(key, value)| visit(key, value)),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, value)| visit(&index.to_string(), value));
        }
        _ => {}
    }
}

fn index(key: &str, items: &[Value]) -> Option<usize> {
    key.parse().ok().filter(|index| *index < items.len())
}

fn drop_node(parent: &mut Value, key: &str) {
    match parent {
        Value::Object(members) => drop(members.shift_remove(key)),
        Value::Array(items) => drop(index(key, items).map(|index| items.remove(index))),
        _ => {}
    }
}

fn double(parent: &mut Value, key: &str, other_key: &str) {
    match parent {
        Value::Object(members) => {
            if let Some(value) = members.get(key).cloned() {
                members.insert(other_key.to_owned(), value);
            }
        }
        Value::Array(items) => {
            if let Some(index) = index(key, items) {
                items.push(items[index].clone());
            }
        }
        _ => {}
    }
}

fn rename(parent: &mut Value, key: &str, other_key: &str) {
    if let Value::Object(members) = parent
        && let Some(value) = members.shift_remove(key)
    {
        members.insert(other_key.to_owned(), value);
    }
}

fn replace(parent: &mut Value, key: &str, by: Value) {
    match parent {
        Value::Object(members) => drop(members.insert(key.to_owned(), by)),
        Value::Array(items) => {
            if let Some(index) = index(key, items) {
                items[index] = by;
            }
        }
        _ => {}
    }
}

/// Returns an odd value for a schema, a name or a number.
fn odd(random: &mut Random) -> Value {
    let odd = [
        json!(null),
        json!(true),
        json!(-1),
        json!(1.5),
        json!(u64::MAX),
        json!(1e300),
        json!(""),
        json!("self"),
        json!("Self"),
        json!("\u{0}\n\"\\`*/"),
        json!("ÆØÅ 日本 🦀"),
        json!("#/components/schemas/"),
        json!([]),
        json!([{}]),
        json!({}),
        json!({"type": "array"}),
        json!({"type": "string", "enum": ["", "a", "A", null]}),
        json!({"oneOf": [{"type": "string"}, {"type": "integer"}]}),
        json!({"allOf": [{"type": "object", "properties": {"a": {"type": "string"}}}]}),
        json!({"type": "object", "additionalProperties": {"type": "string"}}),
        json!({"type": "object", "properties": {"new": {"type": "string"}}, "discriminator": {"propertyName": "new"}}),
    ];
    odd[random.below(odd.len())].clone()
}
