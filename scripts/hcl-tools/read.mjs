// Reads {"NAME": "TEXT"} on stdin and says of each text, as JSON: how `terraform fmt` would lay it out ("formatted") and what
// the parser of HCL reads ("read") or why it does not ("error").
//
//   node read.mjs DIRECTORY     DIRECTORY has the node_modules that scripts/install-deps --test installs
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { readFileSync, writeSync } from 'node:fs';

const require = createRequire(resolve(process.argv[2], 'read.mjs'));
const { format } = require('@cdktf/hcl-tools');
const { parse } = require('@cdktf/hcl2json');

const said = {};
for (const [name, text] of Object.entries(JSON.parse(readFileSync(0, 'utf8')))) {
  said[name] = { formatted: await format(text) };
  try {
    said[name].read = await parse(name, text);
  } catch (error) {
    said[name].error = String(error.message ?? error);
  }
}
let rest = Buffer.from(JSON.stringify(said));
while (rest.length > 0) rest = rest.subarray(writeSync(1, rest));
process.exit(0); // the programs inside wait for calls for ever
