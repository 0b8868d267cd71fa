// docs/service.schema.json in an independent validator: what the compiler accepts it accepts, and of what the compiler
// rejects it rejects what a schema can see. What it cannot see (names, formulas) stands in the list below.
import { readFileSync, readdirSync } from "node:fs";
import { parse } from "yaml";
import Ajv from "ajv/dist/2020.js";

const folder = "tests/unit/city/services/";
const beyondASchema = new Set(readFileSync("tests/unit/city/beyond_schema.txt", "utf8").trim().split("\n"));

const schema = JSON.parse(readFileSync("docs/service.schema.json", "utf8"));
const validate = new Ajv({ strict: true, allErrors: true, allowUnionTypes: true, strictRequired: false })
  .compile(schema);

// The document, or null when it is not YAML as declarations want it (an alias, a key that stands twice).
function read(path) {
  const text = readFileSync(path, "utf8");
  try {
    return /^[^#\n]*: &/m.test(text) ? null : parse(text, { version: "1.2", schema: "core" });
  } catch {
    return null;
  }
}

let count = 0;
let failed = 0;
function ok(good, name, detail = "") {
  count++;
  failed += good ? 0 : 1;
  console.log(`${good ? "ok" : "not ok"} ${count} - ${name}`);
  if (!good) console.log(`# ${detail}`);
}

const files = (kind) => readdirSync(folder + kind).filter((name) => name.endsWith(".yaml")).sort();
for (const path of [...files("accepted").map((name) => `${folder}accepted/${name}`),
  "cities/aomori/services/child/experience.yaml", "src/city/registers.yaml"]) {
  const document = read(path);
  // the product's own registers have no unit of a city
  const good = validate(path.startsWith("src") ? { ...document, unit: "none" } : document);
  ok(good, `accepts ${path}`, JSON.stringify(validate.errors));
}
for (const name of files("rejected")) {
  const document = read(`${folder}rejected/${name}`);
  const rejected = document === null || !validate(document);
  const beyond = beyondASchema.has(name);
  ok(rejected !== beyond, `${beyond ? "cannot see" : "rejects"} ${name}`);
}

// The parameters of the reference, and two files with a mistake.
const reference = readFileSync("docs/language.md", "utf8");
const examples = [...reference.matchAll(/```yaml\n(.*?)\n```/gs)].map((found) => found[1]);
const parameters = new Ajv({ strict: true, allowUnionTypes: true, strictRequired: false })
  .compile(JSON.parse(readFileSync("docs/parameter.schema.json", "utf8")));
ok(parameters(parse(examples[1])), "accepts the reference's parameters", JSON.stringify(parameters.errors));
ok(!parameters(parse(examples[1].replace("source:", "sauce:"))), "rejects a parameter without its source");
ok(!parameters(parse(examples[1].replace("type: yen", "type: person"))), "rejects a parameter that is a person");

// docs/language.md: its example is valid, and it explains every key of the schema.
ok(validate(parse(examples[0])), "accepts the reference's example",
  JSON.stringify(validate.errors));
const keys = new Set();
function collect(part) {
  if (part === null || typeof part !== "object") return;
  for (const key of Object.keys(part.additionalProperties === false ? part.properties : {})) keys.add(key);
  for (const below of Object.values(part)) collect(below);
}
collect(schema);
for (const key of [...keys].sort()) ok(reference.includes(`\`${key}\``), `the reference explains ${key}`);
ok(files("rejected").length - beyondASchema.size >= 45, "sees most of what can be wrong");
console.log(`1..${count}`);
process.exit(failed === 0 ? 0 : 1);
