//! The tree of a query.

use std::fmt;

/// Text in which a leaf is searched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Field {
    /// The passage, and the headings and title above it.
    #[default]
    Any,
    /// Title of the document.
    Title,
    /// Headings above the passage.
    Heading,
    /// The passage alone.
    Body,
}

/// Way in which a leaf matches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Form {
    /// A plain word: spellings, other names and inflections match too.
    #[default]
    Word,
    /// A quoted phrase: only spellings match too.
    Phrase,
    /// `="…"`: matches as typed; only width and line breaks may differ.
    Verbatim,
    /// `w:`: matches whole words only, without other names.
    Whole,
    /// `term~2`: this number of characters may differ.
    Fuzzy(u8),
}

/// A search term.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Leaf {
    /// The text; `*` in a [`Form::Word`] stands for any characters inside a compound.
    pub text: String,
    /// Way in which it matches.
    pub form: Form,
    /// Text in which it is searched.
    pub field: Field,
}

impl Leaf {
    /// True where `*` stands for any characters.
    pub fn is_wildcard(&self) -> bool {
        self.form == Form::Word && self.text.contains('*')
    }

    /// True where the leaf is a fixed sequence of characters: it has no `*` and is not fuzzy.
    pub fn is_literal(&self) -> bool {
        !self.is_wildcard() && !matches!(self.form, Form::Fuzzy(_))
    }

    /// True where the leaf is searched in a field.
    pub fn is_for(&self, field: Field) -> bool {
        self.field == Field::Any || self.field == field
    }
}

/// A node of the tree.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Node {
    /// All nodes in one passage.
    And(Vec<Node>),
    /// At least one of the nodes.
    Or(Vec<Node>),
    /// Passages without the node.
    Not(Box<Node>),
    /// A search term.
    Leaf(Leaf),
    /// One leaf of each list within this number of characters, in any order.
    Near(usize, Vec<Vec<Leaf>>),
    /// One leaf of each list in one sentence.
    Sentence(Vec<Vec<Leaf>>),
    /// The node holds in one document.
    Document(Box<Node>),
    /// A partner of the passage, by any of its names.
    Partner(String),
    /// A theme of the passage.
    Theme(String),
    /// The strongest commitment of the passage.
    Commitment(String),
    /// A series of meetings that the passage names or its document is about, in any spelling.
    Series(String),
    /// The days of the document, as typed.
    Date(String),
    /// The way in which the document's date is known: stated, given, inferred.
    Source(String),
}

impl Node {
    /// True for a condition on metadata: a test, or tests joined by AND, OR and NOT.
    pub(crate) fn is_condition(&self) -> bool {
        match self {
            Self::Partner(_)
            | Self::Theme(_)
            | Self::Commitment(_)
            | Self::Series(_)
            | Self::Date(_)
            | Self::Source(_) => true,
            Self::And(nodes) | Self::Or(nodes) => nodes.iter().all(Self::is_condition),
            Self::Not(node) => node.is_condition(),
            Self::Leaf(_) | Self::Near(..) | Self::Sentence(_) | Self::Document(_) => false,
        }
    }

    /// Calls `see` for each leaf outside NOT.
    pub fn positive_leaves<'a>(&'a self, see: &mut impl FnMut(&'a Leaf)) {
        match self {
            Self::And(nodes) | Self::Or(nodes) => nodes.iter().for_each(|node| node.positive_leaves(see)),
            Self::Leaf(leaf) => see(leaf),
            Self::Near(_, parts) | Self::Sentence(parts) => parts.iter().flatten().for_each(see),
            Self::Document(node) => node.positive_leaves(see),
            Self::Not(_)
            | Self::Partner(_)
            | Self::Theme(_)
            | Self::Commitment(_)
            | Self::Series(_)
            | Self::Date(_)
            | Self::Source(_) => {}
        }
    }
}

impl fmt::Display for Leaf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.field {
            Field::Any => {}
            Field::Title => write!(f, "title:")?,
            Field::Heading => write!(f, "heading:")?,
            Field::Body => write!(f, "body:")?,
        }
        let quoted = || self.text.replace('\\', "\\\\").replace('"', "\\\"");
        match self.form {
            Form::Word => write!(f, "{}", self.text),
            Form::Phrase => write!(f, "\"{}\"", quoted()),
            Form::Verbatim => write!(f, "=\"{}\"", quoted()),
            Form::Whole => write!(f, "w:\"{}\"", quoted()),
            Form::Fuzzy(edits) => write!(f, "{}~{edits}", self.text),
        }
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |f: &mut fmt::Formatter<'_>, nodes: &[Self], between: &str| {
            nodes.iter().enumerate().try_for_each(|(at, node)| {
                if at > 0 {
                    write!(f, "{between}")?;
                }
                match node {
                    Self::And(_) | Self::Or(_) => write!(f, "({node})"),
                    _ => write!(f, "{node}"),
                }
            })
        };
        let parts_of = |f: &mut fmt::Formatter<'_>, parts: &[Vec<Leaf>]| {
            parts.iter().enumerate().try_for_each(|(at, part)| {
                let either = part.iter().map(ToString::to_string).collect::<Vec<_>>().join(" OR ");
                let between = if at > 0 { ", " } else { "" };
                if part.len() > 1 { write!(f, "{between}({either})") } else { write!(f, "{between}{either}") }
            })
        };
        let value = |text: &str| {
            if text.contains([' ', '"', '(', ')', '　']) || text.is_empty() {
                format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
            } else {
                text.to_owned()
            }
        };
        match self {
            Self::And(nodes) => list(f, nodes, " "),
            Self::Or(nodes) => list(f, nodes, " OR "),
            Self::Not(node) if matches!(**node, Self::And(_) | Self::Or(_)) => write!(f, "NOT ({node})"),
            Self::Not(node) => write!(f, "NOT {node}"),
            Self::Leaf(leaf) => write!(f, "{leaf}"),
            Self::Near(distance, parts) => {
                write!(f, "NEAR/{distance}(")?;
                parts_of(f, parts)?;
                write!(f, ")")
            }
            Self::Sentence(parts) => {
                write!(f, "SENT(")?;
                parts_of(f, parts)?;
                write!(f, ")")
            }
            Self::Document(node) => write!(f, "DOC({node})"),
            Self::Partner(name) => write!(f, "partner:{}", value(name)),
            Self::Theme(name) => write!(f, "theme:{}", value(name)),
            Self::Commitment(name) => write!(f, "commitment:{}", value(name)),
            Self::Series(name) => write!(f, "series:{}", value(name)),
            Self::Date(days) => write!(f, "date:{}", value(days)),
            Self::Source(source) => write!(f, "source:{}", value(source)),
        }
    }
}
