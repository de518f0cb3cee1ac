//! Compiles IPADIC for lindera and passes the folder to `embedded_dictionary!` in `src/analysis/dictionary.rs`; writes
//! the index of `data/spellings.tsv`.
//!
//! Sources, in this order: `FUMIKURA_IPADIC` (a folder with the MeCab sources of IPADIC in EUC-JP), Debian's package
//! `mecab-ipadic`, and, with the feature `download-ipadic`, lindera's own download. Without any of them the build fails
//! and names the command to run. On docs.rs (`DOCS_RS`), which has neither sources nor a network and runs nothing, the
//! dictionary is empty instead.

use std::collections::HashMap;
use std::error::Error;
use std::path::{Path, PathBuf};

use csv::ByteRecord;
use lindera_dictionary::builder::DictionaryBuilder;
use lindera_dictionary::dictionary::metadata::Metadata;

/// Where Debian's `mecab-ipadic` puts the sources.
const DEBIAN_IPADIC: &str = "/usr/share/mecab/dic/ipadic";

/// Field order of IPADIC, as in lindera's own package.
const METADATA: &str = r#"{
  "name": "ipadic", "encoding": "EUC-JP",
  "default_word_cost": -10000, "default_left_context_id": 0, "default_right_context_id": 0, "default_field_value": "*",
  "flexible_csv": true, "skip_invalid_cost_or_id": false, "normalize_details": true,
  "dictionary_schema": {"fields": ["surface", "left_context_id", "right_context_id", "cost", "part_of_speech",
    "part_of_speech_subcategory_1", "part_of_speech_subcategory_2", "part_of_speech_subcategory_3", "conjugation_form",
    "conjugation_type", "base_form", "reading", "pronunciation"]},
  "user_dictionary_schema": {"fields": ["surface", "part_of_speech", "reading"]}
}"#;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=FUMIKURA_IPADIC");
    println!("cargo:rerun-if-env-changed=DOCS_RS");

    write_spellings_index()?;
    let sources = std::env::var_os("FUMIKURA_IPADIC").map_or_else(|| PathBuf::from(DEBIAN_IPADIC), PathBuf::from);
    println!("cargo:rerun-if-changed={}", sources.join("matrix.def").display());
    if !sources.join("matrix.def").is_file() {
        if std::env::var_os("DOCS_RS").is_some() {
            return write_empty_dictionary();
        }
        return without_local_sources(&sources);
    }

    let workdir = PathBuf::from(std::env::var("OUT_DIR")?);
    let metadata: Metadata = serde_json::from_str(METADATA)?;
    let thinned = workdir.join("sources");
    thin_out(&sources, &thinned)?;
    let dictionary = workdir.join("ipadic");
    DictionaryBuilder::new(metadata).build_dictionary(&thinned, &dictionary)?;
    put_common_first(&dictionary)?;
    println!("cargo::rustc-env=LINDERA_WORKDIR={}", workdir.display());
    tell_hash(&dictionary)
}

/// Writes the files that `embedded_dictionary!` includes as empty files: enough to build documentation, not to run.
fn write_empty_dictionary() -> Result<(), Box<dyn Error>> {
    let workdir = PathBuf::from(std::env::var("OUT_DIR")?);
    let dictionary = workdir.join("ipadic");
    std::fs::create_dir_all(&dictionary)?;
    for name in [
        "char_def.bin",
        "dict.trie",
        "dict.vals",
        "dict.valsidx",
        "dict.words",
        "dict.wordsidx",
        "matrix.mtx",
        "metadata.json",
        "unk.bin",
    ] {
        std::fs::write(dictionary.join(name), [])?;
    }
    println!("cargo::rustc-env=LINDERA_WORKDIR={}", workdir.display());
    tell_hash(&dictionary)
}

/// Passes a hash of the dictionary's files to `src/analysis/mod.rs`: hashing 45 MB at each start of the program would
/// take longer than a search.
fn tell_hash(dictionary: &Path) -> Result<(), Box<dyn Error>> {
    let mut files: Vec<PathBuf> = Vec::new();
    for entry in std::fs::read_dir(dictionary)? {
        files.push(entry?.path());
    }
    files.sort();
    let mut hasher = blake3::Hasher::new();
    for file in files {
        let (name, bytes) = (file.file_name().unwrap_or_default().to_string_lossy(), std::fs::read(&file)?);
        hasher.update(name.as_bytes()).update(&(bytes.len() as u64).to_le_bytes()).update(&bytes);
    }
    println!("cargo::rustc-env=FUMIKURA_DICTIONARY={}", &hasher.finalize().to_hex()[..16]);
    Ok(())
}

