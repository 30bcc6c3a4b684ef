import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, statSync, utimesSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Offer } from '../../../src/main/engine/hub/catalogue.ts'
import { writeClipLayout } from '../../stages/encode/tiny-layout.ts'
import { clipHub } from '../../hub/tiny-offer.ts'
import { drawLibrary } from '../../stages/library/drawn/draw.ts'
import { drawOwnWords } from '../../stages/library/drawn/own-words.ts'
import { compileWorkers } from '../../tools/compile-workers.ts'
import { buildDrawnPack } from '../../tools/drawn-pack.ts'
import type { HubServer } from '../../tools/hub-server.ts'
import { buildOtherPack } from '../../tools/other-pack.ts'
import { sourceWorkers } from '../../tools/source-workers.ts'
import { filesBelow } from './files-below.ts'
import { expectationOf, type Expectation } from './invariants.ts'
import type { Deed, Report } from './plan.ts'
import { acknowledgedOf, compileCacheOf, runActor, syncedOf } from './run-actor.ts'
import { saidLine, statementsOn, type Statement } from './said.ts'

/**
 * What a fault begins with. `unread`: a library that was never indexed. `indexed`: with decisions of the person. `learned`: photos
 * with captions, two trained versions, and the pack's own map in use. `nested`: as `indexed`, with another disk inside the library.
 */
export type Base = 'unread' | 'indexed' | 'learned' | 'nested'

/** In a library of the first kind. */
export const nestedFolder = 'Trip to the coast'

/** How many photos of a drawn library are kept, so that a run takes a second. */
const keptPhotos = 26
const learnedPhotos = 108
const secondPhotos = 14
const diskMegabytes = 256

/** Of an undisturbed run. */
export interface Figures {
  readonly steps: number
  readonly milliseconds: number
}

/** All that faults happen to, at fixed paths, because a data folder remembers where its library is. */
export class Place {
  readonly folder: string
  readonly data: string
  readonly library: string
  /** Photos with captions, which a person may choose beside the library. */
  readonly secondLibrary: string
  readonly models: string[] = []
  /** Of the model that a library begins with. */
  readonly packId = 'drawn'
  /** A model in the layout of the hub, to be added. */
  readonly layout: string
  readonly hub: { readonly server: HubServer; readonly offer: Offer }
  /** Why no disks can be mounted here; null where they can. */
  readonly whyNoMounts: string | null
  /** What went into bases and undisturbed runs so far, which is no fault's own time. */
  preparingMs = 0
  readonly #disk: string
  readonly #nested: string
  readonly #prepared = new Map<Base, string>()
  readonly #expected = new Map<string, Promise<Expectation>>()
  readonly #figures = new Map<string, Figures>()
  readonly #statements = new Map<
    Base,
    { readonly before: readonly Statement[]; readonly during: readonly Statement[] }
  >()

  private constructor(folder: string, hub: Place['hub'], whyNoMounts: string | null) {
    this.folder = folder
    this.hub = hub
    this.whyNoMounts = whyNoMounts
    this.data = join(folder, 'here', 'data')
    this.library = join(folder, 'here', 'library')
    this.secondLibrary = join(folder, 'second library')
    this.layout = join(folder, 'layout')
    this.#disk = join(folder, 'disk')
    this.#nested = join(folder, 'nested disk')
  }

