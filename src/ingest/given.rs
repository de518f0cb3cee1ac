//! Values given beside a text: front matter, a side file `NAME.meta.toml`, or fields of a JSONL object.
//!
//! A value that cannot be used is a problem with its place; the other values and the document stay.

use crate::document::{Given, GivenField, GivenProblem};

/// Longest front matter read, and most that a JSONL object gives beside its text, in bytes.
pub(super) const MAX_FRONT_MATTER_BYTES: usize = 64 << 10;

/// A value as read from its format, before its key is known.
pub(super) enum Raw {
    /// Null, which counts as an absent key.
    Nothing,
    /// A text, number, time, or truth value.
    One(GivenField),
    /// A list; a member other than a text or number is a problem.
    Many(Vec<Result<GivenField, GivenProblem>>),
    /// Anything else.
    Wrong(GivenProblem),
}

impl Given {
    /// The known keys.
    pub(super) const KEYS: [&'static str; 8] =
        ["title", "url", "date", "accessed", "partners", "partner", "themes", "theme"];

    /// Replaces the fields of `self` by those that `other` has.
    pub(super) fn merge_over(&mut self, other: Self) {
        self.title = other.title.or(self.title.take());
        self.url = other.url.or(self.url.take());
        self.date = other.date.or(self.date.take());
        self.accessed = other.accessed.or(self.accessed.take());
        self.partners = other.partners.or(self.partners.take());
        self.themes = other.themes.or(self.themes.take());
        self.problems.extend(other.problems);
    }

    /// Returns the bytes of all values together.
    pub(super) fn bytes(&self) -> usize {
        let single = [&self.title, &self.url, &self.date, &self.accessed].into_iter().flatten();
        let several = [&self.partners, &self.themes].into_iter().flatten().flatten();
        single.chain(several).map(|field| field.value.len()).sum()
    }

    /// Sets one value; returns false where the key is not in [`Self::KEYS`].
    pub(super) fn set(&mut self, key: &str, raw: Raw, place: &str) -> bool {
        let problems = &mut self.problems;
        match key {
            "title" => set_one(&mut self.title, problems, key, raw, place),
            "url" => set_one(&mut self.url, problems, key, raw, place),
            "date" => set_one(&mut self.date, problems, key, raw, place),
            "accessed" => set_one(&mut self.accessed, problems, key, raw, place),
            "partners" | "partner" => set_many(&mut self.partners, problems, key, raw, place),
            "themes" | "theme" => set_many(&mut self.themes, problems, key, raw, place),
            _ => return false,
        }
        true
    }
}

fn set_one(slot: &mut Option<GivenField>, problems: &mut Vec<GivenProblem>, key: &str, raw: Raw, place: &str) {
    let found = match raw {
        Raw::Nothing => return,
        Raw::One(field) => Ok(field),
        Raw::Many(list) if list.is_empty() => Ok(GivenField { value: String::new(), place: place.to_owned() }),
        Raw::Many(mut list) if list.len() == 1 => list.remove(0),
        Raw::Many(list) => {
            Err(GivenProblem::new(place, format!("{key} takes one value, not a list of {}", list.len())))
        }
        Raw::Wrong(problem) => Err(problem),
    };
    match found {
        Ok(_) if slot.is_some() => problems.push(twice(key, place)),
        // Titles are always shown on one line.
        Ok(field) => {
            *slot = Some(GivenField {
                value: field.value.trim().lines().map(str::trim).collect::<Vec<_>>().join(" "),
                ..field
            })
        }
        Err(problem) => problems.push(problem),
    }
}

fn set_many(slot: &mut Option<Vec<GivenField>>, problems: &mut Vec<GivenProblem>, key: &str, raw: Raw, place: &str) {
    let list = match raw {
        Raw::Nothing => return,
        Raw::One(field) => vec![Ok(field)],
        Raw::Many(list) => list,
        Raw::Wrong(problem) => return problems.push(problem),
    };
    if slot.is_some() {
        return problems.push(twice(key, place));
    }
    let count = list.len();
    let (mut values, mut wrong) = (Vec::new(), 0);
    for found in list {
        match found {
            Ok(field) if field.value.trim().is_empty() => {}
            Ok(field) => values.push(GivenField { value: field.value.trim().to_owned(), ..field }),
            Err(problem) => {
                wrong += 1;
                problems.push(problem);
            }
        }
    }
    // A list without a readable member counts as absent, not as empty.
    if wrong < count || count == 0 {
        *slot = Some(values);
    }
}

fn twice(key: &str, place: &str) -> GivenProblem {
    GivenProblem::new(place, format!("{key} is given twice: the first counts"))
}
