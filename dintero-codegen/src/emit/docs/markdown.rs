//! Adapts descriptions to rustdoc. Descriptions are Markdown that was written for a web page, where links lead to other
//! parts of the page and indented code is not run as a test. The text is parsed the way rustdoc parses it, and only the
//! parts that rustdoc would misread are changed.

use std::borrow::Cow;
use std::cell::RefCell;
use std::ops::Range;

use pulldown_cmark::{
    BrokenLink, CodeBlockKind, CowStr, Event, LinkType, Options, Parser, Tag, TagEnd,
};

/// The number of times that text is changed. A change can give the text after it another meaning, so the result is read
/// again until nothing changes; two or three times are enough for nearly all texts.
const ROUNDS: usize = 8;

/// The number of times that the code of a comment is marked or moved; a text that needs more is written as one line.
const MOST_EDITS: usize = 64;

/// Returns the text with everything changed or removed that rustdoc would warn about or hide, and with all code marked
/// as `text`.
pub(super) fn sanitized(text: &str) -> Cow<'_, str> {
    if is_plain(text) {
        return Cow::Borrowed(text);
    }
    let mut text = without_turns(&with_line_feeds(text));
    for _ in 0..ROUNDS {
        let changed = changed(&text);
        if changed == text {
            break;
        }
        text = changed;
    }
    Cow::Owned(text)
}

/// Returns text without anything that rustdoc would run as a test or that rustc would refuse in a comment. All text of
/// all comments passes through this function after its last change, because joining and wrapping lines can also turn
/// text into code.
pub(super) fn without_rust(text: &str) -> Cow<'_, str> {
    let is_refused = |c: char| is_turn(c) || c.is_control() && c != '\n';
    let mut text = if text.contains(is_refused) {
        Cow::Owned(visible(&with_line_feeds(text)))
    } else {
        Cow::Borrowed(text)
    };
    if !["    ", "```", "~~~"].iter().any(|mark| text.contains(mark)) {
        return text;
    }
    for _ in 0..MOST_EDITS {
        let mut edits = Edits::default();
        // rustdoc looks for tests without any extension of Markdown.
        for (event, range) in Parser::new(&text).into_offset_iter() {
            if let Event::Start(Tag::CodeBlock(kind)) = event {
                not_rust(&text, &kind, range, &mut edits);
            }
        }
        if edits.0.is_empty() {
            return text;
        }
        text = Cow::Owned(edits.applied(&text));
    }
    // On one line without marks of code, text is not code.
    let words: Vec<&str> = text.split_whitespace().collect();
    Cow::Owned(words.join(" ").replace(['`', '~'], "'"))
}

/// Changes a code block that rustdoc would take for Rust.
fn not_rust(text: &str, kind: &CodeBlockKind<'_>, range: Range<usize>, edits: &mut Edits) {
    let block = text.get(range.clone()).unwrap_or_default();
    match kind {
        CodeBlockKind::Fenced(info) if is_marked(info) => {}
        CodeBlockKind::Fenced(_) => {
            let first = block.lines().next().unwrap_or_default();
            let mark = if first.starts_with('~') { '~' } else { '`' };
            let fence = first.len() - first.trim_start_matches(mark).len();
            edits.replace(range.start + fence..range.start + first.len(), "text".to_owned());
        }
        CodeBlockKind::Indented => {
            // Without its indentation, the first line is an ordinary paragraph, which also contains the lines below.
            let before = text.get(..range.start).unwrap_or_default();
            let start = before.trim_end_matches([' ', '\t']).len();
            let spaces = block.len() - block.trim_start_matches([' ', '\t']).len();
            edits.replace(start..range.start + spaces, " ".to_owned());
        }
    }
}

/// Returns whether a code block is not Rust, or is an example of a call, which the generator wrote.
fn is_marked(info: &str) -> bool {
    matches!(info, "text" | "no_run")
}

/// Replaces the other ends of lines, which Markdown and rustc know, with line feeds.
fn with_line_feeds(text: &str) -> Cow<'_, str> {
    if text.contains('\r') {
        return Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n"));
    }
    Cow::Borrowed(text)
}

/// Replaces characters that cannot be in a comment with their escapes, and tabs with spaces.
fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => out.push(c),
            '\t' => out.push(' '),
            c if is_turn(c) || c.is_control() => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    out
}

fn changed(text: &str) -> String {
    let edits = RefCell::new(Edits::default());
    let broken = |link: BrokenLink<'_>| -> Option<(CowStr<'_>, CowStr<'_>)> {
        edits.borrow_mut().escape(text, &link.span, '[');
        None
    };
    // Markdown extensions that rustdoc enables.
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS;
    let mut walk = Walk { text, edits: &edits, link: None, code: false, depth: 0 };
    for (event, range) in
        Parser::new_with_broken_link_callback(text, options, Some(broken)).into_offset_iter()
    {
        walk.event(event, range);
    }
    edits.into_inner().applied(text)
}

