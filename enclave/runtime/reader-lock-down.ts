/**
 * First import of the reader: what lock-down.ts does for the vault, with one difference. Taming the override mistake more than
 * minimally makes Poly1305 ten times slower (10 MB/s instead of 100), and a reader decrypts books of many megabytes. Nothing in
 * its bundle needs more: the tests of every kind of book run on the bundle.
 */
import 'ses';

lockdown({ errorTaming: 'unsafe', consoleTaming: 'unsafe', overrideTaming: 'min', domainTaming: 'unsafe' });
for (const name of Object.keys(process.env)) delete process.env[name];
