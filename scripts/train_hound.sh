#!/bin/sh
# Rebuilds the weights of the built-in policy: mines the recipe's projects, collects examples, trains.
#
#   scripts/train_hound.sh CLONES SWEBENCH_DEV.jsonl WORK
#
# CLONES holds plain clones (`git clone --bare https://github.com/OWNER/NAME CLONES/OWNER+NAME`) of the projects of
# recipes/fixes.toml and of the five projects of SWE-bench's dev split. What is there in WORK is not made again. The weights
# end up in WORK/scorer.safetensors; the same examples give the same bytes.
set -eu

[ $# -eq 3 ] || { sed -n '2,9s/^# \{0,1\}//p' "$0"; exit 2; }
clones=$1 dev=$2 work=$3
root=$(cd "$(dirname "$0")/.." && pwd)
bughound=${BUGHOUND:-$root/target/release/bughound}
[ -x "$bughound" ] || cargo build --release --manifest-path "$root/Cargo.toml"
mkdir -p "$work"

[ -s "$work/mined.jsonl" ] || "$bughound" tasks mine --recipe "$root/recipes/fixes.toml" --repos "$clones" \
    --exclude "$dev" --out "$work/mined.jsonl"

# The table of common words is inside the binary, and features depend on it.
"$bughound" train words --tasks "$work/mined.jsonl" --out "$work/issue-words.bin"
cmp -s "$work/issue-words.bin" "$root/crates/bughound-hound/weights/issue-words.bin" || {
    echo "note: these tasks give another table of common words; to use it, copy $work/issue-words.bin to" \
        "crates/bughound-hound/weights/, build, and run this again with $work/examples removed" >&2
}

"$bughound" train collect --tasks "$work/mined.jsonl" --repos "$clones" --max-per-project 200 \
    --out "$work/examples"
"$bughound" train collect --tasks "$dev" --repos "$clones" --out "$work/validation"
"$bughound" train scorer --examples "$work/examples" --validation "$work/validation" --language Python --by-project --repeat 3 \
    --max-per-project 200 --min-terms 30 --epochs 4 --members 3 --out "$work/scorer.safetensors"
