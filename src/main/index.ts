import './hosts/common/needed-node.ts'

// Outside of Electron the package of that name would start a download.
if (!('electron' in process.versions)) {
  console.error('Reverie needs Electron for its window: npm start finds it, and serves the page where there is none.')
  process.exit(2)
}
// Awaited, because Electron becomes ready when this module has been evaluated, and some switches have to be set before.
await import('./hosts/desktop/run.ts')
