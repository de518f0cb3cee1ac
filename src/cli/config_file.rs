//! The file `fumikura.toml`: values that hold where neither a flag nor a variable gives one.
//!
//! A value is a default of the argument of the same meaning, so a file can say what a flag can say, and no more.

use std::ffi::OsString;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use clap::{Arg, ArgMatches, Command, CommandFactory};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Cli, say};
use crate::document::shown_path;
use crate::ingest;

/// Name of the file.
const NAME: &str = "fumikura.toml";
/// Variable that names a file.
pub(super) const CONFIG_VARIABLE: &str = "FUMIKURA_CONFIG";
/// Largest file, in bytes.
const MOST: u64 = 1 << 20;
/// Least likeness of an unknown key to the key that is proposed for it.
const LIKE: f64 = 0.75;
/// Commands that must work whatever a file says: the child process, and what a package runs.
const WITHOUT: [&str; 3] = ["extract-worker", "completions", "man"];

/// How a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    /// A whole number.
    Number,
    /// A path, relative to the folder of the file.
    Path,
    /// A path or a list of paths.
    Paths,
}

/// A key and the argument that it stands for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Key {
    pub name: &'static str,
    kind: Kind,
    /// The command that has the argument; `None` where all have it.
    pub command: Option<&'static str>,
    /// The name of the argument in the parser.
    pub argument: &'static str,
    /// What holds where nothing gives a value.
    pub absent: &'static str,
}

const fn of_index(name: &'static str, kind: Kind, argument: &'static str, absent: &'static str) -> Key {
    Key { name, kind, command: Some("index"), argument, absent }
}

/// All keys, in the order in which they are shown.
pub(super) const KEYS: [Key; 9] = [
    Key { name: "index", kind: Kind::Paths, command: None, argument: "index", absent: "" },
    Key { name: "engine", kind: Kind::Text, command: None, argument: "engine", absent: "this machine" },
    of_index("roots", Kind::Paths, "paths", "the paths that the index was made of; corpus for a new index"),
    of_index("words", Kind::Path, "words", "those that the index was made with"),
    of_index("jobs", Kind::Number, "jobs", "number of processors"),
    of_index("memory", Kind::Number, "memory", ""),
    of_index("every", Kind::Text, "every", ""),
    of_index("settle", Kind::Text, "settle", ""),
    of_index("log-level", Kind::Text, "log_level", ""),
];

/// Returns the argument of a key; `None` where this program was built without it.
pub(super) fn argument<'a>(command: &'a Command, key: &Key) -> Option<&'a Arg> {
    let command = match key.command {
        Some(name) => command.find_subcommand(name)?,
        None => command,
    };
    command.get_arguments().find(|argument| argument.get_id() == key.argument)
}

/// A value of the file, as the words of a command line.
#[derive(Debug)]
pub(super) struct Value {
    pub key: &'static Key,
    pub values: Vec<OsString>,
    pub line: usize,
}

/// A file that was read.
#[derive(Debug)]
pub(super) struct ConfigFile {
    pub path: PathBuf,
    pub values: Vec<Value>,
}

impl ConfigFile {
    /// Finds and reads the file: the one that `--config` or the variable names, else the nearest one here or in a
    /// folder above, else that of the person. Files are not merged.
    ///
    /// # Errors
    /// File, line and the way out where the file cannot be read, or holds an unknown key or a value of another kind.
    pub fn find(matches: &ArgMatches) -> Result<Option<Self>, String> {
        if matches.get_flag("no_config") || matches.subcommand_name().is_some_and(|name| WITHOUT.contains(&name)) {
            return Ok(None);
        }
        let named = matches.get_one::<PathBuf>("config").filter(|path| !path.as_os_str().is_empty());
        let Some(path) = named.cloned().or_else(nearest).or_else(|| Self::of_home().filter(|path| path.is_file()))
        else {
            return Ok(None);
        };
        let text = ingest::read_named(&path, MOST).map_err(|error| {
            format!("{}: {error}; name another file with --config FILE, or use --no-config", shown_path(&path))
        })?;
        Self::read(&text, &path).map(Some)
    }

    /// The file of the person: below `XDG_CONFIG_HOME`, else `~/.config`.
    pub fn of_home() -> Option<PathBuf> {
        let of = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
        let folder = of("XDG_CONFIG_HOME").or_else(|| of("HOME").map(|home| home.join(".config")))?;
        Some(folder.join("fumikura").join(NAME))
    }

