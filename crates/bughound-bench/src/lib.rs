//! How fast are we, beside whom?
