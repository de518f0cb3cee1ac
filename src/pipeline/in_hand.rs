//! Bounds the memory for source text: the bytes that all threads hold together, whatever the size of one file or line.

use std::sync::{Condvar, Mutex, PoisonError};

/// A budget for the bytes of source files and lines that are being processed.
pub(super) struct InHand {
    most: usize,
    bytes: Mutex<usize>,
    less: Condvar,
}

impl InHand {
    /// Creates a budget of `most` bytes, which only a single larger source may exceed.
    pub fn new(most: usize) -> Self {
        Self { most, bytes: Mutex::new(0), less: Condvar::new() }
    }

    /// Takes `bytes` from the budget, waiting until they are available.
    pub fn take(&self, bytes: usize) {
        let mut held = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        while *held > 0 && *held + bytes > self.most {
            held = self.less.wait(held).unwrap_or_else(PoisonError::into_inner);
        }
        *held += bytes;
    }

    /// Returns a guard that gives `bytes` back when dropped, also after a panic.
    pub fn held(&self, bytes: usize) -> Held<'_> {
        Held { of: self, bytes }
    }
}

/// Gives the taken bytes back when dropped.
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
