import type { Component } from '../supervise/component.ts'

/** Real baskets at a gentle rate, so that something is to be seen. */
export function demoComponent(script: string, dataDir: string, portBase: number): Component {
  return {
    name: 'demo',
    componentClass: 'demo',
    ports: [],
    after: [],
    command: {
      file: process.execPath,
      args: [script, '--rate', '2', '--data', dataDir, '--port-base', String(portBase)],
    },
    isReady: async () => true,
    readyWithinMs: 10_000,
    stopWithinMs: 10_000,
    endsByItself: true,
  }
}
