import { inject } from 'vitest'
import { npm, npmAtHand } from './managers.js'
import { Person } from './person.js'
import { describeWay } from './way.js'

const lacking = inject('lacking')

// By a user without rights, compiler and Python.
describeWay('the npm at hand', npm, lacking || (() => ({ person: new Person(), program: npmAtHand() })))
