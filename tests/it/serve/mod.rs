//! `fumikura serve`, asked over raw sockets.

mod answers;
mod client;
mod guard;
mod life;
mod originals;
