//! Messages of the engine and of the tools in Japanese, for the page.
//!
//! The engine writes its messages in English, and knows no language of a page. Each entry has the English sentence with
//! `{places}` for its values, as the engine writes it, and the Japanese one. A message without an entry stays English.

use super::i18n::{fill, texts};
use super::params::Language;

/// Places whose values are messages or words of a message themselves: `at character 3: ? is read as text; …`. All other
/// values are typed or come from texts, and stay.
const SAID: [&str; 6] = ["message", "side", "unit", "name", "measure", "what"];

texts! {
    /// A message.
    Notice {
    // Reading of a query
    Strict: "{message}。厳密な検索（strict）なので実行しません", "{message}; the search is strict, so it is not run";
    AtCharacter: "{n} 文字目：{message}", "at character {n}: {message}";
    WishOfYear: "{typed} は希望として読み、条件にはしていません。ほかの時期のものも探して数え、\
            関連度順ではその時期のものを先に並べます。必須にするには \"{quoted}\" または {filter} と書きます",
        "{typed} is read as a wish and not as a condition: hits of any time are found and counted, and in the order of \
         relevance those of that time stand first; to require it, write \"{quoted}\" or {filter}";
    Wish: "{typed} は希望として読み、条件にはしていません。ほかの時期のものも探して数え、\
            関連度順ではその時期のものを先に並べます。必須にするには {filter} と書きます",
        "{typed} is read as a wish and not as a condition: hits of any time are found and counted, and in the order of \
         relevance those of that time stand first; to require it, write {filter}";
    Lettered: "{typed} は語として探します。{year} 年を指すときは {way} と書きます",
        "{typed} is searched as a word; for the year {year} write {way}";
    TimeAsWord: "{typed} は語として探します。その時期の文書を探すには {filter} と書きます",
        "{typed} is searched as a word; for documents of that time write {filter}";
    EmptyQuery: "検索語がないので、絞り込みに合う箇所をすべて示します", "the query is empty: it matches all passages that pass the filters";
    NoOpen: "対応する開き括弧がないので、この括弧は除きました", "no bracket is open here; it is left out";
    NoWordBefore: "この {operator} の前に語がないので、除きました", "no word stands before this {operator}; it is left out";
    NoWordAfter: "この {operator} の後に語がないので、除きました", "no word follows this {operator}; it is left out";
    NothingBehindSign: "この記号のすぐ後に何もないので、除きました", "nothing stands right behind this sign; it is left out";
    StarAlone: "* だけではどの語にも合うので、除きました", "* alone matches any word; it is left out";
    AtMostThree: "違ってよいのは 3 文字までなので、~3 と読みました", "at most three characters may differ; this is read as ~3";
    Tilde: "~ は文字として読みました。1 文字違いまで探すには {letter}~1、後に何が続いてもよいときは {all} と書きます",
        "~ is read as text; {letter}~1 lets one character differ, {all} stands for all that follows";
    QuoteOpen: "引用符が閉じていないので、末尾までを句として読みました", "this quote is not closed; the phrase runs to the end";
    QuotesEmpty: "引用符の中が空なので、除きました", "these quotes are empty; they are left out";
    StarInQuotes: "引用符の中の * は文字として読みます。外では任意の文字列を表します",
        "* is read as text inside quotes; outside them it stands for any characters";
    BracketOpen: "括弧が閉じていないので、末尾までを括弧の中として読みました", "this bracket is not closed; it runs to the end";
    BracketsEmpty: "括弧の中が空なので、除きました", "nothing stands between these brackets; they are left out";
    OneInside: "中の語が一つなので、その語だけを探します", "only one word stands inside; it is searched by itself";
    OnlyWords: "中に書けるのは語、句、括弧、OR だけなので、ほかは除きました",
        "only words, phrases, brackets and OR can stand inside; the rest is left out";
    NameMustFollow: "この後に値がないので、除きました", "a name must follow this; it is left out";
    NothingFollows: "この後に何もないので、除きました", "nothing follows this; it is left out";
    NothingFollowsField: "{field}: のすぐ後に何もないので、文字として読みました", "nothing follows {field}: directly; it is read as text";
    FieldInCapitals: "{field}: という項目はないので、文字として読みました。項目は小文字で {lower}: と書きます",
        "{field}: is no field; it is read as text. Fields are written in lower case: {lower}:";
    FieldOfTable: "{field}: という項目はないので、文字として読みました。同じことは {way} と書きます",
        "{field}: is no field; it is read as text. The same is written {way}";
    FieldNear: "{field}: という項目はないので、文字として読みました。近いものは {near} です。項目は {fields}",
        "{field}: is no field; it is read as text. Nearest is {near}; fields are {fields}";
    FieldUnknown: "{field}: という項目はないので、文字として読みました。項目は {fields}",
        "{field}: is no field; it is read as text. fields are {fields}";
    AndSigns: "&& は AND と読みました。空白で区切った語はすべて含む箇所を探します",
        "&& is read as AND; words separated by blanks must all occur";
    OrSigns: "|| は OR と読みました", "|| is read as OR";
    PartOfWord: "{sign} は語の一部として読みました。{message}", "{sign} is read as a part of the word; {message}";
    LowerOperator: "{word} は語として読みました。演算子は {operator} と書きます",
        "{word} is read as a word; the operator is written {operator}";
    WriteInstead: "{word} は語として読みました。{way} と書きます", "{word} is read as a word; write {way}";
    NoXor: "{word} は語として読みました。二つの語の一方だけを含む箇所は (a OR b) NOT (a b) と書きます",
        "{word} is read as a word; for exactly one of two words write (a OR b) NOT (a b)";
    Loose: "{typed} は {node} と読みました。語の間は {n} 文字までです",
        "{typed} is read as {node}: no more than {n} characters between the words";
    LoosePhrase: "{typed} は句として読みました。近くに並ぶ語は {way} と書きます",
        "{typed} is read as a phrase; words near each other are written {way}";
    AsText: "{what} は文字として読みました。{message}", "{what} is read as text; {message}";
    WayStar: "* は任意の文字列を表します", "* stands for any characters";
    WayBlanks: "空白で区切った語はすべて含む箇所を探します", "words separated by blanks must all occur";
    WayWithoutSign: "付けなくても、空白で区切った語はすべて含む箇所を探します", "without it, words separated by blanks must all occur";
    WayExclude: "語を除くには -語 または NOT 語 と書きます", "write -WORD or NOT WORD to exclude a word";
    WayOperators: "演算子は {operators} です", "operators are {operators}";
    WayField: "項目は {field} と書きます", "the field is written {field}";
    WayFuzzy: "語~1 と書くと 1 文字違いまで探します", "WORD~1 lets one character differ";
    WayPatterns: "型は * で書き、任意の文字列を表します", "patterns are written with *, which stands for any characters";
    WayWeights: "語に重みは付けられません", "words have no weights";
    WayGroups: "語をまとめるには ( ) を使います", "( ) groups words";
    WayBoth: "両方なら a b、どちらかなら a OR b と書きます", "write a b for both, a OR b for one of them";
    BadDistance: "{word} は語として読みました。距離は NEAR/60(a, b) のように 1〜4 桁の数で書きます",
        "{word} is read as words; the distance is a number of one to four digits, as in NEAR/60(a, b)";
    // Limits
    TooShortForFuzzy: "{word} は短く、文字が違うとほとんどの文に合うので、そのまま探します",
        "{word} is looked for as it is: it is so short that with other characters most texts would match";
    FuzzyOne: "{word} で違ってよいのは 1 文字までです（半分以上の文字は同じであることが必要です）",
        "of {word} at most 1 character may differ: at least half of them must stay";
    FuzzyMany: "{word} で違ってよいのは {n} 文字までです（半分以上の文字は同じであることが必要です）",
        "of {word} at most {n} characters may differ: at least half of them must stay";
    TimeRanOut: "時間切れです。それまでに見つかったものを示します。件数は下限です",
        "the time ran out: the hits found until then are shown; totals and facets are lower bounds";
    ToolTimeRanOut: "時間切れです。数はすべて下限です（--timeout 0 で無制限）",
        "the time ran out: all numbers are lower bounds; --timeout 0 sets no limit";
    PastTheEnd: "{n} 件目は一覧の終わりより後です（{hits}）", "offset {n} is past the end: the list has {hits}";
    QueryTooLarge: "検索式が長すぎます（{found} {what}、上限 {limit}）", "the query has {found} {what}; at most {limit} are read";
    OtherRules: "この索引は文蔵の別の版で作られました（{rules}）。この版では {found} が違うことがあります。索引はそのまま検索し、追加はしません。\
                 作り直すには：fumikura index --rebuild [PATH]...",
        "this index was made by another version of fumikura: {rules}, so this version may find other {found}. The \
         index is searched as it is, and nothing is added to it; rebuild it with: fumikura index --rebuild [PATH]...";
    NoDate: "「{text}」は日付として読めません。2011、2011-06、2011/6/9、H23、平成23年、平成23年度、範囲は 2007..2012、平成19年～24年、\
             片側だけなら ..2010、2015..、2015年以前、2011年6月以降 と書きます",
        "'{text}' is no valid date; write {ways}";
    ReversedDate: "「{text}」は終わりが始まりより前です", "'{text}' ends before it begins";
    UnknownNear: "{what}「{name}」はありません。近いものは {near}。索引にあるものは fumikura facets で一覧できます",
        "unknown {what} '{name}'; nearest are {near}; fumikura facets lists {where}";
    Unknown: "{what}「{name}」はありません。索引にあるものは fumikura facets で一覧できます",
        "unknown {what} '{name}'; fumikura facets lists {where}";
    UnknownStrength: "約束「{name}」はありません。あるのは {known} です", "unknown commitment '{name}'; commitments are {known}";
    UnknownType: "種類「{name}」はありません。あるのは {known}、または docx のような拡張子です",
        "unknown type '{name}'; types are {known}, or an ending such as docx";
    NoExactHit: "検索式全体を含む箇所はありません。全件の一覧に一部だけ一致する箇所は入りません（画面の一覧には入ることがあります）",
        "no passage holds the whole query; a list of all hits has no partial matches, a page of hits may have them";
    // Tools
    SomeInferred: "推定した日付があります。その箇所は別にも数えています", "some dates are inferred; their passages are counted apart too";
    SeveralBins: "「{query}」：箇所は属する区分のそれぞれで数えます。日付や会議が複数ある箇所があるため、{passages} 箇所に対して全区分の計は {sum} です",
        "«{query}»: a passage counts in each bin that it belongs to, and some {what}: {passages} passages, \
         {sum} in all bins";
    Overlap: "{side} が重なります。{name} の値を二つもつ {unit} は二つの欄で数えますが、χ² は一度だけ数えることを前提とします。\
              --measure documents --primary では文書を一つの値で数えます",
        "{side} overlap: a {unit} with two values of {name} counts in two cells, and χ² assumes that each counts once; \
         --measure documents --primary counts each document under one value";
    InNoCell: "{side} の {name} をもたないものは、どの欄にも入りません", "what has no {name} of the {side} is in no cell";
    MostSeries: "会議の系列は箇所の多い 30 までです", "series: at most the 30 with most passages";
    RowsNotShown: "ほかに {n} 行（{count} {measure}）は表示せず、統計にも入れていません",
        "{n} further rows with {count} {measure} are not shown and not in the statistics";
    Thin: "χ² は信頼できません。{tested} の期待度数のうち {low} が 5 未満です（20 % を超えます）",
        "χ² is unreliable: {low} of {tested} expected counts are below 5 (more than 20 %)";
    PrimaryRule: "文書は代表する値で一度だけ数えます。日付は始まる日、ほかは該当箇所が最も多い値（同数なら表の順で先のもの）です",
        "each document counts once, under its primary values: for dates the day on which its date begins, else the \
         value that most of its matching passages have, of equals the first in the order of the table";
    NegatedBefore: "原文ではすぐ前に「{prefix}」があります", "the source has «{prefix}» directly before it";
    NegatedBehind: "原文では否定が続きます：「{words}」", "the source goes on with a negation: «{words}»";
    OtherDocument: "最も近い文言は {id} にあり、引いた文書にはありません", "the nearest words stand in {id}, not in the cited document";
    // Values of the messages above
    Rows: "行", "rows";
    Columns: "列", "columns";
    Passage: "箇所", "passage";
    Document: "文書", "document";
    Passages: "箇所", "passages";
    Documents: "文書", "documents";
    Occurrences: "出現", "occurrences";
    Partner: "相手", "partner";
    Theme: "主題", "theme";
    Commitment: "約束", "commitment";
    Series: "会議", "series";
    Publisher: "発行者", "publisher";
    Query: "検索式", "query";
    Bytes: "バイト", "bytes";
    Levels: "段の括弧", "levels of brackets";
    Words: "個の語と演算子", "words and operators";
    }
}

