#!/bin/sh
# Installs with apt what preparing and running repair tasks needs of the host and is missing.
#
#   scripts/testbed_toolchains.sh --list        what each package is for, and whether it is here
#   scripts/testbed_toolchains.sh --all         installs all that is missing
#   scripts/testbed_toolchains.sh PACKAGE...    installs those of the packages that are missing
#
# Nothing is installed unless it is asked for. Tasks whose toolchain is missing are reported as such and do no harm.
set -eu

# package: what it is for
packages='
make: tasks of C and C++ that are built with make, or with CMake without Ninja
gcc: all tasks of C and C++
g++: tasks of C++
cmake: tasks of CMake that do not pin one of PyPI (3.24 or newer)
golang-go: tasks of Go that do not pin one of PyPI
openjdk-17-jdk-headless: tasks of Java (javac, Maven, Gradle)
junit4: tasks of Java whose tests are written for JUnit 4
maven: tasks of Maven
maven-debian-helper: the offline repository of tasks of Maven: surefire, compiler plugin, JUnit
gradle: tasks of Gradle (4.4.1 in Debian 12)
nodejs: tasks of JavaScript
npm: tasks of JavaScript: fetching what is pinned
python3: tasks of Python, and fetching source distributions
python3-pip: bringing CMake, Ninja and Go of PyPI
perl-base: moving versions in manifests of make, CMake, javac, Maven and Gradle (in Debian always)
'

known() {
    printf '%s' "$packages" | grep -q "^$1: "
}

installed() {
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

if [ $# -eq 0 ]; then
    sed -n '2,9s/^# \{0,1\}//p' "$0"
    exit 2
fi
if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    echo "$0: this is no Debian or Ubuntu; install what --list names with the package manager here" >&2
    [ "$1" = --list ] || exit 1
fi

if [ "$1" = --list ]; then
    printf '%s' "$packages" | while IFS=: read -r name purpose; do
        [ -n "$name" ] || continue
        if installed "$name"; then state=here; else state=missing; fi
        printf '%-26s%-9s%s\n' "$name" "$state" "${purpose# }"
    done
    exit 0
fi

if [ "$1" = --all ]; then
    wanted=$(printf '%s' "$packages" | sed -n 's/^\([^:]*\): .*/\1/p')
else
    wanted=$*
fi
missing=
for name in $wanted; do
    if ! known "$name"; then
        echo "$0: no task needs $name; --list says what they need" >&2
        exit 2
    fi
    installed "$name" || missing="$missing $name"
done
if [ -z "$missing" ]; then
    echo "nothing is missing"
    exit 0
fi
if [ "$(id -u)" -ne 0 ]; then
    echo "$0: run as root: apt-get install --no-install-recommends$missing" >&2
    exit 1
fi
apt-get update -q
# shellcheck disable=SC2086 # names of packages, one word each
DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing
