//! Tests of the testbed through its public face.

mod judging;
mod recipes;
