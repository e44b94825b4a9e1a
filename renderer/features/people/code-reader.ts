/**
 * Finds a QR code in a picture with ZXing, whose WebAssembly is served with the app. Where the page's policy forbids
 * WebAssembly this throws; pasting the link is the other way.
 */
import wasmUrl from 'zxing-wasm/reader/zxing_reader.wasm?url';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';

prepareZXingModule({ overrides: { locateFile: (path: string, prefix: string) => path.endsWith('.wasm') ? wasmUrl : prefix + path } });

/** @returns the code's text, or null if there is none. @throws if the picture or the reader cannot be loaded. */
export async function readCode(picture: Blob): Promise<string | null> {
  const [found] = await readBarcodes(picture, { formats: ['QRCode'], tryHarder: true, maxNumberOfSymbols: 1 });
  return found && found.text !== '' ? found.text : null;
}
