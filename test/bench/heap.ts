import type { CDPSession } from 'playwright'

/** V8's heap of a page without its rubbish, in bytes. */
export interface Heap {
  /** What the page, and whoever drives it, holds: objects, functions, strings. */
  readonly heldBytes: number
  /**
   * Machine code, byte code and what V8 notes about them, of the page's scripts and of Playwright's in it. V8 compiles what runs
   * often, and better what runs oftener, for hundreds of rounds; told not to (`--no-opt --no-maglev --no-sparkplug`), the same
   * page's heap did not grow in 80 rounds.
   */
  readonly codeBytes: number
}

interface Snapshot {
  readonly snapshot: {
    readonly meta: {
      readonly node_fields: readonly string[]
      /** As many as fields; the first are the names of the types. */
      readonly node_types: readonly [readonly string[], ...unknown[]]
    }
  }
  readonly nodes: readonly number[]
}

export async function weighHeap(session: CDPSession): Promise<Heap> {
  await session.send('HeapProfiler.collectGarbage')
  const { usedSize } = await session.send('Runtime.getHeapUsage')
  const chunks: string[] = []
  const take = ({ chunk }: { chunk: string }): unknown => chunks.push(chunk)
  session.on('HeapProfiler.addHeapSnapshotChunk', take)
  await session.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false })
  session.off('HeapProfiler.addHeapSnapshotChunk', take)
  const codeBytes = codeIn(JSON.parse(chunks.join('')) as Snapshot)
  return { heldBytes: usedSize - codeBytes, codeBytes }
}

function codeIn({ snapshot: { meta }, nodes }: Snapshot): number {
  const width = meta.node_fields.length
  const [type, size] = [meta.node_fields.indexOf('type'), meta.node_fields.indexOf('self_size')]
  const code = meta.node_types[0].indexOf('code')
  if (type === -1 || size === -1 || code === -1)
    throw new Error('The heap snapshot has another format than is read here.')
  let bytes = 0
  for (let i = 0; i < nodes.length; i += width) if (nodes[i + type] === code) bytes += nodes[i + size] ?? 0
  return bytes
}
