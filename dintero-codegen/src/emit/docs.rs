//! Descriptions to rustdoc. They are Markdown written for a web page: the first sentence becomes the summary,
//! what rustdoc would misread is escaped, and what the schema says beside the description is put into words.

use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;

use super::Emit;
use crate::model::{Docs, Type, ValueType};

/// The width of generated comments, without indentation and slashes.
const WIDTH: usize = 96;

/// `#[doc = " …"]` for each line, for items that are made of tokens.
pub(crate) fn attributes(text: &str) -> TokenStream {
    let lines = lines(text);
    let lines =
        lines.iter().map(|line| if line.is_empty() { String::new() } else { format!(" {line}") });
    quote!(#(#[doc = #lines])*)
}

/// `/// …` for each line, indented, for items that are made of text.
pub(crate) fn comment(text: &str, indent: &str, out: &mut String) {
    marked(text, indent, "///", out);
}

/// `//! …` for each line: what stands at the head of a file.
pub(crate) fn inner_comment(text: &str) -> String {
    let mut out = String::new();
    marked(text, "", "//!", &mut out);
    out
}

fn marked(text: &str, indent: &str, mark: &str, out: &mut String) {
    for line in lines(text) {
        out.push_str(indent);
        out.push_str(mark);
        if !line.is_empty() {
            out.push(' ');
            out.push_str(&line);
        }
        out.push('\n');
    }
}

/// The lines of a comment: paragraphs and list entries are joined first, and then wrapped to the width.
fn lines(text: &str) -> Vec<String> {
    let mut joined: Vec<String> = Vec::new();
    let mut fenced = false;
    for line in text.lines().map(str::trim_end) {
        let fence = line.trim_start().starts_with("```");
        let starts = line.is_empty() || fence || fenced || is_entry(line) || line.starts_with('|');
        match joined
            .last_mut()
            .filter(|last| !starts && !last.is_empty() && !last.starts_with("```"))
        {
            Some(last) => {
                last.push(' ');
                last.push_str(line.trim_start());
            }
            None => joined.push(line.to_owned()),
        }
        fenced ^= fence;
    }
    let mut lines = Vec::new();
    for line in joined {
        // Tabs have no width here.
        if line.len() <= WIDTH && !line.contains('\t') {
            lines.push(line);
        } else {
            wrap(&line, &mut lines);
        }
    }
    lines
}

/// Whether a line begins an entry of a list.
fn is_entry(line: &str) -> bool {
    let line = line.trim_start();
    let number = line.trim_start_matches(|c: char| c.is_ascii_digit());
    line.starts_with("- ")
        || line.starts_with("* ")
        || (number.len() < line.len() && number.starts_with(". "))
}

fn wrap(line: &str, lines: &mut Vec<String>) {
    let indent = line.len() - line.trim_start().len();
    let marker = if is_entry(line) { indent + 2 } else { indent };
    let mut current = " ".repeat(indent);
    let (mut width, mut begun) = (indent, false);
    for word in line.split_whitespace() {
        let length = word.chars().count();
        if begun && width + 1 + length > WIDTH {
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

/// A description as rustdoc reads it: the first sentence alone, then the rest.
pub(crate) fn description(text: &str) -> String {
    let text = sanitize(text.trim());
    let (first_paragraph, rest) = text.split_once("\n\n").unwrap_or((&text, ""));
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

/// The first sentence of a description.
pub(crate) fn summary(text: &str) -> String {
    let text = text.trim();
    let mut first = description(text.split_once("\n\n").map_or(text, |(first, _)| first));
    first.truncate(first.find("\n\n").unwrap_or(first.len()));
    first
}

/// Where the first sentence ends, if another follows it in the same paragraph.
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

/// Keeps rustdoc from seeing links, HTML and code where the author meant text.
fn sanitize(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut fenced = false;
    for line in text.lines() {
        if !out.is_empty() {
            out.push('\n');
        }
        let trimmed = line.trim_start();
        if trimmed.starts_with("```") {
            // Rust is what rustdoc would take an unmarked block for, and run.
            out.push_str(if fenced { "```" } else { "```text" });
            fenced = !fenced;
        } else if fenced {
            out.push_str(line);
        } else if trimmed.starts_with('#') {
            out.push_str(&format!("**{}**", trimmed.trim_start_matches('#').trim()));
        } else {
            sanitize_line(line, &mut out);
        }
    }
    if fenced {
        out.push_str("\n```");
    }
    out
}

/// Whether there is nothing to escape, as in most texts. What turns the direction of text begins with the byte E2.
fn is_plain(text: &str) -> bool {
    !text.bytes().any(|byte| matches!(byte, b'[' | b']' | b'<' | 0xE2)) && !text.contains("://")
}

fn sanitize_line(line: &str, out: &mut String) {
    for (index, part) in line.split('`').enumerate() {
        if index > 0 {
            out.push('`');
        }
        if index % 2 == 1 || is_plain(part) {
            out.push_str(part);
            continue;
        }
        for (index, word) in part.split(' ').enumerate() {
            if index > 0 {
                out.push(' ');
            }
            let bare =
                word.trim_matches(|c: char| matches!(c, '.' | ',' | ';' | ':' | '(' | ')' | '"'));
            if bare.starts_with("https://") || bare.starts_with("http://") {
                out.push_str(&word.replacen(bare, &format!("<{bare}>"), 1));
            } else {
                // Characters that turn the direction of text could hide what the source says; rustc refuses them.
                let turns =
                    |c: &char| matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
                for c in word.chars().filter(|c| !turns(c)) {
                    if matches!(c, '[' | ']' | '<') {
                        out.push('\\');
                    }
                    out.push(c);
                }
            }
        }
    }
}

/// The description of a field or parameter and, as a paragraph of its own, what the schema says beside it.
pub(crate) fn member(
    emit: &Emit<'_>,
    docs: &Docs,
    ty: &Type,
    wire: &str,
    rust: &str,
    read_only: bool,
) -> String {
    let mut out = match (&docs.description, of_type(emit, ty)) {
        (Some(text), _) => description(text),
        (None, Some(text)) => summary(text),
        (None, None) => undescribed(wire),
    };
    let facts = facts(docs, ty, wire, rust, read_only);
    if !facts.is_empty() {
        out.push_str("\n\n");
        out.push_str(&facts.join(" "));
    }
    out
}

/// The first sentence about a field, on one line.
pub(crate) fn member_summary(emit: &Emit<'_>, docs: &Docs, ty: &Type, wire: &str) -> String {
    let text = docs.description.as_deref().or_else(|| of_type(emit, ty));
    let first = text.map_or_else(|| undescribed(wire), summary);
    first.replace('\n', " ")
}

fn of_type<'a>(emit: &Emit<'a>, ty: &Type) -> Option<&'a str> {
    ty.named().and_then(|id| emit.model.get(id).docs.description.as_deref())
}

fn undescribed(wire: &str) -> String {
    format!("`{wire}`, which the document does not describe.")
}

fn facts(docs: &Docs, ty: &Type, wire: &str, rust: &str, read_only: bool) -> Vec<String> {
    let mut facts = Vec::new();
    let says = |words: &str| {
        docs.description.as_ref().is_some_and(|text| text.to_lowercase().contains(words))
    };
    if read_only && !says("set by dintero") {
        facts.push("Set by Dintero and never sent.".to_owned());
    }
    facts.extend(limits(docs, ty));
    if matches!(ty, Type::Value(ValueType::MinorUnits)) && !says("minor units") {
        facts.push("In minor units.".to_owned());
    }
    if let Some(default) = &docs.default {
        facts.push(format!("Dintero assumes `{default}` when it is left out."));
    }
    if let Some(example) = docs.example.as_ref().filter(|example| is_short(example)) {
        facts.push(format!("Example: `{example}`."));
    }
    if wire != rust {
        facts.push(format!("Sent as `{wire}`."));
    }
    facts
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
        said.push("No item twice.".to_owned());
    }
    if let Some(pattern) = limits.pattern.as_ref().filter(|pattern| !pattern.contains('`')) {
        said.push(format!("Matches `{pattern}`."));
    }
    if !limits.values.is_empty() {
        let values: Vec<String> = limits.values.iter().map(|value| format!("`{value}`")).collect();
        said.push(format!("One of {}.", values.join(", ")));
    }
    said
}

#[cfg(test)]
mod tests {
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
    fn what_rustdoc_would_misread_is_escaped() {
        assert_eq!(
            description("see [x](#y) at https://a.b/c."),
            "see \\[x\\](#y) at <https://a.b/c>."
        );
        assert_eq!(description("`[a]` <b>"), "`[a]` \\<b>");
        assert_eq!(description("#### Title"), "**Title**");
        assert_eq!(description("a\n\n```\nfn\n```"), "a\n\n```text\nfn\n```");
    }

    #[test]
    fn long_lines_are_wrapped_under_their_list_marker() {
        let lines = lines(&format!("- {}", "word ".repeat(30)));
        assert!(lines.len() == 2 && lines[1].starts_with("  word"), "{lines:?}");
    }
}
