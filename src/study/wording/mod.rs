//! The wording of two texts: their sentences side by side, and the words that differ inside a pair.

mod align;
mod difference;
mod grams;
mod meetings;
mod parallels;
mod sentence;
mod words;

pub use align::{AlignedLink, align};
pub use difference::{AlignedCounts, AlignedRow, AlignedSide, Alignment, Pairing, compare_documents, pair_sentences};
pub use grams::{Grams, longest_run};
pub use meetings::{Choice, MeetingSide, MeetingsCompared, compare_meetings, meeting_range};
pub use parallels::{Parallel, Parallels, ParallelsOptions, parallels};
pub use sentence::{AlignedSentence, SentenceKind, sentences};
pub use words::{AlignedPart, word_differences};
