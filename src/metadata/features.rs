//! Sets of rows of `data/role_points.tsv`.

/// Set of row numbers, one bit for each of at most 128 rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Features(u128);

impl Features {
    /// Makes the set of one row.
    pub fn one(row: usize) -> Self {
        Self(1 << (row % 128))
    }

    /// True if the set has no row.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Returns the union of two sets.
    pub fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Returns the rows that are not in the other set.
    pub fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// True if the row is in the set.
    pub fn has(self, row: usize) -> bool {
        self.0 >> (row % 128) & 1 == 1
    }

    /// Returns the intersection of two sets.
    pub fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Returns the row numbers in ascending order.
    pub fn rows(self) -> impl Iterator<Item = usize> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            let row = rest.trailing_zeros() as usize;
            rest &= rest.checked_sub(1)?;
            Some(row)
        })
    }
}
