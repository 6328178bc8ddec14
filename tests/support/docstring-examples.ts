import { readFileSync } from 'node:fs';
import ts from 'typescript';

/** An example in a docstring. */
export interface DocstringExample {
  /** Name of the documented code, such as `Storage.publish`. */
  name: string;
  code: string;
}

/** Returns the examples in the docstrings of a source file, in the order of the file. */
export function docstringExamples(file: string): DocstringExample[] {
  const source = ts.createSourceFile(
    file,
    readFileSync(file, 'utf8'),
    ts.ScriptTarget.Latest,
    true
  );
  const examples: DocstringExample[] = [];
  const look = (node: ts.Node, outside: string): void => {
    const declared = ts.isVariableStatement(node) ? node.declarationList.declarations[0] : node;
    const name = (declared as { name?: ts.Node } | undefined)?.name?.getText(source);
    const path = [outside, name].filter(Boolean).join('.');
    // TypeScript reports the tags of a variable statement also for the declaration inside it. Read them only once.
    const own = ts.isVariableDeclaration(node) ? [] : ts.getJSDocTags(node);
    for (const tag of own.filter(({ tagName }) => tagName.text === 'example')) {
      examples.push({ name: path, code: ts.getTextOfJSDocComment(tag.comment) ?? '' });
    }
    ts.forEachChild(node, (child) => look(child, name === undefined ? outside : path));
  };
  look(source, '');
  return examples;
}

/** The value of one line of an example, and the value that the example says it has. */
export interface Answer {
  line: string;
  answer: unknown;
  said: unknown;
}

/**
 * Makes the body of an asynchronous function from the code of examples. The function returns an {@link Answer} for each
 * line that ends with `// => value`. Later examples can use the variables of earlier examples.
 */
export const runnable = (examples: readonly DocstringExample[]): string =>
  [
    'const answers = [];',
    ...examples.flatMap(({ code }) => code.split('\n')).map(checked),
    'return answers;',
  ].join('\n');

function checked(line: string): string {
  const [, code, said] = /^(.*\S)\s*\/\/ => (.*)$/.exec(line) ?? [];
  if (!code) {
    return line;
  }
  const [, variable] = /^const (\w+) =/.exec(code) ?? [];
  const answer = variable ?? code.replace(/;$/, '');
  const note = `answers.push({ line: ${JSON.stringify(line)}, answer: ${answer}, said: ${said} });`;
  return variable ? `${code}\n${note}` : note;
}
