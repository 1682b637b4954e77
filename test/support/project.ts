// A project of a user: a folder in which bsd-sockets is installed as it is built, and the compiler that it runs.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Program } from './program.js'

const tsconfig = {
  compilerOptions: {
    module: 'nodenext',
    target: 'es2022',
    lib: ['es2023', 'esnext.disposable'],
    types: ['node'],
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    outDir: 'out',
    rootDir: '.',
  },
  include: ['*.ts'],
}

export class Project implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'bsd-sockets-'))

  constructor() {
    mkdirSync(join(this.folder, 'node_modules/@types'), { recursive: true })
    symlinkSync(resolve('.'), join(this.folder, 'node_modules/bsd-sockets'))
    symlinkSync(resolve('node_modules/@types/node'), join(this.folder, 'node_modules/@types/node'))
    writeFileSync(join(this.folder, 'package.json'), '{ "type": "module" }')
    writeFileSync(join(this.folder, 'tsconfig.json'), JSON.stringify(tsconfig))
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text)
  }

  compile(): Program {
    return new Program(resolve('node_modules/.bin/tsc'), ['-p', this.folder, '--pretty', 'false'])
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true })
  }
}
