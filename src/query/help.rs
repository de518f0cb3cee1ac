//! The query language in a few lines, for people and programs.

/// Summary of the query language, shown by `search --help` and to programs that ask `about`.
pub const QUERY_HELP: &str = "\
Query language (full-width operators work too):
  a b             both in one passage           a OR b, (a b)   either; groups
  NOT a, -a       passages without it           \"a b\"           a phrase, any spelling
  =\"a\"            as typed                      w:a             whole words only, no other names
  内閣*センター   * inside a compound           a~, a~2         1 or 2 characters may differ
  NEAR/30(a, b)   within 30 characters          SENT(a b)       in one sentence
  NEAR/30(a, (b OR c))   either of them         DOC(a b)        anywhere in one document
  a DOC(b)        b anywhere in its document    a -DOC(b)       b nowhere in its document
  title: heading: body:   words there           partner: theme: commitment: series: date:   as the options
  source:given            how the date is known: given, stated, relative, inferred
Tiers: word = the word itself in any spelling; variant = another name or an inflection;
substring = the characters inside other words, always last.";
