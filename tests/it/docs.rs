//! The documentation is complete: every command and flag is in docs/cli.md, every JSON field in docs/json.md.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::support::{fumikura, generation, root, stdout};

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

const COMMANDS: &[&str] = &[
    "index",
    "search",
    "facets",
    "kwic",
    "timeline",
    "crosstab",
    "collocates",
    "related",
    "glossary",
    "compare",
    "show",
    "inspect",
    "series",
    "similar",
    "verify",
    "batch",
    "log",
    "new",
    "cite",
    "serve",
    "mcp",
    "stats",
    "check",
    "eval",
    "config",
    "completions",
    "man",
];

#[test]
fn every_command_and_flag_is_documented() {
    let documented = read("docs/cli.md");
    let help = stdout(&fumikura(root(), &["--help"]), 0);
    for command in COMMANDS {
        assert!(help.contains(&format!("  {command} ")), "{command} is gone");
        assert!(documented.contains(&format!("## fumikura {command}")), "docs/cli.md lacks {command}");
        let help = stdout(&fumikura(root(), &[command, "--help"]), 0);
        for flag in help.split_whitespace().filter(|word| word.starts_with("--") && word.len() > 2) {
            let flag = flag.trim_end_matches([',', '.', ')', ']', ':', ';']);
            assert!(documented.contains(flag), "docs/cli.md lacks {flag} of {command}");
        }
    }
}

/// Returns the fields that each section of docs/json.md names, with the fields of named objects expanded.
fn documented_fields() -> BTreeMap<String, BTreeSet<String>> {
    let text = read("docs/json.md");
    let mut rows: BTreeMap<String, Vec<(String, Option<String>)>> = BTreeMap::new();
    let mut section = String::new();
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("## ").or_else(|| line.strip_prefix("### ")) {
            // An object and a command may share a name.
            section = if line.starts_with("###") { format!("#{name}") } else { name.to_owned() };
            continue;
        }
        let Some((field, what)) = line.strip_prefix("| `").and_then(|row| row.split_once("` | ")) else { continue };
        let object =
            what.split_once("](#").and_then(|(_, rest)| rest.split_once(')')).map(|(name, _)| format!("#{name}"));
        rows.entry(section.clone()).or_default().push((field.to_owned(), object));
    }
    fn fields_of(section: &str, rows: &BTreeMap<String, Vec<(String, Option<String>)>>) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for (field, object) in rows.get(section).unwrap_or_else(|| panic!("docs/json.md has no {section}")) {
            match object {
                // A node holds nodes.
                Some(object) if object != section => {
                    let prefix = if field.starts_with('(') { String::new() } else { format!("{field}.") };
                    found.extend(fields_of(object, rows).into_iter().map(|inner| format!("{prefix}{inner}")));
                }
                _ => _ = found.insert(field.trim_end_matches("[]").to_owned()),
            }
        }
        found
    }
    rows.keys().filter(|name| !name.starts_with('#')).map(|name| (name.clone(), fields_of(name, &rows))).collect()
}

/// Collects the fields of an output; a null or empty field stands for everything that it may contain.
fn fields(value: &Value, path: &str, found: &mut BTreeSet<String>) {
    let joined = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    match value {
        Value::Object(map) if !map.is_empty() => {
            for (key, value) in map {
                // Keys that depend on the input.
                let key = match path {
                    "groups" | "runs[].tables" => "*",
                    path if path.ends_with("filters") => "*",
                    "runs[].indexes[].versions" => "*",
                    _ => key,
                };
                fields(value, &joined(key), found);
            }
        }
        Value::Array(list) if list.iter().any(Value::is_object) => {
            let inner = if path.ends_with(".children") {
                path.trim_end_matches(".children").to_owned()
            } else {
                format!("{path}[]")
            };
            list.iter().for_each(|value| fields(value, &inner, found));
        }
        _ => _ = found.insert(path.to_owned()),
    }
}

