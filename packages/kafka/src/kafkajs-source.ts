import { createRequire } from 'node:module'

const load = createRequire(createRequire(import.meta.url).resolve('kafkajs'))

/** The prototype of a class that kafkajs doesn't export, by the path of its file; for patches. */
export function prototypeOf<Instance>(path: string): Instance {
  return (load(path) as { prototype: Instance }).prototype
}
