//! Turns descriptions into documentation. The first sentence becomes the summary, [`markdown`] changes the parts that
//! rustdoc would misread, and sentences about the schema's limits, default and example are appended.

mod markdown;

use std::borrow::Cow;

use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;

use super::Emit;
use crate::extensions::QueryRule;
use crate::model::{Docs, Field, Parameter, Type, ValueType};

/// The maximum width of a generated comment line, excluding the indentation and the slashes.
const WIDTH: usize = 96;

/// Returns `#[doc = " …"]` for each line, which is printed as `/// …`.
pub(crate) fn outer(text: &str) -> TokenStream {
    let lines = lines(text).into_iter().map(spaced);
    quote!(#(#[doc = #lines])*)
}

/// Returns the documentation of a file: `#![doc = " …"]` for each line, which is printed as `//! …`.
pub(crate) fn inner(text: &str) -> TokenStream {
    let lines = lines(text).into_iter().map(spaced);
    quote!(#(#![doc = #lines])*)
}

fn spaced(line: String) -> String {
    if line.is_empty() { line } else { format!(" {line}") }
}

/// Returns the lines of a comment. Every comment passes through this function.
fn lines(text: &str) -> Vec<String> {
    let text = wrapped(text).join("\n");
    markdown::without_rust(&text).lines().map(|line| line.trim_end().to_owned()).collect()
}

/// Splits text into lines. The lines of each paragraph or list item are joined and then wrapped; code and tables stay
/// unchanged.
fn wrapped(text: &str) -> Vec<String> {
    let mut joined: Vec<Line> = Vec::new();
    let mut fenced = false;
    for line in text.lines().map(str::trim_end) {
        let fence = line.trim_start().starts_with("```");
        let fixed = fence || fenced || line.starts_with('|');
        let starts = fixed || line.is_empty() || is_entry(line) || line.starts_with('>');
        match joined.last_mut().filter(|last| !starts && !last.fixed && !last.text.is_empty()) {
            Some(last) => {
                last.text.push(' ');
                last.text.push_str(line.trim_start());
            }
            None => joined.push(Line { text: line.to_owned(), fixed }),
        }
        fenced ^= fence;
    }
    let mut lines = Vec::new();
    for Line { text, fixed } in joined {
        // A line with a tab is always wrapped, because the width of a tab is unknown.
        if fixed || text.len() <= WIDTH && !text.contains('\t') {
            lines.push(text);
        } else {
            wrap(&text, &mut lines);
        }
    }
    lines
}

struct Line {
    text: String,
    /// Whether the line is kept as is, neither joined with other lines nor wrapped.
    fixed: bool,
}

/// Returns whether a line starts a list item.
fn is_entry(line: &str) -> bool {
    let line = line.trim_start();
    let number = line.trim_start_matches(|c: char| c.is_ascii_digit());
    line.starts_with("- ")
        || line.starts_with("* ")
        || (number.len() < line.len() && number.starts_with(". "))
}

/// Returns whether a word at the start of a line would start a block such as a list, a heading or a quotation.
fn begins_block(word: &str) -> bool {
    let number = word.trim_start_matches(|c: char| c.is_ascii_digit());
    matches!(word, "-" | "*" | "+")
        || matches!(number, "." | ")") && number.len() < word.len()
        || word.starts_with(['#', '>', '|'])
        || ["```", "~~~", "---", "==="].iter().any(|mark| word.starts_with(mark))
}

fn wrap(line: &str, lines: &mut Vec<String>) {
    let indent = line.len() - line.trim_start().len();
    let marker = if is_entry(line) { indent + 2 } else { indent };
    let mut current = " ".repeat(indent);
    let (mut width, mut begun) = (indent, false);
    for word in line.split_whitespace() {
        let length = word.chars().count();
        if begun && width + 1 + length > WIDTH && !begins_block(word) {
            lines.push(std::mem::replace(&mut current, " ".repeat(marker)));
            (width, begun) = (marker, false);
        }
        if begun {
            current.push(' ');
            width += 1;
        }
        current.push_str(word);
        width += length;
        begun = true;
    }
    lines.push(current);
}

/// Returns a description in the form that rustdoc expects: the first sentence as a paragraph of its own, followed by
/// the remaining text.
pub(crate) fn description(text: &str) -> String {
    let text = markdown::sanitized(text.trim());
    let text = text.trim();
    let (first_paragraph, rest) = text.split_once("\n\n").unwrap_or((text, ""));
    let first_paragraph = first_paragraph.trim();
    let is_list = first_paragraph.starts_with("- ");
    let end = if is_list { None } else { sentence_end(first_paragraph) };
    let mut out = match end {
        Some(end) => {
            format!("{}\n\n{}", &first_paragraph[..end], first_paragraph[end..].trim_start())
        }
        None => first_paragraph.to_owned(),
    };
    if !rest.trim().is_empty() {
        out.push_str("\n\n");
        out.push_str(rest.trim());
    }
    out
}

/// Returns the first sentence of a description.
pub(crate) fn summary(text: &str) -> String {
    let text = text.trim();
    let mut first = description(text.split_once("\n\n").map_or(text, |(first, _)| first));
    first.truncate(first.find("\n\n").unwrap_or(first.len()));
    first
}

/// Returns the end of the first sentence, if another sentence follows in the same paragraph.
fn sentence_end(text: &str) -> Option<usize> {
    let mut code = false;
    let bytes = text.as_bytes();
    for (index, byte) in bytes.iter().enumerate() {
        match byte {
            b'`' => code = !code,
            b'.' | b'?' | b'!' if !code => {
                let next = text[index + 1..].trim_start();
                let gap = text.len() - index - 1 - next.len();
                let starts = next.chars().next().is_some_and(|c| c.is_uppercase() || c == '`');
                if gap > 0
                    && starts
                    && !text[..=index].ends_with("e.g.")
                    && !text[..=index].ends_with("i.e.")
                {
                    return Some(index + 1);
                }
            }
            _ => {}
        }
    }
    None
}

/// Returns the indefinite article for a name.
pub(crate) fn article(name: &str) -> &'static str {
    // `U` as in "update" takes "an", but `U` as in "user" takes "a".
    let is_vowel =
        name.starts_with(['A', 'E', 'I', 'O']) || name.starts_with("Up") || name.starts_with("Un");
    if is_vowel { "an" } else { "a" }
}

/// Returns the trimmed description, or `None` if it is blank.
pub(crate) fn said(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

/// Returns the description of a field, followed by a paragraph of facts from its schema and its query rules.
pub(crate) fn field(emit: &Emit<'_>, field: &Field) -> String {
    let Field { name, wire, ty, docs, read_only, .. } = field;
    let about = About { docs, ty, wire, name };
    let is_told = about.says("set by dintero");
    about.told(
        emit,
        (*read_only && !is_told)
            .then_some("Read-only: set by Dintero, and never sent in requests."),
    )
}

/// Returns the description of a parameter, followed by a paragraph of facts from its schema and its query rules.
pub(crate) fn parameter(emit: &Emit<'_>, parameter: &Parameter) -> String {
    let Parameter { name, wire, ty, docs, query_rules, .. } = parameter;
    let rules: Vec<String> = query_rules.iter().map(rule).collect();
    let rules = (!rules.is_empty()).then(|| rules.join(" "));
    About { docs, ty, wire, name }.told(emit, rules.as_deref())
}

fn rule(rule: &QueryRule) -> String {
    match rule {
        QueryRule::With(other) => {
            format!("If `{other}` is not set, the call returns an error before anything is sent.")
        }
        QueryRule::Without(other) => {
            format!("If `{other}` is also set, the call returns an error before anything is sent.")
        }
    }
}

/// Returns the first sentence of a field's description, on one line.
pub(crate) fn field_summary(emit: &Emit<'_>, field: &Field) -> String {
    let text = said(field.docs.description.as_deref()).or_else(|| of_type(emit, &field.ty));
    let first = text.map_or_else(|| undescribed(&field.wire), summary);
    first.replace('\n', " ")
}

/// A field or parameter to document.
struct About<'a> {
    docs: &'a Docs,
    ty: &'a Type,
    wire: &'a str,
    name: &'a str,
}

impl About<'_> {
    fn told(&self, emit: &Emit<'_>, fact: Option<&str>) -> String {
        let own = said(self.docs.description.as_deref());
        let mut out = match (own, of_type(emit, self.ty)) {
            (Some(text), _) => description(text),
            (None, Some(text)) => summary(text),
            (None, None) => undescribed(self.wire),
        };
        let facts: Vec<String> = fact.map(str::to_owned).into_iter().chain(self.facts()).collect();
        if !facts.is_empty() {
            out.push_str("\n\n");
            out.push_str(&facts.join(" "));
        }
        out
    }

    /// Returns whether the description contains `words`, which must be in lower case.
    fn says(&self, words: &str) -> bool {
        self.docs.description.as_ref().is_some_and(|text| text.to_lowercase().contains(words))
    }

    fn facts(&self) -> Vec<String> {
        let Self { docs, ty, wire, name } = self;
        let mut facts = limits(docs, ty);
        if matches!(ty, Type::Value(ValueType::MinorUnits)) && !self.says("minor units") {
            facts.push("In minor units.".to_owned());
        }
        if let Some(default) = &docs.default {
            facts.push(format!("If omitted, Dintero uses {}.", code(&default.to_string())));
        }
        if let Some(example) = docs.example.as_ref().filter(|example| is_short(example)) {
            facts.push(format!("Example: `{example}`."));
        }
        // The map of all properties without a field has no JSON key.
        if wire != name && !wire.is_empty() {
            facts.push(format!("Named {} in the API.", code(wire)));
        }
        facts
    }
}

