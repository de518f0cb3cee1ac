//! The words of the page in both languages.
//!
//! Invariant: each text has both languages by construction; tests compare their placeholders.

use super::params::Language;

/// Makes the table of texts: a name, the Japanese and the English words.
macro_rules! texts {
    ($(#[$of:meta])* $table:ident { $($name:ident: $ja:literal, $en:literal;)* }) => {
        $(#[$of])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[allow(missing_docs)]
        pub enum $table { $($name),* }

        impl $table {
            /// All texts.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// Returns the words in a language.
            pub const fn of(self, language: Language) -> &'static str {
                match (self, language) {
                    $((Self::$name, Language::Ja) => $ja, (Self::$name, Language::En) => $en,)*
                }
            }
        }

        impl $crate::serve::i18n::Words for $table {
            fn of(self, language: Language) -> &'static str {
                self.of(language)
            }
        }
    };
}

pub(super) use texts;

/// A text in both languages.
pub trait Words: Copy {
    /// Returns the words in a language.
    fn of(self, language: Language) -> &'static str;
}

texts! {
    /// A text of the page.
    Text {
    // Frame
    Product: "文蔵", "Fumikura";
    NavSearch: "検索", "Search";
    NavSeries: "会議の系列", "Meeting series";
    NavCompare: "比較", "Compare";
    NavVerify: "引用の照合", "Verify quotations";
    NavHelp: "使い方", "Help";
    MainNav: "主な画面", "Main pages";
    OtherLanguage: "English", "日本語";
    SkipResults: "検索結果へ", "Skip to results";
    SkipFacets: "絞り込みへ", "Skip to filters";
    SkipQuery: "検索語の入力へ", "Skip to the query";
    SkipText: "本文へ", "Skip to the text";
    SkipMain: "内容へ", "Skip to the content";
    FootIndex: "索引 {documents} 文書・{passages} 箇所", "Index: {documents} documents, {passages} passages";
    FootCommit: "版 {commit}", "commit {commit}";
    FootHelp: "検索式の説明", "Query language";
    FootKeys: "キー操作", "Keys";
    FootJson: "この画面を JSON で", "This page as JSON";
    // Record for print
    RecordTitle: "文蔵による検索の記録", "Record of a search with Fumikura";
    RecordQuery: "検索語：{query}", "Query: {query}";
    RecordFilters: "絞り込み：{filters}", "Filters: {filters}";
    RecordIndex: "索引の版 {commit}（{documents} 文書）　{today}", "Index commit {commit} ({documents} documents), {today}";
    All: "すべて", "all";
    // Start
    StartTitle: "公文書のことばを、漏れなく探す", "Every place where official documents say it";
    StartLead: "報道資料、共同声明、会合の結果、白書。{documents} 文書、{passages} 箇所。",
        "Press releases, joint statements, outcomes of meetings, white papers: {documents} documents, \
         {passages} passages.";
    QueryLabel: "検索語", "Query";
    SearchButton: "検索", "Search";
    HowTitle: "尋ね方", "How to ask";
    HowAnd: "二つの語をともに含む箇所。「日米」は「米国」「アメリカ」などでも探します",
        "Passages with both words; 日米 also finds 米国, アメリカ and other names";
    HowPhrase: "この並びのまま。表記の違いは問いません", "These words in this order, in any spelling";
    HowNot: "「演習」を含む箇所を除く", "Leaves out passages with 演習";
    HowNear: "30 字以内にともに現れる", "Both within 30 characters";
    HowMore: "ほかの書き方", "More of the query language";
    HoldingsTitle: "収録している文書", "What the index holds";
    DocumentsByYear: "年ごとの文書数", "Documents by year";
    HoldingsNote: "日付は文書の記述から取り、根拠のことばとともに示します。",
        "Dates come from the documents and are shown with the words that prove them.";
    Empty: "索引に文書がありません。fumikura index フォルダー で文書を読み込むと、ここに現れます。",
        "The index has no documents. Read some with: fumikura index FOLDER";
    AllDocuments: "すべての箇所を見る", "Browse all passages";
    // Search
    Results: "検索結果", "Results";
    Widened: "広げた語", "Also found by";
    Related: "関連語", "Related words";
    RelatedShow: "関連語を見る", "Show related words";
    RelatedHide: "関連語を閉じる", "Hide related words";
    RelatedNote: "選ぶまでは検索に使われません", "Not searched for unless you choose one";
    RelatedNone: "候補なし", "none";
    RelatedBoth: "{n} 箇所", "in {n} of these passages";
    WidenedMore: "{forms} ほか {n}", "{forms} and {n} more";
    WidenedNot: "除外：{word}", "NOT {word}";
    ReasonAlias: "別の名", "another name";
    ReasonRenamed: "改称", "renamed";
    ReasonSuccessor: "後継", "successor";
    ReasonAcronym: "略語", "acronym";
    ReasonGlossary: "用語集の訳語", "glossary";
    ReasonPartner: "相手の別の名", "name of a partner";
    ReasonBilateral: "二国間の略記", "bilateral form";
    ReasonInflection: "活用形", "inflection";
    ReasonParticle: "助詞を挟む形", "with a particle";
    DropWidening: "「{word}」を広げない", "Do not widen “{word}”";
    NoWidening: "広げずに検索", "Search without these";
    Widen: "別の形・別の名も探す", "Find other forms and names too";
    WideningOff: "語そのものだけを探しています", "Only the words themselves are searched";
    Filters: "絞り込み", "Filters";
    DropFilter: "{name}「{value}」を外す", "Remove {name} “{value}”";
    DropAll: "すべて外す", "Remove all";
    ToFacets: "絞り込みの一覧へ（{n} 件適用中）↓", "To the filters ({n} active) ↓";
    Count: "{passages} 箇所（{documents} 文書）", "{passages} ({documents})";
    CountLeast: "少なくとも {passages} 箇所（{documents} 文書）", "At least {passages} ({documents})";
    Tiers: "語 {word}・別形 {variant}・部分 {substring}", "word {word} · variant {variant} · substring {substring}";
    TimedOut: "時間切れのため、それまでに見つけた箇所だけを示します。件数はこれより多い可能性があります。",
        "The time ran out: only the hits found until then are shown, and all numbers are lower bounds.";
    Warnings: "検索式についての注意", "About the query";
    SortBy: "並べ方", "Order";
    SortRelevance: "適合順", "relevance";
    SortNewest: "新しい順", "newest";
    SortOldest: "古い順", "oldest";
    GroupBy: "まとめ方", "Show";
    GroupPassage: "箇所", "passages";
    GroupDocument: "文書ごと", "one per document";
    Export: "書き出し（全件）", "Export all";
    PerPage: "1 画面に", "Per page";
    TierWord: "語として一致", "The words themselves";
    TierVariant: "別の形・別の名として一致", "Another form or name";
    TierSubstring: "語の一部として一致", "Inside another word";
    TierWordNote: "検索語そのもの。表記の違い（取組／取り組み）を含む", "In any spelling (取組, 取り組み)";
    TierVariantNote: "用語集・活用・助詞による広げ", "By glossary, inflection or particles";
    TierSubstringNote: "ほかの語の中に現れる。いつも最後に並ぶ", "Always last";
    TierWordShort: "語", "word";
    TierVariantShort: "別形", "variant";
    TierSubstringShort: "部分", "substring";
    ListMixed: "一致の箇所", "Matching passages";
    ListAll: "条件に合う箇所", "Passages that pass the filters";
    OnThisPage: "（この画面に {n}）", "({n} on this page)";
    InTitle: "表題だけに一致", "Only the title matches";
    InHeading: "見出しだけに一致", "Only the heading matches";
    AsRole: "{role}として", "as {role}";
    Lines: "{lines} 行", "{unit} {lines}";
    Page: "{page} ページ", "page {page}";
    Partners: "相手：{names}", "Partners: {names}";
    AndMore: "ほか {n}", "and {n} more";
    WithAbove: "見出しと表題を合わせて一致", "Matches only with headings and title";
    Missing: "{words}を含まない", "without {words}";
    Same: "ほぼ同じ文の箇所がほかに {n} 件あり、ここにまとめています。", "{n} more that say nearly the same are folded here.";
    SameAll: "まとめずに表示", "Show them all";
    FoldSame: "ほぼ同じ文をまとめる", "Fold near-duplicates";
    MoreInDocument: "同じ文書の中にほか {n} 箇所", "{n} more in this document";
    Partial: "一部だけ一致する箇所", "Partial matches";
    PartialNote: "検索語のすべてを含むわけではありません。上の件数にも、絞り込みの件数にも入りません。",
        "These passages lack some words of the query. No count on this page includes them.";
    PartialAndExact: "一部だけ一致する箇所と、ほかの年の箇所", "Partial matches, and exact ones of other years";
    PartialAndExactNote: "一部だけ一致する箇所は件数に入りません。すべての語を含むほかの年の箇所は件数に入り、ここに関連の高い順で並びます。",
        "No count includes partial matches. Exact ones of other years are counted and stand here by score.";
    PartialHide: "表示しない", "Hide them";
    PartialShow: "一部だけ一致する箇所も示す", "Show partial matches too";
    Pages: "ページ", "Pages";
    PageNumber: "{n} ページ目", "page {n}";
    FirstPage: "最初へ", "First";
    PreviousPage: "前へ", "Previous";
    NextPage: "次へ", "Next";
    // Zero
    ZeroLead: "すべての語を含む箇所は、この索引（{documents} 文書）にありません。表記の違い、語の途中、改行をまたぐ箇所も調べました。",
        "No passage of this index ({documents} documents) holds the whole query. Other spellings, parts of \
         words and matches across lines were looked for too.";
    ZeroFiltered: "検索語を含む箇所は {n} ありますが、絞り込みの条件をすべて満たすものはありません。",
        "{n} hold the query, but none passes all filters.";
    ZeroEmpty: "条件に合う箇所はありません。", "No passage passes the filters.";
    ZeroWords: "語ごとの件数", "Each word alone";
    ZeroWord: "語", "Word";
    ZeroWordCount: "箇所", "Passages";
    ZeroReading: "読み方", "Meaning";
    ZeroNever: "この形では一度も現れません", "Occurs nowhere in this form";
    ZeroThere: "あります", "Occurs";
    DidYouMean: "もしかして", "Did you mean";
    ZeroFilters: "絞り込みごとの件数", "Each filter alone";
    ZeroFilter: "絞り込み", "Filter";
    ZeroFilterCount: "残る箇所", "Passages left";
    ZeroNamed: "役割を問わなければ {n}", "{n} in any role";
    ZeroChange: "条件を変えると", "Other conditions";
    ZeroChangeHow: "変え方", "Change";
    ZeroDropFilter: "{name}「{value}」を外す", "Without {name} “{value}”";
    ZeroDropAll: "絞り込みをすべて外す", "Without filters";
    ZeroReplace: "「{text}」に変える", "With “{text}” instead";
    ZeroAnyRole: "役割を問わない", "In any role";
    ZeroEither: "どれかを含む（OR）", "Any of the words (OR)";
    Documents: "文書", "Documents";
    Passages: "箇所", "Passages";
    // Facets
    Facets: "絞り込み", "Filters";
    Partner: "相手国・機関", "Partners";
    PartnerCounts: "当事者 / 言及を含む", "as a party / named";
    PartnerCountsAny: "言及を含む", "named in any role";
    PartnerCountsRoles: "選んだ役割 / 言及を含む", "in the roles / named";
    ExcludePartner: "除く相手", "excluded partner";
    RoleName: "役割", "Roles";
    RoleDefault: "選ばなければ当事者", "party if none is chosen";
    Theme: "主題", "Themes";
    Commitment: "合意の述語", "Commitments";
    SeriesName: "会議の系列", "Series";
    Publisher: "発行者", "Publisher";
    PublisherHint: "名前の一部", "Part of the name";
    FileType: "ファイルの種類", "File type";
    Path: "ファイルの場所", "Path";
    Date: "日付", "Date";
    DateFrom: "から", "from";
    DateTo: "まで", "to";
    DateHint: "2011、2011-06、平成23年度 など", "2011, 2011-06, 平成23年度 and others";
    Undated: "日付不明", "undated";
    OnlyUndated: "日付不明だけ", "Undated only";
    Apply: "適用", "Apply";
    Not: "除く", "not";
    NotLong: "{value}を除く", "Exclude {value}";
    Rest: "ほか {n}", "{n} more";
    RestOf: "（{name}）", " ({name})";
    Fewer: "折りたたむ", "Show fewer";
    AllRoles: "役割を問わない", "Any role";
    AutoApply: "選ぶとすぐに反映されます。", "A choice applies at once.";
    RolesAdd: "役割を問わなければ {n} 箇所増えます", "Any role adds {n}";
    RolesDrop: "役割を問わなければ {n} 箇所減ります", "Any role drops {n}";
    Party: "当事者", "party";
    Venue: "開催地", "venue";
    Member: "構成員", "member";
    Mention: "言及", "mention";
    Agreed: "合意", "agreed";
    Committed: "約束", "committed";
    Confirmed: "確認", "confirmed";
    Discussed: "議論", "discussed";
    Considered: "検討", "considered";
    Planned: "予定", "planned";
    Stated: "表明", "stated";
    TypeText: "テキスト", "text";
    TypeMarkdown: "Markdown", "Markdown";
    TypeHtml: "HTML", "HTML";
    TypePdf: "PDF", "PDF";
    TypeWord: "Word 文書", "Word";
    TypePowerpoint: "スライド", "slides";
    TypeSpreadsheet: "表計算", "spreadsheet";
    TypeTable: "表（CSV）", "table (CSV)";
    TypeEpub: "EPUB", "EPUB";
    TypeMail: "メール", "mail";
    TypeJsonl: "JSONL", "JSONL";
    TypeWarc: "ウェブアーカイブ", "web archive";
    // Timeline
    PassagesByYear: "年ごとの件数", "Passages by year";
    PassagesByMonth: "月ごとの件数", "Passages by month";
    PassagesByFiscalYear: "年度ごとの件数", "Passages by fiscal year";
    YearKnown: "日付が確か", "date known";
    YearInferred: "推定した日付", "date inferred";
    YearUnknown: "日付不明", "undated";
    ByYear: "年", "years";
    ByFiscalYear: "年度", "fiscal years";
    ByMonth: "月", "months";
    Unit: "単位", "Unit";
    BackToYears: "全期間に戻る", "Back to all years";
    Figures: "数値の表", "The numbers as a table";
    Number: "件数", "Count";
    OfWhichInferred: "うち推定", "inferred";
    BarTitle: "{date}：{n}", "{date}: {n}";
    BarInferred: "（うち推定 {n}）", " ({n} inferred)";
    DragHint: "グラフの上をなぞるか、日付を入れて期間を選びます。", "Drag over the chart or enter dates to choose a period.";
    // Dates
    SourceGiven: "付与", "given";
    SourceStated: "記載", "stated";
    SourceRelative: "相対", "relative";
    SourceInferred: "推定", "inferred";
    SourceGivenNote: "文書に添えられた日付", "a date given beside the document";
    SourceStatedNote: "本文に書かれた日付", "a date that the text states";
    SourceRelativeNote: "本文のほかの日付から数えた日付", "a date counted from another one in the text";
    SourceInferredNote: "文脈から推定した日付", "a date inferred from the context";
    Published: "公表", "Published";
    Event: "開催", "Event";
    FiscalYear: "{year}年度", "fiscal year {year}";
    // Reader
    HitsNav: "一致の移動", "Matches";
    HitPlace: "「{query}」", "“{query}”";
    HitNone: "この文書に一致はありません", "no match in this document";
    PreviousHit: "← 前の一致", "← Previous";
    NextHit: "次の一致 →", "Next →";
    PreviousDocument: "← 前の文書", "← Previous document";
    NextDocument: "次の文書 →", "Next document →";
    BackToResults: "検索結果に戻る", "Back to results";
    InThisDocument: "この文書の中を検索", "Search in this document";
    Contents: "目次", "Contents";
    Preface: "（前文）", "(preface)";
    Original: "原本（{kind}）", "Original ({kind})";
    OriginalPage: "原本の {page} ページを開く", "Open page {page} of the original";
    WebPage: "掲載元のページ", "Web page";
    Attachments: "添付資料", "Attachments";
    Footnotes: "脚注", "Footnotes";
    TocPassage: "文書の中の目次", "Table of contents in the document";
    LineLabel: "行 ", "line ";
    Evidence: "書誌と根拠", "Metadata and evidence";
    Proof: "根拠", "by";
    ProofGiven: "文書に添えられた値", "given beside the document";
    Candidates: "合う年：{years}", "Years that fit: {years}";
    NoDate: "日付は分かりません", "The date is unknown";
    Mentions: "言及だけの相手（{n}）", "Only mentioned ({n})";
    Repairs: "修復した文字（{n} 箇所）", "Repaired text ({n})";
    Repaired: "原本では「{original}」", "the source has “{original}”";
    RepairedGone: "原本でくり返されていた文字を一つにしました", "repeated characters of the source were joined";
    LineN: "{n} 行", "line {n}";
    Citation: "引用", "Citation";
    Copy: "引用をコピー", "Copy citation";
    Copied: "コピーしました", "Copied";
    PreviousMeeting: "前の回：{label}", "Previous: {label}";
    Colon: "：", ": ";
    NextMeeting: "次の回：{label}", "Next: {label}";
    MeetingNumber: "第{n}回", "No. {n}";
    Renamed: "この文書は「{old}」が「{new}」になったと述べています", "This document says that {old} became {new}";
    Identifier: "識別子", "Id";
    File: "ファイル", "File";
    // Series
    SeriesTitle: "会議の系列", "Series of meetings";
    SeriesLead: "{n} の系列。名の変わった会議も、文書の記述によって一つの系列にまとめています。",
        "{n} series. Meetings that changed their name are one series where a document says so.";
    SeriesFilter: "名前で絞る", "Filter by name";
    SeriesNone: "該当する系列はありません。", "No series has this name.";
    Meetings: "回", "Meetings";
    Period: "期間", "Period";
    OtherNames: "別の名：{names}", "Also: {names}";
    MeetingsTitle: "各回", "Meetings";
    MeetingsLead: "{all} 回のうち、文書が触れているのは {known} 回です。", "Documents name {known} of {all} meetings.";
    MeetingColumn: "回", "Meeting";
    DateColumn: "日付", "Date";
    PlaceColumn: "開催地", "Place";
    SourcesColumn: "触れている文書", "Documents that name it";
    Conflict: "食い違い", "sources differ";
    NoDocument: "会合として読み取れた記述がありません", "not read as a meeting in any document";
    Gap: "第{from}回–第{to}回", "No. {from}–{to}";
    RenamesTitle: "名の変化", "Changes of name";
    RenameKindRenamed: "改称", "renamed";
    RenameKindReorganised: "改組", "reorganised";
    RenameKindMerged: "統合", "merged";
    RenameKindSucceeded: "後継", "succeeded";
    RelatedTitle: "関連する文書", "Related documents";
    SearchSeries: "この系列の箇所を検索", "Search passages of this series";
    // Help
    HelpTitle: "使い方", "Help";
    HelpLanguage: "検索式", "Query language";
    HelpExample: "例", "Example";
    HelpMeaning: "意味", "Meaning";
    HelpTwo: "二つの語をともに含む", "both words in one passage";
    HelpOr: "どちらかを含む。括弧でまとめる", "either; parentheses group";
    HelpNot: "含む箇所を除く", "passages without it";
    HelpPhrase: "この並び。表記の違いは問わず、別の名へは広げない", "a phrase in any spelling, not widened";
    HelpVerbatim: "書かれたとおり", "exactly as typed";
    HelpWord: "語としてだけ。別の名も部分一致も除く", "whole words only, no other names";
    HelpStar: "複合語の途中を * で", "anything inside a compound";
    HelpFuzzy: "1 字、2 字の違いを許す", "1 or 2 characters may differ";
    HelpNear: "30 字以内にともに現れる", "within 30 characters";
    HelpSent: "一つの文の中に", "in one sentence";
    HelpDoc: "一つの文書のどこかに", "anywhere in one document";
    HelpField: "表題・見出し・本文だけを見る", "in titles, headings or the text alone";
    HelpFilter: "絞り込みと同じ条件を式の中に書く", "the filters inside a query";
    HelpSource: "日付の知られ方", "how the date is known";
    HelpTiers: "一致の三段階と印", "Three tiers and their marks";
    HelpSolid: "実線は本文に書かれたこと・あなたが選んだこと、破線はプログラムが補ったこと・推定したことを示します。",
        "Solid lines: stated by the text or chosen by you. Dashed lines: added or inferred by the program.";
    HelpRepaired: "修復した文字。原本の文字は文書の画面に示します", "repaired text; the page of the document shows the source";
    HelpKeys: "キー操作", "Keys";
    HelpKeysOff: "キー操作を切る", "Turn the keys off";
    HelpKeysOn: "キー操作を使う", "Turn the keys on";
    HelpKeysNote: "入力欄にいないときだけ働きます。", "They work only while no field has the focus.";
    KeySlash: "検索語の入力へ", "go to the query";
    KeyJk: "次・前の一致へ", "next and previous hit";
    KeyEnter: "その文書を開く", "open it";
    KeyF: "絞り込みへ", "go to the filters";
    KeyNp: "文書の中で次・前の一致へ", "next and previous match in a document";
    KeyC: "引用をコピー", "copy the citation";
    KeyBrackets: "前・次の画面へ", "previous and next page";
    KeyHelp: "この説明", "this help";
    HelpUrls: "アドレスと書き出し", "Addresses and exports";
    HelpUrlsText: "画面の状態はすべてアドレスに現れます。パラメーターの名はコマンドのオプションと同じで、\
         末尾に .json、.jsonl、.csv、.xlsx、.md、.bib、.ris を付けると同じ一覧をその形で受け取れます。",
        "The address holds the whole state of a page. Parameters are named as the options of the \
         command; .json, .jsonl, .csv, .xlsx, .md, .bib or .ris at the end of the path gives the same list in \
         that form.";
    HelpCommand: "同じ答えを出すコマンド", "The command that gives the same answer";
    // Errors
    Error400: "アドレスを読めません", "The address cannot be read";
    Error404: "見つかりません", "Not found";
    ErrorValue: "条件を読めません", "A condition cannot be read";
    Error405: "この方法では開けません", "Method not allowed";
    Error410: "この一覧は古くなりました", "This list is out of date";
    Error421: "この名前では応えません", "Not served under this name";
    Error403: "開くことを許されていません", "Not allowed";
    Error500: "内部の誤り", "Internal error";
    Error503: "混み合っています", "Too many requests";
    Error504: "時間切れ", "The time ran out";
    ErrorOther: "エラー {status}", "Error {status}";
    Error400Way: "下の検索欄からやり直せます。", "Start again with the search field.";
    ErrorValueWay: "この名の相手国・主題などはないか、日付の書き方が違います（例：2011、2011-06..2012、平成23年度）。検索語は下に残っています。",
        "No partner or theme has this name, or the date is written otherwise (2011, 2011-06..2012).";
    Error404Way: "文書が索引から消えたか、アドレスが違います。検索するか、最初の画面に戻ってください。",
        "The document left the index, or the address is wrong. Search for it, or go back to the start.";
    Error410Way: "索引が新しくなり、続きの位置が変わりました。1 ページ目から見直してください。",
        "The index has changed, so the place in the list is gone. Begin again at the first page.";
    Error421Way: "このサーバーは、起動したときの名前でだけ応えます。表示されたアドレスで開くか、--allow-host で名前を加えてください。",
        "The server answers only under the names it was started for. Open the address that it printed, or add \
         a name with --allow-host.";
    Error500Way: "この要求だけが止まりました。fumikura check で索引を確かめられます。",
        "Only this request stopped. To see whether the index is sound, run: fumikura check";
    Error503Way: "少し待ってから、もう一度開いてください。", "Wait a moment and open the page again.";
    Error504Way: "条件を絞るか、語を具体的にしてください。", "Narrow the filters or use more specific words.";
    ToStart: "最初の画面へ", "To the start";
    ToFirstPage: "1 ページ目へ", "To the first page";
    }
}