/// Returns whether the text has none of the marks that rustdoc could misread; most descriptions have none.
fn is_plain(text: &str) -> bool {
    // In UTF-8, the characters that change the direction of text start with the byte E2.
    !text.bytes().any(|byte| matches!(byte, b'[' | b'<' | 0xE2 | b'#' | b'\t' | b'\r'))
        && !["://", "    ", "```", "~~~", "===", "---"].iter().any(|mark| text.contains(mark))
}

/// Removes characters that change the direction of text. Such characters could make source code look different from
/// what the compiler reads, so rustc refuses them.
fn without_turns(text: &str) -> String {
    text.chars().filter(|c| !is_turn(*c)).collect()
}

/// Returns whether a character changes the direction of text.
fn is_turn(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Replacements for parts of a string.
#[derive(Default)]
struct Edits(Vec<(Range<usize>, String)>);

impl Edits {
    fn insert(&mut self, at: usize, text: &str) {
        self.0.push((at..at, text.to_owned()));
    }

    fn replace(&mut self, range: Range<usize>, text: String) {
        self.0.push((range, text));
    }

    /// Puts a backslash before each `wanted` character in a range.
    fn escape(&mut self, text: &str, range: &Range<usize>, wanted: char) {
        let part = text.get(range.clone()).unwrap_or_default();
        for (index, _) in part.match_indices(wanted) {
            self.insert(range.start + index, "\\");
        }
    }

    /// Returns the text with all replacements applied; if two replacements overlap, only the first is applied.
    fn applied(mut self, text: &str) -> String {
        self.0.sort_by_key(|(range, _)| (range.start, range.end));
        self.0.dedup();
        let mut out = String::with_capacity(text.len() + 16);
        let mut done = 0;
        for (range, replacement) in self.0 {
            if range.start < done {
                continue;
            }
            out.push_str(text.get(done..range.start).unwrap_or_default());
            out.push_str(&replacement);
            done = range.end;
        }
        out.push_str(text.get(done..).unwrap_or_default());
        out
    }
}

struct Walk<'a> {
    text: &'a str,
    edits: &'a RefCell<Edits>,
    /// Within a link, the end of the link text seen so far.
    link: Option<usize>,
    code: bool,
    /// The number of quotations and lists around the current event.
    depth: usize,
}

impl Walk<'_> {
    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(
                Tag::Link { link_type, dest_url, .. } | Tag::Image { link_type, dest_url, .. },
            ) => {
                self.link(link_type, &dest_url, range);
            }
            Event::End(TagEnd::Link | TagEnd::Image) => self.link = None,
            Event::Start(Tag::BlockQuote(_) | Tag::List(_)) => self.depth += 1,
            Event::End(TagEnd::BlockQuote(_) | TagEnd::List(_)) => {
                self.depth = self.depth.saturating_sub(1);
            }
            Event::Start(Tag::Heading { .. }) => self.heading(range),
            Event::Start(Tag::CodeBlock(kind)) => {
                self.code = true;
                self.code_block(&kind, range);
            }
            Event::End(TagEnd::CodeBlock) => self.code = false,
            Event::Html(_) | Event::InlineHtml(_) => {
                self.edits.borrow_mut().escape(self.text, &range, '<');
            }
            Event::FootnoteReference(_) => {
                self.edits.borrow_mut().escape(self.text, &range, '[');
            }
            Event::Text(_) if !self.code && self.link.is_none() => self.bare_urls(range),
            Event::Text(_) if self.link.is_some() => self.link = Some(range.end),
            _ => {}
        }
    }

    /// Keeps links to the web, autolinks and email links. Any other link leads to a part of the original page, so its
    /// `[` is escaped and rustdoc shows the link as plain text.
    fn link(&mut self, kind: LinkType, to: &str, range: Range<usize>) {
        let leads_out = to.starts_with("http://") || to.starts_with("https://");
        self.link = Some(range.start);
        if leads_out || matches!(kind, LinkType::Autolink | LinkType::Email) {
            return;
        }
        let mut edits = self.edits.borrow_mut();
        edits.escape(self.text, &range, '[');
    }

    /// Turns a heading into bold text: in a doc comment, headings are for sections such as Errors.
    fn heading(&mut self, range: Range<usize>) {
        let title = self.text.get(range.clone()).unwrap_or_default();
        let first = title.lines().next().unwrap_or_default();
        let words = if title.trim_start().starts_with('#') {
            first.trim().trim_matches('#').trim()
        } else {
            first.trim()
        };
        let end = if title.ends_with('\n') { "\n" } else { "" };
        let bold = if words.is_empty() { end.to_owned() } else { format!("**{words}**{end}") };
        self.edits.borrow_mut().replace(range, bold);
    }

    /// Marks a code block as `text`; otherwise rustdoc could take the code for Rust and run it as a test.
    fn code_block(&mut self, kind: &CodeBlockKind<'_>, range: Range<usize>) {
        let block = self.text.get(range.clone()).unwrap_or_default();
        let mut edits = self.edits.borrow_mut();
        match kind {
            CodeBlockKind::Fenced(info) => {
                let mark = if block.trim_start().starts_with('~') { '~' } else { '`' };
                let fence: String = block.trim_start().chars().take_while(|c| *c == mark).collect();
                let first = block.lines().next().unwrap_or_default();
                let at = range.start + first.len() - first.trim_start().len() + fence.len();
                edits.replace(at..range.start + first.len(), "text".to_owned());
                let closing = block.trim_end().lines().last().unwrap_or_default().trim();
                let is_closed = block.lines().count() > 1 && closing.starts_with(&fence);
                // The end of a quotation or of a list item also ends the code in it.
                if self.depth == 0 && (!is_closed || info.contains('`')) {
                    edits.insert(range.end, &format!("\n{fence}"));
                }
            }
            CodeBlockKind::Indented => {
                let lines = block.lines().map(str::trim_start);
                let lines: Vec<&str> = lines.collect();
                let start = self.text[..range.start].rfind('\n').map_or(0, |line| line + 1);
                let code = lines.join("\n");
                edits.replace(start..range.end, format!("```text\n{}\n```\n", code.trim_end()));
            }
        }
    }

    /// Puts `<…>` around bare URLs, as rustdoc requires.
    fn bare_urls(&mut self, range: Range<usize>) {
        let text = self.text.get(range.clone()).unwrap_or_default();
        let mut at = 0;
        while let Some(start) = find_url(text, at) {
            let rest = text.get(start..).unwrap_or_default();
            let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '`'));
            let url = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
            let url =
                url.trim_end_matches(['.', ',', ';', ':', ')', '(', '\'', '*', '_', ']', '!', '?']);
            let mut edits = self.edits.borrow_mut();
            edits.insert(range.start + start, "<");
            edits.insert(range.start + start + url.len(), ">");
            at = start + url.len().max(1);
        }
    }
}