/// Writes each member of `data/spellings.tsv`, folded as `analysis::fold` does, with the byte offset of its row,
/// sorted. So `src/query/tables.rs` finds a row by binary search, and a search reads no table at its start.
fn write_spellings_index() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=data/spellings.tsv");
    println!("cargo:rerun-if-changed=data/kanji.tsv");
    let kanji = std::fs::read_to_string("data/kanji.tsv")?;
    let pair = |row: &str| Some((row.split('\t').next()?.chars().next()?, row.split('\t').nth(1)?.chars().next()?));
    let kanji: HashMap<char, char> = kanji.lines().filter(|row| !row.starts_with('#')).filter_map(pair).collect();
    // In Unicode, a small kana precedes its large one.
    let fold = |c: char| match c {
        'ァ' | 'ィ' | 'ゥ' | 'ェ' | 'ォ' | 'ッ' | 'ャ' | 'ュ' | 'ョ' | 'ヮ' => {
            char::from_u32(c as u32 + 1).unwrap_or(c)
        }
        'ぁ' | 'ぃ' | 'ぅ' | 'ぇ' | 'ぉ' | 'っ' | 'ゃ' | 'ゅ' | 'ょ' | 'ゎ' => {
            char::from_u32(c as u32 + 1).unwrap_or(c)
        }
        'ヵ' => 'カ',
        'ヶ' => 'ケ',
        '-' => ' ',
        c if c.is_ascii() => c.to_ascii_lowercase(),
        c => kanji.get(&c).copied().unwrap_or(c),
    };
    let table = std::fs::read_to_string("data/spellings.tsv")?;
    let mut members: Vec<(String, usize)> = Vec::new();
    let mut start = 0;
    for row in table.split_inclusive('\n') {
        if !row.starts_with('#') {
            let cell = row.split('\t').next().unwrap_or_default();
            members.extend(
                cell.split('|').map(|member| (member.chars().filter(|c| *c != '・').map(fold).collect(), start)),
            );
        }
        start += row.len();
    }
    // A member belongs to its first row.
    members.sort();
    members.dedup_by(|next, kept| next.0 == kept.0);
    // A filter of the places where a member may begin: a bit for the hash of its first two characters.
    let mut starts = [0u8; 1 << 13];
    for (member, _) in &members {
        let mut chars = member.chars().map(u32::from);
        if let (Some(first), Some(second)) = (chars.next(), chars.next()) {
            let bit = (first.wrapping_mul(31).wrapping_add(second) & 0xFFFF) as usize;
            starts[bit / 8] |= 1 << (bit % 8);
        }
    }
    std::fs::write(PathBuf::from(std::env::var("OUT_DIR")?).join("spellings.starts"), starts)?;
    let index: String = members.iter().map(|(member, row)| format!("{member}\t{row}\n")).collect();
    Ok(std::fs::write(PathBuf::from(std::env::var("OUT_DIR")?).join("spellings.index"), index)?)
}

/// Copies the sources without entries that no best path can contain: those with a cheaper entry of the same surface and
/// contexts. Of equal entries the last stays, which is the one that lindera takes.
fn thin_out(sources: &Path, thinned: &Path) -> Result<(), Box<dyn Error>> {
    std::fs::create_dir_all(thinned)?;
    let (mut tables, mut files) = (Vec::new(), Vec::new());
    for entry in std::fs::read_dir(sources)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "csv") { tables.push(path) } else { files.push(path) }
    }
    for file in files.iter().filter(|file| file.is_file()) {
        std::fs::copy(file, thinned.join(file.file_name().unwrap_or_default()))?;
    }
    // lindera reads the tables in this order.
    tables.sort();
    let mut rows = Vec::new();
    for table in &tables {
        for row in csv::ReaderBuilder::new().has_headers(false).flexible(true).from_path(table)?.into_byte_records() {
            rows.push(row?);
        }
    }
    let cost = |row: &ByteRecord| {
        std::str::from_utf8(&row[3]).ok().and_then(|cost| cost.trim().parse::<i32>().ok()).unwrap_or(i32::MAX)
    };
    let mut best: HashMap<[&[u8]; 3], usize> = HashMap::new();
    for (at, row) in rows.iter().enumerate() {
        let rival = best.entry([&row[0], &row[1], &row[2]]).or_insert(at);
        if cost(row) <= cost(&rows[*rival]) {
            *rival = at;
        }
    }
    let mut kept: Vec<usize> = best.into_values().collect();
    kept.sort_unstable();
    let mut writer = csv::WriterBuilder::new().flexible(true).from_path(thinned.join("words.csv"))?;
    kept.into_iter().try_for_each(|at| writer.write_byte_record(&rows[at]))?;
    Ok(writer.flush()?)
}

