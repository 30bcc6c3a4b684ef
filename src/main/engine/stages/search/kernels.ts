/** Steps of −1…1 into which `tally` counts; fixed in kernels/similarity.ts. */
export const histogramBins = 4096

const pageBytes = 65_536

interface Exports {
  readonly memory: WebAssembly.Memory
  scan(codes: number, scales: number, rows: number, width: number, query: number, factor: number, scores: number): void
  tally(scores: number, mask: number, rows: number, histogram: number): void
  collect(scores: number, mask: number, rows: number, floor: number, first: number, out: number): number
}

/** The compiled kernels. Each gallery opens memory of its own, so a gallery that is dropped gives all of it back. */
export interface Kernels {
  open(): KernelMemory
}

/** @param wasm the content of resources/kernels/similarity.wasm */
export function loadKernels(wasm: Uint8Array): Kernels {
  const module = new WebAssembly.Module(Uint8Array.from(wasm))
  return { open: () => new KernelMemory(module) }
}

/**
 * One instance of the kernels and its memory. Addresses stay valid for ever; views do not: growing the memory detaches
 * them, so they are taken anew for each use. An address is below 4 GiB and may be above 2 GiB, hence `>>> 2`, never `>> 2`.
 */
export class KernelMemory {
  readonly kernels: Exports
  #end = 1024
  #views: KernelMemory['views'] | null = null

  constructor(module: WebAssembly.Module) {
    const imports = { env: { abort: () => undefined } }
    this.kernels = new WebAssembly.Instance(module, imports).exports as unknown as Exports
  }

  /** Zeroed, 16-byte aligned. @throws RangeError past 4 GiB */
  allocate(bytes: number): number {
    const at = this.#end
    this.#end = at + Math.ceil(bytes / 16) * 16
    const missing = this.#end - this.kernels.memory.buffer.byteLength
    if (missing > 0) this.kernels.memory.grow(Math.ceil(missing / pageBytes))
    return at
  }

  bytes(at: number, count: number): Uint8Array {
    return new Uint8Array(this.kernels.memory.buffer, at, count)
  }

  shorts(at: number, count: number): Int16Array {
    return new Int16Array(this.kernels.memory.buffer, at, count)
  }

  counts(at: number, count: number): Uint32Array {
    return new Uint32Array(this.kernels.memory.buffer, at, count)
  }

  /** All of the memory: index 4-byte numbers by address >>> 2. */
  get views(): { readonly bytes: Uint8Array; readonly signedBytes: Int8Array; readonly floats: Float32Array } {
    const { buffer } = this.kernels.memory
    if (this.#views?.bytes.buffer !== buffer) {
      this.#views = {
        bytes: new Uint8Array(buffer),
        signedBytes: new Int8Array(buffer),
        floats: new Float32Array(buffer)
      }
    }
    return this.#views
  }
}
