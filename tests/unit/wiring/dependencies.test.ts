import path from 'node:path';
import ts from 'typescript';

/** Maximum number of members of a type that lists dependencies. A step with more dependencies does too much. */
const MOST = 8;

/** Maximum number of non-null assertions in the whole server. */
const MOST_ASSERTIONS = 10;

const ROOT = path.resolve(__dirname, '../../../server');

/**
 * Matches the names of types that list the dependencies of a room, a step or a class, or the parts of the container.
 */
const DEPENDENCIES = /(Deps|Parts|^Below|^Container|^Receiving)$/;

const { fileNames, options } = ts.parseJsonConfigFileContent(
  ts.readConfigFile(path.join(ROOT, 'tsconfig.json'), ts.sys.readFile).config,
  ts.sys,
  ROOT
);
const settings: ts.CompilerOptions = { ...options, noEmit: true, types: [] };
const program = ts.createProgram(
  fileNames,
  settings,
  onlyOwnFiles(ts.createCompilerHost(settings))
);
const files = program
  .getSourceFiles()
  .filter(({ fileName }) => fileName.startsWith(`${ROOT}/src/`));

/** Reads no packages, whose types do not matter here, but take most of the time. */
function onlyOwnFiles(host: ts.CompilerHost): ts.CompilerHost {
  host.resolveModuleNameLiterals = (literals, from) =>
    literals.map(({ text }) =>
      text.startsWith('.')
        ? ts.resolveModuleName(text, from, settings, host)
        : { resolvedModule: undefined }
    );
  return host;
}

it('no type of dependencies has more members than one can keep in mind', () => {
  const checker = program.getTypeChecker();
  const found: Array<[name: string, members: number]> = [];
  for (const file of files) {
    ts.forEachChild(file, (node) => {
      const isType = ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node);
      if (isType && DEPENDENCIES.test(node.name.text)) {
        const { length } = checker.getPropertiesOfType(checker.getTypeAtLocation(node));
        found.push([`${path.relative(ROOT, file.fileName)} ${node.name.text}`, length]);
      }
    });
  }
  expect(found.length).toBeGreaterThan(20);
  expect(found.filter(([, members]) => members > MOST)).toEqual([]);
});

it('few places claim to know better than the compiler what is there', () => {
  let assertions = 0;
  const look = (node: ts.Node): void => {
    assertions += Number(ts.isNonNullExpression(node));
    ts.forEachChild(node, look);
  };
  files.forEach(look);
  expect(assertions).toBeLessThanOrEqual(MOST_ASSERTIONS);
});
