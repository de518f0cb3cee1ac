//! The shapes on a page: glyphs and rules from the engine, and the runs and lines that are built from them.

use crate::document::{Flow, LineRole};

/// A glyph with the piece of its base line that it fills.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Glyph {
    pub c: char,
    pub start: (f32, f32),
    pub end: (f32, f32),
    pub size: f32,
    /// Set from top to bottom by its font.
    pub vertical: bool,
    /// Part of a run of several that goes along the page.
    pub level: bool,
    pub bold: bool,
    /// Quarter turns, clockwise, under which it is upright.
    pub turns: u8,
}

/// Returns the middle one of some values.
pub(super) fn median(values: impl Iterator<Item = f32>) -> Option<f32> {
    let mut values: Vec<f32> = values.collect();
    values.sort_by(f32::total_cmp);
    values.get(values.len() / 2).copied()
}

/// A straight line drawn on a page, level or upright; y grows downwards.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rule {
    pub x0: f32,
    pub y0: f32,
    pub x1: f32,
    pub y1: f32,
}

impl Rule {
    /// Makes a rule of two points with y growing upwards.
    pub fn new(a: (f32, f32), b: (f32, f32)) -> Self {
        Self { x0: a.0.min(b.0), x1: a.0.max(b.0), y0: (-a.1).min(-b.1), y1: (-a.1).max(-b.1) }
    }

    pub fn is_level(&self) -> bool {
        self.x1 - self.x0 >= self.y1 - self.y0
    }
}

/// Glyphs that stand together on one line.
#[derive(Clone, Debug)]
pub(super) struct Run {
    pub x0: f32,
    pub x1: f32,
    pub y: f32,
    pub size: f32,
    pub text: String,
    pub chars: usize,
    pub bold: bool,
    /// It begins with a small raised number: a footnote.
    pub note: bool,
    /// Where the lines of its column end, where that stands beside a figure.
    pub right: Option<f32>,
    /// The figures it stands beside, a bit each.
    pub beside: u16,
}

/// A line of a page.
#[derive(Clone, Debug, Default)]
pub(super) struct SetLine {
    pub text: String,
    pub role: LineRole,
    pub flow: Flow,
    pub bold: bool,
    pub gap_before: bool,
    pub size: f32,
    pub page: usize,
    /// Where it begins, in points from the left and downwards.
    pub place: (f32, f32),
    /// It stands apart from the text of its page: turned, or set downwards beside level text.
    pub apart: bool,
    /// The file marks it as a running head.
    pub artifact: bool,
    /// The figures of its page that it stands beside, a bit each.
    pub beside: u16,
}
