//! The `x-…` extensions of schemas, parameters and operations, through which the overlay instructs the generator.

use indexmap::IndexMap;
use serde_json::Value;

/// The extensions of one schema, parameter or operation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Extensions {
    /// `x-rust-name`: the Rust name of the property, parameter or component.
    pub(crate) rust_name: Option<String>,
    /// `x-rust-type`: a value type of the runtime, such as `MinorUnits`, or the name of the type generated for an
    /// inline schema.
    pub(crate) rust_type: Option<String>,
    /// `x-rust-values`: Rust names for enum values whose text does not make a good name.
    pub(crate) rust_values: IndexMap<String, String>,
    /// `x-rust-module`
    pub(crate) rust_module: Option<String>,
    /// `x-redact`: `Debug` hides the value.
    pub(crate) redact: bool,
    /// `x-rust-derive`
    pub(crate) derive: Option<Derive>,
    /// `x-lenient`: the property is only descriptive, so a response can be read without it.
    pub(crate) lenient: bool,
    /// `x-may-be-empty`: the property is a required string that the API allows to be empty, so a response can be read
    /// without it.
    pub(crate) may_be_empty: bool,
    /// `x-decides`
    pub(crate) decides: Decides,
    /// `x-sent-with` and `x-not-sent-with`: rules about this query parameter and others.
    pub(crate) query_rules: Vec<QueryRule>,
    /// `x-rust-example`: Rust statements that call the operation on a `client`.
    pub(crate) example: Option<String>,
}

/// Returns those members of an object that have string values.
fn texts(object: Option<&Value>) -> IndexMap<String, String> {
    let members = object.and_then(Value::as_object).into_iter().flatten();
    members.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))).collect()
}

fn query_rules(raw: Option<&Value>) -> Vec<QueryRule> {
    let others = |key| {
        let names = raw.and_then(|raw| raw.get(key)?.as_array()).into_iter().flatten();
        names.filter_map(|name| name.as_str().map(str::to_owned))
    };
    let with = others("x-sent-with").map(QueryRule::With);
    with.chain(others("x-not-sent-with").map(QueryRule::Without)).collect()
}

/// The derive that builds values of a schema's type, as `x-rust-derive` declares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Derive {
    Order,
    OrderItem,
    ShippingOption,
    Address,
    Discount,
    /// Not a derive: marks the type whose fields an order's `session.…` paths fill.
    Session,
}

/// Whether a query parameter requires or excludes another one. The string is the other one's name in the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum QueryRule {
    /// The parameter is only sent together with the other one.
    With(String),
    /// The parameter is not sent together with the other one.
    Without(String),
}

impl QueryRule {
    pub(crate) fn other(&self) -> &str {
        match self {
            Self::With(other) | Self::Without(other) => other,
        }
    }
}

/// Whether the runtime uses a property to decide about money or state. If two schemas are merged, the greater value
/// applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, PartialOrd, Ord)]
pub(crate) enum Decides {
    #[default]
    Unsaid,
    /// `x-decides: false`: the property is lenient, and the runtime never uses anything inside it, although the same
    /// types contain properties that decide elsewhere.
    NothingInside,
    /// `x-decides: true`: the runtime uses the property, so it is never lenient.
    Itself,
}

impl Decides {
    fn read(value: Option<&Value>) -> Self {
        match value.and_then(Value::as_bool) {
            Some(true) => Self::Itself,
            Some(false) => Self::NothingInside,
            None => Self::Unsaid,
        }
    }
}

impl Extensions {
    /// Reads the extensions of an object of the raw document.
    pub(crate) fn read(raw: Option<&Value>) -> Self {
        let text = |key| raw?.get(key)?.as_str().map(str::to_owned);
        let is = |key| raw.and_then(|raw| raw.get(key)).is_some_and(|value| value == true);
        Self {
            rust_name: text("x-rust-name"),
            rust_type: text("x-rust-type"),
            rust_module: text("x-rust-module"),
            rust_values: texts(raw.and_then(|raw| raw.get("x-rust-values"))),
            example: text("x-rust-example"),
            redact: is("x-redact"),
            lenient: is("x-lenient"),
            may_be_empty: is("x-may-be-empty"),
            decides: Decides::read(raw.and_then(|raw| raw.get("x-decides"))),
            query_rules: query_rules(raw),
            // An unknown name is reported by the keyword check.
            derive: raw.and_then(|raw| Derive::from_name(raw.get("x-rust-derive")?.as_str()?)),
        }
    }
}

impl Derive {
    pub(crate) const ALL: [Self; 6] = [
        Self::Order,
        Self::OrderItem,
        Self::ShippingOption,
        Self::Address,
        Self::Discount,
        Self::Session,
    ];

    /// Returns the name that `x-rust-derive` uses.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Order => "DinteroOrder",
            Self::OrderItem => "DinteroOrderItem",
            Self::ShippingOption => "DinteroShippingOption",
            Self::Address => "DinteroAddress",
            Self::Discount => "DinteroDiscount",
            Self::Session => "session",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|derive| derive.name() == name)
    }
}
