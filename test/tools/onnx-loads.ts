import ts from 'typescript'
import { importsOf, parse, type Source } from './imports.ts'

const packages = /^onnxruntime-(?!.*\/package\.json$)/

/** Whether a file loads ONNX Runtime itself, however it does so; its types and the place of its package are free. */
export function loadsOnnxRuntime(source: Source): boolean {
  if (!/\.(ts|svelte)$/.test(source.path)) return false
  if (importsOf(source).some(({ to, kind }) => kind === 'value' && packages.test(to))) return true
  let isLoaded = false
  const visit = (node: ts.Node): void => {
    const [name] = ts.isCallExpression(node) ? node.arguments : []
    if (name !== undefined && ts.isStringLiteralLike(name) && packages.test(name.text)) isLoaded = true
    ts.forEachChild(node, visit)
  }
  visit(parse(source))
  return isLoaded
}
