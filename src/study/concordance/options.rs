//! What a concordance shows: widths, order, samples.

/// Unit of the width of a context.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unit {
    /// Characters, as readers of Japanese expect; the context is cut between words.
    #[default]
    Characters,
    /// Words.
    Words,
}

/// Text that a context never leaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Within {
    /// The passage.
    #[default]
    Passage,
    /// The sentence.
    Sentence,
}

/// A key by which lines are sorted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SortKey {
    /// Documents by their ids, lines of a document in the order of its text.
    Position,
    /// Oldest document first, undated last.
    Date,
    /// Newest document first, undated last.
    DateDescending,
    /// The first party of the passage; passages without one last.
    Partner,
    /// The match itself.
    Match,
    /// Words before the match: 1 is the nearest.
    Left(Vec<usize>),
    /// Words after the match: 1 is the nearest.
    Right(Vec<usize>),
}

/// Largest number of a word beside the match that can be a key.
const MAX_KEY: usize = 9;
/// Widest context.
const MAX_WIDTH: usize = 1000;

impl SortKey {
    /// Reads a key: `position`, `date`, `-date`, `partner`, `match`, `left:1,2`, `right:1`.
    ///
    /// # Errors
    /// Another text; the message names the keys.
    ///
    /// # Examples
    /// ```
    /// use fumikura::study::SortKey;
    ///
    /// assert_eq!(SortKey::parse("left:1,2"), Ok(SortKey::Left(vec![1, 2])));
    /// assert!(SortKey::parse("left:0").is_err());
    /// ```
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!(
                "'{text}' is no order; expected position, date, -date, partner, match, left:1,2 or right:1 (1 to 9)"
            )
        };
        let words = |list: &str| -> Result<Vec<usize>, String> {
            let number = |word: &str| word.parse().ok().filter(|number| (1..=MAX_KEY).contains(number));
            list.split(',').map(|word| number(word).ok_or_else(wrong)).collect()
        };
        match text.split_once(':') {
            Some(("left", list)) => Ok(Self::Left(words(list)?)),
            Some(("right", list)) => Ok(Self::Right(words(list)?)),
            Some(_) => Err(wrong()),
            None => match text {
                "position" => Ok(Self::Position),
                "date" => Ok(Self::Date),
                "-date" => Ok(Self::DateDescending),
                "partner" => Ok(Self::Partner),
                "match" => Ok(Self::Match),
                _ => Err(wrong()),
            },
        }
    }

    /// True for a key of words beside the match.
    pub(super) fn is_words(&self) -> bool {
        matches!(self, Self::Left(_) | Self::Right(_))
    }
}

/// What a concordance shows.
///
/// # Examples
/// ```
/// use fumikura::study::{ConcordanceOptions, SortKey};
///
/// let mut options = ConcordanceOptions::default();
/// options.set("sort", "right:1").unwrap();
/// options.set("sample", "200").unwrap();
/// assert_eq!((options.sort, options.sample), (vec![SortKey::Right(vec![1])], Some(200)));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConcordanceOptions {
    /// Width of the text before the match.
    pub left: usize,
    /// Width of the text after the match.
    pub right: usize,
    /// Unit of both widths.
    pub unit: Unit,
    /// Text that the context never leaves.
    pub within: Within,
    /// Keys of the order, the first one first; empty: by position.
    pub sort: Vec<SortKey>,
    /// Most lines of a document: the first ones of its text.
    pub per_document: Option<usize>,
    /// Keeps one line of so many on average: the same lines each time, and the same ones when the collection grows.
    pub thin: Option<u64>,
    /// Number of lines in the sample: the same lines each time; when the collection grows, a line stays unless a new
    /// one takes its place.
    pub sample: Option<usize>,
    /// Another seed gives another sample.
    pub seed: String,
    /// Writes blanks between words.
    pub segmented: bool,
    /// Lists occurrences in titles that no passage of the text holds, too.
    pub titles: bool,
    /// Most occurrences that are read: a million lines take about 400 MB.
    pub most: usize,
    /// Number of lines: `usize::MAX` for all.
    pub limit: usize,
    /// Number of lines to skip at the top.
    pub offset: usize,
}

impl Default for ConcordanceOptions {
    fn default() -> Self {
        Self {
            left: 20,
            right: 20,
            unit: Unit::default(),
            within: Within::default(),
            sort: Vec::new(),
            per_document: None,
            thin: None,
            sample: None,
            seed: String::new(),
            segmented: false,
            titles: false,
            most: 1_000_000,
            limit: usize::MAX,
            offset: 0,
        }
    }
}

impl ConcordanceOptions {
    /// Names of the options that have values.
    pub const NAMES: [&str; 9] = ["left", "right", "unit", "within", "sort", "per-document", "thin", "sample", "seed"];

    /// Sets an option by the name that it has on the command line and in an address.
    ///
    /// # Errors
    /// An unknown name or a bad value: the message says what is expected.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        match name {
            "left" => self.left = width(value)?,
            "right" => self.right = width(value)?,
            "unit" => self.unit = unit(value)?,
            "within" => self.within = within(value)?,
            "sort" => {
                for key in value.split_whitespace() {
                    self.sort.push(SortKey::parse(key)?);
                }
            }
            "per-document" => self.per_document = Some(at_least_one(value)?),
            "thin" => self.thin = Some(at_least_one(value)? as u64),
            "sample" => self.sample = Some(at_least_one(value)?),
            "seed" => value.clone_into(&mut self.seed),
            _ => return Err(format!("'{name}' is no option; options are {}", Self::NAMES.join(", "))),
        }
        Ok(())
    }

    /// True where all words of the context are needed, not only those at its ends.
    pub(super) fn needs_words(&self) -> bool {
        self.segmented || self.unit == Unit::Words || self.sort.iter().any(SortKey::is_words)
    }
}

fn width(text: &str) -> Result<usize, String> {
    let width = text.parse().ok().filter(|width| *width <= MAX_WIDTH);
    width.ok_or_else(|| format!("'{text}' is no width; expected a number up to {MAX_WIDTH}"))
}

fn at_least_one(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|number| *number > 0).ok_or_else(|| format!("'{text}' is no number of 1 or more"))
}

fn unit(text: &str) -> Result<Unit, String> {
    match text {
        "char" => Ok(Unit::Characters),
        "word" => Ok(Unit::Words),
        _ => Err(format!("'{text}' is no unit; expected char or word")),
    }
}

fn within(text: &str) -> Result<Within, String> {
    match text {
        "passage" => Ok(Within::Passage),
        "sentence" => Ok(Within::Sentence),
        _ => Err(format!("'{text}' is unknown; expected passage or sentence")),
    }
}
