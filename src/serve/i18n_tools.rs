//! The words of the pages of the research tools in both languages.

use super::i18n::texts;
use super::params::Language;

texts! {
    /// A text of the page of a research tool.
    ToolText {
    Views: "結果の見方", "Views";
    ViewSearch: "結果の一覧", "Hits";
    ViewKwic: "用例（KWIC）", "Concordance (KWIC)";
    ViewCollocates: "共起語", "Collocates";
    ViewTimeline: "推移", "Timeline";
    ViewCrosstab: "クロス集計", "Cross table";
    // Cross table, timeline
    CrosstabTitle: "クロス集計", "Cross table";
    CrosstabRows: "行", "Rows";
    CrosstabCols: "列", "Columns";
    CrosstabRest: "ほかに {n} 行", "{n} more rows";
    CrosstabChi2: "χ² = {chi2}（自由度 {df}）、クラメールの V = {v}", "χ² = {chi2} ({df} degrees of freedom), Cramér's V = {v}";
    CrosstabCell: "期待度数 {expected}、調整済み残差 {residual}", "expected {expected}, adjusted residual {residual}";
    Counting: "数えるもの", "Count";
    CountPassages: "箇所", "passages";
    CountDocuments: "文書", "documents";
    CountOccurrences: "出現", "occurrences";
    Sum: "計", "Sum";
    DimensionPartner: "相手", "partner";
    DimensionTheme: "主題", "theme";
    DimensionCommitment: "約束", "commitment";
    DimensionSeries: "会議", "series";
    DimensionPublisher: "発行者", "publisher";
    DimensionYear: "年", "year";
    DimensionFiscalYear: "年度", "fiscal year";
    DimensionMonth: "月", "month";
    TimelineTitle: "時期ごとの推移", "Timeline";
    TimelineBy: "単位", "Unit";
    TimelinePer: "目盛り", "Scale";
    PerAbsolute: "件数", "counts";
    PerDocuments: "文書 100 件あたりの文書", "documents per 100 documents";
    PerCharacters: "100 万字あたりの出現", "occurrences per million characters";
    TimelineAdd: "比べる検索語", "Another query";
    TimelineAddButton: "加える", "Add";
    Period: "時期", "Period";
    Rate: "割合", "Rate";
    BinInferred: "うち推定 {n}", "{n} inferred";
    FirstUse: "初出", "First";
    LastUse: "最後", "Last";
    UsesOn: "相手ごとの初出と最後", "First and last by partner";
    UsesOff: "相手ごとの初出と最後を隠す", "Hide first and last by partner";
    DispersionTitle: "文書の中の位置", "Places in documents";
    DispersionRest: "ほかに {documents} 文書、出現 {n} 件", "{documents} more documents with {n} occurrences";
    PlacesLink: "文書の中の位置", "Places in documents";
    // Wordings
    ToSeries: "会議の系列へ", "To the series";
    AlignmentTitle: "二つの文書の文言", "Wording of two documents";
    Pairing: "異同", "Pairing";
    PairSame: "同じ", "same";
    PairReworded: "書き換え", "reworded";
    PairNew: "新しい", "new";
    PairDropped: "なくなった", "dropped";
    PairMoved: "移動", "moved";
    SimilarTitle: "文言の似た箇所", "Passages of similar wording";
    SimilarCount: "類似度 {least}% 以上の {all} 件のうち {n} 件", "{n} of {all} with a likeness of {least}% or more";
    SimilarNone: "似た箇所はありません。", "No passage is as like as that.";
    SimilarLink: "似た箇所", "Similar passages";
    Likeness: "一致 {n} %", "{n} % alike";
    DiffMeetings: "前の会合と比べる", "Compare with the meeting before";
    // Words
    CollocatesTitle: "「{query}」の共起語", "Words beside “{query}”";
    CollocatesHead: "窓の語 {window}・出現 {occurrences}・集合の語 {words}・比べた語 {compared}",
        "{window} words in the windows · {occurrences} occurrences · {words} words in the collection · {compared} \
         words compared";
    WordsBelow: "出現 {count} 回未満または {documents} 文書未満の {n} 語は示していません。",
        "Left out: {n} words with fewer than {count} occurrences or {documents} documents.";
    WordsBonferroni: "多くの語を同時に比べるので、5% 水準（Bonferroni）には G² {g2} が要ります。",
        "Many words are tested at once: a significance of .05 over all of them (Bonferroni) needs a G² of {g2}.";
    WordsSubstrings: "長い語の中の出現 {n} 回は数えていません。", "{n} occurrences inside longer words do not count.";
    CollocatesNone: "条件に達する語がありません。", "No word reaches the thresholds.";
    CollocatesAsk: "語を入れると、その前後に現れる語を数えます。", "Enter a word to count the words beside it.";
    Window: "窓", "Window";
    WindowWords: "前後 {n} 語", "{n} words";
    WindowSentence: "文", "sentence";
    WindowPassage: "段落", "passage";
    Word: "語", "Word";
    Part: "品詞", "Part of speech";
    PartNoun: "名詞", "noun";
    PartVerb: "動詞", "verb";
    PartAdjective: "形容詞", "adjective";
    PartAdverb: "副詞", "adverb";
    Beside: "共起", "Beside";
    InAll: "全体", "In all";
    DocumentsColumn: "文書", "Documents";
    Compound: "複合語をつなぐ", "Join compounds";
    CompoundOff: "複合語をつながない", "Do not join compounds";
    CompareTitle: "二つの集合の語を比べる", "Compare the words of two sets";
    CompareLead: "二つの検索式の結果で、どちらにより多く現れる語かを示します。例：partner:米国 と partner:EU、date:..2014 と \
         date:2015..",
        "Shows the words that the passages of one query have more often than those of another. Examples: partner:EU \
         and partner:ASEAN, date:..2014 and date:2015..";
    CompareButton: "比べる", "Compare";
    SetA: "集合 A", "Set A";
    SetB: "集合 B", "Set B";
    CompareSet: "{passages} 箇所・{documents} 文書・{words} 語",
        "{passages} passages, {documents} documents, {words} words";
    CompareShared: "両方に入る {n} 箇所は両方で数えています。", "{n} passages are in both sets and count in both.";
    CompareMore: "ほかに {n} 語", "{n} more words";
    KeyOf: "{set} に特徴的な語", "Words of {set}";
    // Verify
    VerifyTitle: "引用の照合", "Verify quotations";
    VerifyLead: "草稿を貼ると、「…」や引用段落の一つ一つを原文と一字ずつ比べます。草稿はどこにも保存されません。",
        "Paste a draft: each quotation in brackets, quotes or a block is compared with the documents letter by letter. \
         The draft is not kept.";
    VerifyDraft: "草稿", "Draft";
    VerifyIn: "引用元の文書の識別子（任意）", "Id of the cited document (optional)";
    VerifyButton: "照合する", "Verify";
    VerifyCount: "引用 {n} 件", "{n} quotations";
    VerifyNone: "引用（6 字以上）が見つかりません。", "The draft has no quotation of 6 letters or more.";
    VerifyTerms: "引用でないとした語句 {n} 件", "{n} names, terms and short words in quotes were left out";
    VerifyCited: "引用元", "cited";
    VerifySource: "原文", "source";
    VerifyNearest: "近い箇所", "nearest";
    VerifyAlso: "ほかの文書にも", "also in";
    VerifyLate: "時間切れのため、照合していない引用があります。", "The time ran out: some quotations were not compared.";
    VerdictExact: "一致", "exact";
    VerdictSpelling: "表記の違い", "spelling";
    VerdictAltered: "語句の違い", "altered";
    VerdictEllipsis: "省略あり・一致", "ellipsis";
    VerdictMerged: "別の箇所をつないだもの", "merged";
    VerdictOther: "別の文書にある", "other document";
    VerdictNone: "見つからない", "not found";
    VerdictUnchecked: "未照合", "unchecked";
    DiffWidth: "全角・半角", "width";
    DiffMark: "記号", "mark";
    DiffSpelling: "表記", "spelling";
    DiffOmission: "脱落", "omission";
    DiffInsertion: "追加", "insertion";
    DiffSubstitution: "置き換え", "substitution";
    DiffNumber: "数", "number";
    DiffNegation: "否定", "negation";
    DiffName: "名", "name";
    // Concordance
    KwicTitle: "用例", "Concordance";
    KwicCount: "用例 {lines} 件（{passages} 箇所・{documents} 文書）",
        "{lines} occurrences in {passages} passages of {documents} documents";
    KwicShown: "このうち {n} 件を表示", "{n} of them are shown";
    KwicSample: "{all} 件からの標本 {n} 件", "A sample of {n} of {all}";
    KwicCut: "用例が多すぎるため、初めの {n} 件だけを読みました。条件を絞ってください。",
        "There are too many occurrences: the first {n} were read. Add filters.";
    KwicTitles: "本文にない題名の中の用例 {n} 件も", "Also {n} in titles that no text holds";
    KwicNone: "本文に用例がありません。", "No text holds the query.";
    Left: "前", "Before";
    Match: "一致", "Match";
    Right: "後", "After";
    Source: "文書", "Document";
    Order: "並べ方", "Order";
    OrderPosition: "文書順", "by document";
    OrderDate: "古い順", "oldest";
    OrderNewest: "新しい順", "newest";
    OrderPartner: "相手", "partner";
    OrderMatch: "一致した語", "match";
    OrderLeft: "前の語", "word before";
    OrderRight: "後の語", "word after";
    Width: "幅", "Width";
    Sample: "標本", "Sample";
    SampleAll: "全件", "all";
    Segmented: "語を空白で区切る", "Blanks between words";
    SegmentedOff: "区切らない", "No blanks";
    }
}