/// Returns a message in Japanese; `None` without an entry.
///
/// # Examples
/// `at character 3: * alone matches any word; it is left out` is `3 文字目：* だけではどの語にも合うので、除きました`.
pub(super) fn in_japanese(message: &str) -> Option<String> {
    Notice::ALL.iter().find_map(|notice| {
        let values = values(notice.of(Language::En), message)?;
        let inner = |(name, value): &(&'static str, &str)| {
            let own = SAID.contains(name).then(|| in_japanese(value)).flatten();
            (*name, own.unwrap_or_else(|| (*value).to_owned()))
        };
        let values: Vec<(&str, String)> = values.iter().map(inner).collect();
        let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        Some(fill(notice.of(Language::Ja), &values))
    })
}

/// Returns the values that a message has in the places of a pattern; `None` where its other words differ, or where one
/// place has two values.
fn values<'m>(pattern: &'static str, message: &'m str) -> Option<Vec<(&'static str, &'m str)>> {
    let (first, mut pattern) = pattern.split_once('{').unwrap_or((pattern, ""));
    let mut rest = message.strip_prefix(first)?;
    let mut found: Vec<(&str, &str)> = Vec::new();
    while let Some((name, behind)) = pattern.split_once('}') {
        let (words, further) = behind.split_once('{').unwrap_or((behind, ""));
        let end = if words.is_empty() {
            rest.len()
        } else if further.is_empty() {
            rest.rfind(words)?
        } else {
            rest.find(words)?
        };
        let value = &rest[..end];
        if value.is_empty() || found.iter().any(|(known, other)| *known == name && *other != value) {
            return None;
        }
        found.push((name, value));
        rest = &rest[end + words.len()..];
        pattern = further;
    }
    rest.is_empty().then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_read_by_its_words_and_its_values_stay() {
        for (english, japanese) in [
            (
                "at character 3: * alone matches any word; it is left out",
                "3 文字目：* だけではどの語にも合うので、除きました",
            ),
            (
                "at character 1: ? is read as text; * stands for any characters",
                "1 文字目：? は文字として読みました。* は任意の文字列を表します",
            ),
            (
                "2013年以降 is searched as a word; for documents of that time write date:2013-01-01..",
                "2013年以降 は語として探します。その時期の文書を探すには date:2013-01-01.. と書きます",
            ),
            (
                "of {a} at most 1 character may differ: at least half of them must stay",
                "{a} で違ってよいのは 1 文字までです（半分以上の文字は同じであることが必要です）",
            ),
        ] {
            assert_eq!(in_japanese(english).as_deref(), Some(japanese));
        }
        assert_eq!(in_japanese("no such message"), None);
        assert_eq!(values("a {x} b {x}", "a 1 b 2"), None);
    }
}
