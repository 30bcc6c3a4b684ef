import { createEncoderApi } from './encoder-service.ts'
import { hostPort } from './host-port.ts'
import { serve } from './port.ts'

/** The encoder process, started by a host as a Node child or an Electron utility process. */
serve(hostPort(), createEncoderApi())
