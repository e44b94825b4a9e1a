/**
 * A module for tests: does what its host tells it over the message port, like the vault's bundle started by `SpawnModule`.
 * `import` tries to get at something that a module must not have and says what came of it.
 */
const port = process.parentPort
  ? { post: (message) => process.parentPort.postMessage(message), onMessage: (listener) => process.parentPort.on('message', ({ data }) => data.forEach((message) => listener(message))) }
  : { post: (message) => process.send(message), onMessage: (listener) => process.on('message', (parcel) => parcel.forEach((message) => listener(message))) };

const attempts = {
  'read a file': async (path) => (await import('node:fs')).readFileSync(path, 'utf8'),
  'write a file': async (path) => (await import('node:fs')).writeFileSync(path, 'I was here'),
  'list a folder': async (path) => (await import('node:fs')).readdirSync(path),
  'start a program': async () => (await import('node:child_process')).execFileSync(process.execPath, ['--version']),
  'start a worker': async () => {
    const { Worker } = await import('node:worker_threads');
    const worker = new Worker('process.exit()', { eval: true });
    await new Promise((resolve, reject) => worker.once('online', resolve).once('error', reject));
  },
  'load an addon': async (path) => process.dlopen({ exports: {} }, path),
  'open the inspector': async () => (await import('node:inspector')).open(0, '127.0.0.1'),
  'read its environment': async () => ({ ...process.env }),
  'use an open file': async () => {
    const { fstatSync } = await import('node:fs');
    const isOpenFile = (fd) => { try { return fstatSync(fd).isFile(); } catch { return false; } };
    return Array.from({ length: 1024 }, (_, fd) => fd).filter(isOpenFile);
  },
  'read its own bundle': async () => (await import('node:fs')).readFileSync(process.argv[1], 'utf8').length,
};

async function attempt(what, argument) {
  try {
    return { done: true, value: await attempts[what](argument) };
  } catch (error) {
    return { done: false, code: error.code ?? error.name };
  }
}

port.onMessage(async (message) => {
  switch (message.do) {
    case 'echo': return port.post({ echo: message.value });
    case 'attempt': return port.post({ attempted: message.what, ...(await attempt(message.what, message.argument)) });
    case 'exit': return process.exit(message.code);
    case 'crash': throw new Error('This crash is part of a test.');
    case 'spin':
      port.post({ spinning: true });
      // Deaf to every polite request.
      for (;;);
  }
});
