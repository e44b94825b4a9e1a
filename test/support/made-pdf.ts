/** Small PDFs made for a test: one page, and whatever else is said. */

export interface MadePdf {
  /** Entries of the page, of the catalogue; objects from number 4 on. */
  readonly page?: string;
  readonly catalogue?: string;
  readonly objects?: readonly string[];
}

export function madePdf({ page = '', catalogue = '', objects = [] }: MadePdf): Uint8Array {
  const all = [`<< /Type /Catalog /Pages 2 0 R ${catalogue} >>`, '<< /Type /Pages /Kids [3 0 R] /Count 1 >>', `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 300] ${page} >>`, ...objects];
  let out = '%PDF-1.7\n';
  const starts = all.map((object, at) => {
    const start = out.length;
    out += `${at + 1} 0 obj\n${object}\nendobj\n`;
    return start;
  });
  const end = out.length;
  out += `xref\n0 ${all.length + 1}\n0000000000 65535 f \n${starts.map((start) => `${String(start).padStart(10, '0')} 00000 n \n`).join('')}trailer << /Root 1 0 R /Size ${all.length + 1} >>\nstartxref\n${end}\n%%EOF`;
  return new TextEncoder().encode(out);
}
