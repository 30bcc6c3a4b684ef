/** The same numbers for the same seed, on every machine. */
export interface Random {
  /** 0 ≤ x < 1, 32 bits of it. */
  readonly uniform: () => number
  /** Mean 0, standard deviation 1. */
  readonly normal: () => number
  /** 0…count−1. */
  readonly below: (count: number) => number
  /** 0…n−1 in random order (Fisher–Yates). */
  readonly permutation: (n: number) => Uint32Array
}

/** 2³² / φ: multiples of it are spread evenly over 32 bits. */
export const golden = 0x9e3779b9

/** 0…2³²−1, as if drawn by lot, and always the same of the same lower 32 bits. @see https://github.com/skeeto/hash-prospector (lowbias32) */
export function mixed(value: number): number {
  let x = Math.imul(value ^ (value >>> 16), 0x21f0aaad)
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97)
  return (x ^ (x >>> 15)) >>> 0
}

/**
 * sfc32, which passes PractRand, seeded through splitmix32 so that neighbouring seeds have nothing in common.
 *
 * @param seed any whole number; its lower 32 bits count
 * @see Doty-Humphrey, PractRand (sfc)
 */
export function seededRandom(seed: number): Random {
  let state = seed | 0
  const scattered = () => {
    state = (state + golden) | 0
    return mixed(state) | 0
  }
  let a = scattered()
  let b = scattered()
  let c = scattered()
  let counter = 1

  function uniform(): number {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    return (sum >>> 0) / 2 ** 32
  }

  let spare: number | null = null

  /** Box and Muller: two at a time. */
  function normal(): number {
    if (spare !== null) {
      const kept = spare
      spare = null
      return kept
    }
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()))
    const angle = 2 * Math.PI * uniform()
    spare = radius * Math.sin(angle)
    return radius * Math.cos(angle)
  }

  const below = (count: number) => Math.floor(uniform() * count)

  function permutation(n: number): Uint32Array {
    const order = Uint32Array.from({ length: n }, (_, i) => i)
    for (let i = n - 1; i > 0; i--) {
      const j = below(i + 1)
      const swapped = order[i] ?? 0
      order[i] = order[j] ?? 0
      order[j] = swapped
    }
    return order
  }

  // The first numbers still show the seed.
  for (let i = 0; i < 12; i++) uniform()
  return { uniform, normal, below, permutation }
}
