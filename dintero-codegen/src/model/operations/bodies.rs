//! Reads request bodies: JSON, bytes of a single media type, and forms, whose fields are treated like parameters.

use indexmap::IndexMap;
use openapiv3::{MediaType, QueryStyle, ReferenceOr, RequestBody};
use serde_json::Value;

use super::media::{self, Kind as MediaKind, Media};
use super::reference::resolve;
use super::wording::{QueryForm, Wanted, Wording};
use super::{Base, LeftOut, Operations};
use crate::model::ident;
use crate::model::{Body, BodyContent, Docs, Location, Parameter, Style, Type};
use crate::pointer::Pointer;
use crate::report::Report;
use crate::schema::shape::{Kind, Object, Shape};

/// The content that a request sends in addition to its parameters: a body, or the fields of a form.
#[derive(Default)]
pub(super) struct Sent {
    pub(super) body: Option<Body>,
    pub(super) fields: Vec<Parameter>,
}

/// The encoding that the document declares for one field of a form.
struct Encoding {
    content_type: Option<String>,
    style: Option<QueryForm>,
    has_headers: bool,
}

impl Operations<'_, '_> {
    /// Chooses the body of an operation. Of the declared media types, JSON is preferred, then a range such as `*/*`,
    /// then a form. Otherwise, a single media type is sent as bytes.
    pub(super) fn body(
        &mut self,
        body: ReferenceOr<RequestBody>,
        base: &Base<'_>,
        at: &Pointer,
    ) -> Result<Sent, LeftOut> {
        let at = at.child("requestBody");
        let components = &self.components.request_bodies;
        let found = resolve(body, "requestBodies", &at, |name| components.get(name));
        let (body, at_body) = found.ok_or(LeftOut)?;
        let at_content = at_body.child("content");
        let required = body.required;
        let mut content = body.content;
        if let Some(media) = media::json(&mut content) {
            let media_type = media::named(&media.name);
            let ty = self.json(&media, &at_content, "request");
            return Ok(Sent::body(Body { content: BodyContent::Json(ty), media_type, required }));
        }
        match self.other_body(content, required, &at_content) {
            Ok(sent) => Ok(sent),
            Err(why) => {
                let message = format!(
                    "`{} {}` is left out, because its body cannot be sent: {why}",
                    base.method.to_uppercase(),
                    base.path
                );
                self.reports.push(Report::warning("media-type", &at, message).help(
                    "declare the real media type in the overlay, or accept the warning with `x-accept: [media-type]` at the operation",
                ));
                Err(LeftOut)
            }
        }
    }

    fn other_body(
        &mut self,
        mut content: IndexMap<String, MediaType>,
        required: bool,
        at: &Pointer,
    ) -> Result<Sent, String> {
        // A body with a range of media types is sent as JSON if the range includes JSON, unless the schema is binary.
        if let Some(media) = media::first(&mut content, MediaKind::Any) {
            return self.any_body(media, required, at);
        }
        let mut why = None;
        for kind in [MediaKind::Form, MediaKind::Multipart] {
            if let Some(media) = media::first(&mut content, kind) {
                match self.fields(media, kind, at) {
                    Ok(fields) => return Ok(Sent { body: None, fields }),
                    Err(problem) => why = Some(problem),
                }
            }
        }
        let mut types = content.into_keys();
        match (types.next(), types.next(), why) {
            (Some(media_type), None, None) => {
                let media_type = Some(media_type);
                Ok(Sent::body(Body { content: BodyContent::Bytes, media_type, required }))
            }
            (_, _, Some(why)) => Err(why),
            (Some(first), Some(second), None) => Err(format!(
                "its media type can be `{first}` or `{second}`, and the document does not say which"
            )),
            (None, ..) => Err("its `content` is empty".to_owned()),
        }
    }

    fn any_body(&mut self, media: Media, required: bool, at: &Pointer) -> Result<Sent, String> {
        let name = media.name.clone();
        if !media::includes_json(&name) || media.content.schema.is_none() {
            return Err(format!("`{name}` does not name a single media type"));
        }
        let at_schema = at.child(&name).child("schema");
        let shape = self.lower(&at_schema);
        if is_binary(&self.types.resolved(&shape)) {
            let media_type = Some("application/octet-stream".to_owned());
            return Ok(Sent::body(Body { content: BodyContent::Bytes, media_type, required }));
        }
        let ty = self.types.body(&shape, "request");
        Ok(Sent::body(Body { content: BodyContent::Json(ty), media_type: None, required }))
    }

