/**
 * Lint: mistakes that types do not catch, and the house's own rules (design §4). Layout is nobody's business here.
 */
import tseslint from 'typescript-eslint';
import vue from 'eslint-plugin-vue';
import { importsRule } from './scripts/lint/imports-rule.mjs';

/** What a protected module must not reach for: it has no I/O, no clock and no randomness of its own (design §4). */
const OUTSIDE = ['fetch', 'WebSocket', 'XMLHttpRequest', 'document', 'window', 'localStorage', 'require', 'process', 'Buffer', 'setTimeout', 'setInterval', 'setImmediate'];
/** Rules of ESLint itself that find plain mistakes. */
const MISTAKES = ['no-async-promise-executor', 'no-cond-assign', 'no-control-regex', 'no-debugger', 'no-dupe-else-if', 'no-duplicate-case',
  'no-empty-character-class', 'no-ex-assign', 'no-irregular-whitespace', 'no-loss-of-precision', 'no-misleading-character-class',
  'no-prototype-builtins', 'no-self-assign', 'no-self-compare', 'no-sparse-arrays', 'no-unreachable', 'no-unsafe-finally',
  'no-unsafe-optional-chaining', 'no-unused-labels', 'no-useless-backreference', 'no-useless-catch', 'require-yield', 'use-isnan', 'valid-typeof'];
const forbid = (names, message) => names.map((name) => ({ name, message }));

export default tseslint.config(
  { ignores: ['out/', 'dist/', 'node_modules/', 'test-artifacts/', '**/fixtures/**'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  ...tseslint.configs.recommended,
  ...vue.configs['flat/essential'],
  { files: ['**/*.vue'], languageOptions: { parserOptions: { parser: tseslint.parser } } },
  {
    files: ['**/*.ts', '**/*.vue', '**/*.mjs', '**/*.js'],
    plugins: { house: { rules: { imports: importsRule } } },
    rules: {
      ...Object.fromEntries(MISTAKES.map((name) => [name, 'error'])),
      'house/imports': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-eval': 'error',
      'no-implied-eval': 'error',
      'no-new-func': 'error',
      'no-throw-literal': 'error',
      'no-constant-condition': ['error', { checkLoops: false }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/ban-ts-comment': ['error', { 'ts-expect-error': 'allow-with-description', 'ts-ignore': true, 'ts-nocheck': true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'none' }],
      // `type` where a shape is closed, `interface` where it may be implemented: both have their place.
      '@typescript-eslint/no-empty-object-type': 'off',
      'vue/multi-word-component-names': 'off',
    },
  },
  {
    // A promise that nobody waits for is an error that nobody sees.
    files: ['**/*.ts'],
    ignores: ['*.config.ts', 'renderer/*.config.ts', 'test/**'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },
  {
    files: ['enclave/vault/**/*.ts', 'enclave/reader/**/*.ts', 'enclave/grants/**/*.ts'],
    rules: {
      'no-restricted-globals': ['error', ...forbid([...OUTSIDE, 'crypto', 'performance'], 'A protected module has no I/O, clock or randomness of its own: they arrive in the input.')],
      'no-restricted-properties': ['error',
        { object: 'Date', property: 'now', message: 'Time arrives in the input.' },
        { object: 'Math', property: 'random', message: 'Randomness arrives in the input.' }],
      'no-restricted-syntax': ['error', { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: 'Time arrives in the input.' }],
    },
  },
  {
    files: ['protocol/**/*.ts'],
    rules: { 'no-restricted-globals': ['error', ...forbid(['process', 'Buffer', 'document', 'window', 'fetch', 'require'], 'protocol/ runs on every side of every boundary.')] },
  },
  {
    files: ['renderer/**/*.ts', 'renderer/**/*.vue'],
    rules: { 'no-restricted-globals': ['error', ...forbid(['process', 'Buffer', 'require', 'global'], 'The interface runs in a browser.')] },
  },
  {
    // An attack is tried by making it.
    files: ['test/**/*.ts'],
    rules: { 'no-eval': 'off' },
  },
  {
    // Markup from a string would be the way in for a peer's text.
    files: ['renderer/**/*.vue'],
    rules: { 'vue/no-v-html': 'error' },
  },
);
