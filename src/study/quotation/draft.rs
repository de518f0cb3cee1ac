//! Takes the quotations out of a draft: 「…」, 『…』, “…”, "…" and block quotes.
//! Names and terms in quotes are no quotations.

use super::letters::Letters;
use crate::analysis::Analyzer;
use crate::document::Span;

/// How a draft sets a quotation off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// In brackets or quotation marks.
    #[default]
    Inline,
    /// As a block: lines with `>` or four blanks before them.
    Block,
}

/// Words in quotes that are no quotation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// The words.
    pub text: String,
    /// Their position in the draft, in code points, without brackets.
    pub span: Span,
    /// True where they are only too short; else they are a name, a term or a title.
    pub short: bool,
}

/// A quotation of a draft.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Taken {
    /// Its words, without brackets and without the signs of a block.
    pub text: String,
    /// Its position in the draft, in code points.
    pub span: Span,
    /// How it is set off.
    pub form: Form,
    /// A line of a block that names its source.
    pub attribution: String,
}

/// The quotations and terms of a draft.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Draft {
    pub quotations: Vec<Taken>,
    pub terms: Vec<Term>,
    /// Lines, from 1, with a bracket that is opened and not closed in its paragraph.
    pub unclosed: Vec<usize>,
}

/// Takes quotations of at least `min` letters out of a draft.
pub(super) fn take(draft: &str, min: usize, analyzer: &Analyzer) -> Draft {
    let mut found = Draft::default();
    let lines = lines(draft);
    let mut running: Vec<char> = draft.chars().collect();
    let mut at = 0;
    while at < lines.len() {
        let length = block(&lines, at);
        if length == 0 {
            at += 1;
            continue;
        }
        let (Some(of_block), Some(first), Some(last)) =
            (lines.get(at..at + length), lines.get(at), lines.get(at + length - 1))
        else {
            break;
        };
        let span = Span::new(first.start, last.start + last.chars.len());
        let (mut texts, mut attribution) = (Vec::new(), String::new());
        for line in of_block {
            let text = line.content();
            if !texts.is_empty() && is_attribution(&text) { attribution.push_str(&text) } else { texts.push(text) }
        }
        let text = texts.join("\n").trim().to_owned();
        if Letters::of(&text).len() >= min {
            found.quotations.push(Taken { text, span, form: Form::Block, attribution });
        } else if !text.is_empty() {
            found.terms.push(Term { text, span, short: true });
        }
        // The end of a paragraph: no bracket reaches over a block.
        let of_block = running.iter_mut().skip(span.start).take(span.end - span.start);
        of_block.filter(|c| **c != '\n').for_each(|c| *c = '\u{2029}');
        at += length;
    }
    inline(&running, min, analyzer, &mut found);
    found.quotations.sort_by_key(|taken| taken.span.start);
    found.terms.sort_by_key(|term| term.span.start);
    found
}

/// A line of a draft.
struct Line {
    /// Its first code point.
    start: usize,
    chars: Vec<char>,
}

impl Line {
    fn is_blank(&self) -> bool {
        self.chars.iter().all(|c| c.is_whitespace())
    }

    fn is_quoted(&self) -> bool {
        let blanks = self.chars.iter().take_while(|c| **c == ' ').count();
        blanks < 4 && matches!(self.chars.get(blanks), Some('>' | '＞'))
    }

    fn is_indented(&self) -> bool {
        let blanks = self.chars.iter().take_while(|c| **c == ' ').count();
        !self.is_blank() && (blanks >= 4 || self.chars.first() == Some(&'\t'))
    }

    fn is_item(&self) -> bool {
        let text: String = self.chars.iter().collect();
        let text = text.trim_start();
        let number = text.trim_start_matches(|c: char| c.is_ascii_digit());
        text.starts_with(['-', '*', '+', '・', '•'])
            || number.len() < text.len() && number.starts_with(['.', ')', '．'])
    }

    /// Its text without the signs of a block.
    fn content(&self) -> String {
        let text: String = self.chars.iter().collect();
        text.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '>' | '＞')).trim_end().to_owned()
    }
}

fn lines(draft: &str) -> Vec<Line> {
    let mut start = 0;
    let line = |text: &str| {
        let chars: Vec<char> = text.chars().collect();
        let line = Line { start, chars };
        start += line.chars.len() + 1;
        line
    };
    draft.split('\n').map(line).collect()
}

/// Returns the number of lines of a block quote that begins at a line; 0 where none begins.
fn block(lines: &[Line], at: usize) -> usize {
    let from = lines.get(at..).unwrap_or_default();
    let quoted = from.iter().take_while(|line| line.is_quoted()).count();
    if quoted > 0 {
        return quoted;
    }
    // Four blanks below an item of a list continue the item.
    let above = lines.get(..at).unwrap_or_default();
    let is_apart = above.last().is_none_or(Line::is_blank);
    let in_list = above.iter().rev().find(|line| !line.is_blank()).is_some_and(Line::is_item);
    if is_apart && !in_list { from.iter().take_while(|line| line.is_indented()).count() } else { 0 }
}

