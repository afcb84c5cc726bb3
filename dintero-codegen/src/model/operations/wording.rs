//! Decides how a value is serialized in a parameter, a form or a part of a form: as plain text, as a list or object of
//! plain-text values, or only as JSON. OpenAPI's styles are resolved here. In this module, a value that is serialized
//! as plain text, such as a string or a number, is called a word.

use openapiv3::{PathStyle, QueryStyle};

use super::Operations;
use crate::model::types::Types;
use crate::model::{Def, Fields, Separator, Style, Type, TypeId, ValueType};
use crate::report::Report;
use crate::schema::shape::{Alternative, Kind, Shape};

/// How values of a schema can be serialized.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Wording {
    Word(Type),
    /// A list of plain-text values; the type is that of the list.
    Words(Type),
    /// An object or a map whose values are plain text.
    Object(Type),
    /// A value that only JSON can represent, with the reason.
    Json(Type, &'static str),
}

/// The style that the document declares for a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    Query(QueryForm),
    /// `simple`, in a header or a path.
    Simple(Explode),
    Label,
    Matrix(Explode),
    Cookie(Explode),
}

/// The styles of queries and forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum QueryForm {
    Form(Explode),
    Delimited(Separator, Explode),
    Deep,
}

/// Whether the values of a list or an object are serialized separately.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Explode {
    Apart,
    Together,
}

impl Explode {
    pub(super) fn new(given: Option<bool>, default: Self) -> Self {
        match given {
            Some(true) => Self::Apart,
            Some(false) => Self::Together,
            None => default,
        }
    }
}

impl QueryForm {
    pub(super) fn new(style: &QueryStyle, explode: Option<bool>) -> Self {
        let together = Explode::new(explode, Explode::Together);
        match style {
            QueryStyle::Form => Self::Form(Explode::new(explode, Explode::Apart)),
            QueryStyle::SpaceDelimited => Self::Delimited(Separator::Space, together),
            QueryStyle::PipeDelimited => Self::Delimited(Separator::Pipe, together),
            QueryStyle::DeepObject => Self::Deep,
        }
    }
}

impl Wanted {
    pub(super) fn in_path(style: &PathStyle, explode: Option<bool>) -> Self {
        let explode = Explode::new(explode, Explode::Together);
        match style {
            PathStyle::Simple => Self::Simple(explode),
            PathStyle::Label => Self::Label,
            PathStyle::Matrix => Self::Matrix(explode),
        }
    }

    /// Returns the style in which a value is serialized. If OpenAPI defines no style for such a value, or the runtime
    /// does not support the style, returns the reason as an error.
    pub(super) fn style(self, wording: &Wording) -> Result<Style, &'static str> {
        use Explode::{Apart, Together};
        use Wording::{Json, Object, Word, Words};
        match (self, wording) {
            (_, Json(_, what)) => Err(what),
            (Self::Query(QueryForm::Deep), Word(_) | Words(_)) => {
                Err("`deepObject` is for objects, and OpenAPI does not define it for other values")
            }
            (_, Word(_)) => Ok(Style::One),
            (Self::Query(form), wording) => form.style(wording),
            (Self::Simple(_), Words(_)) => Ok(Style::Joined(Separator::Comma)),
            (Self::Simple(Together), Object(_)) => Ok(Style::Fields(Fields::Joined)),
            (Self::Simple(Apart), Object(_)) => Ok(Style::Fields(Fields::Assigned)),
            (Self::Matrix(Together) | Self::Cookie(Together), Words(_)) => {
                Ok(Style::Joined(Separator::Comma))
            }
            (Self::Matrix(Together), Object(_)) => Ok(Style::Fields(Fields::Joined)),
            (Self::Label, Words(_) | Object(_)) => Err(
                "it has several values, but the style `label` is only supported for single values",
            ),
            (Self::Matrix(Apart), Words(_) | Object(_)) => Err(
                "it has several values, but the style `matrix` is only supported with `explode: false`",
            ),
            (Self::Cookie(_), Words(_) | Object(_)) => Err(
                "it has several values, but a cookie can only contain a single value, or a list with `explode: false`",
            ),
        }
    }

    /// Returns the text that the style puts before a value in the path.
    pub(super) fn prefix(self, name: &str) -> Option<String> {
        match self {
            Self::Label => Some(".".to_owned()),
            Self::Matrix(_) => Some(format!(";{name}=")),
            Self::Query(_) | Self::Simple(_) | Self::Cookie(_) => None,
        }
    }
}

impl QueryForm {
    fn style(self, wording: &Wording) -> Result<Style, &'static str> {
        use Explode::{Apart, Together};
        match (self, wording) {
            (_, Wording::Word(_)) => Ok(Style::One),
            (_, Wording::Json(_, what)) => Err(what),
            (Self::Form(Apart) | Self::Delimited(_, Apart), Wording::Words(_)) => Ok(Style::Each),
            (Self::Form(Together), Wording::Words(_)) => Ok(Style::Joined(Separator::Comma)),
            (Self::Delimited(separator, Together), Wording::Words(_)) => {
                Ok(Style::Joined(separator))
            }
            (Self::Form(Apart), Wording::Object(_)) => Ok(Style::Fields(Fields::Separate)),
            (Self::Form(Together), Wording::Object(_)) => Ok(Style::Fields(Fields::Joined)),
            (Self::Deep, Wording::Object(_)) => Ok(Style::Fields(Fields::Deep)),
            (Self::Deep, Wording::Words(_)) => Err("`deepObject` is for objects"),
            (Self::Delimited(..), Wording::Object(_)) => {
                Err("OpenAPI does not define how an object is serialized in this style")
            }
        }
    }
}

