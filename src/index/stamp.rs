//! The stamp of an index: the version of each rule that writes into it, and a hash of each table that such a rule
//! reads.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

#[cfg(doc)]
use crate::document::SourceId;
use crate::document::{PAGE_WORDS, Root, TITLE_WORDS};
use crate::{analysis, extract, metadata};

/// Version of the layout; raised when older indexes can no longer be read.
const FORMAT_VERSION: u32 = 13;
/// The last layout whose files lie directly in the index folder.
pub(super) const LAST_WITHOUT_GENERATIONS: u32 = 5;

/// Versions of the rules that write into an index, in the order in which a document meets them.
///
/// Raise the number of a rule in the commit that changes its results. The tables in `data/` and the dictionary are
/// hashed: a changed table needs no new number. `extract` covers `ingest` too; a change in `script` or `document`
/// belongs to the rule whose results it changes.
pub const RULES: [(&str, u32); 5] = [("extract", 5), ("normalize", 4), ("segment", 4), ("metadata", 8), (ANALYSIS, 5)];

/// Queries follow this rule too: a text segmented by another version would be missed silently.
const ANALYSIS: &str = "analysis";

/// The tables that a rule reads: name and content of each.
const TABLES: [(&str, &[(&str, &str)]); 4] = [
    ("extract", &extract::TABLES),
    ("segment", &[("page_words.tsv", PAGE_WORDS), ("title_words.tsv", TITLE_WORDS)]),
    ("metadata", &metadata::TABLES),
    (ANALYSIS, &analysis::TABLES),
];

/// The state of one rule when it wrote into an index.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Made {
    version: u32,
    /// Hashes of the tables that it read, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    tables: BTreeMap<String, String>,
}

/// The stamp of a commit: how it was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// Layout of the index.
    pub format: u32,
    /// The rules that wrote into it, by name; empty in layouts up to 8.
    #[serde(default)]
    rules: BTreeMap<String, Made>,
    /// User words added to the dictionary, sorted.
    #[serde(default, rename = "terms")]
    pub user_words: Vec<String>,
    /// Root folders of the source files; a [`SourceId`] refers to its root by the place in this list.
    #[serde(default)]
    pub roots: Vec<Root>,
}

/// The rules of this program. Hashing the tables takes less than a tenth of a millisecond, once, and only where an
/// index is opened; the dictionary was hashed when the program was built.
static OWN: LazyLock<BTreeMap<String, Made>> = LazyLock::new(|| {
    // Comments are no rules.
    let hash = |content: &str| {
        let mut hasher = blake3::Hasher::new();
        content.lines().filter(|line| !line.starts_with('#')).for_each(|line| {
            hasher.update(line.as_bytes()).update(b"\n");
        });
        hasher.finalize().to_hex()[..16].to_owned()
    };
    let tables = |rule: &str| {
        let of_rule = TABLES.iter().filter(|(name, _)| *name == rule).flat_map(|(_, tables)| *tables);
        of_rule.map(|(name, content)| ((*name).to_owned(), hash(content))).collect()
    };
    RULES.iter().map(|(rule, version)| ((*rule).to_owned(), Made { version: *version, tables: tables(rule) })).collect()
});

/// The rules that made an index and differ from those of this program, each with the tables that differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct OtherRules(Vec<(&'static str, Vec<String>)>);

impl Stamp {
    /// Builds the stamp of this program with user words and the roots of the source files.
    pub fn current(user_words: Vec<String>, roots: Vec<Root>) -> Self {
        Self { format: FORMAT_VERSION, rules: OWN.clone(), user_words, roots }
    }

    /// True where documents that were made under another stamp would be the same under this one: the rules and user
    /// words are equal, and roots were only added.
    #[cfg(feature = "cluster")]
    pub(crate) fn continues(&self, before: &Self) -> bool {
        let Self { format, rules, user_words, roots } = self;
        (format, rules, user_words) == (&before.format, &before.rules, &before.user_words)
            && roots.starts_with(&before.roots)
    }

    /// Checks whether this program can search an index with this stamp.
    ///
    /// # Errors
    /// The difference, as part of a sentence: the layout, or the rules of analysis.
    pub(crate) fn must_be_searchable(&self) -> Result<(), String> {
        if self.format != FORMAT_VERSION {
            return Err("its layout differs".to_owned());
        }
        let analysis = self.other_rules_among(|rule| rule == ANALYSIS);
        analysis.map_or(Ok(()), |other| Err(other.differ()))
    }

    /// Returns the layout, the version of each rule, and a hash of each table, of the dictionary and of the user words,
    /// by name.
    pub fn versions(&self) -> BTreeMap<String, String> {
        let mut all = BTreeMap::from([("layout".to_owned(), self.format.to_string())]);
        for (rule, made) in &self.rules {
            all.insert(rule.clone(), made.version.to_string());
            all.extend(made.tables.clone());
        }
        if !self.user_words.is_empty() {
            let hash = blake3::hash(self.user_words.join("\n").as_bytes());
            all.insert("user words".to_owned(), hash.to_hex()[..16].to_owned());
        }
        all
    }

    /// Returns the warning for a user who searches what was made by other rules; `None` where all agree.
    #[cfg(feature = "cluster")]
    pub(crate) fn warning(&self) -> Option<String> {
        self.other_rules().map(|rules| rules.warning())
    }

