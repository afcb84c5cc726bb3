//! Media types: which of those that a body is declared in is sent, and what each of them is.

use indexmap::IndexMap;
use openapiv3::MediaType;

/// The media type that is sent when the document leaves a choice, and what JSON is called where nothing else is said.
pub(super) const JSON: &str = "application/json";

/// The kinds of media types that are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Json,
    Form,
    Multipart,
    /// A range such as `*/*`.
    Any,
    /// One media type that is sent and read as it is.
    Bytes,
}

/// One media type of a body, with what is said of it.
#[derive(Debug)]
pub(super) struct Media {
    /// As it is declared, with its parameters.
    pub(super) name: String,
    pub(super) content: MediaType,
}

/// The kind of a media type.
pub(super) fn kind(name: &str) -> Kind {
    match essence(name).as_str() {
        JSON => Kind::Json,
        json if json.ends_with("+json") => Kind::Json,
        "application/x-www-form-urlencoded" => Kind::Form,
        "multipart/form-data" => Kind::Multipart,
        range if range.contains('*') => Kind::Any,
        _ => Kind::Bytes,
    }
}

/// Takes the JSON out of what a body is declared in: `application/json` itself before its relatives.
pub(super) fn json(content: &mut IndexMap<String, MediaType>) -> Option<Media> {
    let plain = content.keys().position(|name| essence(name) == JSON);
    let index = plain.or_else(|| content.keys().position(|name| kind(name) == Kind::Json))?;
    take(content, index)
}

/// Takes the first media type of a kind.
pub(super) fn first(content: &mut IndexMap<String, MediaType>, wanted: Kind) -> Option<Media> {
    let index = content.keys().position(|name| kind(name) == wanted)?;
    take(content, index)
}

/// The `Content-Type` of a JSON body that is not plain JSON.
pub(super) fn named(name: &str) -> Option<String> {
    (essence(name) != JSON).then(|| name.to_owned())
}

fn take(content: &mut IndexMap<String, MediaType>, index: usize) -> Option<Media> {
    let (name, content) = content.shift_remove_index(index)?;
    Some(Media { name, content })
}

/// The media type without parameters.
fn essence(name: &str) -> String {
    name.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}
