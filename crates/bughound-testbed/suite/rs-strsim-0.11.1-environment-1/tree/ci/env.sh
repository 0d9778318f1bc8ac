#!/bin/sh
# Runs a command in the environment of continuous integration.
set -eu
export RUST_TEST_THREADS=2
exec "$@"
