//! How much is being read at a time: what threads hold together is bounded, whatever stands in one file or line.

use std::sync::{Condvar, Mutex, PoisonError};

/// Bytes of source files and lines that are on their way to the index.
pub(super) struct InHand {
    most: usize,
    bytes: Mutex<usize>,
    less: Condvar,
}

impl InHand {
    /// Nothing so far, and never more than `most` bytes unless one source alone has more.
    pub fn new(most: usize) -> Self {
        Self { most, bytes: Mutex::new(0), less: Condvar::new() }
    }

    /// Takes a source of so many bytes in hand, when there is room for it.
    pub fn take(&self, bytes: usize) {
        let mut held = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        while *held > 0 && *held + bytes > self.most {
            held = self.less.wait(held).unwrap_or_else(PoisonError::into_inner);
        }
        *held += bytes;
    }

    /// Whoever works on what was taken holds this, and gives it back with it, also where the work panics.
    pub fn held(&self, bytes: usize) -> Held<'_> {
        Held { of: self, bytes }
    }
}

/// Gives back what was taken when it is dropped.
pub(super) struct Held<'a> {
    of: &'a InHand,
    bytes: usize,
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        *self.of.bytes.lock().unwrap_or_else(PoisonError::into_inner) -= self.bytes;
        self.of.less.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::InHand;

    #[test]
    fn what_is_too_large_waits_until_it_is_alone() {
        let (in_hand, now, most) = (InHand::new(10), AtomicUsize::new(0), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for bytes in [3, 4, 50, 2, 9, 10, 1] {
                let (in_hand, now, most) = (&in_hand, &now, &most);
                scope.spawn(move || {
                    in_hand.take(bytes);
                    let _held = in_hand.held(bytes);
                    let held = now.fetch_add(bytes, Ordering::SeqCst) + bytes;
                    if bytes < 50 {
                        most.fetch_max(held, Ordering::SeqCst);
                    } else {
                        assert_eq!(held, 50, "read beside others");
                    }
                    std::thread::sleep(std::time::Duration::from_millis(2));
                    now.fetch_sub(bytes, Ordering::SeqCst);
                });
            }
        });
        assert!(most.into_inner() <= 10);
    }
}
