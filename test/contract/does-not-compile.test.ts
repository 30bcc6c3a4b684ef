import { readFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import ts from 'typescript'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const at = (path: string): string => join(root, path)
const { options } = ts.parseJsonConfigFileContent(
  ts.readConfigFile(at('tsconfig.json'), path => readFileSync(path, 'utf8')).config,
  ts.sys,
  root
)

const contract = 'src/shared/contract.ts'
const errors = 'src/shared/errors.ts'
const inputs = 'src/main/engine/api/inputs.ts'
const shares = 'src/main/engine/api/shares.ts'
const statuses = 'src/main/hosts/web/http-messages.ts'
const exits = 'src/main/hosts/common/exit-codes.ts'
const german = 'src/renderer/src/words/de/words.ts'

/** What is changed, where, from what, to what, and the file that must not compile any more. */
type Mutation = readonly [name: string, path: string, before: string, after: string, where: string]

const mutations: readonly Mutation[] = [
  [
    'a field that is renamed in the contract',
    contract,
    'cancelJob(input: { readonly jobId:',
    'cancelJob(input: { readonly itemId:',
    inputs
  ],
  [
    'a field that is renamed in its schema',
    inputs,
    'cancelJob: z.strictObject({ jobId:',
    'cancelJob: z.strictObject({ itemId:',
    inputs
  ],
  [
    'a field that is dropped from the contract',
    contract,
    'suggest(input: { readonly text: string; readonly caret',
    'suggest(input: { readonly caret',
    inputs
  ],
  [
    'a field that may be left out, dropped from its schema',
    inputs,
    '    wordsOnly: z.boolean().optional(),\n',
    '',
    inputs
  ],
  [
    'a field of another type in the contract',
    contract,
    'item(input: { readonly itemId: number;',
    'item(input: { readonly itemId: string;',
    inputs
  ],
  [
    'a field that is new in the contract, and may be left out',
    contract,
    'removeFolder(input: { readonly folderId: number }',
    'removeFolder(input: { readonly folderId: number; readonly isKept?: boolean | undefined }',
    inputs
  ],
  ['a field that is dropped from its schema', inputs, 'isSaved: z.boolean() }', '}', inputs],
  [
    'a field of another type in its schema',
    inputs,
    'caret: z.int().min(0).max(1_000_000)',
    'caret: z.string()',
    inputs
  ],
  [
    'a field that may be left out, but not in its schema',
    inputs,
    'forgottenMs: z.int().min(0).optional()',
    'forgottenMs: z.int().min(0)',
    inputs
  ],
  [
    'a choice that only the schema takes',
    inputs,
    "z.enum(['included', 'left-out'])",
    "z.enum(['included', 'left-out', 'asked'])",
    inputs
  ],
  [
    'an input that is not looked at',
    inputs,
    'item: z.strictObject({ itemId: id, text: question.optional() })',
    'item: z.any()',
    inputs
  ],
  ['a method without a schema', inputs, '  forgetSearches: nothing,\n', '', inputs],
  [
    'a schema without a method',
    inputs,
    '  forgetSearches: nothing,\n',
    '  forgetSearches: nothing,\n  forgetAll: nothing,\n',
    inputs
  ],
  ['a method that is not listed', contract, "  forgetSearches: 'command',\n", '', contract],
  ['a query that is listed as a command', contract, "  jobs: 'query',\n", "  jobs: 'command',\n", contract],
  ['a command that shares nothing that is named', shares, "  forgetSearches: 'searches',\n", '', shares],
  ['an error code without an HTTP status', statuses, "  'disk-full': 507,\n", '', statuses],
  [
    'an error code that only the contract knows, for HTTP',
    errors,
    "  'disk-full',\n",
    "  'disk-full',\n  'disk-gone',\n",
    statuses
  ],
  [
    'an error code that only the contract knows, for the command line',
    errors,
    "  'disk-full',\n",
    "  'disk-full',\n  'disk-gone',\n",
    exits
  ],
  [
    'an error code that only the contract knows, for the page in a language that is not the engine’s',
    errors,
    "  'disk-full',\n",
    "  'disk-full',\n  'disk-gone',\n",
    german
  ]
]

/** Texts of files that are not on the disk: beside each file that a mutation changes or breaks, a copy of it. */
const copies = new Map<string, string>()

/** @returns the copy of the file that must not compile */
function copied([, path, before, after, where]: Mutation, i: number): string {
  const copyOf = (of: string): string => of.replace(/\.ts$/, `.mutation-${i}.ts`)
  const text = readFileSync(at(path), 'utf8')
  if (text.split(before).length !== 2) throw new Error(`“${before}” does not stand in ${path} once.`)
  copies.set(
    at(copyOf(path)),
    text.replace(before, () => after)
  )
  if (where === path) return copyOf(path)
  const user = readFileSync(at(where), 'utf8')
  const imported = `/${basename(path)}'`
  if (!user.includes(imported)) throw new Error(`${where} does not import ${path}.`)
  copies.set(at(copyOf(where)), user.replaceAll(imported, `/${basename(copyOf(path))}'`))
  return copyOf(where)
}

const mutants = mutations.map(copied)
const asTheyAre = [...new Set(mutations.map(([, , , , where]) => where))]

// One program for all of them: what they share is read and checked once.
const onDisk = ts.createCompilerHost(options)
const program = ts.createProgram([...asTheyAre, ...mutants].map(at), options, {
  ...onDisk,
  fileExists: path => copies.has(path) || onDisk.fileExists(path),
  readFile: path => copies.get(path) ?? onDisk.readFile(path),
  getSourceFile(path, target, ...more) {
    const text = copies.get(path)
    return text === undefined ? onDisk.getSourceFile(path, target, ...more) : ts.createSourceFile(path, text, target)
  }
})

function complaints(path: string): string[] {
  const file = program.getSourceFile(at(path))
  if (file === undefined) throw new Error(`${path} is not part of the program.`)
  const found = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)]
  return found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))
}

test.each(asTheyAre)('%s compiles as it is', path => {
  expect(complaints(path)).toEqual([])
})

test.each(mutations.map(([name], i) => [name, mutants[i]!] as const))('%s does not compile', (_, mutant) => {
  expect(complaints(mutant)).not.toEqual([])
})
