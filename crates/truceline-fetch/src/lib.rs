//! News from the network. Comes in: addresses and lists of feeds. Goes out: reports, read and kept,
//! and notes to a webhook. The only part of Truceline that asks others for anything; it does so
//! politely, within limits, and never of an address that lies inward unless that is allowed.

pub mod address;
mod body;
pub mod clock;
pub mod feed;
mod get;
mod hosts;
mod inward;
mod jobs;
mod notes;
mod one;
mod page;
mod place;
pub mod plan;
mod resolve;
mod robots;
pub mod watch;

pub use get::{Answer, Client, Fault, Known, Limits, agent_name};
pub use notes::Kind;
pub use one::{Fetched, Fetcher};
pub use resolve::Allow;
