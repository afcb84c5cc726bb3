//! Text to JSON value: reads a YAML (or JSON) file once, and remembers for each value where in the file it
//! stands, so that every report can show its place.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use saphyr::Scalar;
use saphyr_parser::{Event, Parser, ScanError, Span, StrInput};
use serde_json::{Map, Number, Value};

use crate::pointer::Pointer;
use crate::report::Report;

/// A file that was read by the caller.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// How reports name the file, such as `spec/payments-api.yaml`.
    pub name: &'a str,
    /// Its content.
    pub text: &'a str,
}

/// A place in a file; lines and columns count from one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The name of the [`Source`].
    pub file: Arc<str>,
    /// The line.
    pub line: usize,
    /// The column, in characters.
    pub column: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// Where the values of a document stand. A value that has no place of its own (it was made by a pass) is
/// shown at the nearest one around it.
#[derive(Debug, Default)]
pub(crate) struct Places(HashMap<Pointer, Place>);

impl Places {
    pub(crate) fn insert(&mut self, pointer: Pointer, place: Place) {
        self.0.insert(pointer, place);
    }

    /// Adds the places of another file, which is part of this document now. What is here already keeps its place.
    pub(crate) fn add(&mut self, other: Self) {
        for (pointer, place) in other.0 {
            self.0.entry(pointer).or_insert(place);
        }
    }

    /// Moves the places of a list's later elements, one of which was removed; `left` are there now.
    pub(crate) fn close_gap(&mut self, list: &Pointer, removed: usize, left: usize) {
        let takes = |places: &mut HashMap<Pointer, Place>, item: &Pointer| {
            let below = format!("{}/", item.as_str());
            let is_below =
                |pointer: &Pointer| pointer == item || pointer.as_str().starts_with(&below);
            let taken: Vec<Pointer> =
                places.keys().filter(|pointer| is_below(pointer)).cloned().collect();
            let taken = taken
                .into_iter()
                .filter_map(|pointer| Some((pointer.clone(), places.remove(&pointer)?)));
            taken.collect::<Vec<_>>()
        };
        takes(&mut self.0, &list.item(removed));
        for index in removed..left {
            let from = list.item(index + 1);
            for (pointer, place) in takes(&mut self.0, &from) {
                let below = &pointer.as_str()[from.as_str().len()..];
                self.0.insert(
                    Pointer::from(format!("{}{below}", list.item(index).as_str()).as_str()),
                    place,
                );
            }
        }
    }

    pub(crate) fn of(&self, pointer: &Pointer) -> Option<Place> {
        let mut around = Some(pointer.clone());
        while let Some(pointer) = around {
            if let Some(place) = self.0.get(&pointer) {
                return Some(place.clone());
            }
            around = pointer.parent();
        }
        None
    }
}

/// A file as a JSON value.
#[derive(Debug)]
pub(crate) struct Parsed {
    pub(crate) value: Value,
    pub(crate) places: Places,
}

/// Reads YAML 1.2 (so that `NO` stays Norway) with string keys, no aliases and no repeated key.
pub(crate) fn parse(source: Source<'_>) -> Result<Parsed, Box<Report>> {
    let mut reader = Reader {
        parser: Parser::new_from_str(source.text),
        file: source.name.into(),
        places: Places::default(),
    };
    let value = reader.document()?;
    Ok(Parsed { value, places: reader.places })
}

/// YAML nests deeper than any document that a person writes only to break its reader.
const DEEPEST: usize = 128;

struct Reader<'a> {
    parser: Parser<'a, StrInput<'a>>,
    file: Arc<str>,
    places: Places,
}

impl<'a> Reader<'a> {
    fn document(&mut self) -> Result<Value, Box<Report>> {
        loop {
            let (event, span) = self.next()?;
            match event {
                Event::Nothing | Event::StreamStart | Event::DocumentStart(_) => {}
                Event::StreamEnd | Event::DocumentEnd => {
                    return Err(self.error(
                        span,
                        "the file is empty",
                        "an OpenAPI document starts with `openapi: 3.0.x`",
                    ));
                }
                event => {
                    let value = self.value(event, span, &Pointer::root(), 0)?;
                    return self.end().map(|()| value);
                }
            }
        }
    }

    /// Reads on to the end, so that broken YAML behind the document does not go unseen.
    fn end(&mut self) -> Result<(), Box<Report>> {
        loop {
            match self.next()? {
                (Event::StreamEnd, _) => return Ok(()),
                (Event::DocumentStart(_), span) => {
                    return Err(self.error(
                        span,
                        "the file holds a second YAML document",
                        "keep one document in a file",
                    ));
                }
                _ => {}
            }
        }
    }

    fn next(&mut self) -> Result<(Event<'a>, Span), Box<Report>> {
        match self.parser.next_event() {
            Some(Ok(next)) => Ok(next),
            Some(Err(error)) => Err(self.broken(&error)),
            None => Ok((Event::StreamEnd, Span::default())),
        }
    }

