//! Compiles IPADIC for lindera and hands the folder to `embedded_dictionary!` in `src/analysis/dictionary.rs`.
//!
//! Sources, in this order: `FUMIKURA_IPADIC` (a folder with the MeCab sources of IPADIC in EUC-JP), Debian's package
//! `mecab-ipadic`, and, with the feature `download-ipadic`, lindera's own download. Else the build fails with the line to run.

use std::error::Error;
use std::path::{Path, PathBuf};

use lindera_dictionary::builder::DictionaryBuilder;
use lindera_dictionary::dictionary::metadata::Metadata;

/// Where Debian's `mecab-ipadic` puts the sources.
const DEBIAN_IPADIC: &str = "/usr/share/mecab/dic/ipadic";

/// Field order of IPADIC, as in lindera's own package of it.
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

    let sources = std::env::var_os("FUMIKURA_IPADIC").map_or_else(|| PathBuf::from(DEBIAN_IPADIC), PathBuf::from);
    println!("cargo:rerun-if-changed={}", sources.join("matrix.def").display());
    if !sources.join("matrix.def").is_file() {
        return without_local_sources(&sources);
    }

    let workdir = PathBuf::from(std::env::var("OUT_DIR")?);
    let metadata: Metadata = serde_json::from_str(METADATA)?;
    DictionaryBuilder::new(metadata).build_dictionary(&sources, &workdir.join("ipadic"))?;
    println!("cargo::rustc-env=LINDERA_WORKDIR={}", workdir.display());
    Ok(())
}

/// Falls back to lindera's download, which writes the same folder layout.
#[cfg(feature = "download-ipadic")]
fn without_local_sources(_sources: &Path) -> Result<(), Box<dyn Error>> {
    use lindera_dictionary::assets::{FetchParams, fetch};
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
    Ok(())
}

/// Fails with the one line that mends it.
#[cfg(not(feature = "download-ipadic"))]
fn without_local_sources(sources: &Path) -> Result<(), Box<dyn Error>> {
    Err(format!(
        "no IPADIC sources in {}; run: apt-get install mecab-ipadic   (or set FUMIKURA_IPADIC to a folder with the MeCab \
         sources, or build with --features download-ipadic)",
        sources.display()
    )
    .into())
}
