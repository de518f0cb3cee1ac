//! `fumikura serve`, asked over raw sockets.

mod answers;
pub mod client;
mod guard;
mod life;
mod originals;
