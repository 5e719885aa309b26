// The part of luaparse that tools/lua uses; the package brings no types.
declare module 'luaparse' {
  export interface Position {
    line: number;
    column: number;
  }
  export interface LuaNode {
    type: string;
    loc: { start: Position; end: Position };
    [field: string]: unknown;
  }
  export interface Chunk extends LuaNode {
    body: LuaNode[];
    comments: (LuaNode & { value: string; raw: string })[];
  }
  const parser: {
    parse(
      source: string,
      options: {
        luaVersion: '5.1';
        comments: boolean;
        locations: boolean;
        scope: boolean;
        encodingMode: 'x-user-defined';
      },
    ): Chunk;
  };
  export default parser;
}
