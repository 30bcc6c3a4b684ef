import { dirname, posix } from 'node:path'
import ts from 'typescript'

/** One file that mentions another, however it does so. */
export interface Import {
  /** A path relative to the repository for files (`src/shared/errors.ts`), a package's name for packages, `node:…` for Node. */
  readonly to: string
  /**
   * `value` is there when the program runs; `type` is gone by then; `address` is a file named by `new URL(…, import.meta.url)`,
   * which runs somewhere else or not at all.
   */
  readonly kind: 'value' | 'type' | 'address'
}

/** A source file: its path relative to the repository with `/` between parts, and its text. */
export interface Source {
  readonly path: string
  readonly text: string
}

/** By path: every check asks for all files again. */
const parsed = new Map<string, { readonly text: string; readonly file: ts.SourceFile }>()

/** TypeScript of the file; of a Svelte component, what stands in its scripts. */
export function parse(source: Source): ts.SourceFile {
  const known = parsed.get(source.path)
  if (known?.text === source.text) return known.file
  const text = source.path.endsWith('.svelte') ? scriptsOf(source.text) : source.text
  const file = ts.createSourceFile(source.path, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TS)
  parsed.set(source.path, { text: source.text, file })
  return file
}

/** Everything that a file imports, re-exports, requires or names by address. */
export function importsOf(source: Source): Import[] {
  const found: Import[] = []
  const add = (specifier: ts.Node | undefined, kind: Import['kind']): void => {
    if (specifier !== undefined && ts.isStringLiteralLike(specifier))
      found.push({ to: resolve(source.path, specifier.text), kind })
  }
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, isTypeImport(node) ? 'type' : 'value')
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly ? 'type' : 'value')
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, 'type')
    else if (ts.isCallExpression(node) && isImportCall(node)) add(node.arguments[0], 'value')
    else if (
      ts.isNewExpression(node) &&
      node.expression.getText() === 'URL' &&
      node.arguments?.[1]?.getText() === 'import.meta.url'
    )
      add(node.arguments[0], 'address')
    ts.forEachChild(node, visit)
  }
  visit(parse(source))
  return found
}

function isTypeImport(node: ts.ImportDeclaration): boolean {
  const clause = node.importClause
  if (clause === undefined) return false
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true
  const named = clause.namedBindings
  return (
    clause.name === undefined &&
    named !== undefined &&
    ts.isNamedImports(named) &&
    named.elements.length > 0 &&
    named.elements.every(element => element.isTypeOnly)
  )
}

/** `import('x')`, `require('x')`, `require.resolve('x')`, `import.meta.resolve('x')` */
function isImportCall(node: ts.CallExpression): boolean {
  return (
    node.expression.kind === ts.SyntaxKind.ImportKeyword ||
    ['require', 'require.resolve', 'import.meta.resolve'].includes(node.expression.getText())
  )
}

function resolve(from: string, specifier: string): string {
  const bare = specifier.replace(/\?.*$/, '')
  if (bare.startsWith('.')) return posix.normalize(posix.join(dirname(from), bare))
  if (bare.startsWith('node:')) return bare
  return bare
    .split('/')
    .slice(0, bare.startsWith('@') ? 2 : 1)
    .join('/')
}

function scriptsOf(component: string): string {
  return [...component.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map(match => match[1]).join('\n')
}
