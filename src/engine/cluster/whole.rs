//! DOC: parts of a query that look at whole documents. All passages with a word of such a part are judged first; then
//! each document is known to hold it or not.

use std::collections::{HashMap, HashSet};

use super::candidates::Batch;
use super::columns::Row;
use super::pinned::Pinned;
use super::reading::{self, Needs};
use super::records::Documents;
use super::wire::WireError;
use super::{candidates, lower};
use crate::analysis::Analyzer;
use crate::engine::OUT_OF_TIME;
use crate::matching::passage::{Matched, PassageView, match_passage, match_with};
use crate::query::budget::Watch;
use crate::query::{Compiled, Place, Tier};

/// Numbers of documents with the best tier by which each holds a part of a query.
type Held = HashMap<u64, Tier>;

/// The parts of a query that look at whole documents.
#[derive(Default)]
pub(super) struct Whole<'q> {
    parts: Vec<Part<'q>>,
    /// Reason why documents may lack.
    pub lacks: Option<String>,
}

/// What DOC holds.
struct Part<'q> {
    inner: &'q Compiled,
    documents: Held,
    /// How passages with a word of it match, by document and position.
    own: HashMap<(u64, u64), Matched>,
    /// Documents of these passages.
    named: HashSet<u64>,
}

/// What passages are judged with.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    pub pinned: &'a Pinned,
    pub analyzer: &'a Analyzer,
    pub watch: &'a Watch,
}

impl<'q> Whole<'q> {
    /// Finds the documents that hold each DOC of a query.
    pub fn of(reader: Reader<'_>, query: &'q Compiled) -> Result<Self, WireError> {
        let mut whole = Self::default();
        whole.read(reader, query)?;
        Ok(whole)
    }

    fn read(&mut self, reader: Reader<'_>, query: &'q Compiled) -> Result<(), WireError> {
        match query {
            Compiled::And(nodes) | Compiled::Or(nodes) => nodes.iter().try_for_each(|node| self.read(reader, node)),
            Compiled::Not(node) => self.read(reader, node),
            Compiled::Document(inner) | Compiled::WholeDocument(inner) => {
                let (part, lacks) = Part::read(reader, inner)?;
                self.lacks = self.lacks.take().or(lacks);
                self.parts.push(part);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Matches a query against a passage, where each DOC holds what its document holds.
    pub fn matched(&self, query: &Compiled, row: &Row, view: &PassageView<'_>) -> Option<Matched> {
        match_with(query, view, &|inner, is_excluded| {
            let part = self.part(inner)?;
            match is_excluded {
                false => part.matched(row),
                // NOT acts on the document, whatever this passage contains.
                true => {
                    let tier = *part.documents.get(&row.document)?;
                    Some(Matched { tier, place: Place::Anywhere })
                }
            }
        })
    }

    /// True where the document of a passage holds what DOC holds; `inner` is what stands inside it, or DOC inside DOC.
    pub fn holds(&self, inner: &Compiled, row: &Row) -> bool {
        self.part(inner).is_none_or(|part| part.documents.contains_key(&row.document))
    }

    fn part(&self, inner: &Compiled) -> Option<&Part<'q>> {
        self.parts.iter().find(|part| std::ptr::eq(part.inner, inner))
    }
}

impl<'q> Part<'q> {
    fn read(reader: Reader<'_>, inner: &'q Compiled) -> Result<(Self, Option<String>), WireError> {
        let Reader { pinned, analyzer, watch } = reader;
        let mut atoms = Vec::new();
        atoms_of(inner, true, &mut atoms);
        let any = Compiled::Or(atoms.iter().map(|(atom, _)| (*atom).clone()).collect());
        let mut part = Self { inner, documents: Held::new(), own: HashMap::new(), named: HashSet::new() };
        let mut held = vec![Held::new(); atoms.len()];
        let mut add = |at: usize, batch: &Batch| {
            let (row, rest) = (&batch.rows[at], batch.next.get(&at).map(|next| next.text.as_str()));
            let Some(view) = view_of(analyzer, inner, row, &batch.documents, rest) else { return };
            let view = view.watched(watch);
            for ((atom, is_asked), held) in atoms.iter().zip(&mut held) {
                let Some(found) = match_passage(atom, &view) else { continue };
                let best = held.entry(row.document).or_insert(found.tier);
                *best = found.tier.min(*best);
                if *is_asked {
                    part.named.insert(row.document);
                    let own = part.own.entry((row.document, row.position)).or_insert(found);
                    *own = Matched { tier: own.tier.min(found.tier), place: own.place.or(found.place) };
                }
            }
        };
        let mut lacks = candidates::each(pinned, &any, watch, &mut |batch| {
            (0..batch.rows.len()).take_while(|_| !watch.is_over()).for_each(|at| add(at, &batch));
        })?;
        if watch.was_cut() {
            lacks = lacks.or_else(|| Some(OUT_OF_TIME.to_owned()));
        }
        let has_not = atoms.iter().any(|(_, is_asked)| !is_asked);
        let all = if has_not && lacks.is_none() { all_documents(reader, &mut lacks)? } else { Held::new() };
        // Where the excluded documents are not all known, there is no result.
        if !has_not || lacks.is_none() {
            part.documents = combined(inner, &mut held.into_iter(), &all);
        }
        Ok((part, lacks))
    }

    /// Tells how a passage of a document that holds the part matches: by its own words, or for its document.
    fn matched(&self, row: &Row) -> Option<Matched> {
        let tier = *self.documents.get(&row.document)?;
        let of_document = || match self.named.contains(&row.document) {
            true => Matched { tier, place: Place::Elsewhere },
            false => Matched { tier, place: Place::Anywhere },
        };
        Some(self.own.get(&(row.document, row.position)).copied().unwrap_or_else(of_document))
    }
}

/// Returns the text of a passage as it is matched; `None` where it was not read. Only tests on metadata look at its
/// document.
pub(super) fn view_of<'a>(
    analyzer: &Analyzer,
    query: &Compiled,
    row: &'a Row,
    documents: &'a Documents,
    rest: Option<&str>,
) -> Option<PassageView<'a>> {
    let (_, passage) = row.record.as_ref()?;
    let view = PassageView::for_query(analyzer, passage, &row.title, query, rest);
    Some(match documents.get(&row.key) {
        Some((document, _)) => view.in_document(document),
        None => view,
    })
}

