/** ESLint rule `house/imports`: reports imports that importTrouble refuses, in every form an import can take. */
import { isBuiltin } from 'node:module';
import { relative } from 'node:path';
import { root } from '../project-root.mjs';
import { importTrouble } from './import-rules.mjs';

export const importsRule = {
  meta: { type: 'problem', docs: { description: 'who may import whom (design §4)' }, schema: [] },
  create(context) {
    const from = relative(root, context.filename).replaceAll('\\', '/');
    const check = (source) => {
      if (typeof source?.value !== 'string') return;
      const trouble = importTrouble(from, source.value, isBuiltin);
      if (trouble) context.report({ node: source, message: `import of "${source.value}": ${trouble}` });
    };
    return {
      ImportDeclaration: (node) => check(node.source),
      ExportNamedDeclaration: (node) => check(node.source),
      ExportAllDeclaration: (node) => check(node.source),
      ImportExpression: (node) => check(node.source),
      TSImportType: (node) => check(node.source ?? node.argument?.literal),
      CallExpression: (node) => { if (node.callee.type === 'Identifier' && node.callee.name === 'require') check(node.arguments[0]); },
    };
  },
};
