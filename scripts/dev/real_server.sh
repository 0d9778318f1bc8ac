#!/usr/bin/env bash
# Runs the client against real servers that nobody here wrote: llama.cpp's llama-server (tool calls found by the
# server) and llama-cpp-python's server (calls stay in the text), both built from the source package of
# llama-cpp-python, with a tiny model whose weights are made by hand (scripted_gguf.py).
#
#   scripts/dev/real_server.sh [FOLDER]
#
# FOLDER keeps the builds (default: target/real-server); the first run takes about 15 minutes of processor time.
# Needs python3 with venv, a C++ compiler and PyPI. Everything listens on the loopback address.
set -euo pipefail
cd "$(dirname "$0")/../.."
version=0.3.36
mkdir -p "${1:-target/real-server}"
folder=$(cd "${1:-target/real-server}" && pwd)
python=$folder/venv/bin/python
jobs=${JOBS:-$(nproc)}

if [[ ! -x $python ]]; then
  python3 -m venv "$folder/venv"
fi
if ! "$python" -c 'import llama_cpp.server.app, gguf, cmake' 2>/dev/null; then
  CMAKE_BUILD_PARALLEL_LEVEL=$jobs CMAKE_ARGS="-DGGML_NATIVE=OFF" "$python" -m pip install --quiet \
    --no-binary llama-cpp-python "llama-cpp-python[server]==$version" gguf cmake ninja
fi

server=$folder/build/bin/llama-server
if [[ ! -x $server ]]; then
  source=$folder/llama_cpp_python-$version
  if [[ ! -d $source ]]; then
    "$python" -m pip download --quiet --no-deps --no-binary llama-cpp-python -d "$folder" "llama-cpp-python==$version"
    tar -xzf "$source.tar.gz" -C "$folder"
  fi
  PATH=$folder/venv/bin:$PATH
  options=(-DCMAKE_BUILD_TYPE=Release -DCMAKE_C_FLAGS_RELEASE=-O1 -DCMAKE_CXX_FLAGS_RELEASE=-O1
    -DBUILD_SHARED_LIBS=OFF -DGGML_NATIVE=OFF -DGGML_OPENMP=OFF -DGGML_LLAMAFILE=OFF -DLLAMA_OPENSSL=OFF
    -DLLAMA_BUILD_UI=OFF -DLLAMA_USE_PREBUILT_UI=OFF -DLLAMA_BUILD_TESTS=OFF -DLLAMA_BUILD_EXAMPLES=OFF
    -DLLAMA_BUILD_APP=OFF -DLLAMA_BUILD_SERVER=ON)
  cmake -G Ninja -S "$source/vendor/llama.cpp" -B "$folder/build" "${options[@]}" >"$folder/cmake.log"
  ninja -C "$folder/build" -j "$jobs" --quiet llama-server
fi

cat >"$folder/turns.json" <<'TURNS'
["I look for it.\n<tool_call>\n{\"name\": \"search\", \"arguments\": {\"q\": \"class Parser\"}}\n</tool_call>",
 "It is in src/parser.py, in Parser.parse."]
TURNS
"$python" scripts/dev/scripted_gguf.py "$folder/turns.json" "$folder/scripted.gguf"

# A whole search of the protocol `hound`, in a repository of one file.
cat >"$folder/search.json" <<'TURNS'
["I read the method that raises it.\n<tool_call>\n{\"name\": \"search_class_method\", \"arguments\": {\"file\": \"pkg/config.py\", \"class\": \"Reader\", \"method\": \"load\"}}\n</tool_call>",
 "Two things at once.\n<tool_call>\n{\"name\": \"find_callees\", \"arguments\": {\"symbol\": \"Reader.load\"}}\n</tool_call>\n<tool_call>\n{\"name\": \"search_text\", \"arguments\": {\"text\": \"settings file\"}}\n</tool_call>",
 "<tool_call>\n{\"name\": \"exit\", \"arguments\": {}}\n</tool_call>",
 "These must change:\n```\npkg/config.py::Reader.load\npkg/config.py::Reader.decode\n```"]
TURNS
"$python" scripts/dev/scripted_gguf.py "$folder/search.json" "$folder/search.gguf"
rm -rf "$folder/repo"
mkdir -p "$folder/repo/pkg"
git -C "$folder/repo" init --quiet
cat >"$folder/repo/pkg/config.py" <<'SOURCE'
class Reader:
    def load(self, path):
        with open(path) as file:
            text = file.read()
        if not text:
            raise ValueError('the settings file is empty')
        return self.decode(text)

    def decode(self, text):
        return text.split()
SOURCE

pid=
trap '[[ -z $pid ]] || kill "$pid" 2>/dev/null || true' EXIT
free_port() {
  "$python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# start NAME COMMAND...: starts a server and waits until it answers.
start() {
  local name=$1
  shift
  "$@" >"$folder/$name.log" 2>&1 &
  pid=$!
  local tries=0
  until "$python" - "$port" <<'READY' 2>/dev/null
import sys, urllib.request
request = urllib.request.Request(f"http://127.0.0.1:{sys.argv[1]}/v1/models", headers={"Authorization": "Bearer real-key"})
urllib.request.urlopen(request, timeout=2)
READY
  do
    tries=$((tries + 1))
    if ((tries > 120)) || ! kill -0 "$pid" 2>/dev/null; then
      echo "error: $name does not start; see $folder/$name.log" >&2
      exit 1
    fi
    sleep 0.5
  done
  echo "== $name"
}

stop() {
  kill "$pid"
  wait "$pid" 2>/dev/null || true
  pid=
}

# test_client CALLS: the client's own tests; CALLS says whether the server finds calls in the text.
test_client() {
  BUGHOUND_REAL_SERVER=http://127.0.0.1:$port BUGHOUND_REAL_SERVER_KEY=real-key BUGHOUND_REAL_SERVER_CALLS=$1 \
    cargo test --quiet --package bughound-llm --test it real_server -- --ignored --test-threads 1
}

# test_search DIALECT: a whole search with the program.
test_search() {
  local found
  echo "-- locate --policy http --dialect $1"
  found=$(BUGHOUND_API_KEY=real-key cargo run --quiet --package bughound -- locate --no-cache --repo "$folder/repo" \
    --policy http --model search --base-url "http://127.0.0.1:$port" --dialect "$1" --format quickfix \
    "Reader.load crashes on an empty file")
  if [[ $found != *config.py:2:*Reader.load*config.py:9:*Reader.decode* ]]; then
    echo "error: another answer than expected: $found" >&2
    exit 1
  fi
}

llama_cpp_python=("$python" -m llama_cpp.server --host 127.0.0.1 --api_key real-key)
llama_server=("$server" --parallel 1 --jinja --offline --host 127.0.0.1 --api-key real-key)

port=$(free_port)
start llama-cpp-python "${llama_cpp_python[@]}" --n_ctx 2048 --logits_all true --model "$folder/scripted.gguf" --model_alias scripted --port "$port"
test_client text
stop
port=$(free_port)
start llama-server "${llama_server[@]}" --ctx-size 2048 --model "$folder/scripted.gguf" --alias scripted --port "$port"
test_client native
stop

port=$(free_port)
start llama-cpp-python-search "${llama_cpp_python[@]}" --n_ctx 16384 --model "$folder/search.gguf" --model_alias search --port "$port"
test_search native
stop
port=$(free_port)
start llama-server-search "${llama_server[@]}" --ctx-size 16384 --model "$folder/search.gguf" --alias search --port "$port"
test_search native
test_search hermes
stop
echo "all is well"
