#!/usr/bin/env bash
# Ranks the places for the issue of the event. The issue's text is in the event's file and is read from there: it is
# never a part of a command.
set -euo pipefail

work="${RUNNER_TEMP:?}/bughound"
mkdir -p "$work"
list="$work/places.md"

code=0
bughound locate --repo "${GITHUB_WORKSPACE:?}" --issue "${GITHUB_EVENT_PATH:?}" --issue-kind issue \
  --format markdown -k "${PLACES:-5}" --level "${LEVEL:-function}" >"$list" 2>"$work/errors.txt" || code=$?
cat "$work/errors.txt" >&2
found=false
case $code in
  0) found=true ;;
  1) ;;
  # An issue without any text is nobody's fault.
  3) grep -q 'the issue is empty' "$work/errors.txt" || exit 3 ;;
  *) exit "$code" ;;
esac
{
  echo "found=$found"
  echo "markdown=$list"
} >>"${GITHUB_OUTPUT:?}"
if [[ $found == true && -n ${GITHUB_STEP_SUMMARY:-} ]]; then
  cat "$list" >>"$GITHUB_STEP_SUMMARY"
fi
