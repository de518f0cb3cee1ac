//! Related words as text.

use std::io::{self, Write};

use super::{one_line, shell_word};
use crate::document::counted;
use crate::study::Related;

/// Writes related words, each with its numbers and the query that opens its passages.
///
/// # Errors
/// An error of the writer.
pub fn related_text(out: &mut dyn Write, found: &Related) -> io::Result<()> {
    writeln!(
        out,
        "words of the best {} of {} with {}; logDice over {}",
        found.read,
        counted(found.passages, "passage"),
        one_line(&found.parsed),
        counted(found.collection, "passage")
    )?;
    for word in &found.words {
        writeln!(
            out,
            "{}  logDice {:.2} · {} of {}  fumikura search {}",
            one_line(&word.word),
            word.log_dice,
            word.both,
            counted(word.all, "passage"),
            one_line(&shell_word(&word.opens))
        )?;
    }
    Ok(())
}
