//! Which small changes break this file?
