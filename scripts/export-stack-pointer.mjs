/**
 * Adds one export to MuPDF's WASM: its stack pointer. The stack that it is built with has 64 KB, which forty elements nested in
 * each other overflow, silently, into the data below; with the pointer exported, enclave/reader/engine/engine.ts moves the stack
 * to where there is room. Nothing else of the binary changes. (WebAssembly Core Specification 2.0, §5.5.)
 */
const EXPORT_SECTION = 7;
const GLOBAL_SECTION = 6;
const MAGIC = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const I32 = 0x7f;
const MUTABLE = 1;
const GLOBAL = 3;

function readNumber(bytes, at) {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++];
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return { value, at };
  }
}

function writeNumber(value) {
  const bytes = [];
  do {
    bytes.push(value > 0x7f ? (value & 0x7f) | 0x80 : value);
    value = Math.floor(value / 128);
  } while (value > 0);
  return bytes;
}

/**
 * @param {Uint8Array} wasm as Emscripten makes it: its first and only global is the stack pointer
 * @param {string} name of the new export
 * @returns {Uint8Array}
 */
export function exportStackPointer(wasm, name) {
  if (MAGIC.some((byte, i) => wasm[i] !== byte)) throw new Error('this is no WebAssembly of version 1');
  const pieces = [];
  let done = false;
  for (let at = 8; at < wasm.length;) {
    const start = at;
    const id = wasm[at];
    const size = readNumber(wasm, at + 1);
    const end = size.at + size.value;
    if (id === GLOBAL_SECTION) {
      const count = readNumber(wasm, size.at);
      if (count.value !== 1 || wasm[count.at] !== I32 || wasm[count.at + 1] !== MUTABLE) throw new Error('its globals are not just a stack pointer');
    }
    if (id === EXPORT_SECTION) {
      const count = readNumber(wasm, size.at);
      const added = [...writeNumber(name.length), ...new TextEncoder().encode(name), GLOBAL, 0];
      const content = [...writeNumber(count.value + 1), ...wasm.subarray(count.at, end), ...added];
      pieces.push(Uint8Array.from([EXPORT_SECTION, ...writeNumber(content.length), ...content]));
      done = true;
    } else pieces.push(wasm.subarray(start, end));
    at = end;
  }
  if (!done) throw new Error('it exports nothing');
  return new Uint8Array(Buffer.concat([wasm.subarray(0, 8), ...pieces]));
}
