//! Compiles the tree of a query: plans for leaves, tests for facets.

use super::latin;
use super::{Expander, Field, Form, Leaf, Node, Plan, QueryError};
use crate::analysis::Analyzer;
use crate::document::{DateInterval, DateSource, Role, Strength};
use crate::script::half_width;

use super::filter::{commitment_test, date_test, partner_test, series_test, theme_test};

/// A test on the metadata of a passage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FacetTest {
    /// A partner at or below a place in the tree, in one of the roles.
    Partner {
        /// Place in the tree.
        path: String,
        /// Roles that count.
        roles: Vec<Role>,
    },
    /// A theme at or below a place in the vocabulary.
    Theme {
        /// Place in the vocabulary.
        path: String,
    },
    /// The strongest commitment of the passage has this strength.
    Commitment {
        /// The strength.
        strength: Strength,
    },
    /// A series of meetings that the passage names or its document is about.
    Series {
        /// Key of its name; empty for every series.
        key: String,
    },
    /// The days of the document overlap, or for an undated document the days that the passage names.
    Date {
        /// The days.
        interval: DateInterval,
    },
    /// The document has no date of its own.
    Undated,
    /// The document's date is known in this way.
    Source {
        /// given, stated, relative, inferred
        source: DateSource,
    },
}

impl FacetTest {
    /// Returns the same test with a partner in these roles.
    pub(crate) fn in_roles(self, roles: &[Role]) -> Self {
        match self {
            Self::Partner { path, .. } => Self::Partner { path, roles: roles.to_vec() },
            other => other,
        }
    }
}

/// A compiled query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Compiled {
    /// All parts in one passage.
    And(Vec<Self>),
    /// At least one part.
    Or(Vec<Self>),
    /// Passages without the part.
    Not(Box<Self>),
    /// A word or phrase.
    Leaf(Plan),
    /// One plan of each list within this number of characters.
    Near(usize, Vec<Vec<Plan>>),
    /// One plan of each list in one sentence.
    Sentence(Vec<Vec<Plan>>),
    /// The part holds in one document; passages with one of its words are hits.
    Document(Box<Self>),
    /// The part holds in one document, inside NOT; all passages of the document count.
    WholeDocument(Box<Self>),
    /// A test on metadata.
    Facet(FacetTest),
}

/// Compiles a query.
///
/// # Errors
/// An unknown partner, theme, commitment, range or date source.
pub fn compile(node: &Node, analyzer: &Analyzer, variants: bool) -> Result<Compiled, QueryError> {
    compile_in(node, analyzer, variants, false)
}

fn compile_in(node: &Node, analyzer: &Analyzer, variants: bool, in_not: bool) -> Result<Compiled, QueryError> {
    let compile = |node: &Node, analyzer: &Analyzer| compile_in(node, analyzer, variants, in_not);
    // A plural is another form of the word, and NOT excludes the word alone.
    let plural = |leaf: &Leaf| if variants && !in_not { latin::plural(leaf) } else { None };
    let plans_of = |leaf: &Leaf, expander: &mut Expander<'_>| {
        let repaired = latin::repaired(leaf).map(|leaf| expander.plan(&leaf));
        std::iter::once(expander.plan(leaf)).chain(repaired).chain(plural(leaf)).collect::<Vec<_>>()
    };
    let plans = |parts: &[Vec<Leaf>], analyzer: &Analyzer| -> Vec<Vec<Plan>> {
        let mut expander = Expander::new(analyzer, variants);
        let of_part = |part: &Vec<Leaf>, expander: &mut Expander<'_>| {
            part.iter().flat_map(|leaf| plans_of(leaf, expander)).collect()
        };
        parts.iter().map(|part| of_part(part, &mut expander)).collect()
    };
    Ok(match node {
        Node::And(nodes) => {
            let (mut parts, mut rest) = (Vec::new(), nodes.as_slice());
            while !rest.is_empty() {
                let (run, behind) = rest.split_at(capitals(rest).max(1));
                rest = behind;
                let apart = run.iter().map(|node| compile(node, analyzer)).collect::<Result<Vec<_>, _>>()?;
                match spaced_capitals(run) {
                    Some(leaf) => {
                        let together = Compiled::Leaf(Expander::new(analyzer, variants).plan(&leaf));
                        parts.push(Compiled::Or(vec![together, Compiled::And(apart)]));
                    }
                    None => parts.extend(apart),
                }
            }
            Compiled::And(parts)
        }
        Node::Or(nodes) => Compiled::Or(nodes.iter().map(|node| compile(node, analyzer)).collect::<Result<_, _>>()?),
        Node::Not(node) => Compiled::Not(Box::new(compile_in(node, analyzer, variants, true)?)),
        Node::Document(node) => {
            let inner = Box::new(compile(node, analyzer)?);
            if in_not { Compiled::WholeDocument(inner) } else { Compiled::Document(inner) }
        }
        Node::Leaf(leaf) => {
            let mut plans = plans_of(leaf, &mut Expander::new(analyzer, variants));
            match plans.len() {
                1 => Compiled::Leaf(plans.remove(0)),
                _ => Compiled::Or(plans.into_iter().map(Compiled::Leaf).collect()),
            }
        }
        Node::Near(distance, parts) => Compiled::Near(*distance, plans(parts, analyzer)),
        Node::Sentence(parts) => Compiled::Sentence(plans(parts, analyzer)),
        Node::Partner(name) => Compiled::Facet(partner_test(name, &[Role::Party])?),
        Node::Theme(name) => Compiled::Facet(theme_test(name)?),
        Node::Commitment(name) => Compiled::Facet(commitment_test(name)?),
        Node::Series(name) => Compiled::Facet(series_test(name)),
        Node::Date(range) => Compiled::Facet(date_test(range)?),
        Node::Source(source) => Compiled::Facet(FacetTest::Source {
            source: match source.as_str() {
                "given" => DateSource::Given,
                "stated" => DateSource::Stated,
                "relative" => DateSource::Relative,
                "inferred" => DateSource::Inferred,
                _ => {
                    return Err(QueryError::UnknownValue(format!(
                        "source: asks how the date of a document is known: given, stated, relative or inferred, and \
                         not '{source}'; \
                         for who published it use --publisher, for its file --path, for its type --type"
                    )));
                }
            },
        }),
    })
}

