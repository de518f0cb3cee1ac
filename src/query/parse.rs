//! Reads a query leniently: a sign that cannot be an operator is text.
//!
//! `a b` both in one passage · `a OR b` · `NOT a`, `-a` · `( )` · `"phrase"` · `="as typed"` · `w:word` · `a*b` ·
//! `a~2` · `NEAR/30(a, b)` · `SENT(a (b OR c))` · `DOC(a b)` ·
//! `title: heading: body: partner: theme: commitment: series: date: source:`.
//! Full-width forms of the operators work; `habits` reports operators of other programs.

use std::ops::Range;

use super::ast::{Field, Form, Leaf, Node};
use super::error::{QueryError, Warning};
use super::prefix::Prefix;
use super::token::{Kind, Token, operator, tokens};
use super::{bond, habits, period};

/// Longest query, in bytes.
pub const MAX_QUERY_BYTES: usize = 4096;
/// Greatest depth of brackets.
pub const MAX_DEPTH: usize = 64;
/// Largest number of words and operators.
pub const MAX_CLAUSES: usize = 256;

/// A query after reading.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parsed {
    /// The tree; `None` for an empty query.
    pub node: Option<Node>,
    /// Parts of the query that may be misread.
    pub warnings: Vec<Warning>,
}

/// Reads a query.
///
/// # Errors
/// `TooLarge` for a query over the limits.
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
        // A query of commas alone searches for commas.
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

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    /// True where commas separate the parts of NEAR or SENT.
    in_list: bool,
    warnings: Vec<Warning>,
    /// A limit exceeded during parsing (combinations of ORs).
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

    /// Reads `a b OR c`: OR binds less tightly than AND.
    fn either(&mut self) -> Option<Node> {
        let mut branches = Vec::new();
        branches.extend(self.both());
        while let Some(or) = self.next_if(|kind| *kind == Kind::Or) {
            match self.both() {
                Some(node) if !branches.is_empty() => branches.push(node),
                Some(node) => {
                    self.warn(&or.span, "no word stands before this OR; it is left out");
                    branches.push(node);
                }
                None => self.warn(&or.span, "no word follows this OR; it is left out"),
            }
        }
        if branches.len() > 1 {
            // Nested ORs are one OR.
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
        let mut is_required = false;
        loop {
            let in_list = self.in_list;
            if let Some(token) = self.next_if(|kind| *kind == Kind::And || *kind == Kind::Comma && !in_list) {
                let (is_last, is_first) =
                    (matches!(self.peek(), None | Some(Kind::Or | Kind::Close)), nodes.is_empty());
                if token.kind == Kind::And && (is_first || is_last) {
                    let side = if is_first { "stands before" } else { "follows" };
                    self.warn(&token.span, &format!("no word {side} this AND; it is left out"));
                }
                is_required = token.kind == Kind::And;
                nodes.iter_mut().rev().take(usize::from(is_required)).for_each(required);
                continue;
            }
            match self.peek() {
                None | Some(Kind::Or | Kind::Close | Kind::Comma) => break,
                Some(_) => {
                    let mut node = self.unary();
                    node.iter_mut().filter(|_| is_required).for_each(required);
                    is_required = false;
                    nodes.extend(node);
                }
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
                    self.warn(&not.span.clone(), "no word follows this NOT; it is left out");
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
                self.warn(&token.span, "* alone matches any word; it is left out");
                None
            }
            Kind::Word(text) => {
                let text = self.with_rest_apart(text);
                let digits: String = text.chars().map(operator).skip_while(|c| *c != '~').skip(1).collect();
                let mut leaf = word_leaf(text);
                if let Some(Kind::Word(unit)) = self.peek()
                    && period::is_number_of(&leaf, unit)
                    && !period::days_of(&leaf).is_empty()
                {
                    leaf.form = Form::Phrase;
                }
                if matches!(leaf.form, Form::Fuzzy(3)) && digits != "3" {
                    self.warn(&token.span, "at most three characters may differ; this is read as ~3");
                }
                if leaf.form == Form::Word && leaf.text.chars().nth(1).is_some_and(|c| operator(c) == '~') {
                    self.warn(&token.span, &habits::tilde(&leaf.text));
                }
                Some(Node::Leaf(leaf))
            }
            Kind::Quoted { text, closed } => self.phrase(text, closed, &token.span),
            Kind::Loose { text, distance } => {
                let (node, message) = habits::loose(&text, distance);
                self.warn(&token.span, &message);
                node
            }
            Kind::Comma | Kind::And | Kind::Or | Kind::Not | Kind::Close => None,
        }
    }

    /// Takes the words behind that make a year or a number of this one: `2013 年`, `平成 25 年`, `第 6 回`.
    fn with_rest_apart(&mut self, text: String) -> String {
        let behind = self.tokens[self.at..].iter().map_while(|token| match &token.kind {
            Kind::Word(text) => Some(text.as_str()),
            _ => None,
        });
        let words: Vec<&str> = std::iter::once(text.as_str()).chain(behind.take(2)).collect();
        match (2..=words.len()).rev().find(|count| period::is_one_apart(&words[..*count])) {
            Some(count) => {
                let whole = words[..count].concat();
                self.at += count - 1;
                whole
            }
            None => text,
        }
    }

    fn phrase(&mut self, text: String, closed: bool, span: &Range<usize>) -> Option<Node> {
        if !closed {
            self.warn(span, "this quote is not closed; the phrase runs to the end");
        }
        if text.is_empty() {
            self.warn(span, "these quotes are empty; they are left out");
            return None;
        }
        if text.chars().count() > 1 && text.chars().any(|c| operator(c) == '*') {
            self.warn(span, "* is read as text inside quotes; outside them it stands for any characters");
        }
        Some(Node::Leaf(Leaf { text, form: Form::Phrase, field: Field::Any }))
    }

    fn close(&mut self, open: &Range<usize>) {
        if self.next_if(|kind| *kind == Kind::Close).is_none() {
            self.warn(open, "this bracket is not closed; it runs to the end");
        }
    }

    /// Reads the contents of brackets.
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

    /// Reads the parts of NEAR or SENT and distributes the ORs among them.
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
                if matches!(node, Some(Node::Leaf(_))) {
                    self.warn(open, "only one word stands inside; it is searched by itself");
                }
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

    /// Reads days of several words after `date:`: `since 2012`, `from 2007 to 2012`.
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
                Prefix::Commitment => Node::Commitment(text),
                Prefix::Series => Node::Series(text),
                Prefix::Date => Node::Date(text),
                Prefix::Source => Node::Source(text),
                Prefix::Verbatim => Node::Leaf(Leaf { text, form: Form::Verbatim, field: Field::Any }),
                Prefix::Whole => Node::Leaf(Leaf { text, form: Form::Whole, field: Field::Any }),
                Prefix::Field(field) if is_quoted => Node::Leaf(Leaf { text, form: Form::Phrase, field }),
                Prefix::Field(field) => Node::Leaf(Leaf { field, ..word_leaf(text) }),
            });
        }
        // A field before brackets, a verbatim phrase or a whole word: title:(a b), title:="…", title:w:"…".
        match (prefix, self.primary()) {
            (Prefix::Field(field), Some(node)) => Some(in_field(node, field)),
            (_, Some(node)) => {
                self.warn(span, "a name must follow this; it is left out");
                Some(node)
            }
            (_, None) => {
                self.warn(span, "nothing follows this; it is left out");
                None
            }
        }
    }
}

fn all_of(mut nodes: Vec<Node>) -> Option<Node> {
    if nodes.len() > 1 { Some(Node::And(nodes)) } else { nodes.pop() }
}

/// Makes a time beside AND a phrase: beside other words it would be no more than a wish.
fn required(node: &mut Node) {
    if let Node::Leaf(leaf) = node
        && !period::days_of(leaf).is_empty()
    {
        leaf.form = Form::Phrase;
    }
}

/// Makes a leaf of a word; `語~2` and `語～` are fuzzy, and `2013年～` is a time.
fn word_leaf(text: String) -> Leaf {
    let plain: String = text.chars().map(operator).collect();
    let digits = plain.len() - plain.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let body = &plain[..plain.len() - digits];
    let edits: Option<u8> =
        body.ends_with('~').then(|| plain[plain.len() - digits..].parse().unwrap_or(if digits == 0 { 1 } else { 3 }));
    let edits = edits.filter(|_| period::days_in(&text).is_empty());
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

/// Sets the field of each leaf.
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
        other @ (Node::Partner(_)
        | Node::Theme(_)
        | Node::Commitment(_)
        | Node::Series(_)
        | Node::Date(_)
        | Node::Source(_)) => other,
    }
}
