import { AsyncLocalStorage } from 'node:async_hooks'
import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import ts from 'typescript'

/** A function of one file calls a function of another; each pair counts once. */
export interface WalkCall {
  /** null for a call from outside of `src`. */
  readonly from: string | null
  readonly to: string
}

/**
 * From now on modules below `src` of a checkout are loaded in such a way that their functions report calls from file to file.
 * The caller is followed through promises. Calls of constructors and generators are not seen.
 * @returns records the calls of one story, in the order in which they happened first
 */
export function watchCalls(checkout: string): (story: () => Promise<void>) => Promise<readonly WalkCall[]> {
  const tree = pathToFileURL(`${checkout}/src/`).href
  const caller = new AsyncLocalStorage<string>()
  let walk: Map<string, WalkCall> | null = null

  const walkInto = <T>(file: string, name: string, body: () => T): T => {
    const from = caller.getStore() ?? null
    if (from === file) return body()
    const key = [from, file, name].join()
    if (walk?.has(key) === false) walk.set(key, { from, to: file })
    return caller.run(file, body)
  }
  Object.assign(globalThis, { walkInto })
  registerHooks({
    load(url, context, nextLoad) {
      if (!url.startsWith(tree) || !url.endsWith('.ts')) return nextLoad(url, context)
      const path = fileURLToPath(url)
      const { outputText: source } = ts.transpileModule(readFileSync(path, 'utf8'), {
        fileName: path,
        compilerOptions: {
          target: ts.ScriptTarget.ESNext,
          module: ts.ModuleKind.ESNext,
          verbatimModuleSyntax: true
        },
        transformers: { before: [reporting(`src/${url.slice(tree.length)}`)] }
      })
      return { format: 'module', source, shortCircuit: true }
    }
  })
  return async story => {
    const calls = new Map<string, WalkCall>()
    walk = calls
    await story()
    walk = null
    return [...calls.values()]
  }
}

/** Puts the body of each function, method and callback into a call of `walkInto`. */
function reporting(file: string): ts.TransformerFactory<ts.SourceFile> {
  return context => {
    const { factory } = context
    const visit = (node: ts.Node): ts.Node => {
      const visited = ts.visitEachChild(node, visit, context)
      if (ts.isFunctionDeclaration(visited) && visited.body && !visited.asteriskToken) {
        const { modifiers, name, parameters, body } = visited
        return factory.updateFunctionDeclaration(
          visited,
          modifiers,
          undefined,
          name,
          undefined,
          parameters,
          undefined,
          wrapped(body, name?.text ?? 'function', modifiers)
        )
      }
      if (ts.isMethodDeclaration(visited) && visited.body && !visited.asteriskToken) {
        const { modifiers, name, questionToken, parameters, body } = visited
        return factory.updateMethodDeclaration(
          visited,
          modifiers,
          undefined,
          name,
          questionToken,
          undefined,
          parameters,
          undefined,
          wrapped(body, ts.isIdentifier(name) || ts.isPrivateIdentifier(name) ? name.text : 'method', modifiers)
        )
      }
      if (ts.isArrowFunction(visited)) {
        const body = ts.isBlock(visited.body)
          ? visited.body
          : factory.createBlock([factory.createReturnStatement(visited.body)])
        const { modifiers, parameters, equalsGreaterThanToken } = visited
        return factory.updateArrowFunction(
          visited,
          modifiers,
          undefined,
          parameters,
          undefined,
          equalsGreaterThanToken,
          wrapped(body, 'callback', modifiers)
        )
      }
      return visited
    }
    const wrapped = (body: ts.Block, name: string, modifiers: readonly ts.ModifierLike[] | undefined): ts.Block => {
      const isAsync = modifiers?.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword) === true
      const arrow = factory.createArrowFunction(
        isAsync ? [factory.createModifier(ts.SyntaxKind.AsyncKeyword)] : undefined,
        undefined,
        [],
        undefined,
        undefined,
        body
      )
      const call = factory.createCallExpression(factory.createIdentifier('walkInto'), undefined, [
        factory.createStringLiteral(file),
        factory.createStringLiteral(name),
        arrow
      ])
      return factory.createBlock([factory.createReturnStatement(call)], true)
    }
    return source => ts.visitEachChild(source, visit, context)
  }
}