/// True for a line that names the source of the block above it: ——総務省, （第19回対話の概要）, 出典：.
fn is_attribution(line: &str) -> bool {
    let wrapped = line.starts_with(['（', '(', '〔', '[']) && line.ends_with(['）', ')', '〕', ']']);
    wrapped || line.starts_with(['—', '―', '–', '─']) || line.starts_with("出典") || line.starts_with("出所")
}

/// Finds quotations in brackets and quotation marks; the outermost pair counts.
fn inline(chars: &[char], min: usize, analyzer: &Analyzer, found: &mut Draft) {
    let closes = pairs(chars);
    let (mut at, mut line) = (0, 1);
    while let Some(c) = chars.get(at) {
        let Some(end) = closes.get(at).copied().flatten() else {
            // A straight mark may also stand for inches or seconds.
            if closing(*c).is_some() && !matches!(c, '"' | '＂') && found.unclosed.last() != Some(&line) {
                found.unclosed.push(line);
            }
            line += usize::from(*c == '\n');
            at += 1;
            continue;
        };
        let text: String = chars.get(at + 1..end).unwrap_or_default().iter().collect();
        let span = Span::new(at + 1, end);
        let (before, behind) = (chars.get(..at).unwrap_or_default(), chars.get(end + 1..).unwrap_or_default());
        let letters = Letters::of(&text).len();
        if letters < min {
            if letters > 0 {
                found.terms.push(Term { text, span, short: true });
            }
        } else if is_term(&text, before, behind, analyzer) {
            found.terms.push(Term { text, span, short: false });
        } else {
            found.quotations.push(Taken { text, span, form: Form::Inline, attribution: String::new() });
        }
        line += chars.get(at..end).unwrap_or_default().iter().filter(|c| **c == '\n').count();
        at = end + 1;
    }
}

fn closing(open: char) -> Option<char> {
    match open {
        '「' => Some('」'),
        '『' => Some('』'),
        '｢' => Some('｣'),
        '“' => Some('”'),
        '〝' => Some('〟'),
        '"' | '＂' => Some(open),
        _ => None,
    }
}

/// Returns for each character the place of the bracket that closes it, in the same paragraph; brackets of one
/// kind nest.
fn pairs(chars: &[char]) -> Vec<Option<usize>> {
    let mut closes = vec![None; chars.len()];
    let mut open: Vec<(usize, char)> = Vec::new();
    let mut blank = false;
    for (place, c) in chars.iter().enumerate() {
        // A blank line or a block ends the paragraph.
        if *c == '\u{2029}' || *c == '\n' && blank {
            open.clear();
        }
        blank = *c == '\n' || blank && c.is_whitespace();
        if let Some(at) = open.iter().rposition(|(_, close)| close == c) {
            let (start, _) = open[at];
            closes[start] = Some(place);
            // Marks of one form open and close; brackets of other kinds inside that nobody closed stay open.
            open.remove(at);
        } else if let Some(close) = closing(*c) {
            open.push((place, close));
        }
    }
    closes
}

/// Characters behind a quote in which its verb is looked for.
const BEHIND: usize = 12;

/// True where words in quotes are named and not cited.
///
/// A term, a name or a title is a nominal phrase: no sentence, and no predicate or particle at its end.
/// It stands in its
/// sentence as a noun (「…」を, 「…」の), or the sentence says that it names something (と呼ばれる, と題する, いわゆる). A phrase
/// that a verb of saying follows (とある, とする, と述べた, という。) is cited, even if it is nominal.
fn is_term(text: &str, before: &[char], behind: &[char], analyzer: &Analyzer) -> bool {
    let before: String = before.iter().rev().take(8).collect::<Vec<_>>().into_iter().rev().collect();
    let behind: String = without_note(behind).iter().filter(|c| !c.is_whitespace()).take(BEHIND).collect();
    const NAMED: [&str; 12] = [
        "と題",
        "と呼",
        "とよば",
        "と称",
        "と名付",
        "と名づ",
        "と命名",
        "と銘打",
        "と改称",
        "に改称",
        "へ改称",
        "と改め",
    ];
    const INTRODUCED: [&str; 7] = ["いわゆる", "所謂", "通称", "略称", "以下", "以下、", "仮称"];
    if NAMED.iter().any(|named| behind.starts_with(named)) {
        return true;
    }
    let nominal = is_nominal(text, analyzer);
    if INTRODUCED.iter().any(|word| before.ends_with(word)) {
        return nominal;
    }
    if let Some(rest) = behind.strip_prefix("という").or_else(|| behind.strip_prefix("といった")) {
        // という名称, という概念: a noun follows; という。 and という」 say something.
        return nominal && rest.starts_with(|c: char| c.is_alphanumeric());
    }
    let is_cited = behind.starts_with('と') && !behind.starts_with("と「") && !behind.starts_with("と『")
        || behind.starts_with('旨')
        || behind.is_empty()
        || behind.starts_with(['。', '．']);
    nominal && !is_cited
}

