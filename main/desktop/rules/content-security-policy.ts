/**
 * The page's Content Security Policy (CSP level 3), sent as a header with every answer of the app protocol. Nothing may
 * be loaded or reached but what lies in the app itself; no inline script or style, no frames, no forms, no base.
 */
const directives: Readonly<Record<string, string>> = {
  'default-src': "'none'",
  // The reader of QR codes is WebAssembly; this lets it be compiled and allows nothing of eval().
  'script-src': "'self' 'wasm-unsafe-eval'",
  'style-src': "'self'",
  // blob: a page of a book or a photo that was chosen; data: the icons that the build inlines.
  'img-src': "'self' data: blob:",
  'font-src': "'self'",
  'connect-src': "'self'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-ancestors': "'none'",
};

export const CONTENT_SECURITY_POLICY = Object.entries(directives).map(([name, value]) => `${name} ${value}`).join('; ');
