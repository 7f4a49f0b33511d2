// A JSON list of MJML texts on standard input; the JSON list of the HTML npm's mjml makes of them on standard output.
import { text } from 'node:stream/consumers'
import mjml2html from 'mjml'

const options = { validationLevel: 'skip', fonts: {}, minify: false, beautify: false, keepComments: false }
const made = []
for (const source of JSON.parse(await text(process.stdin))) {
  made.push((await mjml2html(source, options)).html)
}
process.stdout.write(JSON.stringify(made))