/// Returns a text without a note in brackets at its start: （004）とある.
fn without_note(text: &[char]) -> &[char] {
    let close = match text.first() {
        Some('（') => '）',
        Some('(') => ')',
        Some('〔') => '〕',
        Some('[') => ']',
        Some('［') => '］',
        _ => return text,
    };
    text.iter().position(|c| *c == close).and_then(|end| text.get(end + 1..)).unwrap_or(text)
}

/// True for a phrase that ends in a noun and is no sentence: no full stop, no subject with は or が before the noun.
fn is_nominal(text: &str, analyzer: &Analyzer) -> bool {
    if text.contains(['。', '．', '…', '！', '？']) {
        return false;
    }
    let words = analyzer.parts(text);
    let is_word = |part: &str| part != "記号";
    let Some(last) = words.iter().rev().find(|word| is_word(word.part)) else { return true };
    let ends_in_noun =
        last.part == "名詞" && last.division != "非自立" || last.part == "接頭詞" || last.part.is_empty();
    // 参加 and 開催 at the end of a line are predicates where a subject stands before them.
    let has_subject = words.iter().any(|word| {
        let is_topic = word.part == "助詞" && matches!(word.surface.as_str(), "は" | "が" | "を" | "も");
        is_topic && word.division != "接続助詞"
    });
    let is_act = last.division == "サ変接続";
    ends_in_noun && !(has_subject && is_act)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(draft: &str) -> (Vec<String>, Vec<String>) {
        let found = take(draft, 8, &Analyzer::new());
        let texts = found.quotations.into_iter().map(|taken| taken.text).collect();
        (texts, found.terms.into_iter().map(|term| term.text).collect())
    }

    #[test]
    fn the_outermost_brackets_hold_the_quotation() {
        let (quotations, _) =
            taken("「名称を「日・ASEAN会議」に変更することに合意しました」とした。“国際連携を強化していく”とある。");
        assert_eq!(quotations, ["名称を「日・ASEAN会議」に変更することに合意しました", "国際連携を強化していく"]);
    }

    #[test]
    fn blocks_are_quotations_and_their_last_line_may_name_the_source() {
        let draft = "概要は次のとおり。\n\n> 両国は引き続き\n> 協力していく。\n> （第19回対話）\n\n以上。\n\n    継続的に実施することで一致した。\n";
        let found = take(draft, 8, &Analyzer::new());
        let texts: Vec<&str> = found.quotations.iter().map(|taken| taken.text.as_str()).collect();
        assert_eq!(texts, ["両国は引き続き\n協力していく。", "継続的に実施することで一致した。"]);
        assert_eq!(found.quotations[0].attribution, "（第19回対話）");
        assert_eq!(found.quotations[0].form, Form::Block);
        let span = found.quotations[1].span;
        let chars: Vec<char> = draft.chars().collect();
        assert_eq!(chars[span.start..span.end].iter().collect::<String>(), "    継続的に実施することで一致した。");
        assert!(taken("- 項目\n\n    項目の続きの文章である。\n").0.is_empty());
    }

    #[test]
    fn names_and_terms_are_no_quotations() {
        for draft in [
            "「日・ASEAN情報セキュリティ政策会議」が開催された。",
            "いわゆる「情報通信ネットワーク安全対策」である。",
            "これは「サイバー空間の安全を守る」と題する報告書である。",
            "「重要インフラの情報セキュリティ対策に係る行動計画」を策定した。",
            "「インターネットガバナンスフォーラム」という会議がある。",
        ] {
            let (quotations, terms) = taken(draft);
            assert!(quotations.is_empty() && terms.len() == 1, "{draft}");
        }
        for draft in [
            "「引き続き協力していくことで一致した」を引く。",
            "原文には「毎会合1000名以上のステークホルダが参加」とある。",
            "ある文書は「急速に変化を続けるインターネット利用環境」という。",
            "「内閣の下に戦略本部が新たに設置され、政策会議が担っていた」機能が移った。",
        ] {
            assert_eq!(taken(draft).0.len(), 1, "{draft}");
        }
    }

    #[test]
    fn a_bracket_that_nobody_closes_is_told() {
        let found =
            take("一行目。\n「閉じない引用である。\n\n次の段落「引き続き協力していく」とある。", 8, &Analyzer::new());
        assert_eq!(found.unclosed, [2]);
        assert_eq!(found.quotations.len(), 1);
    }
}
