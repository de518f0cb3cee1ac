//! Journeys of a reader through the page, in Chromium, with its scripts off and on.
//!
//! `make test-web` sets `FUMIKURA_BIN` (the program) and `FUMIKURA_AXE` (the file `axe.min.js` of axe-core).

#![cfg(test)]

mod access;
mod browser;
mod journeys;
