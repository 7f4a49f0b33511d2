// Send so many mails of so many bytes with nodemailer's pool; prints the seconds from the first to the last.
// node nodemailer.mjs FOLDER-WITH-NODE_MODULES PORT CONNECTIONS MAILS FILE composed|raw
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const [folder, port, connections, mails, file, way] = process.argv.slice(2);
const nodemailer = createRequire(join(folder, "package.json"))("nodemailer");
const text = readFileSync(file, "utf8");
const relay = nodemailer.createTransport({
  pool: true,
  host: "127.0.0.1",
  port: Number(port),
  secure: false,
  ignoreTLS: true,
  maxConnections: Number(connections),
  maxMessages: Infinity,
});

function mail(number) {
  const to = `p${number}@firma.example`;
  if (way === "raw") {
    return { envelope: { from: "nyt@kommune.example", to }, raw: text };
  }
  return { from: "nyt@kommune.example", to, subject: "Nyt", html: text, text: "Hej" };
}

await relay.sendMail(mail(-1));
const start = performance.now();
await Promise.all(Array.from({ length: Number(mails) }, (_, number) => relay.sendMail(mail(number))));
console.log((performance.now() - start) / 1000);
relay.close();
