/**
 * Electron's fuses: switches inside the packaged binary that nobody can turn back from outside. For the packager
 * (`electronFuses` in electron-builder's configuration); they do nothing in a checkout.
 */
export const FUSES = {
  // ELECTRON_RUN_AS_NODE would make our signed binary run anybody's script under our name in the keychain.
  runAsNode: false,
  // NODE_OPTIONS and --inspect would load code into the host.
  enableNodeOptionsEnvironmentVariable: false,
  enableNodeCliInspectArguments: false,
  // The app's code is checked against the hash inside the binary, and comes from nowhere else.
  enableEmbeddedAsarIntegrityValidation: true,
  onlyLoadAppFromAsar: true,
  // We use no cookies; should that change, they are not to lie about in plain text.
  enableCookieEncryption: true,
  // There is no file: page.
  grantFileProtocolExtraPrivileges: false,
} as const;