/// Returns the start of the next web URL.
fn find_url(text: &str, from: usize) -> Option<usize> {
    let rest = text.get(from..)?;
    let starts = ["http://", "https://"].into_iter().filter_map(|scheme| rest.find(scheme));
    Some(from + starts.min()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_that_rustdoc_would_misread_is_changed() {
        for (text, expected) in [
            ("plain `[a]` text", "plain `[a]` text"),
            ("see [x](#y) at https://a.b/c.", "see \\[x](#y) at <https://a.b/c>."),
            ("[x](https://a.b/c) and [Y]", "[x](https://a.b/c) and \\[Y]"),
            ("(https://a.b/c)", "(<https://a.b/c>)"),
            ("a <b> and <https://a.b>", "a \\<b> and <https://a.b>"),
            ("`[a]` <b>", "`[a]` \\<b>"),
            ("#### Title", "**Title**"),
            ("Title\n-----\n\nMore.", "**Title**\n\nMore."),
            ("a\n\n```\nfn\n```", "a\n\n```text\nfn\n```"),
            ("a\n\n```json\n{}", "a\n\n```text\n{}\n```"),
            ("a\n\n    let x;\n    x\n\nb", "a\n\n```text\nlet x;\nx\n```\n\nb"),
            ("[a]: /b\n\nsee [a]", "[a]: /b\n\nsee \\[a]"),
            ("![pic](pic.png)", "!\\[pic](pic.png)"),
            ("\u{202E}turned", "turned"),
            ("one\rtwo\r\nthree", "one\ntwo\nthree"),
            ("> ```\n> fn\n> ```\n\nb", "> ```text\n> fn\n> ```\n\nb"),
            (
                "A:\n\n<pre>\nPOST /b\n\n    {}\n</pre>",
                "A:\n\n\\<pre>\nPOST /b\n\n```text\n{}\n```\n\\</pre>",
            ),
        ] {
            assert_eq!(sanitized(text), expected, "{text:?}");
        }
    }

    #[test]
    fn characters_that_rustc_refuses_in_a_comment_are_shown() {
        let text = "a\u{202E}b\u{0}c\rd\te";
        assert_eq!(without_rust(text), "a\\u{202e}b\\u{0}c\nd e");
    }

    #[test]
    fn code_without_a_language_is_not_rust() {
        for (text, expected) in [
            ("a\n\n    let x;\n    x", "a\n\n let x;\n    x"),
            ("a\n\n```\nx\n```", "a\n\n```text\nx\n```"),
            ("a\n\n~~~rust\nx", "a\n\n~~~text\nx"),
            ("> ```\n> x", "> ```text\n> x"),
            ("- a\n\n      x", "- a\n\n x"),
            ("```no_run\nx\n```", "```no_run\nx\n```"),
        ] {
            assert_eq!(without_rust(text), expected, "{text:?}");
        }
    }
}
