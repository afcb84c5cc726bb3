//! Parses YAML 1.2, with the position of every member and element. Keys are strings and unique; each alias becomes a
//! copy of its value.

use std::collections::HashMap;
use std::sync::Arc;

use saphyr::Scalar;
use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span, StrInput};
use serde_json::{Map, Number, Value};

use crate::pointer::Pointer;
use crate::read::source::{DEEPEST, Parsed, Position, Positions, Source, repeated_key, too_deep};
use crate::report::Report;

/// The maximum number of values that aliases may copy in one file. Without a limit, a few lines of nested aliases could
/// create billions of values.
const MOST_COPIES: usize = 100_000;

/// Parses one YAML document. In YAML 1.2, `NO` (here, Norway) is a string, and not `false`.
pub(super) fn parse(source: Source<'_>) -> Result<Parsed, Box<Report>> {
    let mut reader = Reader {
        parser: Parser::new_from_str(source.text),
        file: source.name.into(),
        positions: Positions::default(),
        anchors: HashMap::new(),
        copies: 0,
    };
    let value = reader.document()?;
    Ok(Parsed { value, positions: reader.positions })
}

struct Reader<'a> {
    parser: Parser<'a, StrInput<'a>>,
    file: Arc<str>,
    positions: Positions,
    /// The values that aliases can refer to, by the number of their anchor.
    anchors: HashMap<usize, Anchored>,
    /// The number of values that have been copied for aliases.
    copies: usize,
}

struct Anchored {
    value: Value,
    size: usize,
    depth: usize,
}

impl<'a> Reader<'a> {
    fn document(&mut self) -> Result<Value, Box<Report>> {
        loop {
            let (event, span) = self.next()?;
            match event {
                Event::Nothing | Event::StreamStart | Event::DocumentStart(_) => {}
                Event::StreamEnd | Event::DocumentEnd => {
                    let help = "an OpenAPI document starts with `openapi: 3.0.x`";
                    return Err(self.error(span, "the file is empty", help));
                }
                event => {
                    self.positions.insert(Pointer::root(), self.position(span));
                    let value = self.value(event, span, &Pointer::root(), 0)?;
                    return self.end().map(|()| value);
                }
            }
        }
    }

