/**
 * Loaded before everything else in each process of an engine: `Date.now()` and `new Date()` tell another time from a moment on, as
 * after somebody set the clock. Timers, `performance.now()`, the file system and SQLite's own dates keep the right one.
 */
const { shiftMs, afterMs } = JSON.parse(process.env.REVERIE_WRONG_CLOCK ?? '{"shiftMs":0,"afterMs":0}') as {
  shiftMs: number
  afterMs: number
}
const Right = Date
const now = (): number => Right.now() + (performance.now() >= afterMs ? shiftMs : 0)

globalThis.Date = new Proxy(Right, {
  construct: (target, given: unknown[], newTarget) =>
    Reflect.construct(
      target,
      given.length === 0 ? [now()] : given,
      newTarget === globalThis.Date ? target : newTarget
    ) as Date,
  apply: () => new Right(now()).toString(),
  get: (target, name) => (name === 'now' ? now : (Reflect.get(target, name) as unknown))
})
