type Schema = Record<string, unknown>;

const allowed = new Set([
  ...['type', 'title', 'description', 'enum', 'const', 'anyOf', '$ref', '$defs', 'properties', 'required'],
  ...['additionalProperties', 'items', 'minItems', 'maxItems', 'pattern', 'format', 'minimum', 'maximum'],
  ...['exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
]);

/** What OpenAI's strict mode would refuse in a schema; empty when it takes it. */
export function openaiFaults(root: Schema): string[] {
  const faults: string[] = [];
  const definitions = (root.$defs ?? {}) as Record<string, Schema>;
  if (root.type !== 'object') faults.push('#: the root is no object');
  if (root.anyOf) faults.push('#: anyOf at the root');
  const visit = (schema: Schema, at: string): void => {
    for (const keyword of Object.keys(schema)) if (!allowed.has(keyword)) faults.push(`${at}: ${keyword}`);
    if (typeof schema.$ref === 'string') {
      if (Object.keys(schema).length > 1 && at !== '#') faults.push(`${at}: $ref with siblings`);
      if (!definitions[schema.$ref.replace('#/$defs/', '')])
        faults.push(`${at}: ${schema.$ref} is not defined`);
      return;
    }
    if (schema.type === undefined && schema.anyOf === undefined) faults.push(`${at}: no type`);
    if (schema.type === 'object') {
      const names = Object.keys(schema.properties as object);
      if (JSON.stringify(names) !== JSON.stringify(schema.required)) faults.push(`${at}: not all required`);
      if (schema.additionalProperties !== false) faults.push(`${at}: open`);
      for (const [name, inner] of Object.entries(schema.properties as Record<string, Schema>))
        visit(inner, `${at}/${name}`);
    }
    if (Array.isArray(schema.type) && schema.type.some((type) => type === 'object' || type === 'array'))
      faults.push(`${at}: an object or array among several types`);
    if (schema.type === 'array' && !schema.items) faults.push(`${at}: no items`);
    if (schema.items) visit(schema.items as Schema, `${at}/items`);
    for (const [index, one] of ((schema.anyOf ?? []) as Schema[]).entries())
      visit(one, `${at}/anyOf/${index}`);
  };
  visit(root, '#');
  for (const [name, definition] of Object.entries(definitions)) visit(definition, `#/$defs/${name}`);
  return faults;
}