#[test]
fn documented_fields_and_those_of_the_output_are_the_same() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| folder.path().join(name);
    let corpus = root().join("corpus").to_string_lossy().into_owned();
    std::fs::create_dir(path("more")).expect("made");
    let twin = "電子公文書の長期保存に関する共通の指針を三年ごとに見直すことで双方の担当者が一致した。";
    let lines = [
        json!({"id": "twin-1", "title": "指針", "text": twin, "url": "https://example.org/1"}),
        json!({"id": "twin-2", "title": "指針", "text": twin, "date": "昔"}),
        json!({"id": "event", "title": "日加対話の開催", "text": "総務省は、10月10日及び11日に第二回日加対話を開催しました。", "date": "2017-10-16"}),
        json!({"id": "broken"}),
    ];
    std::fs::write(path("more/lines.jsonl"), lines.map(|line| line.to_string()).join("\n")).expect("written");
    std::fs::write(path("pairs.tsv"), "id\tcategory\tmode\tquery\ttext\texpect\n1\tA\tdefault\t国連\t国際連合\tN\n")
        .expect("written");
    std::fs::write(path("queries.jsonl"), "{\"id\": \"q1\", \"text\": \"長期保存\"}\n").expect("written");
    std::fs::write(path("qrels.tsv"), "q1\ttwin-1\t1\n").expect("written");
    let mut outputs: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut add = |section: &str, arguments: &[&str], code: i32| -> Value {
        let output = stdout(&fumikura(folder.path(), arguments), code);
        let found = outputs.entry(section.to_owned()).or_default();
        let values: Vec<Value> = match serde_json::from_str::<Value>(&output) {
            Ok(value) => vec![value],
            Err(_) => output.lines().map(|line| serde_json::from_str(line).expect("valid JSON")).collect(),
        };
        values.iter().for_each(|value| fields(value, "", found));
        values[0].clone()
    };
    add("index", &["index", &corpus, "more", "--json"], 3);
    add("index", &["index", &corpus, "more", "--accept", "more/lines.jsonl", "--dry-run", "--json"], 0);
    stdout(&fumikura(folder.path(), &["--index", "other", "index", "more", "--json"]), 3);
    let answer = add("search", &["search", "米国", "--facets", "--partner", "米国", "--json"], 0);
    add("search", &["search", "somusho", "--json"], 1);
    add("search", &["search", "第二回日加対話", "--json"], 0);
    let scored = r#"sed -n '1s/.*"id":"\([^"]*\)".*/{"id":"\1","score":1}/p'"#;
    add("search", &["search", "第二回日加対話", "--json", "--rerank-with", scored], 0);
    add("related", &["related", "情報共有", "--json"], 0);
    add("show", &["show", "event", "--json"], 0);
    add("inspect --stage metadata", &["inspect", "more/lines.jsonl", "--stage", "metadata", "--format", "jsonl"], 3);
    add("search", &["search", "スパム", "--partner", "英国", "--explain", "--json"], 1);
    add("search", &["search", "米国 -総務省", "--explain", "--json"], 0);
    add("search", &["--index", "index", "--index", "other", "search", "米国", "--json"], 0);
    add("kwic", &["kwic", "米国", "--titles", "--json"], 0);
    add("kwic", &["--index", "index", "--index", "other", "kwic", "米国", "-n", "1", "--json"], 0);
    for (name, day) in [("9", "平成22年6月3日"), ("10", "平成23年7月7日")] {
        let text = format!(
            "第{name}回日北海ICT政策対話の結果\n\n総務省は、{day}に第{name}回日北海ICT政策対話を開催しました。\n"
        );
        std::fs::write(path(&format!("{name}.txt")), text).expect("written");
    }
    stdout(&fumikura(folder.path(), &["--index", "two", "index", "9.txt", "10.txt"]), 0);
    add("series --diff", &["--index", "two", "series", "日北海ICT政策対話", "--diff", "9..10", "--json"], 0);
    add("crosstab", &["crosstab", "情報", "--layer", "theme", "--top", "2", "--path", "*corpus*", "--json"], 0);
    add("timeline", &["timeline", "情報", "--first", "--last", "--json"], 0);
    add("timeline", &["timeline", "日EU・ICT政策対話", "--first", "--last", "--json"], 0);
    add("timeline", &["timeline", "情報", "通信", "--per", "documents", "--partner", "米国", "--json"], 0);
    add("timeline --document", &["timeline", "情報", "--document", "all", "--json"], 0);
    let (older, newer) = (
        "2007-10-03_international-cooperation-in-information-security.txt",
        "2008_international-bodies-on-information-security.txt",
    );
    add("similar", &["similar", older, "--threshold", "0.1", "--json"], 0);
    add("similar", &["--index", "index", "--index", "other", "similar", "twin-1", "--json"], 0);
    add("similar --with", &["similar", older, "--with", newer, "--json"], 0);
    std::fs::write(path("list.csv"), "id,query\n1,米国\n2,\n").expect("written");
    add("batch", &["batch", "list.csv", "--json"], 3);
    stdout(&fumikura(folder.path(), &["search", "米国", "--date", "2011", "--log", "--save", "us"]), 0);
    add("log", &["log", "--json"], 0);
    stdout(&fumikura(folder.path(), &["--index", "other", "search", "米国", "--log"]), 1);
    add("log --rerun", &["--index", "other", "log", "--rerun", "1", "--json"], 0);
    add("log --rerun", &["log", "--rerun", "2", "--json"], 0);
    add("new", &["new", "--mark", "--json"], 0);
    add("new", &["new", "--since", "2000-01-01", "--json"], 0);
    add("facets", &["facets", "スパム", "--partner", "英国", "--json"], 1);
    add("facets", &["facets", "--partner", "米国", "--json"], 0);
    add("search", &["search", "経済協力", "--json"], 0);
    let twins = add("search", &["search", "長期保存", "--json"], 0);
    assert!(twins["hits"][0]["duplicates"][0].as_str().is_some_and(|id| id.starts_with("twin-2#")), "{twins}");
    for (id, key) in
        [(&answer["hits"][0]["document"]["id"], "document"), (&answer["hits"][0]["passage"]["id"], "passage")]
    {
        add("show", &["show", id.as_str().expect(key), "--json"], 0);
    }
    for document in [
        "2008_international-bodies-on-information-security.txt",
        "2012-11-14_japan-eu-ict-policy-dialogue-19.txt",
        "twin-1",
    ] {
        add("show", &["show", document, "--json"], 0);
    }
    std::fs::create_dir(path("pages")).expect("made");
    let page = "<h1>対話の結果</h1><p>両国は合意しました。<a href=\"1.pdf\">議長声明</a></p>";
    std::fs::write(path("pages/a.html"), page).expect("written");
    stdout(&fumikura(folder.path(), &["--index", "of-pages", "index", "pages", "--json"]), 0);
    add("show", &["--index", "of-pages", "show", "a.html", "--json"], 0);
    add("inspect --stage extracted", &["inspect", "pages", "--stage", "extracted", "--format", "jsonl"], 0);
    add("facets", &["facets", "--json"], 0);
    add("config", &["config", "--json"], 0);
    add("series", &["series", "--json"], 0);
    let draft = "「さらに、…以下の５つの原則の重要性を確認した」「共通ルールの改定が承認されました」「両国は同盟を深化させる」「米国」とある。";
    std::fs::write(path("draft.txt"), draft).expect("written");
    add("verify", &["verify", "draft.txt", "--json"], 1);
    add("collocates", &["collocates", "情報共有", "--json"], 0);
    add("compare", &["compare", "partner:ASEAN", "partner:EU", "--json"], 0);
    std::fs::write(path("more/damaged.txt"), b"\xE7\xB7\x8F\xE5\x8B\x99\xFF\xE7\x9C\x81\n").expect("written");
    add("index", &["index", &corpus, "more", "--json"], 3);
    add("stats", &["stats", "--json"], 0);
    for stage in ["extracted", "normalized", "passages", "metadata", "tokens"] {
        add(&format!("inspect --stage {stage}"), &["inspect", &corpus, "--stage", stage, "--format", "jsonl"], 0);
    }
    add("eval --pairs", &["eval", "--pairs", "pairs.tsv", "--json"], 0);
    add("eval --queries", &["eval", "--queries", "queries.jsonl", "--qrels", "qrels.tsv", "--json"], 0);
    add("check", &["check", "--json"], 0);
    let store =
        std::fs::read_dir(generation(&path("index"))).expect("a folder").map(|entry| entry.expect("an entry").path());
    let store =
        store.into_iter().find(|path| path.extension().is_some_and(|ending| ending == "store")).expect("a store");
    let mut bytes = std::fs::read(&store).expect("bytes");
    bytes.push(0);
    std::fs::write(&store, bytes).expect("written");
    add("check", &["check", "--json"], 4);
    // A line of JSONL is a hit.
    let documented = documented_fields();
    assert_eq!(documented.keys().collect::<Vec<_>>(), outputs.keys().collect::<Vec<_>>(), "sections and outputs");
    for (section, fields) in &documented {
        let found = &outputs[section];
        for field in fields {
            // Tools share the query of a search, whose rarer fields need a search of their own.
            let is_shared = field.starts_with("query.") && outputs["search"].contains(field);
            let has = found.contains(field) || section != "search" && is_shared;
            assert!(has, "docs/json.md promises `{field}` of {section}, which no output has");
        }
        for field in found {
            let is_opened =
                |known: &String| known.strip_prefix(field.as_str()).is_some_and(|rest| rest.starts_with(['.', '[']));
            assert!(
                fields.contains(field) || fields.iter().any(is_opened),
                "docs/json.md lacks `{field}` of {section}"
            );
        }
    }
}

