// Writes newsletter/layouts/mjml_tags.json: what npm's mjml says of its own tags.
//
//   npm install --prefix tests --no-package-lock
//   node scripts/make_mjml_tags.mjs
//
// Facts only (names, types, places), read from the packages themselves; the few the packages do not
// hold as data (the root, the tags of mj-attributes, what an ending tag may contain) are written here.
import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const require = createRequire(new URL('../tests/package.json', import.meta.url))
const { components, dependencies } = require('mjml-preset-core')
const colours = require('mjml-core/lib/types/helpers/colors')
const about = require('mjml/package.json')

const HTML = [
  'mj-accordion-text', 'mj-accordion-title', 'mj-button', 'mj-navbar-link', 'mj-raw', 'mj-social-element', 'mj-table',
  'mj-text',
]
const TEXT = ['mj-preview', 'mj-title']
const CSS = ['mj-style']

const content = (name) =>
  HTML.includes(name) ? 'html' : TEXT.includes(name) ? 'text' : CSS.includes(name) ? 'css' : 'none'
const sorted = (object) => Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)))
const children = (name) => (dependencies[name] ?? []).filter((child) => typeof child === 'string').sort()

const tags = {
  mjml: { attributes: { dir: 'enum(ltr,rtl,auto)', lang: 'string', owa: 'string' }, children: children('mjml') },
}
for (const component of components) {
  const name = component.componentName
  tags[name] = { attributes: sorted(component.allowedAttributes ?? {}), children: children(name) }
  if (component.endingTag) tags[name].content = content(name)
}

const lines = Object.entries(sorted(tags)).map(([name, tag]) => `    ${JSON.stringify(name)}: ${JSON.stringify(tag)}`)
const head = { source: 'npm mjml', version: about.version, licence: about.license }
const text = `{
${Object.entries(head).map(([key, value]) => `  "${key}": ${JSON.stringify(value)},`).join('\n')}
  "tags": {
${lines.join(',\n')}
  },
  "colours": ${JSON.stringify([...(colours.default ?? colours)].sort())}
}
`
writeFileSync(new URL('../newsletter/layouts/mjml_tags.json', import.meta.url), text)