    /// Reads to the end of the file, so that invalid YAML after the document is reported.
    fn end(&mut self) -> Result<(), Box<Report>> {
        loop {
            match self.next()? {
                (Event::StreamEnd, _) => return Ok(()),
                (Event::DocumentStart(_), span) => {
                    let message = "the file contains a second YAML document";
                    return Err(self.error(span, message, "keep one document per file"));
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
            return Err(too_deep("yaml", self.position(span)));
        }
        let (value, anchor) = match event {
            Event::Alias(anchor) => return self.copied(anchor, span, depth),
            Event::Scalar(text, style, anchor, tag) => {
                let unsigned = (style == ScalarStyle::Plain && tag.is_none())
                    .then(|| text.parse::<u64>().ok())
                    .flatten();
                let value = match unsigned {
                    // saphyr reads integers above `i64::MAX` as floats.
                    Some(unsigned) => Some(unsigned.into()),
                    None => Scalar::parse_from_cow_and_metadata(text, style, tag.as_ref())
                        .and_then(scalar),
                };
                let help = "quote the scalar if it is meant as a string";
                let none = || self.error(span, "this scalar cannot be represented in JSON", help);
                (value.ok_or_else(none)?, anchor)
            }
            Event::SequenceStart(anchor, _) => (self.sequence(at, depth)?, anchor),
            Event::MappingStart(anchor, _) => (self.mapping(at, depth)?, anchor),
            _ => {
                let message = "unexpected end of the document";
                return Err(self.error(span, message, "complete the value"));
            }
        };
        if anchor != 0 {
            let (size, depth) = measure(&value);
            self.anchors.insert(anchor, Anchored { value: value.clone(), size, depth });
        }
        Ok(value)
    }

    /// Copies the value of an alias. Reports about a part of the copy show the position of the member or element whose
    /// value is the alias.
    fn copied(&mut self, anchor: usize, span: Span, depth: usize) -> Result<Value, Box<Report>> {
        let Some(anchored) = self.anchors.get(&anchor) else {
            let message = "the alias is inside the value it refers to";
            return Err(self.error(span, message, "refer to a component with `$ref` instead"));
        };
        if depth + anchored.depth > DEEPEST {
            return Err(too_deep("yaml", self.position(span)));
        }
        self.copies += anchored.size;
        if self.copies > MOST_COPIES {
            let message = format!("the file's aliases copy more than {MOST_COPIES} values");
            return Err(self.error(
                span,
                &message,
                "name the value under `components`, and use `$ref`",
            ));
        }
        Ok(anchored.value.clone())
    }

    fn sequence(&mut self, at: &Pointer, depth: usize) -> Result<Value, Box<Report>> {
        let mut items = Vec::new();
        loop {
            let (event, span) = self.next()?;
            if matches!(event, Event::SequenceEnd) {
                return Ok(Value::Array(items));
            }
            let pointer = at.item(items.len());
            self.positions.insert(pointer.clone(), self.position(span));
            items.push(self.value(event, span, &pointer, depth + 1)?);
        }
    }

    fn mapping(&mut self, at: &Pointer, depth: usize) -> Result<Value, Box<Report>> {
        let mut members = Map::new();
        let mut merged = Vec::new();
        loop {
            let (event, span) = self.next()?;
            let (key, style) = match event {
                Event::MappingEnd => break,
                // `200:` and `'200':` are the same status.
                Event::Scalar(text, style, ..) => (text.into_owned(), style),
                _ => {
                    return Err(self.error(
                        span,
                        "a key must be a string",
                        "write the key on one line",
                    ));
                }
            };
            let pointer = at.child(&key);
            let is_merge = key == "<<" && style == ScalarStyle::Plain;
            if members.contains_key(&key) || is_merge && !merged.is_empty() {
                return Err(repeated_key("yaml", &key, &pointer, self.position(span)));
            }
            self.positions.insert(pointer.clone(), self.position(span));
            let (event, value_span) = self.next()?;
            let value = self.value(event, value_span, &pointer, depth + 1)?;
            if is_merge {
                merged = self.sources(value, span)?;
            } else {
                members.insert(key, value);
            }
        }
        // The mapping's own members take precedence, then the members of the first source.
        for (key, value) in merged.into_iter().flatten() {
            members.entry(key).or_insert(value);
        }
        Ok(Value::Object(members))
    }

    /// Returns the mappings of a merge key (`<<: *defaults`), a feature of YAML 1.1 that many documents still use.
    fn sources(&self, value: Value, span: Span) -> Result<Vec<Map<String, Value>>, Box<Report>> {
        let sources = match value {
            Value::Array(items) => items,
            one => vec![one],
        };
        let mapping = |source| match source {
            Value::Object(members) => Ok(members),
            _ => {
                let message = "the merge key `<<` needs a mapping, or a list of mappings";
                Err(self.error(span, message, "quote the key if the property is named `<<`"))
            }
        };
        sources.into_iter().map(mapping).collect()
    }

    fn position(&self, span: Span) -> Position {
        Position {
            file: self.file.clone(),
            line: span.start.line().max(1),
            column: span.start.col() + 1,
        }
    }

    fn error(&self, span: Span, message: &str, help: &str) -> Box<Report> {
        Box::new(
            Report::error("yaml", &Pointer::root(), message).help(help).at(self.position(span)),
        )
    }

    fn broken(&self, error: &ScanError) -> Box<Report> {
        let marker = error.marker();
        let position = Position {
            file: self.file.clone(),
            line: marker.line().max(1),
            column: marker.col() + 1,
        };
        let message = format!("this is not YAML: {}", error.info());
        let report = Report::error("yaml", &Pointer::root(), message);
        Box::new(report.help("correct the syntax here or just before").at(position))
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

/// Counts a value and all values inside it, and returns their number with the nesting depth of the value.
fn measure(value: &Value) -> (usize, usize) {
    let inside: Box<dyn Iterator<Item = &Value>> = match value {
        Value::Array(items) => Box::new(items.iter()),
        Value::Object(members) => Box::new(members.values()),
        _ => return (1, 0),
    };
    inside
        .map(measure)
        .fold((1, 1), |(size, depth), (more, deeper)| (size + more, depth.max(deeper + 1)))
}
