//! Reads the files of one commit, on all threads.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::ops::Range;
use std::sync::atomic::Ordering;
use std::sync::mpsc::sync_channel;
use std::sync::{Mutex, PoisonError};

use super::feed::Feed;
use super::in_hand::InHand;
use super::known_lines::KnownLines;
use super::manifest::Source;
use super::options::IN_HAND_PART;
use super::outcome::{Shared, State};
use super::read::Reading;
use super::report::Report;
use super::worker::{Job, Worker};
use crate::document::{SourceId, counted};
use crate::index::{FileRecord, IndexError, Writer};

impl Reading<'_> {
    /// Reads the files `work[range]` and applies their documents and manifest entries, so that a commit may follow. The
    /// last batch also reads the lines that waited.
    pub fn batch(
        &mut self,
        work: &[Source],
        range: Range<usize>,
        writer: Option<&Writer>,
        report: &mut Report,
    ) -> Result<(), IndexError> {
        let state = State { report: std::mem::take(report), files: std::mem::take(&mut self.outcomes), error: None };
        let shared =
            Shared { state: Mutex::new(state), writer, in_hand: InHand::new(self.options.memory_bytes / IN_HAND_PART) };
        let (sender, receiver) = sync_channel::<Job<'_>>(self.options.jobs * 8);
        let receiver = Mutex::new(receiver);
        let is_last = range.end == work.len();
        let mut unread: HashSet<&SourceId> = HashSet::new();
        let (options, user_words, progress) = (self.options, self.user_words, self.progress);
        std::thread::scope(|scope| {
            for _ in 0..options.jobs.max(1) {
                scope.spawn(|| Worker::new(options, user_words, &shared, progress).run(&receiver));
            }
            let mut feed = Feed { sender, shared: &shared, reading: self };
            let mut fed = Ok(());
            for (at, source) in work.iter().enumerate().take(range.end).skip(range.start) {
                if shared.lock().error.is_some() || options.stop.load(Ordering::Relaxed) {
                    unread.insert(&source.id);
                    continue;
                }
                match feed.file(at, source) {
                    Ok(true) => {}
                    Ok(false) => _ = unread.insert(&source.id),
                    Err(error) => {
                        fed = Err(error);
                        break;
                    }
                }
            }
            for (at, lines) in if is_last { std::mem::take(&mut feed.reading.waiting) } else { BTreeMap::new() } {
                let Some(source) = work.get(at) else { continue };
                match fed.is_ok().then(|| feed.lines(at, source, &KnownLines::default(), Some(&lines))) {
                    Some(Ok((true, _))) => {}
                    Some(Err(error)) => fed = Err(error),
                    Some(Ok((false, _))) | None => _ = unread.insert(&source.id),
                }
            }
            if let Err(error) = fed {
                shared.lock().error = Some(error);
            }
        });
        let mut state = shared.state.into_inner().unwrap_or_else(PoisonError::into_inner);
        *report = state.report;
        for source in work {
            if let Some(outcome) = state.files.get_mut(&source.id) {
                let lines = |more| format!("{} could not be used", counted(more, "more line"));
                outcome.problems.close(&source.file.shown, lines, &mut report.failed);
                outcome.warnings.close(&source.file.shown, |more| counted(more, "more warning"), &mut report.warnings);
            }
        }
        if let Some(error) = state.error {
            return Err(error);
        }
        let waiting: HashSet<&SourceId> =
            self.waiting.keys().filter_map(|at| work.get(*at)).map(|source| &source.id).collect();
        let Some(writer) = writer else { return Ok(()) };
        for source in work {
            let Some(outcome) = state.files.get_mut(&source.id) else { continue };
            // An empty hash makes the next run read the file again: one that was not read to its end, or whose failure
            // may pass.
            let again = outcome.passing || unread.contains(&source.id) || waiting.contains(&source.id);
            let hash = if again { String::new() } else { outcome.hash.clone() };
            let path = self.roots.path_of(&source.id);
            let accepted = path.is_some_and(|path| self.accepted.has(&path, &hash));
            if accepted {
                report.accept(&outcome.problems.told);
                report.accept(&outcome.warnings.told);
            }
            let record = FileRecord {
                id: source.id.clone(),
                size: source.file.size,
                modified_ns: source.file.modified_ns,
                hash,
                documents: outcome.documents,
                problems: outcome.problems.told.clone(),
                warnings: outcome.warnings.told.clone(),
                skipped: outcome.skipped,
                accepted,
            };
            writer.apply(writer.put_file(&record))?;
            let is_done = !waiting.contains(&source.id);
            let lines = if is_done { std::mem::take(&mut outcome.lines) } else { outcome.lines.clone() };
            writer.put_lines(&source.id, lines)?;
        }
        // Each file is put once per commit. A file that the walk left out may also have lost documents to other files
        // in this run, so both changes go into one record.
        let taken = self.claims.taken_over();
        let is_taken = |file: &&FileRecord| taken.contains_key(&file.id);
        let left_out: BTreeMap<&SourceId, &FileRecord> = self.left_out.iter().map(|file| (&file.id, file)).collect();
        let others =
            taken.keys().filter(|owner| !left_out.contains_key(owner)).filter_map(|owner| self.manifest.file(owner));
        for file in self.left_out.iter().filter(|file| is_last || is_taken(file)).chain(others) {
            let documents = file.documents.saturating_sub(taken.get(&file.id).map_or(0, BTreeSet::len));
            if let Some(taken) = taken.get(&file.id) {
                let left = self.manifest.lines_of(&file.id)?;
                writer.put_lines(&file.id, left.iter().filter(|line| !taken.contains(&line.key)).copied().collect())?;
            }
            // Without a hash, such a file is read again when it comes back, even with the same bytes.
            let hash = if is_taken(&file) { String::new() } else { file.hash.clone() };
            writer.apply(writer.put_file(&FileRecord { documents, hash, ..file.clone() }))?;
        }
        state.files.retain(|id, _| waiting.contains(id));
        self.outcomes = state.files;
        Ok(())
    }
}
