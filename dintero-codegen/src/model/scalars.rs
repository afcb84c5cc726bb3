//! Determines the value type that a schema becomes, from its format or from the overlay. Also checks the names of
//! properties.

use indexmap::IndexSet;

use crate::extensions::Decides;
use crate::model::types::Types;
use crate::model::value::Fits;
use crate::model::{Presence, Type, ValueType};
use crate::report::Report;
use crate::schema::shape::{Alternative, Kind, Shape};

impl Types<'_> {
    /// Checks a property whose name suggests money or a secret: an amount needs a unit, and a secret must be hidden.
    /// The marks of a list are at the property or at the items.
    pub(super) fn lint(&mut self, wire: &str, shape: &Shape) {
        let is_redacted = self.merge.is_redacted(shape);
        let mut shape = shape;
        while let Kind::Array(items) = &shape.kind {
            shape = items;
        }
        let lower = wire.to_lowercase();
        let untyped = shape.notes.extensions.rust_type.is_none();
        if matches!(shape.kind, Kind::Number) && untyped && lower.contains("amount") {
            self.reports.push(
                Report::warning("money", &shape.at, format!("`{wire}` looks like money, but `number` has no unit"))
                    .help("set `x-rust-type: MinorUnits` in the overlay (or `Decimal` if the unit is not certain)"),
            );
        }
        let secret = ["secret", "password", "access_token", "refresh_token"];
        let text = matches!(&shape.kind, Kind::Text(format) if ValueType::of_format(format.as_deref()) == ValueType::Text);
        let shown = untyped && text && !is_redacted;
        if shown && secret.iter().any(|word| lower.contains(word)) {
            self.reports.push(
                Report::warning(
                    "secret",
                    &shape.at,
                    format!("`{wire}` looks like a secret, but `Debug` would show it"),
                )
                .help("set `x-rust-type: Secret` or `x-redact: true` in the overlay"),
            );
        }
    }

    /// Returns whether a response can be read without the property. Reports a lenient property that decides about money
    /// or state, because a response without such a property must be refused. `tolerance` checks what is inside lenient
    /// properties.
    pub(super) fn is_lenient(&mut self, wire: &str, shape: &Shape) -> bool {
        let extensions = &shape.notes.extensions;
        let problem = match (extensions.lenient, extensions.decides) {
            (true, Decides::Itself) => Some((
                format!("`{wire}` decides about money or state, but is marked `x-lenient`"),
                "remove the property from the overlay action that sets `x-lenient`; otherwise an unreadable value would \
                 look like a missing value",
            )),
            (false, Decides::NothingInside) => Some((
                format!("`{wire}` is marked `x-decides: false`, but not `x-lenient`"),
                "remove `x-decides`, which has this value only on lenient properties",
            )),
            _ => None,
        };
        if let Some((message, help)) = problem {
            self.reports.push(Report::error("lenient", &shape.at, message).help(help));
        }
        extensions.lenient
    }

    /// Returns whether a required string is read as empty if a response lacks it. Reports `x-may-be-empty` on anything
    /// other than a string with `x-lenient`.
    pub(super) fn may_be_empty(
        &mut self,
        wire: &str,
        shape: &Shape,
        ty: &Type,
        presence: Presence,
    ) -> bool {
        let extensions = &shape.notes.extensions;
        // A write-only or read-only property is optional in Rust, and becomes `None`.
        let is_required_text = *ty == Type::Value(ValueType::Text)
            && matches!(presence, Presence::Required | Presence::Optional);
        if extensions.may_be_empty && !(extensions.lenient && is_required_text) {
            let message = format!(
                "`{wire}` is marked `x-may-be-empty`, but is not a string with `x-lenient`"
            );
            self.reports.push(Report::error("lenient", &shape.at, message).help(
                "set `x-may-be-empty` only on a string with `x-lenient`: an empty value of any other type may be meaningful",
            ));
        }
        extensions.may_be_empty && presence == Presence::Required
    }

    /// Returns the value type that the overlay sets, and reports an `x-rust-type` that does not fit the schema.
    pub(super) fn given(&mut self, shape: &Shape) -> Option<ValueType> {
        let name = shape.notes.extensions.rust_type.as_deref()?;
        let value = ValueType::from_rust_name(name);
        let fits = match (&shape.kind, value.map(ValueType::fits)) {
            (Kind::Enum(_) | Kind::Object(_) | Kind::OneOf(_), None) => true,
            (Kind::Any | Kind::OneOf(_), Some(_)) => true,
            (Kind::Integer | Kind::Number, Some(fits)) => {
                matches!(fits, Fits::Numbers | Fits::All)
            }
            (Kind::Text(_) | Kind::Enum(_), Some(fits)) => matches!(fits, Fits::Texts | Fits::All),
            _ => false,
        };
        if !fits {
            self.reports.push(
                Report::error(
                    "rust-type",
                    &shape.at,
                    format!("`x-rust-type: {name}` does not fit this schema"),
                )
                .help(
                    "value types are for numbers and strings; other names are for inline objects, enums and unions",
                ),
            );
        }
        value
    }

    pub(super) fn any(&mut self, shape: &Shape) -> Type {
        if shape.notes.limits.values.is_empty() {
            self.reports.push(
                Report::warning(
                    "untyped",
                    &shape.at,
                    "this schema does not restrict the value, which becomes a `serde_json::Value`",
                )
                .help("give the schema a `type`, or accept the warning with `x-accept: [untyped]` in the overlay"),
            );
        }
        Type::Value(ValueType::Json)
    }

    /// Returns the type of alternatives that are all strings or numbers, or `None` if an alternative has any other type
    /// or has `x-rust-type`. Several enums of strings become one open enum.
    pub(super) fn scalar_of(
        &mut self,
        alternatives: &[Alternative],
        shape: &Shape,
    ) -> Option<Type> {
        let mut values = IndexSet::new();
        let (mut text, mut number) = (false, false);
        for alternative in alternatives {
            let (kind, given) = match &alternative.shape.kind {
                Kind::Ref(name) => {
                    let component = self.merge.component(name);
                    (component.kind.clone(), component.notes.extensions.rust_type.is_some())
                }
                kind => (kind.clone(), alternative.shape.notes.extensions.rust_type.is_some()),
            };
            match kind {
                _ if given => return None,
                Kind::Text(_) => text = true,
                Kind::Enum(more) => {
                    text = true;
                    values.extend(more);
                }
                Kind::Integer | Kind::Number => number = true,
                _ => return None,
            }
        }
        Some(match (text, number) {
            (true, true) => Type::Value(ValueType::StringOrNumber),
            (true, false) if !values.is_empty() => {
                self.enumeration(&values, shape, shape.notes.extensions.rust_type.clone())
            }
            (true, false) => Type::Value(ValueType::Text),
            (false, _) => Type::Value(ValueType::Float),
        })
    }
}