    fn read(text: &str, path: &Path) -> Result<Self, String> {
        let line = |at: usize| text.get(..at).unwrap_or(text).matches('\n').count() + 1;
        let problem = |at: usize, problem: &str| format!("{}:{}: {problem}", shown_path(path), line(at));
        let table = DeTable::parse(text).map_err(|error| {
            problem(error.span().unwrap_or_default().start, &format!("not TOML: {}", error.message()))
        })?;
        let folder =
            std::path::absolute(path).ok().and_then(|path| path.parent().map(Path::to_owned)).unwrap_or_default();
        let command = Cli::command();
        let mut values = Vec::new();
        for (name, value) in table.get_ref().iter() {
            let at = name.span().start;
            let Some(key) = KEYS.iter().find(|key| key.name == name.get_ref().as_ref()) else {
                return Err(problem(at, &unknown(name.get_ref())));
            };
            if argument(&command, key).is_none() {
                let text = format!("'{}' needs a program that was built with the feature 'cluster'", key.name);
                return Err(problem(at, &text));
            }
            let words = words_of(key, value, &folder).map_err(|text| problem(value.span().start, &text))?;
            accepted(key, &words).map_err(|text| problem(value.span().start, &format!("'{}': {text}", key.name)))?;
            values.push(Value { key, values: words, line: line(at) });
        }
        Ok(Self { path: path.to_owned(), values })
    }

    /// Makes the values defaults of their arguments.
    pub fn apply(&self, command: Command) -> Command {
        self.values.iter().fold(command, |command, Value { key, values, .. }| {
            let set = |argument: Arg| argument.default_values(values.clone());
            match key.command {
                Some(name) => command.mut_subcommand(name, |command| command.mut_arg(key.argument, set)),
                None => command.mut_arg(key.argument, set),
            }
        })
    }
}

/// Returns the nearest file here or in a folder above. A file of somebody else, as in a folder that all may write, is
/// told and left out: it could name an index that this person writes to.
fn nearest() -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    let path = here.ancestors().map(|folder| folder.join(NAME)).find(|path| path.is_file())?;
    let owner = std::fs::metadata(&path).ok()?.uid();
    if owner != 0 && owner != rustix::process::geteuid().as_raw() {
        let shown = shown_path(&path);
        say(&format!("fumikura: {shown} belongs to another user and is not used; if it is yours: --config {shown}"));
        return None;
    }
    Some(path)
}

fn unknown(name: &str) -> String {
    let near = KEYS.iter().map(|key| (strsim::jaro_winkler(name, key.name), key.name));
    let near = near.filter(|(like, _)| *like >= LIKE).max_by(|a, b| a.0.total_cmp(&b.0));
    match near {
        Some((_, near)) => format!("unknown key '{name}'; did you mean '{near}'?"),
        None => {
            let names: Vec<&str> = KEYS.iter().map(|key| key.name).collect();
            format!("unknown key '{name}'; the keys are {}", names.join(", "))
        }
    }
}

/// Reads a value as the words that would stand on a command line.
fn words_of(key: &Key, value: &Spanned<DeValue<'_>>, folder: &Path) -> Result<Vec<OsString>, String> {
    let path = |text: &str| folder.join(text).into_os_string();
    let text = |value: &DeValue<'_>| match value {
        DeValue::String(text) if !text.trim().is_empty() => Some(text.to_string()),
        _ => None,
    };
    let words = match (key.kind, value.get_ref()) {
        (Kind::Text, value) => text(value).map(|text| vec![text.into()]),
        (Kind::Path, value) => text(value).map(|text| vec![path(&text)]),
        (Kind::Number, DeValue::Integer(number)) => Some(vec![number.as_str().into()]),
        (Kind::Number, _) => None,
        (Kind::Paths, DeValue::Array(list)) if !list.is_empty() => {
            list.iter().map(|value| text(value.get_ref()).map(|text| path(&text))).collect()
        }
        (Kind::Paths, value) => text(value).map(|text| vec![path(&text)]),
    };
    words.ok_or_else(|| {
        let form = match key.kind {
            Kind::Text => "a text in quotes",
            Kind::Number => "a whole number",
            Kind::Path => "a path in quotes",
            Kind::Paths => "a path in quotes, or a list of them: [\"資料\", \"白書\"]",
        };
        format!("'{}' must be {form}", key.name)
    })
}

/// Asks the parser of arguments whether it takes the values.
fn accepted(key: &Key, words: &[OsString]) -> Result<(), String> {
    let mut line: Vec<OsString> = vec!["fumikura".into()];
    line.extend(key.command.map(Into::into));
    // `--every` alone asks for `--watch`.
    if matches!(key.argument, "every" | "settle") {
        line.push("--watch".into());
    }
    for word in words {
        if key.argument != "paths" {
            line.push(format!("--{}", key.argument.replace('_', "-")).into());
        }
        line.push(word.clone());
    }
    // Without a command, help would be shown in place of an error.
    let mut parser = Cli::command().subcommand_required(false).arg_required_else_help(false);
    let error = match parser.try_get_matches_from_mut(line) {
        Ok(_) => return Ok(()),
        Err(error) => error.to_string(),
    };
    let first = error.lines().next().unwrap_or_default();
    Err(first.trim_start_matches("error: ").to_owned())
}