/// Puts values in the places of a text: `{n}`.
///
/// # Examples
/// ```
/// use fumikura::serve::{Language, Text, fill};
///
/// assert_eq!(fill(Text::Rest.of(Language::Ja), &[("n", "3")]), "ほか 3");
/// ```
pub fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    // One pass, so that a value with braces is not read as a place.
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, behind)) = after.split_once('}') else { break };
        filled.push_str(before);
        filled.push_str(values.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value));
        rest = behind;
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Text, fill};
    use crate::serve::i18n_notices::Notice;
    use crate::serve::i18n_tools::ToolText;
    use crate::serve::params::Language;

    fn places(text: &str) -> BTreeSet<&str> {
        text.split('{').skip(1).filter_map(|part| part.split_once('}')).map(|(name, _)| name).collect()
    }

    /// Compares the places of a text, and looks for Japanese in its English.
    fn check(name: &str, ja: &str, en: &str, quotes: bool) {
        assert!(!ja.is_empty() && !en.is_empty(), "{name}");
        // English counts its nouns by themselves, and needs a noun for lines.
        let mut english = places(en);
        english.remove("unit");
        assert_eq!(places(ja), english, "{name}");
        let is_japanese = |c: char| ('\u{3040}'..='\u{30ff}').contains(&c) || ('\u{4e00}'..='\u{9fff}').contains(&c);
        assert!(quotes || !en.chars().any(is_japanese), "{name} is Japanese in English: {en}");
    }

    #[test]
    fn both_languages_have_each_text_with_the_same_places() {
        for text in Text::ALL {
            let quotes =
                matches!(text, Text::OtherLanguage | Text::HowAnd | Text::HowNot | Text::TierWordNote | Text::DateHint);
            check(&format!("{text:?}"), text.of(Language::Ja), text.of(Language::En), quotes);
        }
        for text in Notice::ALL {
            let (ja, en) = (text.of(Language::Ja), text.of(Language::En));
            assert!(!ja.is_empty() && places(ja).is_subset(&places(en)), "{text:?}");
        }
        for text in ToolText::ALL {
            check(&format!("{text:?}"), text.of(Language::Ja), text.of(Language::En), false);
        }
    }

    #[test]
    fn a_value_with_braces_is_no_place() {
        assert_eq!(fill("{a} と {b}", &[("a", "{b}"), ("b", "x")]), "{b} と x");
        assert_eq!(fill("a { b", &[]), "a { b");
    }
}
