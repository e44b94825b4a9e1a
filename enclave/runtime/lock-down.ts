/**
 * First import of every module: freezes the intrinsics (SES) and empties the environment, before any other code of the
 * bundle runs. Electron passes variables to a utility process even when told not to; here they end (design §4).
 */
import 'ses';

lockdown({ errorTaming: 'unsafe', consoleTaming: 'unsafe', overrideTaming: 'severe', domainTaming: 'unsafe' });
for (const name of Object.keys(process.env)) delete process.env[name];
