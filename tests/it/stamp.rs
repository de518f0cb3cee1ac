//! The stamp of an index must follow the rules: a golden file that changes without a new version, or a table that is
//! not hashed, would let indexes of other rules pass unnoticed.

use std::collections::BTreeMap;
use std::path::Path;

use fumikura::index::RULES;

use crate::support::root;

/// The golden files of each rule, in the order of [`RULES`]: a file may change where its rule, or an earlier one, has a
/// new version.
const GOLDENS: [(&str, &str); 5] = [
    ("extract", "extracted"),
    ("normalize", "normalized"),
    ("segment", "passages"),
    ("metadata", "metadata"),
    ("analysis", "tokens"),
];

/// Tables that only queries, citations and help pages read: they write nothing into an index.
const OF_QUERIES: [&str; 8] = [
    "aliases.tsv",
    "counters.tsv",
    "field_names.tsv",
    "help.ja.toml",
    "legal_forms.tsv",
    "readings.tsv",
    "spellings.tsv",
    "stop_words.tsv",
];

/// File of the committed pair: versions of the rules, and hashes of the golden files that they produce.
const PAIR: &str = "tests/golden/rules.tsv";

/// Versions of rules and hashes of golden files, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Pair {
    versions: BTreeMap<String, u32>,
    hashes: BTreeMap<String, String>,
}

impl Pair {
    fn now() -> Self {
        let versions = RULES.iter().map(|(rule, version)| ((*rule).to_owned(), *version)).collect();
        let mut hashes = BTreeMap::new();
        for (_, stage) in GOLDENS {
            for entry in std::fs::read_dir(root().join("tests/golden").join(stage)).expect("golden files") {
                let path = entry.expect("an entry").path();
                let name = path.file_name().expect("a name").to_string_lossy().into_owned();
                let hash = blake3::hash(&std::fs::read(&path).expect("a golden file")).to_hex()[..16].to_owned();
                hashes.insert(format!("{stage}/{name}"), hash);
            }
        }
        Self { versions, hashes }
    }

    fn read(text: &str) -> Self {
        let mut pair = Self::default();
        for row in text.lines().filter(|row| !row.starts_with('#')) {
            let [kind, name, value] = row.split('\t').collect::<Vec<_>>()[..] else { panic!("three cells: {row}") };
            match kind {
                "rule" => _ = pair.versions.insert(name.to_owned(), value.parse().expect("a number")),
                _ => _ = pair.hashes.insert(name.to_owned(), value.to_owned()),
            }
        }
        pair
    }

    fn written(&self) -> String {
        let mut text =
            "# Versions of the rules and hashes of the golden files that they give; UPDATE_RULES=1 writes it anew.\n"
                .to_owned();
        for (rule, _) in RULES {
            text += &format!("rule\t{rule}\t{}\n", self.versions[rule]);
        }
        self.hashes.iter().for_each(|(name, hash)| text += &format!("golden\t{name}\t{hash}\n"));
        text
    }

    /// Lists the versions that must be raised before `now` may follow this pair, a sentence each.
    fn forgotten(&self, now: &Self) -> Vec<String> {
        let mut said = Vec::new();
        let mut raised: Vec<&str> = Vec::new();
        for (rule, stage) in GOLDENS {
            let (before, version) = (self.versions.get(rule).copied().unwrap_or(0), now.versions[rule]);
            if version < before {
                said.push(format!("the version of {rule} was {before} and is {version}: it never falls"));
            }
            if version > before {
                raised.push(rule);
            }
            let moved = |(name, hash): &(&String, &String)| {
                name.starts_with(&format!("{stage}/")) && now.hashes.get(*name).is_some_and(|now| now != *hash)
            };
            // Metadata does not affect the words of the analysis.
            let explains = |raised: &&&str| **raised != "metadata" || rule == "metadata";
            if let Some((name, _)) = self.hashes.iter().find(moved)
                && !raised.iter().any(|rule| explains(&rule))
            {
                said.push(format!(
                    "tests/golden/{name} moved and no rule before it has a new version: raise {rule} in RULES \
                     (src/index/stamp.rs), or the rule before it that changed"
                ));
            }
        }
        said
    }
}

#[test]
fn no_golden_file_moves_without_a_new_version_of_its_rule() {
    let (now, path) = (Pair::now(), root().join(PAIR));
    let before = Pair::read(&std::fs::read_to_string(&path).unwrap_or_default());
    let forgotten = before.forgotten(&now);
    assert!(forgotten.is_empty(), "{}", forgotten.join("\n"));
    if std::env::var_os("UPDATE_RULES").is_some() {
        std::fs::write(&path, now.written()).expect("the pair is written");
    } else {
        assert!(before == now, "{PAIR} is behind; UPDATE_RULES=1 cargo test --test it stamp writes it anew");
    }
}

#[test]
fn the_pair_tells_which_rule_to_raise() {
    let before = Pair::read(
        "rule\textract\t1\nrule\tnormalize\t1\nrule\tsegment\t1\nrule\tmetadata\t1\nrule\tanalysis\t1\n\
         golden\tpassages/a.txt\t0\ngolden\tmetadata/a.txt\t0\ngolden\ttokens/a.txt\t0\n",
    );
    let with = |rules: &[&str], moved: &[&str]| {
        let mut now = before.clone();
        rules.iter().for_each(|rule| *now.versions.get_mut(*rule).expect("a rule") += 1);
        moved.iter().for_each(|name| _ = now.hashes.insert((*name).to_owned(), "1".to_owned()));
        before.forgotten(&now)
    };
    assert!(with(&[], &[]).is_empty());
    assert!(with(&[], &["passages/new.txt"]).is_empty(), "a new file moves nothing");
    assert!(with(&["normalize"], &["passages/a.txt", "tokens/a.txt"]).is_empty());
    assert!(with(&["analysis"], &["tokens/a.txt"]).is_empty());
    let said = with(&[], &["metadata/a.txt"]);
    assert!(said.len() == 1 && said[0].contains("raise metadata in RULES"), "{said:?}");
    assert!(with(&["analysis"], &["passages/a.txt"])[0].contains("raise segment"), "a later rule explains nothing");
    assert!(with(&["metadata"], &["tokens/a.txt"])[0].contains("raise analysis"), "metadata cuts no word");
    let mut lowered = before.clone();
    lowered.versions.insert("extract".to_owned(), 0);
    assert!(before.forgotten(&lowered)[0].contains("never falls"));
}

#[test]
fn each_table_is_in_the_stamp_or_read_by_queries_alone() {
    let hashed = fumikura::analysis::TABLES.iter().chain(&fumikura::metadata::TABLES).chain(&fumikura::extract::TABLES);
    let of_titles = [("title_words.tsv", fumikura::document::TITLE_WORDS)];
    let known: BTreeMap<&str, Option<&str>> = hashed
        .chain(&of_titles)
        .map(|(name, content)| (*name, Some(*content)))
        .chain(OF_QUERIES.iter().map(|name| (*name, None)))
        .collect();
    for entry in std::fs::read_dir(root().join("data")).expect("data/") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let content = known.get(name.as_str()).unwrap_or_else(|| {
            panic!("data/{name} is in no list: add it to TABLES of the rule that reads it, or to OF_QUERIES here")
        });
        if let Some(content) = content {
            assert_eq!(std::fs::read_to_string(Path::new(&path)).expect("a table"), *content, "data/{name}");
        }
    }
}
