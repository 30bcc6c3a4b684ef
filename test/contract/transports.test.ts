import { carryDirectly, carryOverHttp, carryOverMessages } from './carriers.ts'
import { contractSuite } from './contract-suite.ts'

contractSuite('a direct call', carryDirectly)
contractSuite('the messages of a window', carryOverMessages)
contractSuite('HTTP', carryOverHttp)
