//! Chooses one of the media types of a body, which determines how the body is sent.

use indexmap::IndexMap;
use openapiv3::MediaType;

/// The media type of a JSON body, unless the document declares another.
pub(super) const JSON: &str = "application/json";

/// The kinds of media types that the generator distinguishes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Json,
    Form,
    Multipart,
    /// A range such as `*/*`.
    Any,
    /// A media type whose bytes are sent and received unchanged.
    Bytes,
}

/// One media type of a body, with its declaration.
#[derive(Debug)]
pub(super) struct Media {
    /// The media type as declared, with its parameters.
    pub(super) name: String,
    pub(super) content: MediaType,
}

/// Returns the kind of a media type.
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

/// Returns whether a range of media types includes JSON.
pub(super) fn includes_json(name: &str) -> bool {
    matches!(essence(name).as_str(), "*/*" | "application/*")
}

/// Removes and returns the JSON media type of a body: `application/json`, or, if that is not declared, a type such as
/// `application/problem+json`.
pub(super) fn json(content: &mut IndexMap<String, MediaType>) -> Option<Media> {
    let plain = content.keys().position(|name| essence(name) == JSON);
    let index = plain.or_else(|| content.keys().position(|name| kind(name) == Kind::Json))?;
    take(content, index)
}

/// Removes and returns the first media type of a kind.
pub(super) fn first(content: &mut IndexMap<String, MediaType>, wanted: Kind) -> Option<Media> {
    let index = content.keys().position(|name| kind(name) == wanted)?;
    take(content, index)
}

/// Returns the `Content-Type` of a JSON body, or `None` if it is `application/json`.
pub(super) fn named(name: &str) -> Option<String> {
    (essence(name) != JSON).then(|| name.to_owned())
}

fn take(content: &mut IndexMap<String, MediaType>, index: usize) -> Option<Media> {
    let (name, content) = content.shift_remove_index(index)?;
    Some(Media { name, content })
}

/// Returns the media type in lower case, without its parameters.
fn essence(name: &str) -> String {
    name.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}
