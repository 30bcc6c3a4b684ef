/** Words are found as people type them, by the whole engine: notes made here, and the files of reports of others where they are. */
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Engine } from '../../src/main/engine/engine.ts'
import { sharedData } from '../tools/shared-data.ts'
import { temporaryFolder } from '../tools/temporary-folder.ts'
import { indexAll, openRealEngine } from './real-engine.ts'

const folder = temporaryFolder()
let engine: Engine

beforeAll(async () => {
  engine = await openRealEngine(join(folder, 'data'))
})

afterAll(() => engine.close())

/** File names of what is found by words, in order of the alphabet. */
async function found(text: string): Promise<string[]> {
  const { hits } = await engine.client.search({ text, wordsOnly: true, limit: 50 })
  const items = await Promise.all(hits.map(({ itemId }) => engine.client.item({ itemId })))
  return items.map(({ path }) => basename(path)).sort()
}

describe('one note each', () => {
  const notes: Readonly<Record<string, string>> = {
    'lodz.md': 'A train from Łódź, along the Straße of Čapek, to Kraków.',
    'apostrophe.md': 'They don’t know O‘Hara, rock ʼnʼ roll, donuts or l′hiver.',
    'letter.md': 'Будинок номер пʼять, ʻokina',
    'dash.md': 'The north‑south line, pages 12–19, an after—thought and a tug－boat.',
    'glued.md': 'Sunny zanzibar🏖️with friends, and malabar🛶.',
    'hebrew.md': 'שָׁלוֹם לְכֻלָּם',
    'arabic.md': 'السَّلامُ عَلَيكُم',
    'greek.md': 'Καλημέρα από τους φίλους της Ἀθήνας',
    'cyrillic.md': 'Мёд и йогурт, Київ',
    'hindi.md': 'हिन्दी किताब',
    'wide.md': 'Ｗｉｄｅ ﾃﾚﾋﾞ ﬂower',
    'hidden.md': 'Donau\u00addampf\u00adschiff, ele\u200bphant, gi\u2060raffe, kan\ufeffgaroo',
    'joined.md': 'A well-being co-op',
    'apart.md': 'A wellbeing coop'
  }

  beforeAll(async () => {
    const library = join(folder, 'notes')
    mkdirSync(library)
    for (const [name, text] of Object.entries(notes)) writeFileSync(join(library, name), `# Note\n\n${text}\n`)
    await indexAll(engine, library)
  })

  test.each([
    ['lodz', 'lodz.md'],
    ['LODZ strasse', 'lodz.md'],
    ['"Čapek, to KRAKÓW"', 'lodz.md'],
    ["don't", 'apostrophe.md'],
    ['"don\'t know o\'hara"', 'apostrophe.md'],
    ['"l\'hiver"', 'apostrophe.md'],
    ["п'ять", 'letter.md'],
    ['"номер п’ять"', 'letter.md'],
    ["'okina", 'letter.md'],
    ['okina', 'letter.md'],
    ['tugboat', 'dash.md'],
    ['"tug-boat"', 'dash.md'],
    ['"rock \'n\' roll"', 'apostrophe.md'],
    ['"north-south line"', 'dash.md'],
    ['"12-19"', 'dash.md'],
    ['"after-thought"', 'dash.md'],
    ['zanzibar', 'glued.md'],
    ['"zanzibar"', 'glued.md'],
    ['"malabar"', 'glued.md'],
    ['"🛶"', 'glued.md'],
    ['שלום', 'hebrew.md'],
    ['לכלם', 'hebrew.md'],
    ['السلام', 'arabic.md'],
    ['καλημερα', 'greek.md'],
    ['ΑΘΗΝΑΣ', 'greek.md'],
    ['ΦΙΛΟΥΣ', 'greek.md'],
    ['мед', 'cyrillic.md'],
    ['йогурт', 'cyrillic.md'],
    ['किताब', 'hindi.md'],
    ['wide', 'wide.md'],
    ['テレビ', 'wide.md'],
    ['flower', 'wide.md'],
    ['Donaudampfschiff', 'hidden.md'],
    ['"elephant"', 'hidden.md'],
    ['"giraffe, kangaroo"', 'hidden.md']
  ])('%s finds %s', async (text, name) => {
    expect(await found(text)).toEqual([name])
  })

  test.each(['wellbeing', 'well-being', 'coop', 'co-op', '"well-being"'])('%s finds both spellings', async text => {
    expect(await found(text)).toContain('joined.md')
    if (!text.startsWith('"')) expect(await found(text)).toContain('apart.md')
  })

  test.each([
    ['note -zanzibar', 'glued.md'],
    ["note -don't", 'apostrophe.md'],
    ['note -lodz', 'lodz.md'],
    ['note -"north-south"', 'dash.md'],
    ['note -elephant', 'hidden.md']
  ])('%s leaves %s out', async (text, name) => {
    const names = await found(text)
    expect(names).not.toContain(name)
    expect(names).toHaveLength(Object.keys(notes).length - 1)
  })
})