    /// Returns the rules that differ from those of this program; `None` where all agree.
    pub(super) fn other_rules(&self) -> Option<OtherRules> {
        self.other_rules_among(|_| true)
    }

    fn other_rules_among(&self, wanted: impl Fn(&str) -> bool) -> Option<OtherRules> {
        let mut other = Vec::new();
        for (rule, _) in RULES.iter().filter(|(rule, _)| wanted(rule)) {
            let none = Made::default();
            let (made, own) = (self.rules.get(*rule).unwrap_or(&none), OWN.get(*rule).unwrap_or(&none));
            if made == own {
                continue;
            }
            let differs = |table: &&String| made.tables.get(*table) != own.tables.get(*table);
            let mut tables: Vec<String> =
                made.tables.keys().chain(own.tables.keys()).filter(differs).cloned().collect();
            tables.sort();
            tables.dedup();
            other.push((*rule, tables));
        }
        (!other.is_empty()).then_some(OtherRules(other))
    }
}

impl OtherRules {
    /// Names the rules that differ, as part of a sentence: `the rules of metadata (themes.tsv) differ`.
    pub fn differ(&self) -> String {
        let name = |(rule, tables): &(&str, Vec<String>)| match tables.as_slice() {
            [] => (*rule).to_owned(),
            tables => format!("{rule} ({})", tables.join(", ")),
        };
        format!("the rules of {} differ", listed(&self.0.iter().map(name).collect::<Vec<_>>()))
    }

    /// Builds the warning for a user who searches the index without a rebuild.
    pub fn warning(&self) -> String {
        let mut found: Vec<&str> = Vec::new();
        for (rule, _) in &self.0 {
            let results: &[&str] = match *rule {
                "extract" | "normalize" => &["texts"],
                "segment" => &["passages"],
                _ => &["partners", "themes", "dates", "commitments"],
            };
            found.extend(results.iter().filter(|result| !found.contains(result)).collect::<Vec<_>>());
        }
        format!(
            "this index was made by another version of fumikura: {}, so this version may find other {}. The index is \
             searched as it is, and nothing is added to it; rebuild it with: fumikura index --rebuild [PATH]...",
            self.differ(),
            listed(&found)
        )
    }
}

/// Joins names as `a`, `a and b`, `a, b and c`.
fn listed<T: AsRef<str>>(names: &[T]) -> String {
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    match names.as_slice() {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [before @ .., last] => format!("{} and {last}", before.join(", ")),
    }
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use super::*;

    fn changed(rule: &str, change: impl FnOnce(&mut Made)) -> Stamp {
        let mut stamp = Stamp::current(Vec::new(), Vec::new());
        change(stamp.rules.get_mut(rule).expect("a rule"));
        stamp
    }

    #[test]
    fn a_stamp_of_this_program_differs_in_nothing() {
        let stamp = Stamp::current(Vec::new(), Vec::new());
        let read: Stamp =
            serde_json::from_str(&serde_json::to_string(&stamp).expect("JSON")).expect("a stamp that was written");
        assert_eq!((read.other_rules(), read.must_be_searchable()), (None, Ok(())));
    }

    #[test]
    fn only_other_rules_of_analysis_make_an_index_unsearchable() {
        for (rule, version) in RULES {
            let stamp = changed(rule, |made| made.version = version + 1);
            assert_eq!(stamp.must_be_searchable().is_err(), rule == ANALYSIS, "{rule}");
            assert_eq!(stamp.other_rules().expect("others").differ(), format!("the rules of {rule} differ"));
        }
        let stamp = changed(ANALYSIS, |made| _ = made.tables.insert("ipadic".to_owned(), "0".to_owned()));
        assert_eq!(stamp.must_be_searchable(), Err("the rules of analysis (ipadic) differ".to_owned()));
    }

    #[test]
    fn a_changed_or_missing_table_is_named() {
        let themes = changed("metadata", |made| _ = made.tables.insert("themes.tsv".to_owned(), "0".to_owned()));
        assert!(themes.other_rules().expect("others").warning().contains("the rules of metadata (themes.tsv) differ"));
        let gone = changed("metadata", |made| _ = made.tables.remove("events.tsv"));
        assert_eq!(gone.other_rules().expect("others").differ(), "the rules of metadata (events.tsv) differ");
        let mut several = changed("extract", |made| made.version = 0);
        several.rules.remove("segment");
        let said = several.other_rules().expect("others").warning();
        assert!(said.contains("the rules of extract and segment"), "{said}");
        assert!(said.contains("other texts and passages."), "{said}");
    }

    #[test]
    fn versions_name_rules_tables_and_user_words() {
        let all = Stamp::current(vec!["電脳戦".to_owned()], Vec::new()).versions();
        assert_eq!(all["layout"], FORMAT_VERSION.to_string());
        for name in ["analysis", "metadata", "themes.tsv", "ipadic", "user words"] {
            assert!(all.contains_key(name), "{name} in {all:?}");
        }
    }

    #[test]
    fn a_stamp_of_an_older_layout_keeps_its_terms_and_is_refused() {
        let text = r#"{"format":8,"analyzer":"0","metadata":"0","terms":["電脳戦"]}"#;
        let stamp: Stamp = serde_json::from_str(text).expect("a stamp");
        assert_eq!(stamp.user_words, ["電脳戦"]);
        assert_eq!(stamp.must_be_searchable(), Err("its layout differs".to_owned()));
    }
}
