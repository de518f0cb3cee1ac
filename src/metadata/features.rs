//! A set of rows of `data/role_points.tsv`.

/// Rows by their number, at most 128.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Features(u128);

impl Features {
    /// The set of one row.
    pub fn one(row: usize) -> Self {
        Self(1 << (row % 128))
    }

    /// True where no row is in the set.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// What is in one or both.
    pub fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What is not in the other.
    pub fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// True where the row is in the set.
    pub fn has(self, row: usize) -> bool {
        self.0 >> (row % 128) & 1 == 1
    }

    /// What is in both.
    pub fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The numbers of the rows.
    pub fn rows(self) -> impl Iterator<Item = usize> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            let row = rest.trailing_zeros() as usize;
            rest &= rest.checked_sub(1)?;
            Some(row)
        })
    }
}
