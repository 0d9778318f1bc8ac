//! How is a project of this kind prepared, built and tested without a network? One file per build system.
