import globals from 'globals';
import prettier from 'eslint-config-prettier';
import regexp from 'eslint-plugin-regexp';
import tseslint from 'typescript-eslint';
import rooms from './eslint/rooms.mjs';

export default tseslint.config(
  {
    ignores: [
      '**/dist/**',
      '**/build/**',
      '**/node_modules/**',
      '**/.strapi/**',
      '**/.tmp/**',
      'coverage/**',
      'tests/artifacts/**',
      'playground/types/**',
    ],
  },
  ...tseslint.configs.recommended,
  {
    languageOptions: { ecmaVersion: 2023, globals: globals.node },
    plugins: { regexp },
    rules: {
      // Text from clients must be processed in linear time, so quadratic regular expressions are forbidden.
      'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }],
      'regexp/no-super-linear-move': ['error', { report: 'potential' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      'no-console': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-restricted-syntax': [
        'error',
        {
          selector: 'MemberExpression[property.name="toUint8Array"]',
          message:
            'sharp 0.35.0 to 0.35.5 never frees what toUint8Array() returns (its finalizer gets the arguments in the wrong order). Use toBuffer({ resolveWithObject: true }).',
        },
      ],
    },
  },
  {
    files: ['server/src/**/*.ts'],
    plugins: { rooms },
    languageOptions: {
      parserOptions: { project: 'server/tsconfig.json', tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      'rooms/order': 'error',
      'rooms/no-circle': 'error',
      'rooms/folder-size': 'error',
      'max-params': ['error', 3],
      'max-lines': ['error', 250],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
    },
  },
  {
    files: ['client/src/**/*.ts'],
    languageOptions: {
      parserOptions: {
        project: ['client/tsconfig.json', 'client/src/upload/tsconfig.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      'max-params': ['error', 3],
      'max-lines': ['error', 250],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
    },
  },
  {
    files: ['tests/unit/**/*.ts'],
    plugins: { rooms },
    rules: { 'rooms/folder-size': 'error' },
  },
  {
    files: ['server/src/**/*.ts'],
    ignores: ['server/src/util/strapi-utils.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { name: '@strapi/utils', message: 'Import it from util/strapi-utils.ts, which says why.' },
      ],
    },
  },
  {
    files: ['**/*.{js,cjs}'],
    languageOptions: { sourceType: 'commonjs' },
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
  {
    files: ['playground/public/**/*.js', 'playground/src/admin/**'],
    languageOptions: { sourceType: 'module', globals: globals.browser },
  },
  {
    // These files are programs for a terminal, so they may print with `console`.
    files: ['playground/src/**', 'bin/**', 'scripts/**', 'bench/**', 'tests/support/*.js'],
    rules: { 'no-console': 'off' },
  },
  prettier
);