impl Wording {
    pub(super) fn into_type(self) -> Type {
        match self {
            Self::Word(ty) | Self::Words(ty) | Self::Object(ty) | Self::Json(ty, _) => ty,
        }
    }
}

const NESTED: &str = "it is a list of lists or objects, which only JSON can represent";

impl Operations<'_, '_> {
    /// Returns how values of a schema are serialized. If the alternatives are different types of plain-text values, the
    /// value is passed as a string, which is sent unchanged.
    pub(super) fn wording(&mut self, shape: &Shape, context: &str) -> Wording {
        let given = shape.notes.extensions.rust_type.is_some();
        let resolved = self.types.resolved(shape);
        match &resolved.kind {
            _ if given => self.of_type(shape, context),
            Kind::OneOf(members) => self.alternatives(members, shape, context),
            Kind::Array(items) => match self.wording(items, context) {
                Wording::Word(ty) => Wording::Words(Type::List(Box::new(ty))),
                _ => Wording::Json(self.types.shape(shape, context), NESTED),
            },
            Kind::Any | Kind::AllOf(_) => {
                self.reports.push(
                    Report::warning(
                        "untyped",
                        &resolved.at,
                        format!("the schema of `{context}` does not restrict the value, which is sent as text"),
                    )
                    .help("give the schema a `type`, or accept the warning with `x-accept: [untyped]` in the overlay"),
                );
                Wording::Word(Type::Value(ValueType::Text))
            }
            _ => self.of_type(shape, context),
        }
    }

    fn alternatives(&mut self, members: &[Alternative], shape: &Shape, context: &str) -> Wording {
        let wordings: Vec<Wording> = members
            .iter()
            .map(|member| self.simple(&member.shape))
            .collect::<Option<_>>()
            .unwrap_or_default();
        let are = |is: fn(&Wording) -> bool| !wordings.is_empty() && wordings.iter().all(is);
        let text = Type::Value(ValueType::Text);
        if are(|wording| matches!(wording, Wording::Word(_))) {
            let first =
                wordings.first().filter(|first| wordings.iter().all(|other| other == *first));
            return first.cloned().unwrap_or(Wording::Word(text));
        }
        if are(|wording| matches!(wording, Wording::Word(_) | Wording::Words(_))) {
            // A single value is serialized like a list with one element.
            return Wording::Words(Type::List(Box::new(text)));
        }
        let ty = self.types.shape(shape, context);
        Wording::Json(ty, "one of its alternatives is an object, which only JSON can represent")
    }

    /// Returns how an alternative is serialized, or `None` if it needs a type of its own.
    fn simple(&mut self, member: &Shape) -> Option<Wording> {
        let resolved = self.types.resolved(member);
        match &resolved.kind {
            Kind::Text(format) => {
                Some(Wording::Word(Type::Value(ValueType::of_format(format.as_deref()))))
            }
            Kind::Integer => Some(Wording::Word(Type::Value(ValueType::Integer))),
            Kind::Number => Some(Wording::Word(Type::Value(ValueType::Float))),
            Kind::Boolean => Some(Wording::Word(Type::Value(ValueType::Boolean))),
            Kind::Enum(_) => Some(Wording::Word(Type::Value(ValueType::Text))),
            Kind::Array(items) => match self.simple(items)? {
                Wording::Word(ty) => Some(Wording::Words(Type::List(Box::new(ty)))),
                _ => None,
            },
            Kind::OneOf(members) => {
                let wordings: Vec<_> = members
                    .iter()
                    .map(|member| self.simple(&member.shape))
                    .collect::<Option<_>>()?;
                let is_word = |wording: &Wording| matches!(wording, Wording::Word(_));
                wordings.iter().all(is_word).then_some(Wording::Word(Type::Value(ValueType::Text)))
            }
            Kind::Object(_) | Kind::Any | Kind::AllOf(_) | Kind::Ref(_) => None,
        }
    }

    fn of_type(&mut self, shape: &Shape, context: &str) -> Wording {
        let ty = self.types.shape(shape, context);
        match &ty {
            ty if is_word(self.types, ty) => Wording::Word(ty.clone()),
            Type::List(inner) if is_word(self.types, inner) => Wording::Words(ty),
            Type::Map(inner) if is_word(self.types, inner) => Wording::Object(ty),
            Type::Named(id) if is_object_of_words(self.types, *id) => Wording::Object(ty),
            Type::List(_) => Wording::Json(ty, NESTED),
            Type::Named(_) | Type::Map(_) => Wording::Json(
                ty,
                "it is an object with lists or objects inside, which only JSON can represent",
            ),
            Type::Value(_) | Type::Boxed(_) | Type::Nullable(_) => {
                Wording::Json(ty, "it can be any JSON value")
            }
        }
    }
}

/// Returns whether values of the type are serialized as plain text.
fn is_word(types: &Types<'_>, ty: &Type) -> bool {
    match ty {
        Type::Value(value) => *value != ValueType::Json,
        Type::Named(id) => matches!(types.get(*id).def, Def::Enum(_)),
        Type::List(_) | Type::Map(_) | Type::Boxed(_) | Type::Nullable(_) => false,
    }
}

fn is_object_of_words(types: &Types<'_>, id: TypeId) -> bool {
    match &types.get(id).def {
        Def::Struct(object) => object.fields.iter().all(|field| is_word(types, &field.ty)),
        Def::Enum(_) | Def::Union(_) | Def::Untagged(_) => false,
    }
}
