// The errors of the resolver by name: getaddrinfo(3), gai_strerror(3). Their numbers are negative on Linux, positive
// elsewhere.
import { Names } from '../codec/numbers.js'

export const eais = new Names([
  'EAI_BADFLAGS',
  'EAI_NONAME',
  'EAI_AGAIN',
  'EAI_FAIL',
  'EAI_NODATA',
  'EAI_FAMILY',
  'EAI_SOCKTYPE',
  'EAI_SERVICE',
  'EAI_ADDRFAMILY',
  'EAI_MEMORY',
  'EAI_SYSTEM',
  'EAI_OVERFLOW',
  'EAI_INPROGRESS',
  'EAI_CANCELED',
  'EAI_NOTCANCELED',
  'EAI_ALLDONE',
  'EAI_INTR',
  'EAI_IDN_ENCODE',
  'EAI_BADHINTS',
  'EAI_PROTOCOL',
])
