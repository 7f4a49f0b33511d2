// Measures npm's mjml for bench/naive.py. In: {documents, prose, warm, again} as JSON on standard input: MJML texts
// with tokens, the Markdown behind the tokens, and how many rounds. Out: seconds of the first round and of the last ones.
import { createRequire } from 'node:module'
import { text } from 'node:stream/consumers'
import MarkdownIt from 'markdown-it'
import mjml2html from 'mjml'

const options = { validationLevel: 'skip', fonts: {}, minify: false, beautify: false, keepComments: false }
const { documents, prose, warm, again } = JSON.parse(await text(process.stdin))
const markdown = new MarkdownIt({ xhtmlOut: true })

async function round() {
  const start = performance.now()
  for (const document of documents) {
    const mjml = document.replace(/@@prose-(\d+)@@/g, (_, number) => markdown.render(prose[number]))
    const { html } = await mjml2html(mjml, options)
    if (!html.includes('</html>')) throw new Error('mjml made no page')
  }
  return (performance.now() - start) / 1000
}

const cold = await round()
for (let turn = 0; turn < warm; turn++) await round()
const seconds = []
for (let turn = 0; turn < again; turn++) seconds.push(await round())

const require = createRequire(import.meta.url)
const version = (name) => require(`${name}/package.json`).version
const made = { cold, again: seconds, node: process.versions.node, mjml: version('mjml'), markdownIt: version('markdown-it') }
process.stdout.write(JSON.stringify(made))
