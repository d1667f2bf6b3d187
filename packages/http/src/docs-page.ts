import { join } from 'node:path'
import express, { type Router } from 'express'
import { absolutePath } from 'swagger-ui-dist'

/** Only these files of the package are served: its own page shows another API. */
const FILES = ['swagger-ui.css', 'swagger-ui-bundle.js']

/** `/docs`: the OpenAPI document as a page to read and try, with all its files served by the service itself. */
export function docsPage(title: string): Router {
  const router = express.Router()
  router.get('/docs', (_request, response) => {
    response.type('html').send(page(title))
  })
  router.get('/docs/start.js', (_request, response) => {
    response.type('js').send('SwaggerUIBundle({ url: "/openapi.json", dom_id: "#docs", deepLinking: true })')
  })
  for (const file of FILES) {
    router.get(`/docs/${file}`, (_request, response) => {
      response.sendFile(join(absolutePath(), file), { maxAge: '1d' })
    })
  }
  return router
}

const page = (title: string) => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>${title}</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
<div id="docs"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</html>
`