    fn value(
        &mut self,
        event: Event<'a>,
        span: Span,
        at: &Pointer,
        depth: usize,
    ) -> Result<Value, Box<Report>> {
        if depth > DEEPEST {
            return Err(self.error(span, "the file nests too deeply", "keep it below 128 levels"));
        }
        if depth == 0 {
            self.places.insert(at.clone(), self.place(span));
        }
        match event {
            Event::Scalar(text, style, _, tag) => {
                Scalar::parse_from_cow_and_metadata(text, style, tag.as_ref())
                    .and_then(scalar)
                    .ok_or_else(|| {
                        self.error(
                            span,
                            "this scalar has no JSON value",
                            "quote it if text is meant",
                        )
                    })
            }
            Event::SequenceStart(..) => self.sequence(at, depth),
            Event::MappingStart(..) => self.mapping(at, depth),
            Event::Alias(_) => Err(self.error(
                span,
                "YAML aliases are not read",
                "write the value out, or use `$ref`",
            )),
            _ => Err(self.error(span, "unexpected end of the document", "complete the value")),
        }
    }

    fn sequence(&mut self, at: &Pointer, depth: usize) -> Result<Value, Box<Report>> {
        let mut items = Vec::new();
        loop {
            let (event, span) = self.next()?;
            if matches!(event, Event::SequenceEnd) {
                return Ok(Value::Array(items));
            }
            let pointer = at.item(items.len());
            self.places.insert(pointer.clone(), self.place(span));
            items.push(self.value(event, span, &pointer, depth + 1)?);
        }
    }

    fn mapping(&mut self, at: &Pointer, depth: usize) -> Result<Value, Box<Report>> {
        let mut members = Map::new();
        loop {
            let (event, span) = self.next()?;
            let key = match event {
                Event::MappingEnd => return Ok(Value::Object(members)),
                // `200:` and `'200':` are the same status.
                Event::Scalar(text, ..) => text.into_owned(),
                _ => {
                    return Err(self.error(
                        span,
                        "a key must be text",
                        "write the key on one line",
                    ));
                }
            };
            let pointer = at.child(&key);
            if members.contains_key(&key) {
                let message = format!("the key `{key}` stands here twice");
                let mut report = self.error(span, &message, "remove one of the two");
                report.pointer = pointer;
                return Err(report);
            }
            self.places.insert(pointer.clone(), self.place(span));
            let (event, span) = self.next()?;
            let value = self.value(event, span, &pointer, depth + 1)?;
            members.insert(key, value);
        }
    }

    fn place(&self, span: Span) -> Place {
        Place {
            file: self.file.clone(),
            line: span.start.line().max(1),
            column: span.start.col() + 1,
        }
    }

    fn error(&self, span: Span, message: &str, help: &str) -> Box<Report> {
        Box::new(Report::error("yaml", &Pointer::root(), message).help(help).at(self.place(span)))
    }

    fn broken(&self, error: &ScanError) -> Box<Report> {
        let marker = error.marker();
        let place =
            Place { file: self.file.clone(), line: marker.line().max(1), column: marker.col() + 1 };
        let message = format!("this is not YAML: {}", error.info());
        let report = Report::error("yaml", &Pointer::root(), message);
        Box::new(report.help("mend the syntax at this place or just before it").at(place))
    }
}

fn scalar(scalar: Scalar<'_>) -> Option<Value> {
    Some(match scalar {
        Scalar::Null => Value::Null,
        Scalar::Boolean(value) => value.into(),
        Scalar::Integer(value) => value.into(),
        Scalar::FloatingPoint(value) => Value::Number(Number::from_f64(value.into_inner())?),
        Scalar::String(text) => text.into_owned().into(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(text: &str) -> Result<Value, String> {
        parse(Source { name: "a.yaml", text })
            .map(|parsed| parsed.value)
            .map_err(|report| report.to_string())
    }

    #[test]
    fn norway_and_old_booleans_are_text() {
        let value = read("{country: NO, answer: yes, at: 2020-01-01, status: {200: x}}").unwrap();
        assert_eq!(
            value,
            json!({"country": "NO", "answer": "yes", "at": "2020-01-01", "status": {"200": "x"}})
        );
    }

    #[test]
    fn every_value_has_its_place() {
        let parsed = parse(Source { name: "a.yaml", text: "a:\n  - b: 1\n" }).unwrap();
        let place = |pointer: &str| parsed.places.of(&pointer.into()).unwrap().to_string();
        assert_eq!(place("/a"), "a.yaml:1:1");
        assert_eq!(place("/a/0/b"), "a.yaml:2:5");
        assert_eq!(place("/a/0/not/there"), "a.yaml:2:5");
    }

    #[test]
    fn what_cannot_be_read_says_where() {
        for (text, says) in [
            ("a: [1", "a.yaml:"),
            ("a: 1\na: 2\n", "a.yaml:2:1: error[yaml]: the key `a` stands here twice"),
            ("", "the file is empty"),
            ("a: &x 1\nb: *x\n", "aliases"),
            ("a: 1\n---\nb: 2\n", "second YAML document"),
            ("a: .inf\n", "no JSON value"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(says), "{text:?} gave {error}");
        }
    }

    #[test]
    fn deep_nesting_is_an_error_and_not_a_crash() {
        let error = read(&"[".repeat(100_000)).unwrap_err();
        assert!(error.contains("too deep") || error.contains("not YAML"), "{error}");
    }
}
