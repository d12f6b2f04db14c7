//! The server as its clients see it: the documented examples, doors, hostile input, feeds, wires.

mod doors;
mod examples;
mod feeds;
mod hostile;
mod pages;
mod place;
mod wire;
