#!/usr/bin/env bash
# Writes the list into one comment on the issue: edits our own earlier one, else adds one.
set -euo pipefail

marker='<!-- bughound:locate -->'
number="${ISSUE_NUMBER:?}"
repository="${GITHUB_REPOSITORY:?}"
work="${RUNNER_TEMP:?}/bughound"
[[ $number =~ ^[0-9]+$ ]] || { echo "the event has no issue" >&2; exit 1; }

{
  echo "$marker"
  echo 'Places in the code that may have to change, ranked by Bughound without running anything. It is often right, and never certain.'
  echo
  cat "$work/places.md"
} >"$work/comment.md"

# The oldest comment that begins with the mark and is our own: anybody may write the mark.
earlier=$(
  gh api --paginate "repos/$repository/issues/$number/comments?per_page=100" \
    --jq '.[] | select(.user.login == env.AUTHOR and (.body | startswith("<!-- bughound:locate -->"))) | .id' |
    sed -n 1p
)
if [[ -n $earlier ]]; then
  gh api --silent --method PATCH "repos/$repository/issues/comments/$earlier" --field "body=@$work/comment.md"
  echo "Edited comment $earlier"
else
  gh api --silent --method POST "repos/$repository/issues/$number/comments" --field "body=@$work/comment.md"
  echo "Commented on issue $number"
fi
