#!/usr/bin/env bash
# The reason that sharp gives for one picture can be that of another picture, or be missing.
#
# Good guess     Two pictures are decoded at the same time and both fail: each promise is rejected with the reason of its own picture.
# What happens   libvips keeps its errors in one buffer for the whole process, and sharp takes what stands there. A GIF is told that a TIFF lacks
#                a page, a TIFF what the GIF's loader said, sometimes both, sometimes twice; and when another picture has emptied the
#                buffer in between, the message ends after "Input buffer has corrupt header:" without any reason.
#                One picture at a time always gets its own reason.
# Versions       sharp 0.35.5 (libvips 8.18.7), linux-x64, Node 24
# Source         https://github.com/lovell/sharp/issues/902 (2017, of sharp 0.18), https://github.com/libvips/libvips/issues/15
# Date           2026-11-30
# Why it matters Whoever shows or stores the message as the reason why a file could not be read blames the wrong thing in a list of failures,
#                and two runs over the same files differ. A message is worth keeping only from a picture that was decoded alone.
#
# Makes a GIF and a TIFF of one page each and asks both for a page that they do not have, many at a time. How often reasons are
# exchanged depends on the machine, so it tries until it has seen one, for two minutes at most. Needs npm. Fails when none was seen.
set -euo pipefail

place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund sharp@0.35.5 >/dev/null

cat >errors.js <<'PROGRAM'
import sharp from 'sharp'

const picture = () => sharp({ create: { width: 300, height: 200, channels: 3, background: '#aa5522' } })
const files = { gif: await picture().gif().toBuffer(), tiff: await picture().tiff().toBuffer() }
const reason = kind => sharp(files[kind], { page: 9 }).raw().toBuffer().then(() => 'decoded', error => error.message)

const own = {}
for (const kind of Object.keys(files)) {
  own[kind] = await reason(kind)
  console.log(`${kind}, alone: ${JSON.stringify(own[kind])}`)
}
for (let i = 0; i < 50; i++)
  for (const kind of Object.keys(files))
    if ((await reason(kind)) !== own[kind]) throw new Error('A picture that is decoded alone is given another reason.')

const kinds = Array.from({ length: 64 }, (_, i) => Object.keys(files)[i % 2])
const wrong = new Set()
let asked = 0
const untilMs = performance.now() + 120_000
while (wrong.size === 0 && performance.now() < untilMs) {
  const reasons = await Promise.all(kinds.map(reason))
  asked += reasons.length
  reasons.forEach((text, i) => {
    if (text !== own[kinds[i]]) wrong.add(`${kinds[i]}, among others: ${JSON.stringify(text)}`)
  })
}
for (const line of wrong) console.log(line)
console.log(wrong.size > 0 ? `seen within ${asked} pictures` : `not seen in ${asked} pictures: this has changed`)
process.exitCode = wrong.size > 0 ? 0 : 1
PROGRAM
UV_THREADPOOL_SIZE=16 node errors.js
