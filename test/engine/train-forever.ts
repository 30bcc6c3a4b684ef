import { describedPhotos } from '../features/learning/drawn-training-library.ts'
import { startTraining } from './moody-training.ts'

/** A host that trains until it is killed, by a test. */
const [folder = ''] = process.argv.slice(2)
await startTraining(describedPhotos(110), folder).training.request({ device: 'cpu', seed: 55 })