/// Renumbers words and entries of a dictionary, the cheapest first. lindera numbers them alphabetically. The cost of a
/// word falls with its frequency, so the entries that a text needs become neighbours in every table indexed by these
/// numbers.
fn put_common_first(dictionary: &Path) -> Result<(), Box<dyn Error>> {
    /// Top bit of a leaf's base; the lower bits are the number of its word.
    const LEAF: u32 = 1 << 31;
    let read = |name| std::fs::read(dictionary.join(name));
    let (mut trie, firsts, entries, details) =
        (read("dict.trie")?, read("dict.valsidx")?, read("dict.vals")?, read("dict.wordsidx")?);
    let number = |bytes: &[u8]| bytes.iter().rev().fold(0u32, |number, byte| number << 8 | u32::from(*byte));
    let firsts: Vec<usize> = firsts.as_chunks::<4>().0.iter().map(|first| number(first) as usize).collect();
    // Number, cost, left and right context.
    let entries = entries.as_chunks::<10>().0;
    let details = details.as_chunks::<4>().0;
    let cost = |entry: &[u8; 10]| number(&entry[4..6]) as i16;

    let mut order: Vec<&[u8; 10]> = entries.iter().collect();
    order.sort_by_key(|entry| cost(entry));
    let mut fresh = vec![0u32; details.len()];
    order.iter().zip(0..).for_each(|(entry, at)| fresh[number(&entry[..4]) as usize] = at);
    let new_details: Vec<u8> = order.iter().flat_map(|entry| details[number(&entry[..4]) as usize]).collect();

    let mut words: Vec<(usize, &[[u8; 10]])> =
        firsts.windows(2).map(|ends| &entries[ends[0]..ends[1]]).enumerate().collect();
    words.sort_by_key(|(_, entries)| entries.iter().map(cost).min());
    let mut new_number = vec![0u32; words.len()];
    let (mut new_firsts, mut new_entries) = (Vec::new(), Vec::new());
    for ((old, entries), at) in words.iter().zip(0..) {
        new_number[*old] = at;
        new_firsts.extend(((new_entries.len() / 10) as u32).to_le_bytes());
        for entry in *entries {
            new_entries.extend(fresh[number(&entry[..4]) as usize].to_le_bytes());
            new_entries.extend(&entry[4..]);
        }
    }
    new_firsts.extend((entries.len() as u32).to_le_bytes());

    // The number of character codes, the codes, two more numbers, then nodes of base and check, as
    // `src/analysis/trie.rs` reads them.
    let nodes = 4 + 4 * number(&trie[..4]) as usize + 8;
    let mut leaves = 0;
    for node in trie[nodes..].as_chunks_mut::<8>().0 {
        let base = number(&node[..4]);
        if base & LEAF != 0
            && let Some(fresh) = new_number.get((base & !LEAF) as usize)
        {
            node[..4].copy_from_slice(&(fresh | LEAF).to_le_bytes());
            leaves += 1;
        }
    }
    if leaves != words.len() {
        return Err(format!("{leaves} leaves for {} words", words.len()).into());
    }
    for (name, bytes) in
        [("dict.trie", trie), ("dict.valsidx", new_firsts), ("dict.vals", new_entries), ("dict.wordsidx", new_details)]
    {
        std::fs::write(dictionary.join(name), bytes)?;
    }
    Ok(())
}

/// Falls back to lindera's download, which writes the same folder layout.
#[cfg(feature = "download-ipadic")]
fn without_local_sources(_sources: &Path) -> Result<(), Box<dyn Error>> {
    use lindera_dictionary::assets::{FetchParams, fetch};
    use lindera_dictionary::dictionary::metadata::DICTIONARY_FORMAT_VERSION;
    let metadata: Metadata = serde_json::from_str(&METADATA.replace("EUC-JP", "UTF-8"))?;
    fetch(
        FetchParams {
            file_name: "mecab-ipadic-2.7.0-20250920.tar.gz",
            input_dir: "mecab-ipadic-2.7.0-20250920",
            src_subdir: None,
            output_dir: "ipadic",
            dummy_input: "テスト,1288,1288,-1000,名詞,固有名詞,一般,*,*,*,*,*,*\n",
            download_urls: &["https://Lindera.dev/mecab-ipadic-2.7.0-20250920.tar.gz"],
            md5_hash: "a95c409f12f1023fce8ef91f991ef042",
        },
        DictionaryBuilder::new(metadata),
    )?;
    // The folder that `fetch` writes to.
    let cache =
        ["LINDERA_BUILD_DICTIONARY_CACHE_DIR", "LINDERA_DICTIONARIES_PATH"].into_iter().find_map(std::env::var_os);
    let folder = match cache {
        Some(cache) => {
            let version = std::env::var("CARGO_PKG_VERSION")?;
            PathBuf::from(cache).join(format!("{version}-fmt{DICTIONARY_FORMAT_VERSION}"))
        }
        None => PathBuf::from(std::env::var("OUT_DIR")?),
    };
    tell_hash(&folder.join("ipadic"))
}

/// Fails with the command that installs the sources.
#[cfg(not(feature = "download-ipadic"))]
fn without_local_sources(sources: &Path) -> Result<(), Box<dyn Error>> {
    Err(format!(
        "no IPADIC sources in {}; run: apt-get install mecab-ipadic   (or set FUMIKURA_IPADIC to a folder with the MeCab \
         sources, or build with --features download-ipadic)",
        sources.display()
    )
    .into())
}