fn of_type<'a>(emit: &Emit<'a>, ty: &Type) -> Option<&'a str> {
    ty.named().and_then(|id| said(emit.model.get(id).docs.description.as_deref()))
}

fn undescribed(wire: &str) -> String {
    format!("{}, which the document does not describe.", code(wire))
}

/// Returns text of the document as code in a sentence.
pub(crate) fn code(text: &str) -> String {
    let line = if text.contains(['\n', '\r']) {
        Cow::Owned(text.escape_debug().to_string())
    } else {
        Cow::Borrowed(text)
    };
    let longest = line.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    match longest {
        0 => format!("`{line}`"),
        longest => {
            let fence = "`".repeat(longest + 1);
            format!("{fence} {line} {fence}")
        }
    }
}

fn is_short(example: &Value) -> bool {
    !example.is_object()
        && !example.as_array().is_some_and(|items| items.iter().any(Value::is_object))
        && {
            let text = example.to_string();
            text.len() <= 80 && !text.contains('`')
        }
}

fn limits(docs: &Docs, ty: &Type) -> Vec<String> {
    let limits = &docs.limits;
    let mut said = Vec::new();
    let count = |said: &mut Vec<String>, least: Option<usize>, most: Option<usize>, what: &str| {
        let plural = |n: usize| if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") };
        match (least, most) {
            (Some(least), Some(most)) if least == most => {
                said.push(format!("Exactly {}.", plural(least)))
            }
            (Some(least), Some(most)) => said.push(format!("{least} to {}.", plural(most))),
            (Some(least), None) if least > 0 => said.push(format!("At least {}.", plural(least))),
            (None, Some(most)) => said.push(format!("At most {}.", plural(most))),
            (Some(_) | None, None) => {}
        }
    };
    count(&mut said, limits.min_length, limits.max_length, "character");
    let (item, entry) =
        if matches!(ty, Type::Map(_)) { ("item", "key") } else { ("item", "property") };
    count(&mut said, limits.min_items, limits.max_items, item);
    count(&mut said, limits.min_properties, limits.max_properties, entry);
    let number =
        |value: f64| if value.fract() == 0.0 { format!("{value:.0}") } else { value.to_string() };
    let bound = |value: Option<f64>, exclusive: bool, word: &str, strict: &str| {
        value.map(|value| format!("{} {}.", if exclusive { strict } else { word }, number(value)))
    };
    said.extend(bound(limits.minimum, limits.exclusive_minimum, "At least", "More than"));
    said.extend(bound(limits.maximum, limits.exclusive_maximum, "At most", "Less than"));
    said.extend(limits.multiple_of.map(|value| format!("A multiple of {}.", number(value))));
    if limits.unique_items {
        said.push("The items are unique.".to_owned());
    }
    if let Some(pattern) = limits.pattern.as_ref().filter(|pattern| !pattern.contains('`')) {
        said.push(format!("Matches `{pattern}`."));
    }
    if !limits.values.is_empty() {
        let values: Vec<String> =
            limits.values.iter().map(|value| code(&value.to_string())).collect();
        said.push(format!("One of {}.", values.join(", ")));
    }
    said
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag};

    use super::*;

    #[test]
    fn the_first_sentence_is_the_summary() {
        assert_eq!(
            description("One thing. Two things.\nMore."),
            "One thing.\n\nTwo things.\nMore."
        );
        assert_eq!(description("See `a. B` now"), "See `a. B` now");
        assert_eq!(description("Such as e.g. This one."), "Such as e.g. This one.");
        assert_eq!(description("Whole.\n\n- a\n- b"), "Whole.\n\n- a\n- b");
    }

    #[test]
    fn long_lines_are_wrapped_under_their_list_marker() {
        let lines = lines(&format!("- {}", "word ".repeat(30)));
        assert!(lines.len() == 2 && lines[1].starts_with("  word"), "{lines:?}");
    }

    /// Parts of texts that change the meaning of the parts around them.
    fn markdown() -> impl Strategy<Value = String> {
        let part = prop::sample::select(vec![
            "a",
            "A. B",
            "word ".repeat(25).leak(),
            " ",
            "\n",
            "\n\n",
            "\r",
            "\r\n",
            "\t",
            "    ",
            "      ",
            "```",
            "````",
            "~~~",
            "```rust\n",
            "```\n",
            "> ",
            "- ",
            "1. ",
            "* ",
            "<pre>\n",
            "</pre>",
            "<b>",
            "<!--",
            "-->",
            "# ",
            "---",
            "===",
            "| a |",
            "|--|",
            "[a]",
            "[^1]: ",
            "[a]: /b",
            "`",
            "``",
            "\\",
            "*",
            "_",
            "https://a.b",
            "\u{202E}",
            "\u{0}",
            "let x;",
            "{\"a\": 1}",
            "&lt;",
            "![x](y)",
        ]);
        prop::collection::vec(part, 0..14).prop_map(|parts| parts.concat())
    }

    /// Returns the first part of a comment that rustdoc would run as a test, or that rustc would refuse.
    fn problem(comment: &str) -> Option<String> {
        let refused = |c: char| {
            c.is_control() && c != '\n'
                || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
        };
        if comment.contains(refused) {
            return Some("a character that rustc refuses".to_owned());
        }
        // rustdoc removes the indentation that all lines share, so a text of spaces alone has none.
        Parser::new(comment).find_map(|event| match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) if &*info == "text" => None,
            Event::Start(Tag::CodeBlock(kind)) => Some(format!("{kind:?}")),
            _ => None,
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]

        #[test]
        fn no_text_becomes_a_test(text in markdown(), before in "(Status 200\\. )?") {
            let whole = [
                lines(&format!("{before}{}", description(&text))),
                lines(&code(&text)),
                lines(&text),
            ];
            for comment in whole {
                let comment = comment.join("\n");
                prop_assert_eq!(problem(&comment), None, "{:?} became {:?}", text, comment);
            }
        }
    }
}
