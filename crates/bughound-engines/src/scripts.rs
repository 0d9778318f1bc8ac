//! What is done inside of a container, as scripts for its `/bin/sh`: Debian's and BusyBox' both understand them.
//!
//! None is given a path of the tree but as an argument, and none trusts what lies where a command could write.

/// Empties a folder (first argument), which some engines fill from the image. What is mounted in it stays.
pub(crate) const CLEAR: &str = r#"
for tool in cat chmod env find head mkdir readlink rm tar wc; do
  command -v "$tool" > /dev/null || { echo "$tool"; exit 8; }
done
cd "$1" || exit 9
find . -xdev -mindepth 1 -maxdepth 1 -exec rm -rf {} + 2> /dev/null
exit 0
"#;

/// Writes a folder (first argument) as an archive, without what the other arguments, options of `tar`, leave out.
pub(crate) const PACK: &str = r#"
cd "$1" || exit 9
shift
find . -xdev -type d ! -perm -700 -exec chmod u+rwx {} \; 2> /dev/null
find . -xdev -type f ! -perm -400 -exec chmod u+r {} \; 2> /dev/null
exec tar -cf - "$@" .
"#;

/// Unpacks an archive that it reads into a folder (first argument) with further letters for `tar` (second).
pub(crate) const UNPACK: &str = r#"
cd "$1" || exit 9
exec tar "-x$2f" -
"#;

/// Makes folders and removes things in a folder (first argument). Pairs follow: `d` and a folder to be made where
/// there is none, `r` and what is removed, unless a link leads to it.
pub(crate) const CHANGE: &str = r#"
cd "$1" || exit 9
shift
through_link() {
  p=$1
  while :; do
    case "$p" in */*) p=${p%/*} ;; *) return 1 ;; esac
    [ -L "$p" ] && return 0
  done
}
while [ $# -gt 0 ]; do
  case "$1" in
    d) if [ -L "$2" ] || [ ! -d "$2" ]; then rm -rf "$2" && mkdir "$2" || exit 1; fi ;;
    r) through_link "$2" || rm -rf "$2" || exit 1 ;;
  esac
  shift 2
done
"#;

/// Writes the length and the first bytes (third argument) of a file (second) of a folder (first); 3 is none.
pub(crate) const READ: &str = r#"
cd "$1" || exit 9
base=$(pwd -P)
real=$(readlink -f "$2") || exit 3
case "$real" in "$base"/*) ;; *) exit 3 ;; esac
[ -f "$real" ] || exit 3
[ -r "$real" ] || chmod u+r "$real"
wc -c < "$real" || exit 1
exec head -c "$3" "$real"
"#;

/// Runs a command. Arguments: a folder for our notes, the working folder, seconds of processor time or 0, 1 for a
/// descriptor 3, the program, the `PATH` to find it in; then `NAME=value`s and the words of the command.
pub(crate) const RUN: &str = r#"
c=$1 d=$2 cpu=$3 report=$4 program=$5 path=$6
shift 6
rm -rf "$c"
mkdir -p "$c"
[ "$report" = 1 ] && exec 3> "$c/report"
ulimit -c 0
[ "$cpu" = 0 ] || ulimit -t "$cpu"
cd "$d" 2> /dev/null || { echo 2 > "$c/status"; exit 127; }
(PATH=$path; command -v -- "$program" > /dev/null 2>&1) || { echo 2 > "$c/status"; exit 127; }
exec env -i "$@"
"#;

/// Counts the processes of its user (`$n`), kills them all, and does not end before they are gone. Never to be run
/// outside of a container.
const KILL: &str = r#"
n=0 i=0
while :; do
  m=0
  for p in /proc/[0-9]*; do
    p=${p#/proc/}
    [ "$p" = "$$" ] && continue
    kill -0 "$p" 2> /dev/null || continue
    s=
    read -r s 2> /dev/null < "/proc/$p/stat"
    case "$s" in *") Z "* | "") continue ;; esac
    m=$((m + 1))
  done
  [ "$i" = 0 ] && n=$m
  [ "$i" -gt 0 ] && [ "$m" = 0 ] && break
  kill -9 -1 2> /dev/null
  i=$((i + 1))
  [ "$i" -gt 200 ] && exit 5
done
"#;

/// A line of numbers (`$n`; 1 where the command could not be started; kills for want of memory; microseconds of
/// processor time since the container began), then what was written to descriptor 3. The first argument is the folder of [`RUN`].
pub(crate) const COLLECT: &str = r#"
c=$1 o=0 u=0 s=0 g=/sys/fs/cgroup
for f in "$g/memory.events" "$g/memory/memory.oom_control"; do
  [ -r "$f" ] && while read -r k v; do [ "$k" = oom_kill ] && o=$v; done < "$f"
done
if [ -r "$g/cpu.stat" ]; then
  while read -r k v; do [ "$k" = usage_usec ] && u=$v; done < "$g/cpu.stat"
elif [ -r "$g/cpuacct/cpuacct.usage" ]; then
  read -r u < "$g/cpuacct/cpuacct.usage"
  u=$((u / 1000))
fi
[ -f "$c/status" ] && [ ! -L "$c/status" ] && [ -s "$c/status" ] && s=1
echo "$n $s $o $u"
[ -f "$c/report" ] && [ ! -L "$c/report" ] && [ ! -L "$c" ] && cat "$c/report"
exit 0
"#;

/// Ends what a command left, and tells what [`COLLECT`] says.
pub(crate) fn sweep() -> String {
    format!("{KILL}{COLLECT}")
}

/// The words that run a script with arguments.
pub(crate) fn words<'a>(
    script: &'a str,
    arguments: impl IntoIterator<Item = &'a str>,
) -> Vec<String> {
    let start = ["/bin/sh", "-c", script, "bughound"];
    let words = start.into_iter().chain(arguments);
    words.map(str::to_owned).collect()
}
