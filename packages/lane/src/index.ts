export * from './lane.ts'