/// True for a leaf that is a single capital letter.
fn is_capital(node: &Node) -> bool {
    let Node::Leaf(leaf) = node else { return false };
    let mut chars = leaf.text.chars().map(half_width);
    leaf.form == Form::Word
        && leaf.field == Field::Any
        && chars.next().is_some_and(|c| c.is_ascii_uppercase())
        && chars.next().is_none()
}

/// Counts the nodes at the start of a list that form one letter-spaced word: `I T`, `O E C D加盟国`, `G 7`.
fn capitals(nodes: &[Node]) -> usize {
    let single = nodes.iter().take_while(|node| is_capital(node)).count();
    let goes_on = |node: &Node| {
        let Node::Leaf(leaf @ Leaf { form: Form::Word, field: Field::Any, .. }) = node else { return false };
        let chars: Vec<char> = leaf.text.chars().map(half_width).collect();
        let digits = chars.iter().take_while(|c| c.is_ascii_digit()).count();
        let begun = if chars.first().is_some_and(char::is_ascii_uppercase) { 1 } else { digits };
        (1..=2).contains(&begun) && !chars.get(begun).is_some_and(|c| c.is_ascii_alphanumeric() || *c == '*')
    };
    single + usize::from(single > 0 && nodes.get(single).is_some_and(goes_on))
}

/// Joins letter-spaced capitals to one word, as `normalize` does in documents: `I T` is IT.
fn spaced_capitals(run: &[Node]) -> Option<Leaf> {
    let letters = run.iter().filter_map(|node| match node {
        Node::Leaf(leaf) => Some(leaf.text.as_str()),
        _ => None,
    });
    let text: String = letters.collect();
    (run.len() > 1).then_some(Leaf { text, ..Leaf::default() })
}

impl Compiled {
    /// True where a part looks at whole documents.
    pub(crate) fn has_document(&self) -> bool {
        self.has(&|part| matches!(part, Self::Document(_) | Self::WholeDocument(_)))
    }

    /// True where a part tests metadata.
    pub(crate) fn has_facet(&self) -> bool {
        self.has(&|part| matches!(part, Self::Facet(_)))
    }

    /// True where a test holds for some part.
    fn has(&self, test: &dyn Fn(&Self) -> bool) -> bool {
        test(self)
            || match self {
                Self::And(nodes) | Self::Or(nodes) => nodes.iter().any(|node| node.has(test)),
                Self::Not(node) | Self::Document(node) | Self::WholeDocument(node) => node.has(test),
                _ => false,
            }
    }

    /// Returns the same query with partners in these roles; a query is compiled with partners as parties.
    pub(crate) fn in_roles(self, roles: &[Role]) -> Self {
        let list = |nodes: Vec<Self>| nodes.into_iter().map(|node| node.in_roles(roles)).collect();
        let one = |node: Box<Self>| Box::new(node.in_roles(roles));
        match self {
            Self::And(nodes) => Self::And(list(nodes)),
            Self::Or(nodes) => Self::Or(list(nodes)),
            Self::Not(node) => Self::Not(one(node)),
            Self::Document(node) => Self::Document(one(node)),
            Self::WholeDocument(node) => Self::WholeDocument(one(node)),
            Self::Facet(test) => Self::Facet(test.in_roles(roles)),
            plain @ (Self::Leaf(_) | Self::Near(..) | Self::Sentence(_)) => plain,
        }
    }

    /// Calls `see` for each plan.
    pub(crate) fn plans<'a>(&'a self, see: &mut impl FnMut(&'a Plan)) {
        self.walk(true, see);
    }

    /// Calls `see` for each plan outside NOT.
    pub(crate) fn positive_plans<'a>(&'a self, see: &mut impl FnMut(&'a Plan)) {
        self.walk(false, see);
    }

    fn walk<'a>(&'a self, inside_not: bool, see: &mut impl FnMut(&'a Plan)) {
        match self {
            Self::And(nodes) | Self::Or(nodes) => nodes.iter().for_each(|node| node.walk(inside_not, see)),
            Self::Leaf(plan) => see(plan),
            Self::Near(_, parts) | Self::Sentence(parts) => parts.iter().flatten().for_each(see),
            Self::Document(node) | Self::WholeDocument(node) => node.walk(inside_not, see),
            Self::Not(node) if inside_not => node.walk(inside_not, see),
            Self::Not(_) | Self::Facet(_) => {}
        }
    }

    /// Calls `see` for each plan, with `true` inside NOT.
    pub(crate) fn plans_by_sign<'a>(&'a self, in_not: bool, see: &mut impl FnMut(&'a Plan, bool)) {
        match self {
            Self::And(nodes) | Self::Or(nodes) => nodes.iter().for_each(|node| node.plans_by_sign(in_not, see)),
            Self::Leaf(plan) => see(plan, in_not),
            Self::Near(_, parts) | Self::Sentence(parts) => parts.iter().flatten().for_each(|plan| see(plan, in_not)),
            Self::Document(node) | Self::WholeDocument(node) => node.plans_by_sign(in_not, see),
            Self::Not(node) => node.plans_by_sign(!in_not, see),
            Self::Facet(_) => {}
        }
    }
}
