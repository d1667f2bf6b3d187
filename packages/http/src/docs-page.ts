import express, { type Router } from 'express'
import { absolutePath } from 'swagger-ui-dist'

/** `/docs`: the OpenAPI document as a page to read and try, served from this machine alone. */
export function docsPage(title: string): Router {
  const router = express.Router()
  router.get('/docs', (_request, response) => {
    response.type('html').send(page(title))
  })
  router.get('/docs/start.js', (_request, response) => {
    response.type('js').send('SwaggerUIBundle({ url: "/openapi.json", dom_id: "#docs", deepLinking: true })')
  })
  router.use('/docs', express.static(absolutePath(), { index: false, maxAge: '1d' }))
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
