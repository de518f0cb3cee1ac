//! Fields and modes before a word.

use super::ast::Field;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Prefix {
    Field(Field),
    Whole,
    Verbatim,
    Partner,
    Theme,
    Commitment,
    Series,
    Date,
    Source,
}

pub(super) const PREFIXES: &[(&str, Prefix)] = &[
    ("title:", Prefix::Field(Field::Title)),
    ("heading:", Prefix::Field(Field::Heading)),
    ("body:", Prefix::Field(Field::Body)),
    ("partner:", Prefix::Partner),
    ("theme:", Prefix::Theme),
    ("commitment:", Prefix::Commitment),
    ("series:", Prefix::Series),
    ("date:", Prefix::Date),
    ("source:", Prefix::Source),
    ("w:", Prefix::Whole),
];
