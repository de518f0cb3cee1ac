//! Random trees of foreign files, random commands and kills: no foreign file is changed.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::foreign::{TEXT, tree, world, write};
use crate::support::{Random, fumikura};

/// Places and names of foreign files.
const PLACES: &[&str] =
    &["", "corpus", "corpus/sub", "index", "index/g1", "index/g2", "index/g7", "index.rebuild", "other", "mine", "g2"];
const NAMES: &[&str] = &[
    "report.txt",
    ".tmpabc",
    "lock.txt",
    "lock",
    "meta.json.bak",
    "closed.json.old",
    "fumikura-index.json.bak",
    "index.lock",
    "README.md",
    "0123456789abcdef0123456789abcdef.txt",
    "g1.txt",
];

/// Creates foreign files, folders and links at random places.
fn strangers(base: &Path, random: &mut Random) {
    for _ in 0..random.below(4) {
        let place = base.join(PLACES[random.below(PLACES.len())]);
        let path = place.join(NAMES[random.below(NAMES.len())]);
        if !place.is_dir() && (place.exists() || fs::create_dir_all(&place).is_err()) || path.symlink_metadata().is_ok()
        {
            continue;
        }
        match random.below(4) {
            0 => write(&path.join("within.txt"), "deep"),
            1 => symlink(["../corpus", "gone", ".", "/"][random.below(4)], &path).expect("a link"),
            _ => fs::write(&path, format!("stranger {}", random.0)).expect("written"),
        }
    }
}

/// Tells whether this program writes such a path into its own index.
fn is_ours(base: &Path, path: &Path) -> bool {
    let Ok(below) = path.strip_prefix(base) else { return false };
    let parts: Vec<_> = below.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    let of_segment = |name: &str| name.split_once('.').is_some_and(|(id, ending)| id.len() == 32 && ending != "txt");
    let single = ["meta.json", "closed.json", ".managed.json", ".tantivy-writer.lock", ".tantivy-meta.lock"];
    match &parts[..] {
        [_] => true,
        [_, name] => {
            ["fumikura-index.json", "fumikura-index.json.new", "fumikura.lock"].contains(&name.as_str())
                || name.starts_with('g') && !name.contains('.')
        }
        [_, _, name] => single.contains(&name.trim_end_matches(".new")) || of_segment(name),
        _ => false,
    }
}

/// `FOREIGN_ROUNDS` sets how many trees are tried.
#[test]
fn files_of_others_survive_every_command() {
    let rounds = std::env::var("FOREIGN_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(12);
    let mut indexed = 0;
    for seed in 1..=rounds {
        let mut random = Random(seed * 0x9E37_79B9);
        let folder = world();
        let base = folder.path();
        write(&base.join("corpus/sub/b.txt"), TEXT);
        symlink("other", base.join("link")).expect("a link");
        for step in 0..10 {
            strangers(base, &mut random);
            // Foreign entries: those that existed before our first command created the index, and those added since.
            let theirs: BTreeMap<PathBuf, String> = tree(base)
                .into_iter()
                // A first run killed before it marked its folder leaves these two files, which no other program writes.
                .filter(|(path, _)| !path.ends_with("fumikura.lock") && !path.ends_with("fumikura-index.json.new"))
                .filter(|(path, _)| {
                    !["index", "other", "mine", "index.rebuild", "corpus"].iter().any(|index| {
                        let index = base.join(index);
                        index.join("fumikura-index.json").exists()
                            && is_ours(base, path)
                            && path.starts_with(&index)
                            && *path != index
                    })
                })
                .collect();
            let target =
                ["index", "index", "index", "other", "link", "mine", "corpus", ".", "index.rebuild"][random.below(9)];
            let source = ["corpus", "corpus", ".", "corpus/sub"][random.below(4)];
            let command: &[&str] = match random.below(10) {
                0 | 1 => &["index", source],
                2..=4 => &["index", source, "--rebuild"],
                5 => &["index", source, "--prune"],
                6 => &["search", "防護"],
                7 => &["check"],
                8 => &["stats"],
                _ => &["index", source, "--rebuild", "--dry-run"],
            };
            let arguments = [&["--index", target], command].concat();
            if random.below(4) == 0 {
                let mut process = Command::new(env!("CARGO_BIN_EXE_fumikura"))
                    .args(&arguments)
                    .current_dir(base)
                    .stdout(Stdio::null())
                    .stderr(Stdio::null())
                    .spawn()
                    .expect("started");
                std::thread::sleep(Duration::from_millis(random.below(60) as u64));
                let _ = process.kill();
                process.wait().expect("ended");
            } else {
                let output = fumikura(base, &arguments);
                assert!(matches!(output.status.code(), Some(0..=2)), "{seed} {step} {arguments:?}");
                indexed += usize::from(command[0] == "index" && output.status.code() == Some(0));
            }
            let after = tree(base);
            for (path, content) in &theirs {
                assert_eq!(after.get(path), Some(content), "{seed} {step} {arguments:?} {}", path.display());
            }
        }
    }
    assert!(indexed as u64 > rounds, "{indexed} runs indexed");
}
