// Reads a JSON list of diagrams on standard input; prints what each release makes of each: its type, or the error.
import { readFileSync } from "node:fs";
import { JSDOM } from "jsdom";

const { window } = new JSDOM("");
Object.assign(globalThis, { window, document: window.document });

const diagrams = JSON.parse(readFileSync(0, "utf8"));
const releases = await Promise.all(["mermaid", "mermaid-10"].map(async (name) => (await import(name)).default));

const parsed = async (mermaid, text) => {
  try {
    await mermaid.parse(text);
    return mermaid.detectType(text);
  } catch (error) {
    return String(error.message ?? error);
  }
};

const found = [];
for (const text of diagrams) {
  found.push(await Promise.all(releases.map((mermaid) => parsed(mermaid, text))));
}
console.log(JSON.stringify(found));
