/** A server that is started as a child process and spoken to over its standard input and output. */
export interface McpCommand {
  /** The program to run. */
  readonly command: string;
  readonly args?: readonly string[] | undefined;
  /** Added to the few variables that a child inherits, such as `PATH` and `HOME`. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly cwd?: string | undefined;
  /** What becomes of the server's error output. Default `ignore`. */
  readonly stderr?: 'ignore' | 'inherit' | undefined;
}

/** A server that is reached over streamable HTTP. */
export interface McpUrl {
  readonly url: string | URL;
  /** Sent with every request, such as `authorization`. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** How requests are made. Default: the platform's. */
  readonly fetch?: typeof fetch | undefined;
}

/** A connection of your own making: a transport of `@modelcontextprotocol/sdk`, for instance one with OAuth. */
export interface McpTransport {
  readonly transport: {
    start(): Promise<void>;
    send(message: never, options?: never): Promise<void>;
    close(): Promise<void>;
  };
}

/** Where the server is. */
export type McpServerAddress = McpCommand | McpUrl | McpTransport;

/** How its tools are used. */
export interface McpToolsOptions {
  /** Put before the names, with a `_` between, to tell the tools of several servers apart. */
  prefix?: string | undefined;
  /** Which tools are taken, by the server's names. Default: all. */
  only?: ((mcpName: string) => boolean) | undefined;
  /** How long one call of a tool may take. Default 60,000. */
  timeoutMs?: number | undefined;
  /** Aborting it ends the attempt to connect; later it has no effect. */
  signal?: AbortSignal | undefined;
  /** Told when the server changed its tools and `tools` holds the new ones. */
  onChanged?: (() => void) | undefined;
}