    /// Returns the type of a JSON body or response; without a schema, the value may be any JSON.
    pub(super) fn json(&mut self, media: &Media, at_content: &Pointer, context: &str) -> Type {
        let at = at_content.child(&media.name);
        let shape = match media.content.schema {
            Some(_) => self.lower(&at.child("schema")),
            None => Shape::new(Kind::Any, &at),
        };
        self.types.body(&shape, context)
    }

    /// Returns the fields of a form as parameters.
    fn fields(
        &mut self,
        media: Media,
        kind: MediaKind,
        at_content: &Pointer,
    ) -> Result<Vec<Parameter>, String> {
        let at = at_content.child(&media.name);
        let what = &media.name;
        if media.content.schema.is_none() {
            return Err(format!("`{what}` has no schema, so its fields are unknown"));
        }
        let shape = self.lower(&at.child("schema"));
        let resolved = self.types.resolved(&shape);
        let Kind::Object(object) = &resolved.kind else {
            return Err(format!("the schema of `{what}` is not an object with `properties`"));
        };
        if object.fields.is_empty() || resolved.tag.is_some() {
            return Err(format!("the schema of `{what}` lists no fields in `properties`"));
        }
        let mut fields = Vec::new();
        for (name, shape) in &object.fields {
            if !self.types.said(shape).read_only {
                fields.extend(self.field(name, shape, object, kind, &at)?);
            }
        }
        Ok(fields)
    }

    /// Returns a field of a form. If the field cannot be sent, returns an error for a required field, and `None` for an
    /// optional one.
    fn field(
        &mut self,
        name: &str,
        shape: &Shape,
        object: &Object,
        kind: MediaKind,
        at: &Pointer,
    ) -> Result<Option<Parameter>, String> {
        let at_encoding = at.child("encoding").child(name);
        let encoding = Encoding::read(at_encoding.find(self.document));
        if encoding.has_headers {
            let message = format!("the headers of the field `{name}` are not sent");
            let report = Report::warning("style", &at_encoding.child("headers"), message);
            self.reports
                .push(report.help("accept the warning with `x-accept: [style]` in the overlay"));
        }
        let required = object.required.contains(name);
        let written = match kind {
            _ if encoding.is_of_another_type() && !self.is_file(shape) => Err(
                "its media type is neither JSON nor plain text, and only files have other types",
            ),
            MediaKind::Multipart => self.part(name, shape, &encoding),
            _ => self.form_field(name, shape, &encoding),
        };
        let (ty, style) = match written {
            Ok(Written { ty, style }) => (ty, style),
            Err(why) if required => {
                return Err(format!("its field `{name}` cannot be sent: {why}"));
            }
            Err(why) => {
                let message =
                    format!("the field `{name}` cannot be sent, so it is left out: {why}");
                self.reports.push(Report::warning("style", &shape.at, message).help(
                    "use `encoding` to declare how the field is sent, or accept the warning with `x-accept: [style]`",
                ));
                return Ok(None);
            }
        };
        let notes = &shape.notes;
        let component = match &shape.kind {
            Kind::Ref(_) => self.types.resolved(shape).notes.description,
            _ => None,
        };
        Ok(Some(Parameter {
            name: ident::member_name(notes.extensions.rust_name.as_deref().unwrap_or(name)),
            wire: name.to_owned(),
            location: if kind == MediaKind::Multipart { Location::Part } else { Location::Form },
            ty,
            style,
            required,
            from_client: false,
            deprecated: notes.deprecated,
            query_rules: Vec::new(),
            docs: Docs {
                description: notes.description.clone().or(component),
                default: notes.default.clone(),
                example: notes.example.clone(),
                limits: notes.limits.clone(),
            },
            at: shape.at.clone(),
        }))
    }

