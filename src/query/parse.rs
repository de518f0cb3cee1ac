//! Reads a query, leniently: what cannot be an operator is text.
//!
//! `a b` both in one passage · `a OR b` · `NOT a`, `-a` · `( )` · `"phrase"` · `="as typed"` · `w:word` · `a*b` · `a~2`
//! · `NEAR/30(a, b)` · `SENT(a (b OR c))` · `DOC(a b)` · `title: heading: body: partner: theme: date: source:`.
//! Full-width forms of the operators work; what other programs write in their place is told by `habits`.

use std::ops::Range;

use thiserror::Error;

use super::ast::{Field, Form, Leaf, Node};
use super::{bond, habits, marks};
use crate::script::half_width;
use crate::script::is_invisible;

/// Longest query, in bytes.
pub const MAX_QUERY_BYTES: usize = 4096;
/// Deepest nesting of brackets.
pub const MAX_DEPTH: usize = 64;
/// Most words and operators.
pub const MAX_CLAUSES: usize = 256;
/// Distance of NEAR where none is given, in characters.
const NEAR_CHARS: usize = 60;

/// A place in the query that was not read as it may have been meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Code points of the query.
    pub span: Range<usize>,
    /// What was done.
    pub message: String,
}

/// A query that is not run.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum QueryError {
    /// Over a limit.
    #[error("the query has {found} {what}; at most {limit} are read")]
    TooLarge {
        /// Bytes, levels or words.
        what: &'static str,
        /// How many it has.
        found: usize,
        /// How many are allowed.
        limit: usize,
    },
    /// A wrong place, in strict reading.
    #[error("at character {}: {}", .0.span.start + 1, .0.message)]
    Strict(Warning),
    /// A value that is in no table.
    #[error("{0}")]
    UnknownValue(String),
}

/// A query as read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parsed {
    /// The tree; `None` for an empty query.
    pub node: Option<Node>,
    /// What was not read as it may have been meant.
    pub warnings: Vec<Warning>,
}

