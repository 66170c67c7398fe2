// Compiles .ksy texts with the real compiler and parses messages with what comes out.
//
//   node kaitai_driver.js MODULES < CASES > RESULTS
//
// MODULES is the folder that holds node_modules. One case a line:
//   {"ksy": "...", "messages": [{"hex": "0102", "server_to_client": false}]}
// One result a line: {"messages": [[[offset, size], ...] or "error text"]} or {"error": "..."}.

const { createRequire } = require("module");
const path = require("path");
const readline = require("readline");

const load = createRequire(path.join(path.resolve(process.argv[2]), "node_modules", "x.js"));
const compiler = load("kaitai-struct-compiler");
const yaml = load("yaml");
const KaitaiStream = load("kaitai-struct/KaitaiStream");

async function compile(ksy) {
  const files = await compiler.compile("javascript", yaml.parse(ksy), null, true);
  const [name] = Object.keys(files);
  const exported = {};
  new Function("exports", "module", "require", files[name])(exported, { exports: exported }, load);
  return exported[name.replace(/\.js$/, "")];
}

// Leaves are the attributes that are no types of their own; instances are not in the sequence.
function leaves(node, found) {
  for (const [name, where] of Object.entries(node._debug)) {
    if (name.startsWith("_m_")) continue;
    const value = node[name];
    const several = where.arr !== undefined;
    const values = several ? value : [value];
    const places = several ? where.arr : [where];
    values.forEach((one, i) => {
      const { start, end, ioOffset } = places[i];
      if (one !== null && typeof one === "object" && one._debug) leaves(one, found);
      else if (end > start) found.push([ioOffset + start, end - start]);
    });
  }
  return found;
}

function parse(Type, message) {
  const bytes = Uint8Array.from(Buffer.from(message.hex, "hex"));
  try {
    const root = new Type(new KaitaiStream(bytes.buffer), null, null, message.server_to_client);
    root._read();
    return leaves(root, []);
  } catch (problem) {
    return String(problem);
  }
}

async function main() {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const { ksy, messages } = JSON.parse(line);
    let result;
    try {
      const Type = await compile(ksy);
      result = { messages: messages.map((message) => parse(Type, message)) };
    } catch (problem) {
      result = { error: String(problem) };
    }
    process.stdout.write(JSON.stringify(result) + "\n");
  }
}

main();
