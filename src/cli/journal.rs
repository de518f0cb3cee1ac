//! The files of the journal: the log of searches, saved searches, and their marks.

use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args;

use super::say;
use crate::document::shown_path;
use crate::engine::{Collection, Request, Sort};
use crate::output::shell_word;
use crate::query::Budget;
use crate::study::{Asked, IndexState, LogEntry, Run, SavedSearch, SeenPassages, log_entries, log_line};

/// Folder of the log and of saved searches.
const FOLDER: &str = "searches";
/// Name of the log in it.
const LOG: &str = "log.jsonl";
/// Largest file of a saved search, and of its marks.
const MAX_FILE: u64 = 256 << 20;

type Failure = Box<dyn std::error::Error>;

/// The runs of a log with their numbers, and the numbers of the lines that are no runs.
type Runs = (Vec<(usize, Run)>, Vec<usize>);

/// The folder of the journal.
#[derive(Clone, Debug, Args)]
pub(super) struct SearchesArgs {
    /// Folder of the log and of saved searches
    #[arg(long = "searches", value_name = "DIR", default_value = FOLDER)]
    folder: PathBuf,
}

/// The log of a command that searches.
#[derive(Clone, Debug, Args)]
pub(super) struct LogArgs {
    /// Add this run with the ids of all its hits to the log searches/log.jsonl, or to FILE
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true)]
    log: Option<Option<PathBuf>>,
    #[command(flatten)]
    pub searches: SearchesArgs,
}

/// The run of a command, for the log.
pub(super) struct Ran<'a> {
    /// Name of the command.
    pub tool: &'static str,
    pub collection: &'a dyn Collection,
    pub request: &'a Request,
    /// Limit on the time of collecting the hits.
    pub budget: Budget,
    pub started: Instant,
    /// True where the time of the command ran out.
    pub timed_out: bool,
}

impl LogArgs {
    /// Adds the run of a command to the log, if that is wanted.
    pub fn record(&self, ran: Ran<'_>) -> Result<(), Failure> {
        let Some(file) = &self.log else { return Ok(()) };
        let time = ran.started.elapsed();
        let mut run = run(ran.collection, &Asked::of(ran.request), ran.budget)?;
        run.took(time);
        run.tool = ran.tool.to_owned();
        run.command = command_line();
        run.timed_out |= ran.timed_out;
        run.folded = ran.request.fold_duplicates;
        run.sort = match ran.request.sort {
            Sort::Relevance => "relevance",
            Sort::Date => "date",
            Sort::DateDescending => "-date",
        }
        .to_owned();
        let path = file.clone().unwrap_or_else(|| self.searches.log());
        append(&path, &log_line(&run)?).map_err(|error| cannot(&path, "added to", &error))
    }
}

/// Runs a search for the ids of its hits, on the present commit.
pub(super) fn run(collection: &dyn Collection, asked: &Asked, budget: Budget) -> Result<Run, Failure> {
    let mut run = Run::of(collection, asked, budget)?;
    complete(&mut run, collection)?;
    Ok(run)
}

/// Adds time, program and the state of the collection to a run.
pub(super) fn complete(run: &mut Run, collection: &dyn Collection) -> Result<(), Failure> {
    run.time = now();
    run.program = concat!("fumikura ", env!("CARGO_PKG_VERSION")).to_owned();
    run.indexes = collection.parts()?.into_iter().map(IndexState::from).collect();
    for warning in collection.warnings() {
        if !run.warnings.contains(&warning) {
            run.warnings.push(warning);
        }
    }
    Ok(())
}

/// Returns the time in ISO 8601, to the second.
pub(super) fn now() -> String {
    format!("{:.0}", jiff::Timestamp::now())
}

fn command_line() -> String {
    let arguments = std::env::args_os().skip(1).map(|argument| shell_word(&argument.to_string_lossy()));
    std::iter::once("fumikura".to_owned()).chain(arguments).collect::<Vec<_>>().join(" ")
}

fn cannot(path: &Path, what: &str, error: &io::Error) -> Failure {
    format!("{} cannot be {what}: {error}", shown_path(path)).into()
}

/// Adds a line to a log by one write, on the disk when this returns. A line that a crash left without its end gets one
/// first, so that it spoils no other.
fn append(path: &Path, line: &str) -> io::Result<()> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)?;
    }
    let mut log = OpenOptions::new().read(true).append(true).create(true).open(path)?;
    // Two runs at a time write one after the other.
    log.lock()?;
    let length = log.seek(SeekFrom::End(0))?;
    let mut bytes = Vec::with_capacity(line.len() + 1);
    if length > 0 {
        let mut last = [0];
        log.seek(SeekFrom::Start(length - 1))?;
        log.read_exact(&mut last)?;
        bytes.extend((last != *b"\n").then_some(b'\n'));
    }
    bytes.extend_from_slice(line.as_bytes());
    if log.write(&bytes)? != bytes.len() {
        log.set_len(length)?;
        return Err(io::Error::from(io::ErrorKind::StorageFull));
    }
    log.sync_all()
}

