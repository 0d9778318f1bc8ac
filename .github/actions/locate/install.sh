#!/usr/bin/env bash
# Puts `bughound` on the path: what is there already, else the released binary of the action's own version where
# there is one for this platform, else a build of the action's own sources.
set -euo pipefail

if command -v bughound >/dev/null; then
  bughound --version
  exit 0
fi

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
bin="${RUNNER_TEMP:?}/bughound/bin"
mkdir -p "$bin"

case "$(uname -s)-$(uname -m)" in
  Linux-x86_64) target=x86_64-unknown-linux-gnu ;;
  Linux-aarch64) target=aarch64-unknown-linux-gnu ;;
  Darwin-x86_64) target=x86_64-apple-darwin ;;
  Darwin-arm64) target=aarch64-apple-darwin ;;
  *) target= ;;
esac

# Only a tag has a release; a branch or a commit is built.
released() {
  [[ -n $target && ${ACTION_REPOSITORY:-} == */* && ${ACTION_REF:-} == v[0-9]* ]] || return 1
  local archive="bughound-$target.tar.gz"
  local url="https://github.com/$ACTION_REPOSITORY/releases/download/$ACTION_REF/$archive"
  (
    cd "$RUNNER_TEMP/bughound"
    curl --fail --silent --show-error --location --proto '=https' --max-time 120 --remote-name "$url" || exit 1
    curl --fail --silent --show-error --location --proto '=https' --max-time 60 --remote-name "$url.sha256" || exit 1
    if command -v sha256sum >/dev/null; then sha256sum --check "$archive.sha256"; else shasum -a 256 -c "$archive.sha256"; fi
    tar -xzf "$archive" -C bin
  ) && [[ -x $bin/bughound ]]
}

if ! released; then
  echo "No released binary for ${target:-this platform} at ${ACTION_REF:-this version}: building it"
  cargo install --locked --path "$here/../../../crates/bughound" --root "$RUNNER_TEMP/bughound"
fi
echo "$bin" >>"${GITHUB_PATH:?}"
"$bin/bughound" --version
