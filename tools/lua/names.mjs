// Names in Lua are snake_case, in files kebab-case, in TypeScript camelCase.

/** @param {string} name */
export function camelCase(name) {
  return name.replace(/[-_/]+([a-z0-9])/g, (_, letter) => letter.toUpperCase());
}

/** @param {string} name */
export function pascalCase(name) {
  const camel = camelCase(name);
  return camel.charAt(0).toUpperCase() + camel.slice(1);
}
