//! Bulk reading of commits and trees straight out of pack files.
//!
//! A history needs hundreds of thousands of small objects, most of them stored as the difference to one
//! another. The object database decodes each by itself and remembers only what was asked for; here all that
//! is decoded on the way is remembered too, which halves the work. Whatever is out of the ordinary (loose
//! objects, differences to objects named by id, anything damaged) is left to the object database.

mod delta;
mod objects;
mod open;
mod reader;

pub(crate) use objects::Objects;
pub(crate) use open::Packs;