#[test]
fn a_line_of_jsonl_is_a_member_of_hits() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let corpus = root().join("corpus").to_string_lossy().into_owned();
    stdout(&fumikura(folder.path(), &["index", &corpus]), 0);
    let whole: Value =
        serde_json::from_str(&stdout(&fumikura(folder.path(), &["search", "米国", "--json"]), 0)).expect("valid JSON");
    let lines = stdout(&fumikura(folder.path(), &["search", "米国", "--format", "jsonl"]), 0);
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).expect("valid JSON")).collect();
    assert_eq!(whole["hits"], Value::Array(lines));
}

#[test]
fn installation_is_told_alike() {
    for page in ["README.md", "README.ja.md", "docs/install.md", "docs/install.ja.md"] {
        let text = read(page);
        for part in ["cargo install --path .", "1.95", "mecab-ipadic"] {
            assert!(text.contains(part), "{page} does not say {part}");
        }
    }
    assert!(read("Cargo.toml").contains("rust-version = \"1.95\""), "the pages name another Rust");
}

/// Returns the commands that units start.
fn started(page: &str) -> Vec<String> {
    let commands = page.lines().filter_map(|line| line.trim().strip_prefix("ExecStart="));
    commands.filter(|command| !command.is_empty()).map(str::to_owned).collect()
}

