/*
 * Ends the process on a Node.js that crashes in a native library, before such a library is loaded. Each entry imports this file and
 * nothing else, and then the rest by `await import(…)`: static imports are linked together, before any of them is evaluated, so one
 * that an old Node cannot link would hide this sentence.
 */

/** better-sqlite3 is built for it. Node has it from 22.14 and 23.6 on; an older one ends with a segmentation fault. */
const neededNodeApi = 10

if (!(Number(process.versions.napi) >= neededNodeApi)) {
  console.error(
    `Reverie needs Node.js 22.18, 23.6 or newer; this is ${process.versions.node}. Install a newer one from https://nodejs.org, or use npm start ` +
      'and npm run -s reverie, which take a newer one where npm ci has brought it. Nothing was changed.'
  )
  process.exit(2)
}
