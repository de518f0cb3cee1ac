//! The meetings and renames of a whole document.

use std::borrow::Cow;

use super::sentence::is_sentence;
use super::sessions::{Reader, add};
use super::signs::SIGNS;
use crate::document::{DateMention, Document, DocumentDate, Meeting, PassageKind, Rename};
use crate::metadata::date::{self, Context};
use crate::script::half_widths;

/// Code points of the text that tell what a document is about.
const LEAD_CHARS: usize = 400;

/// Most meetings that a document is about: each of its passages is counted under them.
const MOST_OWN: usize = 32;

/// Reads the title and then the passages of one document, in order.
pub(in crate::metadata) struct SeriesReader {
    reader: Reader,
    title: Vec<char>,
    /// Meetings that the title names.
    own: Vec<Meeting>,
    /// Meetings that the first lines name.
    lead: Vec<Meeting>,
    renames: Vec<Rename>,
    /// Characters of the text read so far.
    read: usize,
}

impl SeriesReader {
    /// Reads the title of a document with this date.
    pub fn new(title: &str, date: Option<&DocumentDate>) -> Self {
        let mut reader = Reader::default();
        let chars = half_widths(title);
        let places = SIGNS.places(&chars);
        let dates = || date::mentions(title, &mut Context::of(date.map(|date| date.interval.start)));
        let dates = if places.names.is_empty() && places.changes.is_empty() { Vec::new() } else { dates() };
        // A text without a title is named by its first sentence: it is read as a text.
        let own = if is_sentence(&chars) { Vec::new() } else { reader.title(&chars, &places, &dates) };
        let renames = reader.renames(&chars, &places, &dates);
        Self { reader, title: chars, own, lead: Vec::new(), renames, read: 0 }
    }

    /// Reads a passage: its half-width characters, its dates and the headings above it. Returns the meetings it names.
    pub fn passage(
        &mut self,
        chars: &[char],
        dates: &[DateMention],
        headings: &[String],
        kind: PassageKind,
    ) -> Vec<Meeting> {
        if kind == PassageKind::Toc {
            return Vec::new();
        }
        let is_lead = self.read < LEAD_CHARS && kind == PassageKind::Body;
        self.read += chars.len();
        // The line of the title was read as a title.
        let repeats = !self.own.is_empty()
            && chars.starts_with(&self.title)
            && chars.get(self.title.len()).is_none_or(|c| *c == '\n');
        let mut chars = Cow::Borrowed(chars);
        if repeats {
            chars.to_mut()[..self.title.len()].fill(' ');
        }
        let places = SIGNS.places(&chars);
        let mut meetings = self.reader.text(&chars, &places, dates, headings);
        meetings.shrink_to_fit();
        self.renames.extend(self.reader.renames(&chars, &places, dates));
        if is_lead {
            self.lead.extend(meetings.iter().cloned());
        }
        meetings
    }

    /// Gives a document its meetings and renames, and all meetings the keys of their series.
    pub fn finish(mut self, document: &mut Document) {
        let passages = document.passages.iter_mut().flat_map(|passage| &mut passage.series);
        self.reader.settle(self.own.iter_mut().chain(&mut self.lead).chain(passages));
        // The lead tells days and place of the meetings in the title; without any there, it tells what was held.
        let titled = !self.own.is_empty();
        for meeting in self.lead {
            let named = self.own.iter().any(|known| {
                known.series_id == meeting.series_id && known.number.is_none_or(|number| meeting.number == Some(number))
            });
            if titled && named || !titled && (meeting.number.is_some() || meeting.edition.is_some()) {
                add(&mut self.own, meeting);
            }
        }
        self.own.truncate(MOST_OWN);
        document.series = self.own;
        self.renames.dedup_by(|a, b| a.old == b.old && a.new == b.new);
        document.renames = self.renames;
    }
}
