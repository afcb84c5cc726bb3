//! Reads responses, and decides which of them a successful call returns and which are errors.

use indexmap::IndexMap;
use openapiv3::{MediaType, ParameterSchemaOrContent, ReferenceOr, Responses, StatusCode};

use super::reference::resolve;
use super::{Base, Operations, media, text};
use crate::extensions::Extensions;
use crate::model::ident::{self, Named};
use crate::model::{ErrorResponse, Header, Payload, Statuses, SuccessResponse, Type};
use crate::pointer::Pointer;
use crate::report::Report;
use crate::schema::shape::Kind;

/// The meaning of a declared status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meaning {
    Success(Statuses),
    /// `default` if no success is declared; such a response can be a success or an error.
    Both,
    Error,
}

impl Meaning {
    fn new(status: Option<&StatusCode>, has_success: bool) -> Self {
        match status {
            Some(StatusCode::Code(code)) if (200..300).contains(code) => {
                Self::Success(Statuses::One(*code))
            }
            Some(StatusCode::Range(2)) => Self::Success(Statuses::Range),
            None if !has_success => Self::Both,
            _ => Self::Error,
        }
    }
}

impl Operations<'_, '_> {
    pub(super) fn responses(
        &mut self,
        responses: Responses,
        base: &Base<'_>,
        at: &Pointer,
    ) -> (Vec<SuccessResponse>, Vec<ErrorResponse>) {
        let at = at.child("responses");
        let Responses { default, responses, extensions: _ } = responses;
        let is_success =
            |status: &StatusCode| matches!(Meaning::new(Some(status), true), Meaning::Success(_));
        let has_success = responses.keys().any(is_success);
        let (mut successes, mut errors) = (Vec::new(), Vec::new());
        let statuses = responses.into_iter().map(|(status, response)| (Some(status), response));
        for (status, response) in statuses.chain(default.map(|response| (None, response))) {
            let key = status.as_ref().map_or_else(|| "default".to_owned(), ToString::to_string);
            let at_status = at.child(&key);
            let components = &self.components.responses;
            let found = resolve(response, "responses", &at_status, |name| components.get(name));
            let Some((response, at)) = found else { continue };
            let meaning = Meaning::new(status.as_ref(), has_success);
            let payload = match base.method {
                // A response to `HEAD` has no body, even if the document declares one.
                "head" => Payload::Empty,
                _ => self.payload(response.content, &at),
            };
            if matches!(meaning, Meaning::Error | Meaning::Both) {
                errors.push(ErrorResponse {
                    status: status.map(|_| key),
                    description: response.description.clone(),
                    ty: payload.json().cloned(),
                });
            }
            let status = match meaning {
                Meaning::Success(status) => status,
                Meaning::Both => Statuses::Default,
                Meaning::Error => continue,
            };
            successes.push(SuccessResponse {
                status,
                variant: match Extensions::read(at_status.find(self.document)).rust_name {
                    Some(name) => ident::type_name(&name),
                    None => variant_name(status),
                },
                headers: self.headers(response.headers, &at),
                description: response.description,
                payload,
            });
        }
        (successes, errors)
    }

    fn headers(
        &mut self,
        headers: IndexMap<String, ReferenceOr<openapiv3::Header>>,
        at: &Pointer,
    ) -> Vec<Header> {
        let mut read: Vec<Header> = Vec::new();
        for (name, header) in headers {
            let at = at.child("headers").child(&name);
            if let Some(known) = read.iter().find(|known| known.wire.eq_ignore_ascii_case(&name)) {
                let message = format!("`{name}` and `{}` are the same header", known.wire);
                let report = Report::warning("header", &at, message);
                self.reports.push(report.help(
                    "remove one of them in the overlay, or accept the warning with `x-accept: [header]`",
                ));
                continue;
            }
            let components = &self.components.headers;
            let found = resolve(header, "headers", &at, |name| components.get(name));
            let Some((header, at)) = found else { continue };
            if let ParameterSchemaOrContent::Schema(_) = header.format {
                let shape = self.lower(&at.child("schema"));
                let ty = self.types.shape(&shape, &name);
                read.push(Header {
                    name: ident::value_name(&name),
                    wire: name,
                    ty,
                    description: text(header.description),
                });
            } else {
                let message = format!("the header `{name}` has `content`, and is not read");
                let report = Report::warning("header", &at.child("content"), message);
                self.reports.push(report.help(
                    "describe the header with `schema` in the overlay, or accept the warning with `x-accept: [header]`",
                ));
            }
        }
        let wires = read.iter().map(|header| Named { text: &header.wire, given: None });
        let names = ident::distinct(ident::value_name, wires);
        for (header, name) in read.iter_mut().zip(names) {
            header.name = name;
        }
        read
    }

    /// Returns whether a schema describes values that only JSON can represent. A string in a response of any media type
    /// is the body itself.
    fn is_structured(&mut self, at: &Pointer) -> bool {
        let shape = self.lower(at);
        let kind = self.types.resolved(&shape).kind;
        matches!(kind, Kind::Object(_) | Kind::Array(_) | Kind::OneOf(_))
    }

    fn payload(&mut self, mut content: IndexMap<String, MediaType>, at: &Pointer) -> Payload {
        if content.is_empty() {
            return Payload::Empty;
        }
        let at_content = at.child("content");
        let json = media::json(&mut content).or_else(|| {
            let range = media::first(&mut content, media::Kind::Any)?;
            let at = at_content.child(&range.name).child("schema");
            (media::includes_json(&range.name) && self.is_structured(&at)).then_some(range)
        });
        let Some(media) = json else { return Payload::Bytes };
        let at = at_content.child(&media.name).child("schema");
        if media.content.schema.is_none() {
            return Payload::Json(self.json(&media, &at_content, "response"));
        }
        let shape = self.lower(&at);
        if matches!(&shape.kind, Kind::Text(Some(format)) if format == "binary") {
            self.reports.push(
                Report::warning(
                    "binary",
                    &at,
                    "binary data is declared as JSON, and is read as bytes",
                )
                .help("declare the real media types in the overlay"),
            );
            return Payload::Bytes;
        }
        Payload::Json(self.types.body(&shape, "response"))
    }
}

/// Returns the name of the variant for a response, unless the overlay names it.
fn variant_name(status: Statuses) -> String {
    match status {
        Statuses::One(status) => format!("Status{status}"),
        Statuses::Range => "Status2xx".to_owned(),
        Statuses::Default => "StatusDefault".to_owned(),
    }
}

impl Payload {
    /// Returns the type of a JSON payload, or `None` for any other payload.
    pub(crate) fn json(&self) -> Option<&Type> {
        match self {
            Self::Json(ty) => Some(ty),
            Self::Empty | Self::Bytes => None,
        }
    }
}
