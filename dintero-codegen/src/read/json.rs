//! Parses JSON, with the position of every member and element.

use std::sync::Arc;

use jsonc_parser::ast::{Object, Value as Syntax};
use jsonc_parser::common::Ranged as _;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};
use serde_json::{Map, Value};

use crate::pointer::Pointer;
use crate::read::source::{DEEPEST, Parsed, Position, Positions, Source, repeated_key, too_deep};
use crate::report::Report;

/// Why a file could not be parsed.
pub(super) enum Error {
    /// The text is not JSON.
    Syntax(Box<Report>),
    /// The text is JSON, but cannot be a document.
    Value(Box<Report>),
}

/// Parses JSON as the standard defines it: no comments, no trailing commas, no duplicate keys.
pub(super) fn parse(source: Source<'_>) -> Result<Parsed, Error> {
    let strict = ParseOptions {
        allow_comments: false,
        allow_loose_object_property_names: false,
        allow_trailing_commas: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    };
    let file: Arc<str> = source.name.into();
    let mut reader = Reader {
        cursor: Cursor { text: source.text, byte: 0, line: 1, column: 1 },
        positions: Positions::default(),
        file: file.clone(),
    };
    let read = parse_to_ast(source.text, &CollectOptions::default(), &strict);
    let value = read.map(|read| read.value).map_err(|error| {
        let message = format!("this is not JSON: {}", error.kind());
        let position = reader.position(error.range().start);
        let report = Report::error("json", &Pointer::root(), message);
        Error::Syntax(Box::new(report.help("correct the syntax here or just before").at(position)))
    })?;
    // The caller checked that the text starts with `{` or `[`, so there is a value.
    let value = value.map_or(Ok(Value::Null), |value| {
        reader.here(&Pointer::root(), value.range().start);
        reader.value(value, &Pointer::root(), 0)
    });
    Ok(Parsed { value: value.map_err(Error::Value)?, positions: reader.positions })
}

struct Reader<'a> {
    cursor: Cursor<'a>,
    positions: Positions,
    file: Arc<str>,
}

impl Reader<'_> {
    fn value(
        &mut self,
        value: Syntax<'_>,
        at: &Pointer,
        depth: usize,
    ) -> Result<Value, Box<Report>> {
        if depth > DEEPEST {
            return Err(too_deep("json", self.position(value.range().start)));
        }
        match value {
            Syntax::StringLit(text) => Ok(text.value.into_owned().into()),
            Syntax::BooleanLit(boolean) => Ok(boolean.value.into()),
            Syntax::NullKeyword(_) => Ok(Value::Null),
            Syntax::NumberLit(number) => serde_json::from_str(number.value).map_err(|error| {
                let message = format!("the number `{}` cannot be read: {error}", number.value);
                let report = Report::error("json", at, message).help("write a smaller number");
                Box::new(report.at(self.position(number.range.start)))
            }),
            Syntax::Array(array) => {
                let mut items = Vec::with_capacity(array.elements.len());
                for (index, item) in array.elements.into_iter().enumerate() {
                    let at = at.item(index);
                    self.here(&at, item.range().start);
                    items.push(self.value(item, &at, depth + 1)?);
                }
                Ok(Value::Array(items))
            }
            Syntax::Object(object) => self.object(object, at, depth),
        }
    }

    fn object(
        &mut self,
        object: Object<'_>,
        at: &Pointer,
        depth: usize,
    ) -> Result<Value, Box<Report>> {
        let mut members = Map::with_capacity(object.properties.len());
        for member in object.properties {
            let key = member.name.into_string();
            let at = at.child(&key);
            if members.contains_key(&key) {
                return Err(repeated_key("json", &key, &at, self.position(member.range.start)));
            }
            self.here(&at, member.range.start);
            let value = self.value(member.value, &at, depth + 1)?;
            members.insert(key, value);
        }
        Ok(Value::Object(members))
    }

    fn here(&mut self, at: &Pointer, byte: usize) {
        let position = self.position(byte);
        self.positions.insert(at.clone(), position);
    }

    fn position(&mut self, byte: usize) -> Position {
        self.cursor.advance(byte);
        Position { file: self.file.clone(), line: self.cursor.line, column: self.cursor.column }
    }
}

/// Counts lines and columns. Values are visited in the order of the text, so one pass over the text is enough.
struct Cursor<'a> {
    text: &'a str,
    byte: usize,
    line: usize,
    column: usize,
}

impl Cursor<'_> {
    fn advance(&mut self, to: usize) {
        let Some(passed) = self.text.get(self.byte..to) else { return };
        for character in passed.chars() {
            if character == '\n' {
                self.line += 1;
                self.column = 1;
            } else {
                self.column += 1;
            }
        }
        self.byte = to;
    }
}
