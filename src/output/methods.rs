//! A paragraph on the methods of a search, by the items of PRISMA-S (Rethlefsen et al., Systematic Reviews 10:39,
//! 2021).

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use super::sanitize::one_line;
use crate::document::counted;
use crate::study::{Asked, Run};

/// Language of the paragraph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MethodsLanguage {
    /// Japanese.
    Japanese,
    /// English.
    English,
}

/// A place for words of the author.
const BLANK: &str = "________";

/// Writes a paragraph on the methods of some runs: an item a line, with the number that PRISMA-S gives it. Items that
/// only the author can tell are blanks.
///
/// # Errors
/// An error of the writer.
///
/// # Examples
/// ```
/// use fumikura::output::{MethodsLanguage, methods};
///
/// let mut out = Vec::new();
/// methods(&mut out, &[(1, fumikura::study::Run::default())], MethodsLanguage::Japanese)?;
/// assert!(String::from_utf8_lossy(&out).contains("検索式"));
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn methods(out: &mut dyn Write, runs: &[(usize, Run)], language: MethodsLanguage) -> io::Result<()> {
    let say = |japanese: String, english: String| match language {
        MethodsLanguage::Japanese => japanese,
        MethodsLanguage::English => english,
    };
    let facts = Facts::of(runs);
    let between = say("、".to_owned(), ", ".to_owned());
    let (programs, indexes) = (facts.programs.join(&between), facts.indexes.len());
    let states = counted(indexes, "state");
    writeln!(
        out,
        "{}",
        say(
            format!("1 データベース：{programs} による {indexes} 版の索引。"),
            format!("1 Database: {programs}, {states} of the index.")
        )
    )?;
    for (commit, (documents, passages)) in &facts.indexes {
        let commit = one_line(commit);
        let state = say(
            format!("  {documents} 文書、{passages} 箇所（版 {commit}）。収録範囲：{BLANK}"),
            format!("  {documents} documents, {passages} passages (commit {commit}). Coverage: {BLANK}"),
        );
        writeln!(out, "{state}")?;
    }
    let head = say("8 検索式（実行どおり）：".to_owned(), "8 Search strategies, as run:".to_owned());
    writeln!(out, "{head}")?;
    for (number, run) in runs {
        strategy(out, *number, run, &say)?;
    }
    let limits =
        if facts.limits.is_empty() { say("なし".to_owned(), "none".to_owned()) } else { facts.limits.join("; ") };
    let limits = one_line(&limits).into_owned();
    writeln!(out, "{}", say(format!("9 絞り込み・制限：{limits}。"), format!("9 Limits and restrictions: {limits}.")))?;
    let tables = facts.tables.iter().map(|(name, hashes)| format!("{name} {}", hashes.join("/")));
    let tables = one_line(&tables.collect::<Vec<_>>().join(", ")).into_owned();
    let filters = say(
        format!("10 検索フィルター：公開フィルターは {BLANK}。語形を広げる表と索引の規則の版：{tables}。"),
        format!("10 Search filters: published filters: {BLANK}. Versions of rules and tables: {tables}."),
    );
    writeln!(out, "{filters}")?;
    let updates =
        facts.updates.iter().map(|numbers| numbers.iter().map(usize::to_string).collect::<Vec<_>>().join(" = "));
    let updates: Vec<String> = updates.collect();
    let updates = if updates.is_empty() { say("なし".to_owned(), "none".to_owned()) } else { updates.join("; ") };
    writeln!(
        out,
        "{}",
        say(
            format!("12 更新（同じ検索式の再実行）：{updates}。"),
            format!("12 Updates (runs of one strategy): {updates}."),
        )
    )?;
    let (first, last) = (one_line(&facts.first), one_line(&facts.last));
    writeln!(
        out,
        "{}",
        say(format!("13 検索日時：{first} から {last} まで。"), format!("13 Dates of searches: {first} to {last}."),)
    )?;
    let Facts { records, passages, documents, .. } = facts;
    writeln!(
        out,
        "{}",
        say(
            format!("15 総件数：全検索の合計 {records} 箇所。"),
            format!("15 Total records: {records} passages over all searches."),
        )
    )?;
    writeln!(
        out,
        "{}",
        say(
            format!(
                "16 重複の除去：識別子による重複を除き {passages} 箇所、{documents} 文書。類似した箇所は除いていない。"
            ),
            format!(
                "16 Deduplication: {passages} passages in {documents} documents without repeated ids; \
                 near-duplicates were not removed."
            ),
        )
    )?;
    for (number, run) in runs.iter().filter(|(_, run)| run.timed_out) {
        let query = one_line(&run.asked.query);
        writeln!(
            out,
            "{}",
            say(
                format!("注意：検索 {number}（{query}）は時間切れで、件数は下限である。"),
                format!("Note: search {number} ({query}) ran out of time; its numbers are lower bounds."),
            )
        )?;
    }
    writeln!(out, "{}", say("著者が記す項目：".to_owned(), "For the author to tell:".to_owned()))?;
    BLANKS.iter().try_for_each(|(number, japanese, english)| {
        writeln!(out, "{number} {}: {BLANK}", say((*japanese).to_owned(), (*english).to_owned()))
    })
}

