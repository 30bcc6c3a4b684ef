/** A process that installs an offer, to be killed by a test: node install-once.ts <JSON of offer, hubUrl, packs> */
import type { Offer } from '../../src/main/engine/hub/catalogue.ts'
import { installPack } from '../../src/main/engine/hub/install-pack.ts'

const { offer, hubUrl, packs } = JSON.parse(process.argv[2] ?? '') as { offer: Offer; hubUrl: string; packs: string }
const deps = {
  packsFolder: packs,
  access: { hubUrl, isOffline: () => false },
  makeManifest: () => Promise.resolve()
}
for await (const { doneBytes } of installPack(offer, deps, new AbortController().signal)) process.send?.(doneBytes)
process.disconnect()