#[test]
fn units_stand_in_packaging_alone_and_start_what_the_program_knows() {
    let mut commands = Vec::new();
    for folder in ["docs", "packaging"] {
        for entry in std::fs::read_dir(root().join(folder)).expect("a folder") {
            let path = entry.expect("an entry").path();
            let is_page = path.extension().is_some_and(|ending| ending == "md");
            let is_unit = path.extension().is_some_and(|ending| ending == "service");
            if is_page || is_unit {
                let text = std::fs::read_to_string(&path).expect("a text");
                assert!(is_unit || !text.contains("[Unit]"), "{} holds a second unit", path.display());
                // Without a pause, systemd gives up after five starts within ten seconds.
                let pauses = !text.contains("\nRestart=") || text.contains("\nRestartSec=");
                assert!(pauses, "{} starts anew without a pause", path.display());
                commands.extend(started(&text));
            }
        }
    }
    assert!(commands.len() >= 4, "{commands:?}");
    for command in &commands {
        let arguments = command.strip_prefix("/usr/bin/fumikura ").unwrap_or_else(|| panic!("{command}"));
        let arguments: Vec<&str> = arguments.split(' ').chain(["--help"]).collect();
        stdout(&fumikura(root(), &arguments), 0);
    }
}

#[test]
fn units_and_version_are_the_same_everywhere() {
    let guide = read("docs/operation.md");
    for entry in std::fs::read_dir(root().join("packaging")).expect("packaging/") {
        let name = entry.expect("an entry").file_name().to_string_lossy().into_owned();
        assert!(guide.contains(&format!("](../packaging/{name})")), "docs/operation.md does not name {name}");
    }
    let version = env!("CARGO_PKG_VERSION");
    assert!(read("CITATION.cff").contains(&format!("\nversion: {version}\n")), "CITATION.cff names another version");
    assert!(read("CHANGELOG.md").contains(&format!("Tag: `v{version}`")), "CHANGELOG.md lacks the tag");
    assert!(root().join(format!("docs/releases/{version}.md")).is_file(), "the notes of the release are missing");
}

#[test]
fn contents_and_map_are_true() {
    let (english, japanese, map) = (read("docs/README.md"), read("docs/README.ja.md"), read("ARCHITECTURE.md"));
    for command in COMMANDS {
        let is_named = |contents: &str| contents.contains(&format!("`fumikura {command}`"));
        assert!(is_named(&english) && is_named(&japanese), "the contents of the book lack {command}");
    }
    for entry in std::fs::read_dir(root().join("src")).expect("src/") {
        let name = entry.expect("an entry").file_name().to_string_lossy().into_owned();
        assert!(
            map.contains(&format!("`{name}")) || map.contains(&format!("`src/{name}")),
            "ARCHITECTURE.md lacks src/{name}"
        );
    }
    for entry in std::fs::read_dir(root().join("corpus")).expect("corpus/") {
        let name = entry.expect("an entry").file_name().to_string_lossy().into_owned();
        assert!(name == "SOURCES.md" || read("corpus/SOURCES.md").contains(&name), "corpus/SOURCES.md lacks {name}");
    }
}