/// Lists the parts of a query that are found in one passage, in order, and whether they are outside NOT.
fn atoms_of<'q>(query: &'q Compiled, is_asked: bool, into: &mut Vec<(&'q Compiled, bool)>) {
    match query {
        Compiled::And(nodes) | Compiled::Or(nodes) => nodes.iter().for_each(|node| atoms_of(node, is_asked, into)),
        Compiled::Not(node) => atoms_of(node, false, into),
        Compiled::Document(node) | Compiled::WholeDocument(node) => atoms_of(node, is_asked, into),
        atom => into.push((atom, is_asked)),
    }
}

/// Returns the documents that hold a query, from those of its parts in the order of [`atoms_of`]. `all` are all
/// documents, where the query has a NOT.
fn combined(query: &Compiled, held: &mut dyn Iterator<Item = Held>, all: &Held) -> Held {
    let without = |mut documents: Held, excluded: &[Held]| {
        let excludes = |held: &Held, document: &u64| held.get(document).is_some_and(|tier| *tier < Tier::Substring);
        documents.retain(|document, _| !excluded.iter().any(|held| excludes(held, document)));
        documents
    };
    match query {
        Compiled::And(nodes) => {
            let (mut common, mut excluded) = (None::<Held>, Vec::new());
            for node in nodes {
                if let Compiled::Not(inner) = node {
                    excluded.push(combined(inner, held, all));
                    continue;
                }
                let found = combined(node, held, all);
                common = Some(match common {
                    None => found,
                    Some(before) => {
                        let both = |(document, tier): (u64, Tier)| Some((document, tier.max(*found.get(&document)?)));
                        before.into_iter().filter_map(both).collect()
                    }
                });
            }
            without(common.unwrap_or_else(|| all.clone()), &excluded)
        }
        Compiled::Or(nodes) => {
            let mut any = Held::new();
            for (document, tier) in nodes.iter().flat_map(|node| combined(node, held, all)) {
                any.entry(document).and_modify(|known| *known = tier.min(*known)).or_insert(tier);
            }
            any
        }
        Compiled::Not(inner) => {
            let excluded = combined(inner, held, all);
            without(all.clone(), &[excluded])
        }
        Compiled::Document(inner) | Compiled::WholeDocument(inner) => combined(inner, held, all),
        _ => held.next().unwrap_or_default(),
    }
}

fn all_documents(reader: Reader<'_>, lacks: &mut Option<String>) -> Result<Held, WireError> {
    let needs = Needs { metadata: false, looks: false, names: false };
    let found = reading::columns(reader.pinned, &lower::all(), needs, reader.watch)?;
    *lacks = lacks.take().or(found.lacks);
    Ok(found.rows.iter().map(|row| (row.document, Tier::Word)).collect())
}

#[cfg(test)]
mod tests {
    use super::{Held, atoms_of, combined};
    use crate::analysis::Analyzer;
    use crate::query::{Compiled, Tier, compile, parse};

    #[test]
    fn a_document_holds_what_its_passages_hold_together() {
        let all: Held = (1..=4).map(|document| (document, Tier::Word)).collect();
        let with = |documents: &[(u64, Tier)]| documents.iter().copied().collect::<Held>();
        let word = Tier::Word;
        let of_word = |text: &str| match text {
            "米国" => with(&[(1, word), (2, word), (3, Tier::Substring)]),
            "英国" => with(&[(2, Tier::Variant), (4, word)]),
            _ => with(&[(3, Tier::Substring), (1, word)]),
        };
        for (text, expected) in [
            ("DOC(米国 英国)", vec![(2, Tier::Variant)]),
            ("DOC(米国 OR 英国)", vec![(1, word), (2, word), (3, Tier::Substring), (4, word)]),
            // NOT leaves substrings alone.
            ("DOC(米国 -韓国)", vec![(2, word), (3, Tier::Substring)]),
            ("DOC(-韓国)", vec![(2, word), (3, word), (4, word)]),
            ("DOC(-米国 -英国)", vec![(3, word)]),
        ] {
            let node = parse(text).ok().and_then(|parsed| parsed.node).unwrap_or_else(|| panic!("{text}"));
            let compiled = compile(&node, &Analyzer::default(), false).unwrap_or_else(|error| panic!("{error}"));
            let Compiled::Document(inner) = &compiled else { panic!("{text}") };
            let mut atoms = Vec::new();
            atoms_of(inner, true, &mut atoms);
            let held: Vec<Held> = atoms
                .iter()
                .map(|(atom, _)| match atom {
                    Compiled::Leaf(plan) => of_word(&plan.leaf.text),
                    _ => panic!("{text}"),
                })
                .collect();
            let mut found: Vec<(u64, Tier)> = combined(inner, &mut held.into_iter(), &all).into_iter().collect();
            found.sort_unstable();
            assert_eq!(found, expected, "{text}");
        }
    }
}
