/** The classes of process that the platform is made of, with the components of an installation of three stores. */
export const COMPONENTS = {
  'store service': ['store-1', 'store-2', 'store-3'],
  'central-update': ['central-update'],
  'central-query': ['central-query'],
  Connect: ['connect'],
  broker: ['kafka'],
  'store MySQL': ['mysql-store-1', 'mysql-store-2', 'mysql-store-3'],
  'central MySQL': ['mysql-central'],
  registry: ['registry'],
} as const

export type ComponentClass = keyof typeof COMPONENTS
export const COMPONENT_CLASSES = Object.keys(COMPONENTS) as ComponentClass[]
export const STORES = COMPONENTS['store service'].length

export function classOf(component: string): ComponentClass | undefined {
  return COMPONENT_CLASSES.find((name) => (COMPONENTS[name] as readonly string[]).includes(component))
}