/// Items that only the author can tell.
const BLANKS: [(u8, &str, &str); 8] = [
    (2, "複数データベースの同時検索", "Multi-database searching"),
    (3, "研究登録簿", "Study registries"),
    (4, "ウェブ上の資料と閲覧", "Online resources and browsing"),
    (5, "引用文献の探索", "Citation searching"),
    (6, "問い合わせ", "Contacts"),
    (7, "その他の方法", "Other methods"),
    (11, "先行する検索の利用", "Prior work"),
    (14, "検索式の査読", "Peer review"),
];

/// Writes the strategy of one run: the query exactly as typed, as it was read, and each form that widened it.
fn strategy(out: &mut dyn Write, number: usize, run: &Run, say: &dyn Fn(String, String) -> String) -> io::Result<()> {
    let (query, parsed) = (one_line(&run.asked.query), one_line(&run.parsed));
    let filters = match run.asked.filters.is_empty() {
        true => say("なし".to_owned(), "none".to_owned()),
        false => one_line(&run.asked.filters_text()).into_owned(),
    };
    let (passages, documents) = (run.total.passages, run.total.documents);
    let line = say(
        format!("  検索 {number}：{query}（解釈：{parsed}、絞り込み：{filters}）{passages} 箇所、{documents} 文書"),
        format!(
            "  Search {number}: {query} (read as: {parsed}; filters: {filters}): \
             {passages} passages, {documents} documents"
        ),
    );
    writeln!(out, "{line}")?;
    let forms: Vec<String> = run.widened.iter().map(|form| format!("{} → {}", form.word, form.added)).collect();
    if !forms.is_empty() {
        let forms = forms.join(", ");
        let forms = one_line(&forms);
        writeln!(out, "    {}", say(format!("広げた語形：{forms}"), format!("widened by: {forms}")))?;
    }
    if !run.asked.variants {
        writeln!(out, "    {}", say("語形を広げない".to_owned(), "without other names and inflections".to_owned()))?;
    }
    Ok(())
}

/// What the runs have in common.
#[derive(Default)]
struct Facts {
    programs: Vec<String>,
    /// Documents and passages of each commit.
    indexes: BTreeMap<String, (usize, usize)>,
    limits: Vec<String>,
    /// The hashes of each table.
    tables: BTreeMap<String, Vec<String>>,
    /// Numbers of the runs of each search that ran more than once.
    updates: Vec<Vec<usize>>,
    first: String,
    last: String,
    records: usize,
    passages: usize,
    documents: usize,
}

impl Facts {
    fn of(runs: &[(usize, Run)]) -> Self {
        let mut facts = Self::default();
        let mut searches: Vec<(&Asked, Vec<usize>)> = Vec::new();
        let (mut passages, mut documents) = (BTreeSet::new(), BTreeSet::new());
        for (number, run) in runs {
            if !facts.programs.contains(&run.program) {
                facts.programs.push(run.program.clone());
            }
            for index in &run.indexes {
                facts.indexes.insert(index.commit.clone(), (index.documents, index.passages));
            }
            if !run.asked.filters.is_empty() {
                facts.limits.push(format!("{number}: {}", run.asked.filters_text()));
            }
            for (name, version) in run.versions().into_iter().filter(|(name, _)| name != "program") {
                let known = facts.tables.entry(name).or_default();
                if !known.contains(&version) {
                    known.push(version);
                }
            }
            match searches.iter_mut().find(|(asked, _)| **asked == run.asked) {
                Some((_, numbers)) => numbers.push(*number),
                None => searches.push((&run.asked, vec![*number])),
            }
            facts.records += run.total.passages;
            passages.extend(run.hits.iter().flat_map(|hits| hits.ids()));
            documents.extend(run.hits.iter().map(|hits| hits.document.as_str()));
        }
        facts.updates = searches.into_iter().map(|(_, numbers)| numbers).filter(|numbers| numbers.len() > 1).collect();
        let times = || runs.iter().map(|(_, run)| run.time.as_str());
        facts.first = times().min().unwrap_or_default().to_owned();
        facts.last = times().max().unwrap_or_default().to_owned();
        (facts.passages, facts.documents) = (passages.len(), documents.len());
        facts
    }
}
