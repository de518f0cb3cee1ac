//! Conditions of an export: what was searched, where, when and how completely. A list without them proves nothing.

use std::io::{self, Write};

use serde_json::{Map, Value};

use super::one_line;
use crate::engine::{Answer, Request, Sort};
use crate::query::Filters;

/// Largest number of widened forms that are listed.
const MAX_WIDENED: usize = 200;

/// When and from what an export is made: values that neither request nor answer knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Made {
    /// Name of the commit that answered: [`Engine::generation`](crate::Engine::generation).
    pub commit: String,
    /// Time of the search in ISO 8601 with its zone: `2026-11-27T05:42:53Z`.
    pub at: String,
    /// Address of the page that serves the index, without `/` at the end; links then lead to it.
    pub base: Option<String>,
}

/// One condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// Name for programs: `query`.
    pub name: String,
    /// Name for people: `検索式`.
    pub label: &'static str,
    /// Its value.
    pub value: String,
}

/// The conditions of an export, in the order of output.
///
/// # Examples
/// ```
/// use fumikura::output::{Conditions, Made};
/// use fumikura::{Answer, Request};
///
/// let request = Request { text: "情報共有".to_owned(), ..Request::default() };
/// let conditions = Conditions::new(&request, &Answer::default(), &Made::default());
/// assert_eq!((conditions.rows[0].name.as_str(), conditions.rows[0].value.as_str()), ("query", "情報共有"));
///
/// // A search that ran out of time says so first.
/// let cut = Answer { timed_out: true, ..Answer::default() };
/// assert_eq!(Conditions::new(&request, &cut, &Made::default()).rows[0].name, "cut");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conditions {
    /// The conditions.
    pub rows: Vec<Condition>,
}

impl Conditions {
    /// Collects the conditions of a request and its answer. A search that was cut says so in the first row.
    pub fn new(request: &Request, answer: &Answer, made: &Made) -> Self {
        let mut all = Self::default();
        if answer.timed_out {
            all.cut("the time ran out: the list holds the hits found until then, and all numbers are lower bounds");
        }
        all.add("query", "検索式", &request.text);
        if answer.parsed != request.text {
            all.add("read_as", "検索式の解釈", &answer.parsed);
        }
        for form in answer.widened.iter().take(MAX_WIDENED) {
            let not = if form.negated { "NOT " } else { "" };
            all.add("widened", "広げた語形", &format!("{not}{} → {} ({})", form.word, form.added, form.reason));
        }
        if let Some(more) = answer.widened.len().checked_sub(MAX_WIDENED + 1) {
            all.add("widened", "広げた語形", &format!("and {} more", more + 1));
        }
        all.filters(&request.filters);
        let sort = match request.sort {
            Sort::Relevance => "relevance",
            Sort::Date => "date",
            Sort::DateDescending => "-date",
        };
        all.add("sort", "並び順", sort);
        all.add("group", "まとめ", if request.group_documents { "document" } else { "none" });
        all.add("near_duplicates", "類似箇所", if request.fold_duplicates { "folded" } else { "listed" });
        all.add("variants", "語形の拡張", if request.variants { "on" } else { "off" });
        let window = match request.limit {
            usize::MAX if request.offset == 0 => "all hits".to_owned(),
            usize::MAX => format!("from hit {}", request.offset + 1),
            limit => format!("at most {limit} from hit {}", request.offset + 1),
        };
        all.add("window", "出力範囲", &window);
        let total = &answer.total;
        all.add("passages", "該当箇所数", &total.passages.to_string());
        all.add("documents", "該当文書数", &total.documents.to_string());
        let [word, variant, substring] = total.by_tier;
        all.add("tiers", "層別の箇所数", &format!("word {word}, variant {variant}, substring {substring}"));
        if answer.relaxed {
            all.add("partial", "部分一致", "partial matches follow the exact ones and are not counted");
        }
        for warning in &answer.warnings {
            all.add("warning", "注意", warning);
        }
        all.made(made);
        all
    }

    /// Replaces the value of a condition, where it stands.
    pub(super) fn replace(&mut self, name: &str, value: &str) {
        self.rows.iter_mut().filter(|row| row.name == name).for_each(|row| row.value = value.to_owned());
    }

    /// Returns the conditions of an export without a query.
    pub fn of(made: &Made) -> Self {
        let mut all = Self::default();
        all.made(made);
        all
    }

    /// Adds the filters; their absence is a condition too.
    pub(super) fn filters(&mut self, filters: &Filters) {
        let filters = filters.describe();
        if filters.is_empty() {
            self.add("filters", "絞り込み", "none");
        }
        for (name, value) in filters {
            self.add(name, filter_label(name), &value);
        }
    }

    /// Adds a condition at the end.
    pub fn add(&mut self, name: &str, label: &'static str, value: &str) {
        self.rows.push(Condition { name: name.to_owned(), label, value: value.to_owned() });
    }

    /// Records at the head that the list is not complete.
    pub fn cut(&mut self, reason: &str) {
        self.rows.insert(0, Condition { name: "cut".to_owned(), label: "不完全", value: reason.to_owned() });
    }

    /// True where the list is not complete.
    pub fn is_cut(&self) -> bool {
        self.rows.first().is_some_and(|first| first.name == "cut")
    }

    fn made(&mut self, made: &Made) {
        self.add("commit", "索引の版", &made.commit);
        self.add("program", "プログラム", concat!("fumikura ", env!("CARGO_PKG_VERSION")));
        self.add("searched", "検索日時", &made.at);
    }

    /// Writes the conditions as lines that begin with a mark: `# query: 情報共有`.
    pub(super) fn lines(&self, out: &mut dyn Write, mark: &str) -> io::Result<()> {
        for row in &self.rows {
            writeln!(out, "{mark} {}: {}", row.name, one_line(&row.value))?;
        }
        Ok(())
    }

    /// Returns the conditions as a JSON object: a list where a name has several values.
    pub(crate) fn json(&self) -> Map<String, Value> {
        let mut all = Map::new();
        for row in &self.rows {
            let value = Value::String(row.value.clone());
            match all.get_mut(&row.name) {
                None => _ = all.insert(row.name.clone(), value),
                Some(Value::Array(list)) => list.push(value),
                Some(one) => *one = Value::Array(vec![one.take(), value]),
            }
        }
        all
    }
}

fn filter_label(name: &str) -> &'static str {
    match name {
        "partner" => "相手国・機関",
        "exclude_partner" => "除く相手国・機関",
        "role" => "役割",
        "theme" => "テーマ",
        "commitment" => "合意の述語",
        "series" => "会議",
        "date" => "日付",
        "path" => "ファイル",
        "publisher" => "発行者",
        "type" => "種類",
        _ => "条件",
    }
}
