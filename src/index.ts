export * from './exceptions.ts'
