#!/bin/sh
# Runs a command in the environment of continuous integration.
set -eu
export NODE_OPTIONS=
exec "$@"
