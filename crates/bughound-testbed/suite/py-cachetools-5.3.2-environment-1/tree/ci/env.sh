#!/bin/sh
# Runs a command in the environment of continuous integration.
set -eu
export PYTEST_DISABLE_PLUGIN_AUTOLOAD=
exec "$@"
