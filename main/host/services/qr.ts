/** A text as a QR code: a grid of `size` modules and an SVG path that fills the dark ones. */
import QRCode from 'qrcode';

/** @param text at most a few hundred characters; longer codes are hard to scan from a screen */
export function qrOf(text: string): { size: number; path: string } {
  const { modules } = QRCode.create(text, { errorCorrectionLevel: 'M' });
  const rows: string[] = [];
  for (let y = 0; y < modules.size; y++) {
    for (let x = 0; x < modules.size; x++) {
      if (!modules.get(y, x)) continue;
      let width = 1;
      while (x + width < modules.size && modules.get(y, x + width)) width++;
      rows.push(`M${x} ${y}h${width}v1h-${width}z`);
      x += width;
    }
  }
  return { size: modules.size, path: rows.join('') };
}
