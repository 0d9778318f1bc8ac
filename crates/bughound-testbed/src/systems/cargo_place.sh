#!/bin/sh
# What cargo cannot be asked for in one command. Runs in the project's folder, without a network; crates are vendored in
# vendor/ beside this script.
#
#   cargo_place.sh sync                     makes Cargo.lock fit Cargo.toml
#   cargo_place.sh clean                    removes what was built of the project itself
#   cargo_place.sh version NAME             prints the version of a dependency, and nothing else
#   cargo_place.sh upgrade NAME [VERSION]   edits Cargo.toml, or Cargo.lock where only others depend on it
#   cargo_place.sh remove NAME

set -eu
deps=${0%/*}

fail() {
    echo "error: $1" >&2
    exit 1
}

# Keeps what the lock has where it fits the manifests.
sync() {
    [ -e Cargo.lock ] || cp "$deps/Cargo.lock" Cargo.lock
    cargo update --workspace --offline --quiet
}

# Versions of the crate $1 that are vendored, newest first; those that are no releases last.
vendored() {
    for manifest in "$deps"/vendor/*/Cargo.toml; do
        [ -e "$manifest" ] || continue
        awk -v name="$1" '
            /^\[/ { package = ($1 == "[package]") }
            package && $1 == "name" { found = ($3 == "\"" name "\"") }
            package && $1 == "version" { version = $3 }
            END { gsub(/"/, "", version); if (found) print (version ~ /-/ ? 0 : 1), version }
        ' "$manifest"
    done | sort -k1,1nr -k2,2Vr | cut -d' ' -f2
}

# Prints Cargo.toml with the requirement of the crate $1 being $2 in every table of dependencies, under whatever name it
# goes there. Fails where no table names it.
moved() {
    awk -v name="$1" -v wanted="$2" '
        function bare(text) { gsub(/["\047 \t]/, "", text); return text }
        function replaced(text, pattern,    from, to) {
            # The first string behind the pattern.
            if (!match(text, pattern)) return text
            from = RSTART + RLENGTH
            to = from + index(substr(text, from), "\"") - 1
            changed = 1
            return substr(text, 1, from - 1) wanted substr(text, to)
        }
        {
            line[NR] = $0
            if ($0 ~ /^[ \t]*\[/) {
                header = $0
                sub(/#.*/, "", header)
                table++
                plain = (header ~ /dependencies\][ \t]*$/)
                of_one = (header ~ /dependencies\./)
                short = header
                sub(/.*dependencies\./, "", short)
                gsub(/\]/, "", short)
                if (of_one) goes_by[table] = bare(short)
            }
            kind[NR] = plain ? "plain" : (of_one ? "one" : "")
            tables[NR] = table
            if (kind[NR] == "one" && $0 ~ /^[ \t]*package[ \t]*=/) {
                value = $0
                sub(/^[^=]*=/, "", value)
                goes_by[table] = bare(value)
            }
        }
        END {
            for (at = 1; at <= NR; at++) {
                text = line[at]
                key = text
                sub(/=.*/, "", key)
                key = bare(key)
                if (kind[at] == "one" && goes_by[tables[at]] == name && key == "version")
                    text = replaced(text, "=[ \t]*\"")
                else if (kind[at] == "plain" && key == name ".version")
                    text = replaced(text, "=[ \t]*\"")
                else if (kind[at] == "plain" && (text ~ "package[ \t]*=[ \t]*\"" name "\"" || (key == name && text !~ /package[ \t]*=/)))
                    text = replaced(text, (text ~ /=[ \t]*\{/) ? "version[ \t]*=[ \t]*\"" : "=[ \t]*\"")
                print text
            }
            exit !changed
        }
    ' Cargo.toml
}

# Runs the rest and puts both files back where that fails.
or_back() {
    kept=$(mktemp -d)
    cp Cargo.toml "$kept/"
    [ ! -e Cargo.lock ] || cp Cargo.lock "$kept/"
    if ! "$@"; then
        cp "$kept"/* .
        rm -r "$kept"
        exit 1
    fi
    rm -r "$kept"
}

upgrade() {
    version=${2:-$(vendored "$1" | head -n 1)}
    [ -n "$version" ] || fail "no version of $1 is at hand"
    if moved "$1" "$version" >Cargo.toml.moved; then
        cat Cargo.toml.moved >Cargo.toml
        rm Cargo.toml.moved
        or_back_said "$1" sync
    else
        rm Cargo.toml.moved
        or_back_said "$1" cargo update --offline --quiet --package "$1" --precise "$version"
    fi
}

or_back_said() {
    asked=$1
    shift
    "$@" || {
        echo "error: at hand of $asked: $(vendored "$asked" | tr '\n' ' ')" >&2
        return 1
    }
}

remove() {
    found=
    for section in --quiet --dev --build; do
        if cargo remove --offline --quiet "$section" "$1" 2>/dev/null; then found=1; fi
    done
    [ -n "$found" ] || fail "Cargo.toml does not depend on $1"
    sync
}

case $1 in
sync)
    sync
    ;;
clean)
    members=$(cargo tree --offline --quiet --workspace --depth 0 --prefix none --format '{p}' | cut -d' ' -f1)
    for member in $members; do cargo clean --offline --quiet --package "$member"; done
    ;;
version)
    cargo tree --offline --locked --quiet --all-features --target all --depth 1 --prefix none --format '{p}' |
        awk -v name="$2" '!found && $1 == name { sub(/^v/, "", $2); print $2; found = 1 } END { exit !found }'
    ;;
upgrade | remove)
    or_back "$@"
    ;;
*)
    fail "unknown action $1"
    ;;
esac
