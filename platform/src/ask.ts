import { connect } from 'node:net'

/** Whether something accepts connections on a local port. */
export async function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, timeout: 1000 })
    const answer = (listening: boolean) => {
      socket.destroy()
      resolve(listening)
    }
    socket.once('connect', () => answer(true))
    socket.once('error', () => answer(false))
    socket.once('timeout', () => answer(false))
  })
}

/** `fetch`, whose whole answer must come within `withinMs`; after that it, or the reading of its body, throws. */
export function fetchWithin(withinMs: number, url: string, request: RequestInit = {}): Promise<Response> {
  return fetch(url, { ...request, signal: AbortSignal.timeout(withinMs) })
}

/** Whether a URL answers 200 within two seconds. */
export async function answersOk(url: string): Promise<boolean> {
  const response = await fetchWithin(2_000, url)
  await response.body?.cancel()
  return response.status === 200
}

/** Polls until `probe` returns a value; throws after `withinMs`, naming what was last seen. */
export async function waitFor<T>(what: string, probe: () => Promise<T | null>, withinMs: number): Promise<T> {
  const deadline = Date.now() + withinMs
  let lastSeen = 'nothing'
  for (;;) {
    try {
      const found = await probe()
      if (found !== null) return found
    } catch (error) {
      lastSeen = error instanceof Error ? error.message : String(error)
    }
    if (Date.now() > deadline)
      throw new Error(`${what}: not within ${withinMs / 1000} s; last seen: ${lastSeen}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