impl SearchesArgs {
    fn log(&self) -> PathBuf {
        self.folder.join(LOG)
    }

    /// Reads the log at a path, else the log of the folder, and tells lines that are no runs.
    pub fn runs(&self, path: Option<&Path>) -> Result<Runs, Failure> {
        let path = path.map_or_else(|| self.log(), Path::to_owned);
        let log = File::open(&path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => {
                format!("there is no log {}; a search with --log begins it", shown_path(&path)).into()
            }
            _ => cannot(&path, "read", &error),
        })?;
        let (mut runs, mut torn) = (Vec::new(), Vec::new());
        for entry in log_entries(BufReader::new(log)) {
            match entry.map_err(|error| cannot(&path, "read", &error))? {
                LogEntry::Run(number, run) => runs.push((number, *run)),
                LogEntry::Torn(number) => {
                    say(&format!("fumikura: {}:{number}: the line is no run; it is skipped", shown_path(&path)));
                    torn.push(number);
                }
            }
        }
        Ok((runs, torn))
    }

    fn search_file(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.toml"))
    }

    fn marks_file(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.state.toml"))
    }

    /// Refuses to keep a search under the name of another, unless it may replace it.
    pub fn must_be_free(&self, name: &str, force: bool) -> Result<(), Failure> {
        let path = self.search_file(name);
        if path.exists() && !force {
            return Err(format!("{} exists; --force replaces it", shown_path(&path)).into());
        }
        Ok(())
    }

    /// Keeps a search under a name.
    pub fn save(&self, name: &str, saved: &SavedSearch, force: bool) -> Result<(), Failure> {
        let path = self.search_file(name);
        let written = write_whole(&path, &saved.write()?, force);
        written.map_err(|error| cannot(&path, "written", &error))?;
        say(&format!("fumikura: kept as {}", shown_path(&path)));
        Ok(())
    }

    /// Returns the names of the saved searches, in the order of their letters.
    pub fn names(&self) -> Result<Vec<String>, Failure> {
        let mut names = Vec::new();
        let entries = std::fs::read_dir(&self.folder).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => self.none(),
            _ => cannot(&self.folder, "read", &error),
        })?;
        for entry in entries {
            let name = entry.map_err(|error| cannot(&self.folder, "read", &error))?.file_name();
            let name = name.to_string_lossy();
            names.extend(name.strip_suffix(".toml").filter(|name| !name.ends_with(".state")).map(str::to_owned));
        }
        if names.is_empty() {
            return Err(self.none());
        }
        names.sort();
        Ok(names)
    }

    fn none(&self) -> Failure {
        let folder = shown_path(&self.folder);
        format!("there are no saved searches in {folder}; fumikura search QUERY --save NAME keeps one").into()
    }

    /// Reads a saved search.
    pub fn search(&self, name: &str) -> Result<SavedSearch, Failure> {
        let path = self.search_file(name);
        let text = read_whole(&path)?.ok_or_else(|| {
            let known = self.names().map(|names| format!("saved searches are {}", names.join(", ")));
            let known = known.unwrap_or_else(|error| error.to_string());
            format!("there is no saved search '{name}' ({}): {known}", shown_path(&path))
        })?;
        Ok(SavedSearch::read(&text, &shown_path(&path))?)
    }

    /// Reads the marks of a saved search.
    pub fn marks(&self, name: &str) -> Result<SeenPassages, Failure> {
        let path = self.marks_file(name);
        let text = read_whole(&path)?;
        Ok(text.map(|text| SeenPassages::read(&text, &shown_path(&path))).transpose()?.unwrap_or_default())
    }

    /// Writes the marks of a saved search.
    pub fn write_marks(&self, name: &str, marks: &SeenPassages) -> Result<(), Failure> {
        let path = self.marks_file(name);
        write_whole(&path, &marks.write()?, true).map_err(|error| cannot(&path, "written", &error))
    }
}

/// Reads a file; `None` where there is none.
fn read_whole(path: &Path) -> Result<Option<String>, Failure> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(cannot(path, "read", &error)),
    };
    let mut text = String::new();
    file.take(MAX_FILE).read_to_string(&mut text).map_err(|error| cannot(path, "read", &error))?;
    Ok(Some(text))
}

/// Writes a file that is never seen in part, on the disk when this returns.
fn write_whole(path: &Path, text: &str, replace: bool) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    let kept = if replace { file.persist(path) } else { file.persist_noclobber(path) };
    kept.map_err(|error| error.error)?;
    File::open(folder)?.sync_all()
}