const data = sharedData()
const reports = data === null ? '' : join(data, 'reports')
if (!existsSync(reports))
  console.log('skipped: words of reports (this needs the shared data folder or $REVERIE_TEST_DATA)')

describe.skipIf(!existsSync(reports))('as others reported it', () => {
  const kinds = ['R10-invisible', 'R11-marks', 'R13-width', 'R14-hyphen', 'R26-tags', 'R35-not-filter']

  beforeAll(async () => {
    const library = join(folder, 'reports')
    for (const kind of kinds) {
      cpSync(join(reports, kind), join(library, kind), {
        recursive: true,
        filter: path => basename(path) !== 'README.md'
      })
    }
    await indexAll(engine, library)
  })

  test.each<readonly [string, string, readonly string[]]>([
    ['R10', 'Gesamtkonzept', ['a_shy.md', 'd_shy.docx']],
    ['R10', '"Gesamtkonzept"', ['a_shy.md']],
    ['R10', 'Wertpapierkennnummer', ['b_entity.html']],
    ['R10', 'kaleidoscope', ['c_zwsp.md']],
    ['R10', 'Meistersänger', ['f_wj.md']],
    ['R10', 'میخواهم', ['e_zwnj.md']],
    ['R10', 'می‌خواهم', ['e_zwnj.md']],
    ['R10', 'Gesamtkonzeption', ['a_shy.md', 'd_shy.docx']],
    ['R10', '"Gesamtkonzeption"', ['d_shy.docx']],
    ['R10', 'Wertpapierindex', ['d_shy.pdf']],
    ['R10', '"Immobilien"', ['d_shy.pdf']],
    ['R10', 'Donaudampfschiff', ['d_wbr.html']],
    ['R11', 'תקון', ['a_hebrew.md']],
    ['R11', 'עולם', ['a_hebrew.md']],
    ['R11', 'كتب', ['b_arabic.md']],
    ['R11', 'الولد', ['b_arabic.md']],
    ['R11', 'مرحبا', ['c_tatweel.md']],
    ['R11', 'اكل', ['d_alef.md']],
    ['R11', 'ακροπολη', ['e_greek.md']],
    ['R11', 'ΑΚΡΟΠΟΛΗ', ['e_greek.md']],
    ['R11', 'ΘΑΛΑΣΣΕΣ', ['a.md']],
    ['R11', 'οδυσσεας', ['a.md']],
    ['R11', 'зеленая', ['f_russian.md']],
    ['R11', 'елка', ['f_russian.md']],
    ['R11', 'किताब', ['d.md']],
    ['R13', 'USB', ['a_full.md']],
    ['R13', 'カメラ', ['a_full.md']],
    ['R13', '03', ['a_full.md']],
    ['R13', 'final', ['b_lig.txt']],
    ['R13', 'scientific', ['b_lig.txt']],
    ['R13', 'مرحبا', ['c_pres.txt']],
    ['R13', 'XII', ['d_roman.txt']],
    ...['email', 'e-mail', 'plugin', 'plug-in', 'wifi', 'wi-fi'].map(
      word => ['R14', word, ['a_plugin.md', 'b_plugin2.md']] as const
    ),
    ['R14', '"Hull"', ['c_names.md']],
    ['R14', '"A-Company"', ['c_names.md']],
    ['R26', 'tag:garden', ['a.md', 'b.md']],
    ['R26', 'tag:#garden', ['a.md', 'b.md']],
    ['R26', 'tag:source', ['a.md']],
    ['R26', 'tag:source/external', ['a.md']],
    ['R35', 'today', ['a.md', 'b.md']],
    ['R35', '-tag:garden today', []],
    ['R35', '-tag:garden/roses today', ['b.md']],
    ['R35', '-in:R35 today', []]
  ])('%s: %s', async (kind, text, names) => {
    expect(await found(`${text} in:${kind}-`)).toEqual(names)
  })
})
