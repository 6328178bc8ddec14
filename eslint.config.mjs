import globals from 'globals';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

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
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      'no-console': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
    },
  },
  {
    files: ['server/src/**/*.ts'],
    ignores: ['server/src/strapi-utils.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { name: '@strapi/utils', message: 'Import it from strapi-utils.ts, which says why.' },
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
    // Programs for a terminal.
    files: ['playground/src/**', 'bin/**', 'scripts/**', 'bench/**', 'tests/support/*.js'],
    rules: { 'no-console': 'off' },
  },
  prettier
);
