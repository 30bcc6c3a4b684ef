#!/usr/bin/env bash
# ONNX Runtime for Node sends telemetry by default on Linux, and keeps still where CI is set.
#
# Good guess     A library that runs models offline writes nothing and asks for no name, whichever release it is; and a test that is
#                green on a build machine says what happens on a person's.
# What happens   onnxruntime-node 1.24.3 is silent. 1.30.0 makes, at the first InferenceSession, a device id and a queue of events in
#                $XDG_CACHE_HOME or ~/.cache, ".ses" and "mat-debug-<pid>.log" in the folder for temporary files, and asks for
#                mobile.events.data.microsoft.com. The queue holds the way to the program as it was called: a process that Node forks is called by its
#                whole path, so the person's name is often in it. Where the home folder cannot be written, a file called ":memory:.ses"
#                appears in the working directory. Where CI is set, nothing of all this happens.
#                ORT_DISABLE_TELEMETRY=1 stops it, also when it is assigned to process.env before the library is required.
#                There is no way through the JavaScript API (env, InferenceSession.SessionOptions).
# Versions       onnxruntime-node 1.30.0 and 1.24.3, linux-x64, Node 24.21.0
# Source         https://github.com/microsoft/onnxruntime/pull/27379 (merged for 1.29), docs/Privacy.md there
# Date           2026-11-30
# Why it matters A program that promises that nothing leaves the machine broke its promise by an update of a dependency, and its tests,
#                run where CI is set, would never have said so.
#
# Installs both packages (without their scripts) into a temporary folder; the programs then run in network namespaces whose only name
# server is this script's, so nothing leaves. Needs npm, unshare (util-linux) and ip (iproute2). Prints what it found; fails if that changes.
set -euo pipefail

place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
node=$(command -v node)
node=$("$node" -p process.execPath)

for version in 1.24.3 1.30.0; do
  mkdir -p "$place/$version"
  (cd "$place/$version" && echo '{"private":true}' >package.json &&
    npm install --silent --no-audit --no-fund --ignore-scripts "onnxruntime-node@$version" >/dev/null)
done

# One operation, Identity, on one number.
base64 -d >"$place/identity.onnx" <<'MODEL'
CAkSB3JldmVyaWU6QQoTCgJpbhIDb3V0IghJZGVudGl0eRIFZ3JhcGhaEAoCaW4SCgoICAESBAoCCAFiEQoDb3V0EgoKCAgBEgQKAggBQgQKABAS
MODEL

cat >"$place/run.cjs" <<'PROGRAM'
if (process.env.ASSIGN_INSIDE === '1') process.env.ORT_DISABLE_TELEMETRY = '1'
const ort = require('onnxruntime-node')
ort.InferenceSession.create(process.argv[2])
  .then(session => session.run({ in: new ort.Tensor('float32', [7], [1]) }))
  .then(({ out }) => {
    if (out.data[0] !== 7) throw new Error('The model was not run.')
    setTimeout(() => process.exit(0), Number(process.env.LISTEN_MS))
  })
PROGRAM

# Writes the names that it is asked for, and answers none.
cat >"$place/names.cjs" <<'PROGRAM'
const { appendFileSync } = require('node:fs')
const socket = require('node:dgram').createSocket('udp4')
socket.on('message', message => {
  const labels = []
  for (let at = 12; message[at] > 0; at += message[at] + 1) labels.push(message.subarray(at + 1, at + 1 + message[at]).toString('latin1'))
  appendFileSync(process.argv[2], labels.join('.') + '\n')
})
socket.bind(53, '127.0.0.1', () => require('node:fs').writeFileSync(process.argv[2] + '.ready', ''))
PROGRAM
echo 'nameserver 127.0.0.1' >"$place/resolv.conf"
echo 'hosts: dns' >"$place/nsswitch.conf"

# run <version> <name> [VARIABLE=value ...]: prints the files and names that came of one session of a model.
run() {
  local version=$1 name=$2 home="$place/home-$2" folder="$place/temporary-$2" work="$place/work-$2"
  shift 2
  mkdir -p "$home" "$folder" "$work"
  : >"$place/asked-$name"
  cp "$place/run.cjs" "$place/$version/run.cjs"
  unshare --user --map-root-user --net --mount sh -c '
    set -e
    place=$1 asked=$2 node=$3 work=$4; shift 4
    mount --bind "$place/resolv.conf" /etc/resolv.conf
    mount --bind "$place/nsswitch.conf" /etc/nsswitch.conf
    ip link set lo up
    "$node" "$place/names.cjs" "$asked" & names=$!
    while [ ! -e "$asked.ready" ]; do sleep 0.05; done
    cd "$work"
    env -i "$@" >/dev/null 2>&1
    kill $names
  ' sh "$place" "$place/asked-$name" "$node" "$work" \
    PATH="$PATH" HOME="$home" TMPDIR="$folder" LISTEN_MS=15000 "$@" "$node" "$place/$version/run.cjs" "$place/identity.onnx"
  {
    (cd "$home" && find . -type f ! -name '*-wal' ! -name '*-shm' ! -name '*-journal' | sed 's|^\.|home|')
    (cd "$folder" && find . -type f | sed 's|^\.|temporary|; s|mat-debug-[0-9]*|mat-debug-PID|')
    (cd "$work" && find . -type f | sed 's|^\.|work|')
    sort -u "$place/asked-$name" | sed 's|^|asked for |'
    if grep -qaF "$node" "$home"/.cache/Microsoft/DeveloperTools/.onnxruntime/onnxruntime.db* 2>/dev/null; then
      echo 'the way to the program is in the queue'
    fi
  } | sort -u | sed "s|^|$name: |"
}

{
  run 1.24.3 old
  run 1.30.0 new
  run 1.30.0 on-a-build-machine CI=true
  run 1.30.0 told-before ORT_DISABLE_TELEMETRY=1
  run 1.30.0 told-inside ASSIGN_INSIDE=1
  run 1.30.0 without-a-home HOME=/dev/null
} | tee "$place/found"

cat >"$place/expected" <<'EXPECTED'
new: asked for mobile.events.data.microsoft.com
new: home/.cache/Microsoft/DeveloperTools/.onnxruntime/deviceid
new: home/.cache/Microsoft/DeveloperTools/.onnxruntime/onnxruntime.db
new: temporary/.ses
new: temporary/mat-debug-PID.log
new: the way to the program is in the queue
without-a-home: asked for mobile.events.data.microsoft.com
without-a-home: temporary/mat-debug-PID.log
without-a-home: work/:memory:.ses
EXPECTED
if ! diff "$place/expected" "$place/found"; then
  echo 'What is said above is not so any more.' >&2
  exit 1
fi
echo 'As said above: 1.24.3 is silent, 1.30.0 is not, unless CI is set or ORT_DISABLE_TELEMETRY=1 came first.'