  static async make(whyNoMounts: string | null): Promise<Place> {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'reverie-faults-')))
    const hub = await clipHub(join(folder, 'repository'))
    const place = new Place(folder, hub, whyNoMounts)
    for (const path of [place.data, place.library, place.#disk, place.#nested]) mkdirSync(path, { recursive: true })
    writeClipLayout(place.layout)
    await drawOwnWords(place.secondLibrary, secondPhotos)
    if (whyNoMounts === null) {
      for (const disk of [place.#disk, place.#nested]) shell(`mount -t tmpfs -o size=${diskMegabytes}m tmpfs '${disk}'`)
      for (const disk of [place.#disk, place.#nested]) mkdirSync(join(disk, 'library'))
      shell(place.mountScript)
    }
    const drawn = await buildDrawnPack(join(folder, 'models'))
    await compileWorkers(Object.values(sourceWorkers), compileCacheOf(folder))
    place.models.push(drawn, await buildOtherPack(drawn, join(folder, 'models'), { id: 'other' }))
    return place
  }

  async remove(): Promise<void> {
    await this.hub.server.close()
    if (this.whyNoMounts === null) {
      this.#unmount()
      for (const disk of [this.#disk, this.#nested]) shell(`umount -l '${disk}'`)
    }
    await rm(this.folder, { recursive: true, force: true })
  }

  /** Connects the library's disk; nothing where it is. */
  get mountScript(): string {
    return `mkdir -p '${this.library}'; mountpoint -q '${this.library}' || mount --bind '${join(this.#disk, 'library')}' '${this.library}'`
  }

  /** The same for the disk inside the library. */
  get nestedScript(): string {
    const on = join(this.library, nestedFolder)
    return `mkdir -p '${on}'; mountpoint -q '${on}' || mount --bind '${join(this.#nested, 'library')}' '${on}'`
  }

  /** Connects a disk with the same files, which the system has given another number. */
  get otherDiskScript(): string {
    return `mount -t tmpfs -o size=${diskMegabytes}m tmpfs '${this.library}'; cp -a '${join(this.#disk, 'library')}/.' '${this.library}/'`
  }

  /** Connects all disks that a base needs and that are not there. */
  connectedScript(base: Base): string {
    return base === 'nested' ? `${this.mountScript}; ${this.nestedScript}` : this.mountScript
  }

  /** Puts a base in place, as if nothing had ever happened. @param smallDataMegabytes  the data folder's own small disk */
  async put(base: Base, { smallDataMegabytes = 0 } = {}): Promise<void> {
    const prepared = this.#prepared.get(base) ?? (await this.#prepare(base))
    this.#clear(base)
    for (const path of [acknowledgedOf(this.folder), syncedOf(this.folder)]) rmSync(path, { force: true })
    if (smallDataMegabytes > 0) shell(`mount -t tmpfs -o size=${smallDataMegabytes}m tmpfs '${this.data}'`)
    // The nested folder is on its own disk already, where a copy goes through the mount point.
    shell(`cp -a '${prepared}/library/.' '${this.library}/'; cp -a '${prepared}/data/.' '${this.data}/'`)
  }

  /** What the person says while the engine works. Needs the base to be put in place. */
  statements(base: Base): readonly Statement[] {
    return this.#statements.get(base)?.during ?? []
  }

  /** All files of a base's library as they were, but an hour younger. */
  putLibraryLater(base: Base): void {
    emptyFolder(this.library)
    shell(`cp -a '${this.#prepared.get(base) ?? ''}/library/.' '${this.library}/'`)
    for (const path of filesBelow(this.library)) {
      const later = new Date(statSync(path).mtimeMs + 3_600_000)
      utimesSync(path, later, later)
    }
  }

  /** What an undisturbed run of these deeds leaves. @param isLater  on files that are an hour younger than the base's */
  expected(base: Base, deeds: readonly Deed[], isLater = false): Promise<Expectation> {
    const key = keyOf(base, deeds, isLater)
    const known = this.#expected.get(key) ?? this.#timed(() => this.#calm(base, deeds, isLater))
    this.#expected.set(key, known)
    return known
  }

  /** How long they take. */
  async calmFigures(base: Base, deeds: readonly Deed[]): Promise<Figures> {
    await this.expected(base, deeds)
    return this.#figures.get(keyOf(base, deeds, false)) ?? { steps: 1, milliseconds: 1 }
  }

  async #timed<T>(prepare: () => Promise<T>): Promise<T> {
    const startedMs = performance.now()
    try {
      return await prepare()
    } finally {
      this.preparingMs += performance.now() - startedMs
    }
  }

  async #calm(base: Base, deeds: readonly Deed[], isLater: boolean): Promise<Expectation> {
    await this.put(base)
    if (isLater) this.putLibraryLater(base)
    const report = await this.#quietly(deeds, this.statements(base))
    this.#figures.set(keyOf(base, deeds, isLater), report)
    const expected = expectationOf(this.data, report)
    const unsaid = this.statements(base).filter(statement => !expected.said.includes(saidLine(statement)))
    if (unsaid.length > 0 && !isLater) throw new Error(`Undisturbed, this is not said: ${JSON.stringify(unsaid)}`)
    return expected
  }

  async #prepare(base: Base): Promise<string> {
    this.#clear(base)
    if (base === 'learned') await drawOwnWords(this.library, learnedPhotos)
    else await drawSmall(this.library)
    shell(`chmod -R u=rwX,go=rX '${this.library}'`)
    // A half of it was said before; of a library that was never read nothing can be.
    const statements = statementsOn(this.library, base !== 'learned')
    const isBefore = (_: Statement, i: number): boolean => base !== 'unread' && i % 2 === 0
    const [before, during] = [statements.filter(isBefore), statements.filter((one, i) => !isBefore(one, i))]
    this.#statements.set(base, { before, during })
    if (base !== 'unread') await this.#quietly([{ name: 'index', folder: this.library }])
    if (base === 'indexed' || base === 'nested')
      await this.#quietly([
        { name: 'decide', word: 'a holiday', hubUrl: this.hub.server.url },
        { name: 'exclude', paths: [join(this.library, 'Web')] },
        { name: 'index', folder: this.library }
      ])
    if (base === 'learned')
      for (const deed of [
        { name: 'train', seed: 1 },
        { name: 'train', seed: 2 },
        { name: 'version', versionId: null }
      ] as const)
        await this.#quietly([deed])
    if (before.length > 0) await this.#quietly([], before)
    const prepared = join(this.folder, 'prepared', base)
    mkdirSync(prepared, { recursive: true })
    shell(`cp -a '${this.library}' '${prepared}/library'; cp -a '${this.data}' '${prepared}/data'`)
    this.#prepared.set(base, prepared)
    return prepared
  }

  async #quietly(deeds: readonly Deed[], statements: readonly Statement[] = []): Promise<Report> {
    const { report, lastWords } = await runActor(this, { deeds, statements, looks: true, offers: [this.hub.offer] })
    const [refusal] = report?.refusals ?? []
    const broken = report?.jobs.find(({ outcome }) => outcome !== 'finished')
    if (report === null || refusal !== undefined || broken !== undefined)
      throw new Error(`Undisturbed, this does not work: ${JSON.stringify({ deeds, refusal, broken, lastWords })}`)
    return report
  }

  #unmount(): void {
    for (const on of [join(this.library, nestedFolder), this.library, this.data])
      shell(`while mountpoint -q '${on}'; do umount -l '${on}'; done`)
  }

  #clear(base: Base): void {
    const hasMounts = this.whyNoMounts === null
    if (hasMounts) this.#unmount()
    shell(`chmod -R u+rwX '${join(this.folder, 'here')}'; rm -rf '${join(this.folder, 'here')}'`)
    for (const path of [this.data, this.library]) mkdirSync(path, { recursive: true })
    if (!hasMounts) return
    for (const disk of [this.#disk, this.#nested]) emptyFolder(join(disk, 'library'))
    shell(this.mountScript)
    if (base === 'nested') shell(this.nestedScript)
  }
}

function keyOf(base: Base, deeds: readonly Deed[], isLater: boolean): string {
  return JSON.stringify([base, deeds, isLater])
}

function emptyFolder(folder: string): void {
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true, force: true })
}

export function shell(script: string): void {
  execFileSync('sh', ['-ec', script], { stdio: ['ignore', 'ignore', 'pipe'] })
}

/** A drawn library with everything in it, but fewer photos of each folder. */
async function drawSmall(into: string): Promise<void> {
  const { photos } = await drawLibrary(into)
  const shown = photos.filter((_, i) => i % Math.ceil(photos.length / keptPhotos) !== 0)
  for (const { path } of shown.slice(0, photos.length - keptPhotos))
    for (const suffix of ['', '.xmp', '.json']) {
      const file = join(into, `${path}${suffix}`)
      if (existsSync(file)) rmSync(file)
    }
}