/// Collects the fields of a type of `wire` from its JSON schema, as for an output.
fn schema_fields(schema: &Value, all: &Value, path: &str, found: &mut BTreeSet<String>) {
    if let Some(name) = schema["$ref"].as_str().and_then(|name| name.strip_prefix("#/$defs/")) {
        return schema_fields(&all["$defs"][name], all, path, found);
    }
    if let Some(either) = schema["anyOf"].as_array() {
        let some = either.iter().find(|one| one["type"] != "null").expect("a type");
        return schema_fields(some, all, path, found);
    }
    let joined = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    match (&schema["properties"], &schema["items"], &schema["additionalProperties"]) {
        (Value::Object(fields), ..) => {
            for (key, inner) in fields {
                // A node holds nodes.
                if key == "children" {
                    found.insert(joined(key));
                } else {
                    schema_fields(inner, all, &joined(key), found);
                }
            }
        }
        (_, inner @ Value::Object(_), _) if is_object(inner, all) => {
            schema_fields(inner, all, &format!("{path}[]"), found)
        }
        (_, _, Value::Object(_)) => _ = found.insert(joined("*")),
        _ => _ = found.insert(path.to_owned()),
    }
}

fn is_object(schema: &Value, all: &Value) -> bool {
    match schema["$ref"].as_str().and_then(|name| name.strip_prefix("#/$defs/")) {
        Some(name) => is_object(&all["$defs"][name], all),
        None => schema["properties"].is_object(),
    }
}

#[test]
fn documented_fields_and_those_of_the_types_are_the_same() {
    use fumikura::output::wire;
    let schema = |schema: schemars::Schema| -> BTreeSet<String> {
        let all = schema.to_value();
        let mut found = BTreeSet::new();
        schema_fields(&all, &all, "", &mut found);
        found
    };
    let types = [
        ("search", schema(schemars::schema_for!(wire::Answer<'static, Vec<wire::Hit<'static>>>))),
        ("facets", schema(schemars::schema_for!(wire::FacetCounts<'static>))),
        ("show", schema(schemars::schema_for!(wire::Document<'static>))),
        ("series", schema(schemars::schema_for!(wire::SeriesList<'static>))),
        ("verify", schema(schemars::schema_for!(wire::Verified<'static>))),
        ("crosstab", schema(schemars::schema_for!(wire::Crosstab<'static>))),
        ("timeline", schema(schemars::schema_for!(wire::Timelines<'static>))),
        ("kwic", schema(schemars::schema_for!(wire::Concordance<'static>))),
        ("collocates", schema(schemars::schema_for!(wire::Collocates<'static>))),
        ("compare", schema(schemars::schema_for!(wire::Comparison<'static>))),
        ("stats", schema(schemars::schema_for!(wire::Stats<'static>))),
        ("check", schema(schemars::schema_for!(wire::Check<'static>))),
        ("inspect --stage extracted", schema(schemars::schema_for!(wire::Extracted<'static>))),
        ("inspect --stage normalized", schema(schemars::schema_for!(wire::Normalized<'static>))),
        ("inspect --stage passages", schema(schemars::schema_for!(wire::Passages<'static>))),
        ("inspect --stage metadata", schema(schemars::schema_for!(wire::Metadata<'static>))),
        ("inspect --stage tokens", schema(schemars::schema_for!(wire::Tokens<'static>))),
    ];
    // Dates share one type, but that of an event has no candidates, and a hit shows no links and no passages but its own. Nodes share
    // one type, but only partners have roles.
    let is_of_partners =
        |field: &str| (field.contains("[].party.") || field.contains("[].named.")) && !field.contains("partner[]");
    let is_absent = |field: &str| {
        field.contains("events[].candidates") || field == "hits[].document.passages" || is_of_partners(field)
    };
    let inside = ["hits[].document.passages[]", "hits[].document.links"];
    let is_inside = |field: &str| inside.iter().any(|begin| field.starts_with(begin));
    let documented = documented_fields();
    for (section, mut fields) in types {
        fields.retain(|field| !is_absent(field) && !is_inside(field));
        assert_eq!(fields, documented[section], "docs/json.md and the type of {section}");
    }
}
