import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import js from '@eslint/js';
import tseslint from 'typescript-eslint';
import { zones } from './tools/import-zones.mjs';
import { packages, root } from './tools/workspace.mjs';

/** What may not be written, each with the reason that the author then reads. */
const syntax = [
  { selector: 'TSEnumDeclaration', message: 'A table `as const` instead of an enum.' },
  { selector: 'ExportDefaultDeclaration', message: 'Named exports only.' },
  { selector: 'ExportAllDeclaration', message: 'Name what is exported.' },
  { selector: 'TSAsExpression[expression.type="TSAsExpression"]', message: 'A double cast hides a wrong type.' },
  {
    // A view shares its backing memory with others: without offset and length the neighbours leak.
    selector:
      ':not(:matches(NewExpression, CallExpression)[arguments.length>=3]) > MemberExpression[property.name="buffer"]',
    message: 'Take `byteOffset` and `byteLength` along: new DataView(x.buffer, x.byteOffset, x.byteLength).',
  },
  { selector: ':matches(Program, ExportNamedDeclaration) > TSDeclareFunction', message: 'One signature per function.' },
];
const testSyntax = [
  ...syntax,
  {
    selector: 'CallExpression > MemberExpression[object.name=/^(it|test|describe)$/][property.name="only"]',
    message: '`only` hides all other tests.',
  },
];

const sizes = (functions, files) => ({
  'max-lines-per-function': ['error', { max: functions, skipBlankLines: true, skipComments: true }],
  'max-lines': ['error', { max: files, skipBlankLines: true, skipComments: true }],
});

/** The compiler settings that a folder's files are read with. */
const program = (folder, project) => ({
  files: [`${folder}/**/*.ts`],
  languageOptions: { parserOptions: { project } },
});
/** Sources are read with their own globals (most have none), tests with those of Node and Jest. */
const programs = packages().flatMap(({ folder }) => {
  const at = relative(root, folder).replaceAll('\\', '/');
  if (!at.startsWith('packages/')) return program(at, `${at}/tsconfig.json`);
  // The half of a package that runs everywhere is read without Node's types, the rest with them: the first match counts.
  const projects = ['tsconfig.client.json', 'tsconfig.json'].filter((name) => existsSync(join(folder, name)));
  return [
    program(
      `${at}/src`,
      projects.map((name) => `${at}/${name}`),
    ),
    program(`${at}/test`, `${at}/tsconfig.test.json`),
  ];
});

export default tseslint.config(
  { ignores: ['**/dist/', '**/coverage/', '**/.examples/', '.tools/', '.cache/', '**/target/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.{js,mjs}'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } },
    rules: sizes(60, 300),
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { tsconfigRootDir: import.meta.dirname } },
    rules: {
      ...sizes(40, 300),
      'no-restricted-syntax': ['error', ...syntax],
      'no-console': 'error',
      eqeqeq: 'error',
      // Two positional arguments, then an options object.
      'max-params': ['error', 3],
      // An abort rejects with its signal's reason, whatever that is.
      '@typescript-eslint/prefer-promise-reject-errors': 'off',
      '@typescript-eslint/only-throw-error': ['error', { allowThrowingUnknown: true, allowThrowingAny: false }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
    },
  },
  ...programs,
  { files: ['{e2e,benchmarks}/**/*.ts'], rules: { 'no-console': 'off' } },
  {
    files: ['**/test/**/*.ts', '{e2e,benchmarks}/**/*.ts'],
    rules: {
      'max-lines-per-function': 'off',
      'max-lines': 'off',
      'no-restricted-syntax': ['error', ...testSyntax],
      // Fakes implement promising interfaces without having to wait for anything.
      '@typescript-eslint/require-await': 'off',
      // Jest's matchers (`expect.objectContaining(…)`) are typed as any.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      'max-params': 'off',
    },
  },
  // Declarations of what a runtime brings along: no code of ours.
  { files: ['**/*.d.ts'], rules: { 'no-restricted-syntax': 'off' } },
  // Tables are as long as the protocol is.
  {
    files: ['packages/protocol/src/*/{commands,methods,response-codes,constants}.ts', '**/*.vectors.ts'],
    rules: { 'max-lines': 'off' },
  },
  ...zones,
);