    /// Returns the type and style of a field of a URL-encoded form. Unless `encoding` declares the field as JSON, it is
    /// serialized like a query parameter. An object needs a declared style.
    fn form_field(
        &mut self,
        name: &str,
        shape: &Shape,
        encoding: &Encoding,
    ) -> Result<Written, &'static str> {
        if is_binary(&self.types.resolved(shape)) {
            return Err("only `multipart/form-data` supports binary data");
        }
        if encoding.is_json() {
            return Ok(Written { ty: self.types.body(shape, name), style: Style::Json });
        }
        let wording = self.wording(shape, name);
        if matches!(wording, Wording::Object(_)) && encoding.style.is_none() {
            return Err("OpenAPI does not define how an object is serialized in a form");
        }
        let form = encoding.style.unwrap_or_else(|| QueryForm::new(&QueryStyle::Form, None));
        let style = Wanted::Query(form).style(&wording)?;
        Ok(Written { ty: wording.into_type(), style })
    }

    /// Returns whether a value is binary data or a list of binary data.
    fn is_file(&mut self, shape: &Shape) -> bool {
        let resolved = self.types.resolved(shape);
        is_binary(&resolved)
            || matches!(&resolved.kind, Kind::Array(items) if is_binary(&self.types.resolved(items)))
    }

    /// Returns the type and style of a part of a multipart form. Binary data is sent as files; single values, and the
    /// single values of a list, are sent as text; all other supported values are sent as JSON.
    fn part(
        &mut self,
        name: &str,
        shape: &Shape,
        encoding: &Encoding,
    ) -> Result<Written, &'static str> {
        if self.is_file(shape) {
            let media_type = encoding.single().unwrap_or("application/octet-stream").to_owned();
            return Ok(Written {
                ty: self.types.shape(shape, name),
                style: Style::File { media_type },
            });
        }
        if encoding.is_json() {
            return Ok(Written { ty: self.types.body(shape, name), style: Style::Json });
        }
        Ok(match self.wording(shape, name) {
            Wording::Word(ty) => Written { ty, style: Style::One },
            Wording::Words(ty) => Written { ty, style: Style::Each },
            Wording::Object(ty) => Written { ty, style: Style::Json },
            Wording::Json(Type::List(_), _) => {
                return Err("it is a list of lists or objects; declare it as JSON with `encoding`");
            }
            Wording::Json(ty, _) => Written { ty, style: Style::Json },
        })
    }
}

/// The type of a field, and how it is serialized.
struct Written {
    ty: Type,
    style: Style,
}

impl Sent {
    fn body(body: Body) -> Self {
        Self { body: Some(body), fields: Vec::new() }
    }
}

impl Encoding {
    /// Reads the encoding from the raw document, because openapiv3 reads a missing `explode` as `false`.
    fn read(raw: Option<&Value>) -> Self {
        let get = |key: &str| raw.and_then(|raw| raw.get(key));
        let explode = get("explode").and_then(Value::as_bool);
        let style = match get("style").and_then(Value::as_str) {
            Some("form") => Some(QueryStyle::Form),
            Some("spaceDelimited") => Some(QueryStyle::SpaceDelimited),
            Some("pipeDelimited") => Some(QueryStyle::PipeDelimited),
            Some("deepObject") => Some(QueryStyle::DeepObject),
            _ => explode.map(|_| QueryStyle::Form),
        };
        Self {
            content_type: get("contentType").and_then(Value::as_str).map(str::to_owned),
            style: style.map(|style| QueryForm::new(&style, explode)),
            has_headers: get("headers").is_some(),
        }
    }

    fn is_json(&self) -> bool {
        self.content_type.as_deref().is_some_and(|name| media::kind(name) == MediaKind::Json)
    }

    /// Returns whether none of the declared media types is JSON or plain text, which values can be sent as.
    fn is_of_another_type(&self) -> bool {
        let is_usual = |name: &str| {
            let range = matches!(media::kind(name), MediaKind::Json | MediaKind::Any);
            range || name.trim().to_ascii_lowercase().starts_with("text/plain")
        };
        self.content_type.as_deref().is_some_and(|types| !types.split(',').any(is_usual))
    }

    /// Returns the media type, if there is only one and it is not a range.
    fn single(&self) -> Option<&str> {
        self.content_type.as_deref().filter(|name| !name.contains([',', '*']))
    }
}

fn is_binary(shape: &Shape) -> bool {
    matches!(&shape.kind, Kind::Text(Some(format)) if format == "binary")
}
