/**
 * First import of every module: freezes the intrinsics (SES) and empties the environment, before any other code of the
 * bundle runs. Electron passes variables to a utility process even when told not to; here they end (design §4).
 *
 * Every intrinsic is frozen whatever `overrideTaming` says. It only says how many of their names may still be given to
 * properties of other objects, which it does by accessors, and on typed arrays these make Poly1305 five times slower (65 KB
 * in 5.7 ms of processor time instead of 1.1). So only the least: a message with a property called `valueOf` is refused,
 * and there is none.
 */
import 'ses';

lockdown({ errorTaming: 'unsafe', consoleTaming: 'unsafe', overrideTaming: 'min', domainTaming: 'unsafe' });
for (const name of Object.keys(process.env)) delete process.env[name];
