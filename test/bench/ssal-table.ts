/** One row of the acceptance table, with what was measured. */
export interface Row {
  readonly number: string
  readonly name: string
  readonly figure: string
  readonly threshold: string
  /** null where the row only reports. */
  readonly isPassed: boolean | null
}

export function printTable(rows: readonly Row[]): void {
  console.log(`\n${'#'.padEnd(5)}${'test'.padEnd(34)}${'threshold'.padEnd(44)}${''.padEnd(10)}measured`)
  for (const { number, name, figure, threshold, isPassed } of rows) {
    const verdict = isPassed === null ? 'reported' : isPassed ? 'pass' : 'FAIL'
    console.log(`${number.padEnd(5)}${name.padEnd(34)}${threshold.padEnd(44)}${verdict.padEnd(10)}${figure}`)
  }
}

/** Mean, and in brackets each seed's: “.594 (.61 .58 .59)”. */
export function told(values: readonly number[]): string {
  return values.length === 1 ? short(values[0] ?? NaN) : `${short(mean(values))} (${values.map(short).join(' ')})`
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function short(value: number): string {
  return value.toFixed(3).replace(/^(-?)0\./, '$1.')
}

const beganMs = performance.now()

/** A line of progress with the time that has gone by, so that a long run shows life. */
export function progress(text: string): void {
  console.log(`${((performance.now() - beganMs) / 1000).toFixed(0).padStart(4)} s  ${text}`)
}