/// Reads a query.
///
/// # Errors
/// `TooLarge` for a query over the limits, before anything is read.
///
/// # Examples
/// ```
/// let parsed = fumikura::query::parse("（重要インフラ　ＯＲ　電力） －演習").unwrap();
/// assert_eq!(parsed.node.unwrap().to_string(), "(重要インフラ OR 電力) NOT 演習");
/// ```
pub fn parse(text: &str) -> Result<Parsed, QueryError> {
    let too_large = |what, found, limit| Err(QueryError::TooLarge { what, found, limit });
    if text.len() > MAX_QUERY_BYTES {
        return too_large("bytes", text.len(), MAX_QUERY_BYTES);
    }
    let (tokens, warnings) = tokens(text);
    let mut depth: usize = 0;
    let mut deepest = 0;
    for token in &tokens {
        match token.kind {
            Kind::Open | Kind::Near(_) | Kind::Sentence | Kind::Document => depth += 1,
            Kind::Close => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    if deepest > MAX_DEPTH {
        return too_large("levels of brackets", deepest, MAX_DEPTH);
    }
    if tokens.len() > MAX_CLAUSES {
        return too_large("words and operators", tokens.len(), MAX_CLAUSES);
    }
    if !tokens.is_empty() && tokens.iter().all(|token| token.kind == Kind::Comma) {
        // Commas and nothing else: the person looks for commas.
        return Ok(Parsed {
            node: Some(Node::Leaf(Leaf { text: text.trim().to_owned(), ..Leaf::default() })),
            warnings: Vec::new(),
        });
    }
    let mut parser = Parser { tokens, at: 0, in_list: false, warnings, error: None };
    let mut nodes = Vec::new();
    while parser.at < parser.tokens.len() {
        nodes.extend(parser.either());
        if let Some(token) = parser.next_if(|kind| *kind == Kind::Close) {
            parser.warn(&token.span, "no bracket is open here; it is left out");
        }
    }
    if let Some(error) = parser.error {
        return Err(error);
    }
    parser.warnings.sort_by_key(|warning| warning.span.start);
    Ok(Parsed { node: all_of(nodes), warnings: parser.warnings })
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    Open,
    Close,
    Comma,
    Or,
    And,
    Not,
    Near(usize),
    Sentence,
    Document,
    /// A field or mode before a word, or alone before a bracket.
    Prefix(Prefix),
    Word(String),
    Quoted {
        text: String,
        closed: bool,
    },
    /// `"a b"~5`: words near each other, as other programs write it.
    Loose {
        text: String,
        distance: Option<usize>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Prefix {
    Field(Field),
    Whole,
    Verbatim,
    Partner,
    Theme,
    Date,
    Source,
}

pub(super) const PREFIXES: &[(&str, Prefix)] = &[
    ("title:", Prefix::Field(Field::Title)),
    ("heading:", Prefix::Field(Field::Heading)),
    ("body:", Prefix::Field(Field::Body)),
    ("partner:", Prefix::Partner),
    ("theme:", Prefix::Theme),
    ("date:", Prefix::Date),
    ("source:", Prefix::Source),
    ("w:", Prefix::Whole),
];

#[derive(Clone, Debug)]
struct Token {
    kind: Kind,
    span: Range<usize>,
}

/// Cuts a query into tokens, with what is to be said of them; `plain` is the text with half-width operators, character
/// by character.
fn tokens(text: &str) -> (Vec<Token>, Vec<Warning>) {
    // What shows nothing was pasted with the words; spans still count it.
    let (places, chars): (Vec<usize>, Vec<char>) = text.chars().enumerate().filter(|(_, c)| !is_invisible(*c)).unzip();
    let plain: Vec<char> = chars.iter().map(|c| operator(*c)).collect();
    let (mut out, mut warnings) = (Vec::new(), Vec::new());
    let mut at = 0;
    while at < chars.len() {
        let start = at;
        let is_date =
            matches!(out.last(), Some(Token { kind: Kind::Prefix(Prefix::Date), span }) if span.end == places[at]);
        if let Some(message) = habits::of_word(&plain[at..]) {
            warnings.push(Warning { span: places[at]..places[at] + 1, message });
        }
        let kind = match plain[at] {
            ' ' => {
                at += 1;
                continue;
            }
            '(' if !begins_with_company(&plain[at..]) => Kind::Open,
            ')' => Kind::Close,
            ',' => Kind::Comma,
            '|' => {
                at += plain[at..].iter().take_while(|c| **c == '|').count() - 1;
                Kind::Or
            }
            '&' if plain.get(at + 1) == Some(&'&') => {
                at += plain[at..].iter().take_while(|c| **c == '&').count() - 1;
                Kind::And
            }
            '"' => {
                let (text, end, closed) = quoted(&chars, &plain, at);
                let digits: String = plain[end..].iter().skip(1).take(4).take_while(|c| c.is_ascii_digit()).collect();
                at = end - 1;
                if closed && plain.get(end) == Some(&'~') {
                    at += 1 + digits.len();
                    Kind::Loose { text, distance: digits.parse().ok() }
                } else {
                    Kind::Quoted { text, closed }
                }
            }
            // date:-2011
            '-' if !is_date && plain.get(at + 1).is_some_and(|next| !matches!(next, ' ' | ')' | '-')) => Kind::Not,
            '=' if plain.get(at + 1).is_some_and(|next| !matches!(next, ' ' | ')')) => Kind::Prefix(Prefix::Verbatim),
            _ => {
                let (kind, end) = word(&chars, &plain, at);
                if matches!(kind, Kind::Word(_)) && !is_date {
                    let said = habits::in_word(&plain[at..end]);
                    warnings.extend(
                        said.map(|(from, message)| Warning { span: places[at + from]..places[at + from] + 1, message }),
                    );
                }
                at = end - 1;
                kind
            }
        };
        at += 1;
        out.push(Token { kind, span: places[start]..places[at - 1] + 1 });
    }
    (out, warnings)
}

/// The half-width form of what may be an operator.
fn operator(c: char) -> char {
    match c {
        '“' | '”' | '〝' | '〟' | '„' => '"',
        c if c.is_whitespace() => ' ',
        '、' => ',',
        '〜' => '~',
        '−' | '‐' | '–' => '-',
        c => half_width(c),
    }
}

/// A quoted text from its opening quote: the text, the position behind it, and whether it was closed.
///
/// Quotes end by their like (`"` or `“ ”`), so that a pasted passage keeps its own of the other kind; where none
/// follows, by any.
fn quoted(chars: &[char], plain: &[char], open: usize) -> (String, usize, bool) {
    let is_straight = |at: usize| chars[at] == '"';
    let (text, end, closed) = quoted_until(chars, open, |at| plain[at] == '"' && is_straight(at) == is_straight(open));
    if closed { (text, end, true) } else { quoted_until(chars, open, |at| plain[at] == '"') }
}

fn quoted_until(chars: &[char], open: usize, closes: impl Fn(usize) -> bool) -> (String, usize, bool) {
    let mut text = String::new();
    let mut at = open + 1;
    while at < chars.len() {
        match chars[at] {
            '\\' if matches!(chars.get(at + 1), Some('"' | '\\')) => {
                text.push(chars[at + 1]);
                at += 2;
            }
            _ if closes(at) => return (text, at + 1, true),
            c => {
                text.push(c);
                at += 1;
            }
        }
    }
    (text, at, false)
}

/// A word, an operator spelled as a word, a function or a prefix.
fn word(chars: &[char], plain: &[char], start: usize) -> (Kind, usize) {
    let rest: String = plain[start..].iter().take(16).collect();
    let follows = |word: &str| rest.starts_with(word);
    for (name, kind) in [("SENT(", Kind::Sentence), ("DOC(", Kind::Document), ("NEAR(", Kind::Near(NEAR_CHARS))] {
        if follows(name) {
            return (kind, start + name.len());
        }
    }
    if let Some(after) = rest.strip_prefix("NEAR/") {
        let digits: String = after.chars().take_while(char::is_ascii_digit).take(4).collect();
        if let Some(distance) = digits.parse().ok().filter(|_| after[digits.len()..].starts_with('(')) {
            return (Kind::Near(distance), start + 6 + digits.len());
        }
    }
    if let Some((name, prefix)) = PREFIXES.iter().find(|(name, _)| follows(name)) {
        let end = start + name.len();
        if plain.get(end).is_some_and(|next| !matches!(next, ' ' | ')')) {
            return (Kind::Prefix(*prefix), end);
        }
    }
    let mut end = start;
    let is_company = |at: usize| marks::company(&plain[at..]).is_some();
    let is_operator = |end: usize| end > start && (plain[end] == '|' || plain[end..].starts_with(&['&', '&']));
    while end < plain.len() && (!matches!(plain[end], ' ' | '(' | ')' | '"') || is_company(end)) && !is_operator(end) {
        if let Some(length) = marks::company(&plain[end..]) {
            end += length;
            continue;
        }
        // A comma ends a word only where a list of words may stand: 1,000 and 教育、医療 stay whole until then.
        if plain[end] == ',' && (end + 1 == plain.len() || plain[end + 1] == ' ' || in_list(plain, end)) {
            break;
        }
        end += 1;
    }
    let end = end.max(start + 1);
    let spelled: String = plain[start..end].iter().collect();
    let kind = match spelled.as_str() {
        "OR" => Kind::Or,
        "AND" => Kind::And,
        "NOT" => Kind::Not,
        // (株)日立 is one word, with its brackets.
        spelled if spelled.contains('(') => Kind::Quoted { text: chars[start..end].iter().collect(), closed: true },
        _ => Kind::Word(chars[start..end].iter().collect()),
    };
    (kind, end)
}

/// True for a company form in brackets with a name right behind it; alone it may be what brackets set apart.
fn begins_with_company(plain: &[char]) -> bool {
    marks::company(plain).is_some_and(|length| plain.get(length).is_some_and(|c| c.is_alphanumeric()))
}

/// True right inside the brackets of NEAR or SENT, where commas set words off.
fn in_list(plain: &[char], at: usize) -> bool {
    let mut open = Vec::new();
    for (place, c) in plain[..at].iter().enumerate() {
        match c {
            '(' => open.push(place),
            ')' => drop(open.pop()),
            _ => {}
        }
    }
    open.last().is_some_and(|open| {
        let head: String = plain[open.saturating_sub(10)..*open].iter().collect();
        head.ends_with("SENT")
            || head.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches('/').ends_with("NEAR")
    })
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    /// Commas set the parts of NEAR or SENT off.
    in_list: bool,
    warnings: Vec<Warning>,
    /// Over a limit that is known only when all is read.
    error: Option<QueryError>,
}

impl Parser {
    fn warn(&mut self, span: &Range<usize>, message: &str) {
        self.warnings.push(Warning { span: span.clone(), message: message.to_owned() });
    }

    fn peek(&self) -> Option<&Kind> {
        self.tokens.get(self.at).map(|token| &token.kind)
    }

    fn next_if(&mut self, test: impl Fn(&Kind) -> bool) -> Option<Token> {
        let token = self.tokens.get(self.at).filter(|token| test(&token.kind))?.clone();
        self.at += 1;
        Some(token)
    }

    /// `a b OR c`: OR binds less than AND.
    fn either(&mut self) -> Option<Node> {
        let mut branches = Vec::new();
        branches.extend(self.both());
        while let Some(or) = self.next_if(|kind| *kind == Kind::Or) {
            match self.both() {
                Some(node) if !branches.is_empty() => branches.push(node),
                Some(node) => {
                    self.warn(&or.span, "nothing stands before this OR; it is left out");
                    branches.push(node);
                }
                None => self.warn(&or.span, "nothing stands behind this OR; it is left out"),
            }
        }
        if branches.len() > 1 {
            // OR of ORs is one OR.
            let flat = branches
                .into_iter()
                .flat_map(|node| if let Node::Or(nodes) = node { nodes } else { vec![node] })
                .collect();
            return Some(Node::Or(flat));
        }
        branches.pop()
    }

    fn both(&mut self) -> Option<Node> {
        let mut nodes = Vec::new();
        loop {
            let in_list = self.in_list;
            if self.next_if(|kind| *kind == Kind::And || *kind == Kind::Comma && !in_list).is_some() {
                continue;
            }
            match self.peek() {
                None | Some(Kind::Or | Kind::Close | Kind::Comma) => break,
                Some(_) => nodes.extend(self.unary()),
            }
        }
        all_of(nodes)
    }

    fn unary(&mut self) -> Option<Node> {
        let mut negations: Vec<Token> = Vec::new();
        while let Some(not) = self.next_if(|kind| *kind == Kind::Not) {
            negations.push(not);
        }
        let node = self.primary();
        match (negations.len() % 2, node) {
            (1, Some(node)) => Some(Node::Not(Box::new(node))),
            (_, Some(node)) => Some(node),
            (_, None) => {
                if let Some(not) = negations.last() {
                    self.warn(&not.span.clone(), "nothing stands behind this NOT; it is left out");
                }
                None
            }
        }
    }

    fn primary(&mut self) -> Option<Node> {
        if matches!(self.peek(), Some(Kind::Or | Kind::Close) | None) {
            return None;
        }
        let token = self.tokens.get(self.at)?.clone();
        self.at += 1;
        match token.kind {
            Kind::Open => self.inside(&token.span),
            Kind::Document => self.inside(&token.span).map(|node| Node::Document(Box::new(node))),
            Kind::Near(distance) => self.list(&token.span, |parts| bond::near(distance, parts)),
            Kind::Sentence => self.list(&token.span, Node::Sentence),
            Kind::Prefix(prefix) => self.prefixed(prefix, &token.span),
            Kind::Word(text) if self.tokens.len() > 1 && habits::is_lone_minus(&text) => {
                self.warn(&token.span, "nothing stands right behind this sign; it is left out");
                None
            }
            Kind::Word(text) if text.chars().all(|c| operator(c) == '*') => {
                self.warn(&token.span, "* by itself stands for any word; it is left out");
                None
            }
            Kind::Word(text) => Some(Node::Leaf(word_leaf(text))),
            Kind::Quoted { text, closed } => self.phrase(text, closed, &token.span),
            Kind::Loose { text, distance } => {
                let (node, message) = habits::loose(&text, distance);
                self.warn(&token.span, &message);
                node
            }
            Kind::Comma | Kind::And | Kind::Or | Kind::Not | Kind::Close => None,
        }
    }

    fn phrase(&mut self, text: String, closed: bool, span: &Range<usize>) -> Option<Node> {
        if !closed {
            self.warn(span, "this quote is not closed; the phrase runs to the end");
        }
        if text.is_empty() {
            self.warn(span, "nothing stands between these quotes; they are left out");
            return None;
        }
        Some(Node::Leaf(Leaf { text, form: Form::Phrase, field: Field::Any }))
    }

    fn close(&mut self, open: &Range<usize>) {
        if self.next_if(|kind| *kind == Kind::Close).is_none() {
            self.warn(open, "this bracket is not closed; it runs to the end");
        }
    }

    /// What stands in brackets.
    fn inside(&mut self, open: &Range<usize>) -> Option<Node> {
        let outer = std::mem::replace(&mut self.in_list, false);
        let inner = self.either();
        self.in_list = outer;
        if inner.is_none() && self.peek() == Some(&Kind::Close) {
            self.warn(open, "nothing stands between these brackets; they are left out");
        }
        self.close(open);
        inner
    }

    /// The parts of NEAR or SENT, with each OR among them.
    fn list(&mut self, open: &Range<usize>, make: impl Fn(Vec<Vec<Leaf>>) -> Node) -> Option<Node> {
        let outer = std::mem::replace(&mut self.in_list, true);
        let mut parts = Vec::new();
        while !matches!(self.peek(), None | Some(Kind::Close)) {
            if self.next_if(|kind| *kind == Kind::Comma).is_none() {
                parts.extend(self.either());
            }
        }
        self.in_list = outer;
        self.close(open);
        match bond::distributed(parts, make) {
            Ok((node, whole)) => {
                if !whole {
                    self.warn(open, "only words, phrases, brackets and OR can stand inside; the rest is left out");
                }
                node
            }
            Err(error) => {
                self.error.get_or_insert(error);
                None
            }
        }
    }

    /// `since 2012`, `from 2007 to 2012`: days of several words behind `date:`.
    fn days(&mut self, mut text: String) -> String {
        while habits::wants_a_date(&text) || habits::may_go_on(&text) && self.next_is("to") {
            let Some(Token { kind: Kind::Word(next), .. }) = self.next_if(|kind| matches!(kind, Kind::Word(_))) else {
                break;
            };
            text = format!("{text} {next}");
        }
        text
    }

    fn next_is(&self, word: &str) -> bool {
        matches!(self.peek(), Some(Kind::Word(text)) if text.eq_ignore_ascii_case(word))
    }

    fn prefixed(&mut self, prefix: Prefix, span: &Range<usize>) -> Option<Node> {
        let value = match self.peek() {
            Some(Kind::Word(text)) => Some((text.clone(), false)),
            Some(Kind::Quoted { text, .. }) => Some((text.clone(), true)),
            _ => None,
        };
        if let Some((text, is_quoted)) = value.filter(|(text, _)| !text.is_empty()) {
            if let Some(Token { kind: Kind::Quoted { closed: false, .. }, span }) = self.tokens.get(self.at).cloned() {
                self.warn(&span, "this quote is not closed; the phrase runs to the end");
            }
            self.at += 1;
            let text = if prefix == Prefix::Date && !is_quoted { self.days(text) } else { text };
            return Some(match prefix {
                Prefix::Partner => Node::Partner(text),
                Prefix::Theme => Node::Theme(text),
                Prefix::Date => Node::Date(text),
                Prefix::Source => Node::Source(text),
                Prefix::Verbatim => Node::Leaf(Leaf { text, form: Form::Verbatim, field: Field::Any }),
                Prefix::Whole => Node::Leaf(Leaf { text, form: Form::Whole, field: Field::Any }),
                Prefix::Field(field) if is_quoted => Node::Leaf(Leaf { text, form: Form::Phrase, field }),
                Prefix::Field(field) => Node::Leaf(Leaf { field, ..word_leaf(text) }),
            });
        }
        // title:(a b), title:="…", w:"…" behind a field.
        match (prefix, self.primary()) {
            (Prefix::Field(field), Some(node)) => Some(in_field(node, field)),
            (_, Some(node)) => {
                self.warn(span, "a name must stand behind this; it is left out");
                Some(node)
            }
            (_, None) => {
                self.warn(span, "nothing stands behind this; it is left out");
                None
            }
        }
    }
}

fn all_of(mut nodes: Vec<Node>) -> Option<Node> {
    if nodes.len() > 1 { Some(Node::And(nodes)) } else { nodes.pop() }
}

/// `語~2`, `語～`: fuzzy.
fn word_leaf(text: String) -> Leaf {
    let plain: String = text.chars().map(operator).collect();
    let digits = plain.len() - plain.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let body = &plain[..plain.len() - digits];
    let edits: Option<u8> =
        body.ends_with('~').then(|| plain[plain.len() - digits..].parse().unwrap_or(if digits == 0 { 1 } else { 3 }));
    let count = body.chars().count();
    match edits {
        Some(edits) if count > 2 || count == 2 && digits > 0 => Leaf {
            text: text.chars().take(count - 1).collect(),
            form: Form::Fuzzy(edits.clamp(1, 3)),
            field: Field::Any,
        },
        _ => Leaf { text: text.replace('＊', "*"), form: Form::Word, field: Field::Any },
    }
}

fn parts_in_field(parts: Vec<Vec<Leaf>>, field: Field) -> Vec<Vec<Leaf>> {
    parts.into_iter().map(|part| part.into_iter().map(|leaf| Leaf { field, ..leaf }).collect()).collect()
}

/// Puts a field on each leaf.
fn in_field(node: Node, field: Field) -> Node {
    let all = |nodes: Vec<Node>| nodes.into_iter().map(|node| in_field(node, field)).collect();
    match node {
        Node::And(nodes) => Node::And(all(nodes)),
        Node::Or(nodes) => Node::Or(all(nodes)),
        Node::Not(node) => Node::Not(Box::new(in_field(*node, field))),
        Node::Leaf(leaf) => Node::Leaf(Leaf { field, ..leaf }),
        Node::Near(distance, parts) => Node::Near(distance, parts_in_field(parts, field)),
        Node::Sentence(parts) => Node::Sentence(parts_in_field(parts, field)),
        Node::Document(node) => Node::Document(Box::new(in_field(*node, field))),
        other @ (Node::Partner(_) | Node::Theme(_) | Node::Date(_) | Node::Source(_)) => other,
    }
}
