import { closeSync, openSync, readFileSync, readSync } from 'node:fs'
import { basename, join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { PhotoReading, ReadFailure } from '../../../../src/main/engine/base/domain.ts'
import { hashFile } from '../../../../src/main/engine/base/hash-file.ts'
import { isBoilerplate } from '../../../../src/main/engine/stages/library/metadata/boilerplate.ts'
import { otherFile } from '../../../../src/main/engine/stages/library/photo/other-file.ts'
import {
  closePhotoReaders,
  readPhoto,
  readPhotoMetadata
} from '../../../../src/main/engine/stages/library/photo/read-photo.ts'
import { sniff, sniffBytes } from '../../../../src/main/engine/stages/library/sniff.ts'
import { describeWithData } from '../../../tools/shared-data.ts'

interface Entry {
  readonly category: string
  readonly file: string
  readonly fmt: string | null
  /** As stored, before any orientation; of a TIFF, after it, since Pillow turns TIFFs while it loads them. */
  readonly w: number | null
  readonly h: number | null
  readonly ori: number | null
  readonly ok: boolean
  readonly err: string | null
  /** A Python value as text: bytes, or a list of bytes. */
  readonly iptc: string | null
  readonly desc: string | null
}

type Outcome = PhotoReading | ReadFailure

/**
 * Files that the manifest's reader (Pillow) decodes and Reverie does not, or to another size; each was looked at.
 * [Note: where the manifest and Reverie differ]
 */
const refusedWithReason = new Map([
  ['f427b6bee1acd1fea3ec953bc556a18a.png', 'a palette picture whose palette is empty: libpng and browsers refuse it'],
  ['lab.tif', '8-bit CIELAB, which libvips does not take']
])
const otherSize = new Map([['kimono.crop.avif', [385, 330]]]) // the file's own crop (clap), which Pillow does not apply

const pictureFormats = new Set(['JPEG', 'MPO', 'PNG', 'WEBP', 'AVIF', 'GIF', 'TIFF', 'BMP'])

describeWithData('the collection of pictures of every kind and trouble', ['formats', 'MANIFEST.jsonl'], manifest => {
  const root = join(manifest, '..')
  const entries = readLines(manifest)
  const outcomes = new Map<Entry, Outcome>()
  const pathOf = (entry: Entry): string => join(root, entry.file.replace(/^dev\/formats\//, ''))
  afterAll(closePhotoReaders)

  test(
    'every file gives a reading or a reason, none takes 30 seconds, and memory stays flat',
    { timeout: 300_000 },
    async () => {
      let slowestMs = 0
      for (const entry of entries) {
        const started = performance.now()
        outcomes.set(entry, await readEntry(pathOf(entry)))
        slowestMs = Math.max(slowestMs, performance.now() - started)
      }
      expect(outcomes.size).toBe(entries.length)
      expect(slowestMs).toBeLessThan(30_000)
      const peakMb = process.resourceUsage().maxRSS / 1024
      console.log(
        `${table(outcomes)}\nslowest file ${Math.round(slowestMs)} ms, peak memory of the process ${Math.round(peakMb)} MB`
      )
      expect(peakMb).toBeLessThan(1000)
    }
  )

  test('every picture that another reader decodes is decoded, upright, at its size', () => {
    const wrong = [...outcomes].flatMap(([entry, outcome]) => {
      const name = basename(entry.file)
      if (!entry.ok || !pictureFormats.has(entry.fmt ?? '')) return []
      if (outcome.kind === 'failure') return refusedWithReason.has(name) ? [] : [`${entry.file}: ${outcome.reason}`]
      const [w, h] =
        otherSize.get(name) ?? ((entry.ori ?? 1) >= 5 && entry.fmt !== 'TIFF' ? [entry.h, entry.w] : [entry.w, entry.h])
      return outcome.widthPx === w && outcome.heightPx === h
        ? []
        : [`${entry.file}: ${outcome.widthPx} × ${outcome.heightPx}, not ${w} × ${h}`]
    })
    expect(wrong).toEqual([])
  })

  test('every HEIC of a phone or a converter is decoded, upright also where only EXIF knows', () => {
    const found = [...outcomes].flatMap(([{ category, file }, outcome]) =>
      category === 'formats/heic' && outcome.kind === 'photo'
        ? [[basename(file), outcome.widthPx, outcome.heightPx]]
        : []
    )
    expect(Object.fromEntries(found.map(([name, ...size]) => [name, size]))).toEqual({
      'bee.heic': [384, 256],
      'example.heic': [1280, 854],
      'exif-at-eof.heic': [3024, 4032],
      'heic-single.heic': [1440, 960],
      'iphone_15_pro.heic': [3024, 4032],
      'iphone_7.heic': [3024, 4032]
    })
  })

  test('every embedded caption that a person wrote is found, and no boilerplate', () => {
    const missing = [...outcomes].flatMap(([entry, outcome]) => {
      if (outcome.kind === 'failure') return []
      const { title, description, keywords, camera } = outcome.metadata
      const all = [title, description, ...keywords].filter(words => words !== null).map(words => words.normalize())
      for (const words of [title, description])
        if (words !== null) expect(isBoilerplate(words), `${entry.file}: ${words}`).toBe(false)
      return captionsOf(entry)
        .filter(caption => !isBoilerplate(caption, { isFromCamera: true }) && camera?.includes(caption) !== true)
        .filter(caption => !all.some(words => words.startsWith(caption) || words.includes(`\n\n${caption}`)))
        .map(caption => `${entry.file}: ${caption} is not among ${JSON.stringify(all)}`)
    })
    expect(missing).toEqual([])
  })

  test('every refusal has a whole sentence of its own', () => {
    for (const [entry, outcome] of outcomes) {
      if (outcome.kind !== 'failure') continue
      expect(outcome.reason, entry.file).toMatch(/^This .*[^.]\.$/s)
      expect(outcome.reason, entry.file).not.toContain(root)
    }
  })

  test('cameras, lenses, places and times of real makers', () => {
    const metadata = (name: string): unknown => {
      const [, outcome] = [...outcomes].find(([entry]) => basename(entry.file) === name) ?? []
      return outcome?.kind === 'photo' ? outcome.metadata : undefined
    }
    expect(metadata('photoshop.jpg')).toMatchObject({
      camera: 'HUAWEI ELE-L29',
      title: 'Night Shift / Berlin / 2020',
      latitude: expect.closeTo(52.4597, 3) as number,
      date: { localMs: Date.UTC(2020, 0, 1, 17, 28, 23, 899), source: 'exif' }
    })
    expect(metadata('iphone_15_pro.heic')).toMatchObject({
      camera: 'Apple iPhone 15 Pro',
      date: { offsetMinutes: 60, source: 'exif' }
    })
    expect(metadata('ladybug.jpg')).toMatchObject({
      camera: 'Canon EOS 50D',
      lens: 'EF100mm f/2.8 Macro USM',
      title: 'Ladybug'
    })
    const canon = entries.find(entry => entry.file.endsWith('CanonRaw.cr3'))
    expect(readPhotoMetadata(pathOf(canon!), 'raw', [], 0)).toMatchObject({
      camera: expect.stringContaining('Canon') as string,
      date: { source: 'exif' }
    })
  })
})

describeWithData(
  'a Google Takeout folder',
  ['formats', 'google_takeout', 'Takeout1', 'Google Photos', 'Album test 6-10-23'],
  album => {
    test('a sidecar gives the place and, without EXIF, the time', () => {
      const path = join(album, 'PXL_20231006_063536303.jpg')
      const metadata = readPhotoMetadata(path, 'jpeg', [`${path}.json`], 0)
      expect(metadata).toMatchObject({
        title: null,
        description: null,
        latitude: expect.closeTo(48.85837, 4) as number,
        longitude: expect.closeTo(2.2919, 4) as number
      })
      expect(['exif', 'takeout']).toContain(metadata.date.source)
      expect(new Date(metadata.date.localMs).toISOString().slice(0, 10)).toBe('2023-10-06')
    })

    test('an album’s own file says nothing about a photo', () => {
      const path = join(album, 'PXL_20231006_063536303.jpg')
      expect(readPhotoMetadata(path, 'jpeg', [join(album, 'métadonnées.json')], 0)).toMatchObject({
        title: null,
        description: null
      })
    })
  }
)

async function readEntry(path: string): Promise<Outcome> {
  const head = Buffer.alloc(sniffBytes)
  const file = openSync(path, 'r')
  const length = readSync(file, head)
  closeSync(file)
  const sniffed = sniff(head.subarray(0, length), basename(path))
  if (sniffed.kind === 'other') return otherFile(sniffed.what, basename(path), null)
  if (sniffed.kind === 'note') throw new Error(`${path} is no note`)
  const found = await readPhoto(path, sniffed.format, [], { modifiedMs: 0, contentHash: await hashFile(path) })
  return 'kind' in found ? found : found.reading
}

function readLines(manifest: string): Entry[] {
  const lines = readFileSync(manifest, 'utf8').trim().split('\n')
  return lines.map(line => JSON.parse(line) as Entry)
}

/** The manifest's captions, as text: `b'Harvest'`, `[b'HvK', b'2006']`, and descriptions cut at 80 characters. */
function captionsOf({ iptc, desc }: Entry): string[] {
  const literals = [...(iptc ?? '').matchAll(/b(['"])((?:\\.|(?!\1).)*)(?:\1|$)/g)].map(match => match[2] ?? '')
  const decoded = literals.map(literal => {
    const raw = Buffer.from(
      literal
        .replace(/\\x([\da-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
        .replaceAll('\\r', '\n'),
      'latin1'
    )
    return raw.toString('utf8').includes('\ufffd') ? raw.toString('latin1') : raw.toString('utf8')
  })
  return [...decoded, (desc ?? '').split('\0')[0] ?? '']
    .map(text => text.trim().normalize())
    .filter(text => text !== '')
}

function table(outcomes: ReadonlyMap<Entry, Outcome>): string {
  const rows = new Map<string, { files: number; decoded: number; refused: Map<string, number> }>()
  for (const [{ category, fmt }, outcome] of outcomes) {
    const key = `${category.padEnd(24)} ${(fmt ?? 'unknown').padEnd(9)}`
    const row = rows.get(key) ?? { files: 0, decoded: 0, refused: new Map<string, number>() }
    row.files++
    if (outcome.kind === 'photo') row.decoded++
    else row.refused.set(outcome.code, (row.refused.get(outcome.code) ?? 0) + 1)
    rows.set(key, row)
  }
  const lines = [...rows]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, { files, decoded, refused }]) => {
      const codes = [...refused].map(([code, count]) => `${code} ${count}`).join(', ')
      return `${key} ${String(files).padStart(5)} ${String(decoded).padStart(8)}  ${codes}`
    })
  return [`${'category'.padEnd(24)} ${'format'.padEnd(9)} files  decoded  refused`, ...lines].join('\n')
}
