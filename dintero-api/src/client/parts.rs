//! Bodies with several parts (`multipart/form-data`): text, JSON and files.

use std::fmt::Display;

use bytes::{Bytes, BytesMut};
use serde_core::Serialize;

use super::pairs;

/// The parts of a multipart body under construction, for the generated code.
#[doc(hidden)]
#[derive(Debug, Default)]
pub struct Parts(Vec<Part>);

#[derive(Debug)]
struct Part {
    name: String,
    /// A file gets a filename (the name of its part), so that servers treat it as a file.
    is_file: bool,
    media_type: Option<&'static str>,
    content: Bytes,
}

/// A complete body and its `Content-Type`.
pub(super) struct Joined {
    pub(super) content_type: String,
    pub(super) body: Bytes,
}

impl Parts {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds a text part.
    pub fn one(&mut self, name: &str, value: impl Display) {
        self.push(name, false, None, value.to_string().into());
    }

    /// Adds a text part for each value.
    pub fn each<T: Display>(&mut self, name: &str, values: impl IntoIterator<Item = T>) {
        for value in values {
            self.one(name, value);
        }
    }

    /// Adds a value as JSON.
    pub fn json<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) {
        self.push(name, false, Some("application/json"), pairs::json(value).into());
    }

    /// Adds a file.
    pub fn file(&mut self, name: &str, media_type: &'static str, content: impl Into<Bytes>) {
        self.push(name, true, Some(media_type), content.into());
    }

    /// Adds several files under one name.
    pub fn files<T: Into<Bytes>>(
        &mut self,
        name: &str,
        media_type: &'static str,
        contents: impl IntoIterator<Item = T>,
    ) {
        for content in contents {
            self.file(name, media_type, content);
        }
    }

    fn push(
        &mut self,
        name: &str,
        is_file: bool,
        media_type: Option<&'static str>,
        content: Bytes,
    ) {
        // Names are escaped as in browsers, so that a name cannot end the header early.
        let name = name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A");
        self.0.push(Part { name, is_file, media_type, content });
    }

    /// Joins the parts with a boundary that occurs in none of them.
    pub(super) fn join(&self) -> Joined {
        let mut boundary = "dintero-api-part".to_owned();
        let holds = |boundary: &str| {
            let wanted = boundary.as_bytes();
            let mut parts = self.0.iter();
            parts.any(|part| part.content.windows(wanted.len()).any(|window| window == wanted))
        };
        while holds(&boundary) {
            boundary.push_str("-next");
        }
        let mut body = BytesMut::new();
        for part in &self.0 {
            let Part { name, is_file, media_type, content } = part;
            body.extend_from_slice(
                format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"")
                    .as_bytes(),
            );
            if *is_file {
                body.extend_from_slice(format!("; filename=\"{name}\"").as_bytes());
            }
            if let Some(media_type) = media_type {
                body.extend_from_slice(format!("\r\nContent-Type: {media_type}").as_bytes());
            }
            body.extend_from_slice(b"\r\n\r\n");
            body.extend_from_slice(content);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
        Joined {
            content_type: format!("multipart/form-data; boundary={boundary}"),
            body: body.freeze(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boundary_occurs_in_no_part() {
        let mut parts = Parts::default();
        parts.one("a\"b", "--dintero-api-part");
        parts.json("j", &[1, 2]);
        parts.file("f", "image/png", b"\0\r\n".as_slice());
        let Joined { content_type, body } = parts.join();
        assert_eq!(content_type, "multipart/form-data; boundary=dintero-api-part-next");
        assert_eq!(
            body,
            b"--dintero-api-part-next\r\nContent-Disposition: form-data; name=\"a%22b\"\r\n\r\n--dintero-api-part\r\n\
              --dintero-api-part-next\r\nContent-Disposition: form-data; name=\"j\"\r\nContent-Type: application/json\r\n\r\n[1,2]\r\n\
              --dintero-api-part-next\r\nContent-Disposition: form-data; name=\"f\"; filename=\"f\"\r\nContent-Type: image/png\r\n\r\n\0\r\n\r\n\
              --dintero-api-part-next--\r\n"
                .as_slice()
        );
    }
}
