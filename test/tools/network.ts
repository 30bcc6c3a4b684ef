import ts from 'typescript'
import { importsOf, parse, type Source } from './imports.ts'

/** Node's modules and packages that can reach another machine. */
const reaching =
  /^(node:)?(http|https|http2|net|tls|dgram|dns|dns\/promises|inspector)$|^(undici|axios|got|node-fetch|ws|@huggingface\/hub)$/

/** What every program can reach another machine with, without importing anything. */
const reachingGlobals: ReadonlySet<string> = new Set([
  ...['fetch', 'WebSocket', 'WebSocketStream', 'XMLHttpRequest', 'EventSource', 'WebTransport', 'RTCPeerConnection'],
  'sendBeacon'
])

/** What Electron can reach another machine with. */
const reachingElectron: ReadonlySet<string> = new Set(['net', 'autoUpdater', 'crashReporter'])

/** Who may, and why. Everything else is at home. */
const allowed: readonly { readonly files: RegExp; readonly why: string }[] = [
  { files: /^src\/main\/engine\/hub\//, why: 'fetches models, when the user asks for one' },
  { files: /^src\/renderer\/src\/(transport-http|contact)\.ts$/, why: 'asks the address that the page came from' },
  { files: /^src\/main\/hosts\/web\/running-web\.ts$/, why: 'asks the Reverie that serves its page on this machine' },
  {
    files: /^src\/main\/hosts\/web\/(listening|http-messages|admission)\.ts$/,
    why: 'answers the page, on this machine’s own address'
  }
]

/** Every place that could reach the network and is not one of the few that may, as sentences. */
export function networkBreaches(sources: readonly Source[]): string[] {
  return sources
    .filter(({ path }) => !allowed.some(({ files }) => files.test(path)))
    .flatMap(source => [
      ...importsOf(source)
        .filter(({ to, kind }) => kind !== 'type' && reaching.test(to))
        .map(({ to }) => `${source.path} → ${to}: only hub reaches the network`),
      ...electronIn(source).map(name => `${source.path} takes ${name} of electron: only hub reaches the network`),
      ...globalsIn(source).map(name => `${source.path} uses ${name}: only hub reaches the network`)
    ])
}

function electronIn(source: Source): string[] {
  if (!/\.(ts|svelte)$/.test(source.path)) return []
  return parse(source).statements.flatMap(statement => {
    if (!ts.isImportDeclaration(statement) || statement.importClause === undefined) return []
    if (statement.moduleSpecifier.getText().slice(1, -1) !== 'electron') return []
    const { namedBindings } = statement.importClause
    // All of it at once holds these as well.
    if (namedBindings === undefined || !ts.isNamedImports(namedBindings)) return ['all']
    return namedBindings.elements
      .map(({ propertyName, name }) => (propertyName ?? name).text)
      .filter(name => reachingElectron.has(name))
  })
}

function globalsIn(source: Source): string[] {
  if (!/\.(ts|svelte)$/.test(source.path)) return []
  const found: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && reachingGlobals.has(node.text) && isUse(node)) found.push(node.text)
    // globalThis['fetch']
    if (
      ts.isElementAccessExpression(node) &&
      isGlobal(node.expression) &&
      ts.isStringLiteralLike(node.argumentExpression)
    )
      if (reachingGlobals.has(node.argumentExpression.text)) found.push(node.argumentExpression.text)
    ts.forEachChild(node, visit)
  }
  visit(parse(source))
  return found
}

/** Not a type, and not a member or a parameter of our own that has the same name. */
function isUse(node: ts.Identifier): boolean {
  const { parent } = node
  if (ts.isPropertyAccessExpression(parent) && parent.name === node) return isGlobal(parent.expression)
  if (ts.isTypeReferenceNode(parent) || ts.isTypeQueryNode(parent)) return false
  if (ts.isPropertyAssignment(parent) && parent.name === node) return false
  const isDeclared =
    ts.isMethodDeclaration(parent) ||
    ts.isMethodSignature(parent) ||
    ts.isPropertySignature(parent) ||
    ts.isPropertyDeclaration(parent) ||
    ts.isBindingElement(parent)
  return !isDeclared && !isBound(node)
}

const isGlobal = (node: ts.Expression): boolean =>
  ['globalThis', 'window', 'self', 'navigator', 'global'].includes(node.getText())

/** A name that the file itself binds, in a pattern or as a parameter, is that and not the global. */
function isBound(node: ts.Identifier): boolean {
  let isFound = false
  const visit = (other: ts.Node): void => {
    const isBinding = ts.isBindingElement(other) || ts.isParameter(other) || ts.isVariableDeclaration(other)
    if (isBinding && ts.isIdentifier(other.name) && other.name.text === node.text) isFound = true
    ts.forEachChild(other, visit)
  }
  visit(node.getSourceFile())
  return isFound
}
