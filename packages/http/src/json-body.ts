import { isUtf8 } from 'node:buffer'
import express, { type RequestHandler } from 'express'
import { problem, type Reply } from './problem.ts'
import { sendReply } from './serve-route.ts'
import { parseStrictJson } from './strict-json.ts'

const JSON_TYPE = 'application/json'
const BYTE_ORDER_MARK = 0xfeff

/** Reads a body of at most 1 MiB into `request.body`: JSON in UTF-8 (RFC 8259), compressed or not. Nothing is replaced or lost. */
export function readJsonBody(): RequestHandler[] {
  return [
    express.raw({ limit: '1mb', type: JSON_TYPE }),
    (request, response, next) => {
      // Undefined without a body or with another type; the route then refuses the request.
      const bytes: unknown = request.body
      if (!Buffer.isBuffer(bytes)) return next()
      const read = parseBody(bytes, request.headers['content-type'])
      if ('refusal' in read) return sendReply(response, read.refusal)
      request.body = read.value
      next()
    },
  ]
}

function parseBody(bytes: Buffer, contentType = JSON_TYPE): { value: unknown } | { refusal: Reply } {
  if (contentType !== JSON_TYPE && !isUtf8Charset(contentType)) {
    const detail = `body: must be UTF-8; the header Content-Type says ${contentType}`
    return { refusal: problem({ status: 415, code: 'unsupported_media_type', detail }) }
  }
  if (bytes.length === 0) return { value: undefined }
  // Decoding would replace invalid bytes by U+FFFD, so that two names could become one.
  if (!isUtf8(bytes)) {
    return { refusal: refuseBody('malformed_utf8', { field: 'body', message: 'must be UTF-8' }) }
  }
  const text = bytes.toString('utf8')
  const read = parseStrictJson(text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text)
  return 'fault' in read ? { refusal: refuseBody(read.fault.code, read.fault) } : read
}

function isUtf8Charset(contentType: string): boolean {
  const charset = /;\s*charset\s*=\s*"?([^\s";]*)/i.exec(contentType)?.[1]
  return charset === undefined || /^utf-?8$/i.test(charset)
}

function refuseBody(code: string, { field, message }: { field: string; message: string }): Reply {
  return problem({ status: 400, code, detail: `${field}: ${message}`, errors: [{ field, message }] })
}
